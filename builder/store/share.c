/* Which row a location is for. */
#include "store/share.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "recipe/location_shown.h"

static const struct share_row *const rows[] = {&share_http, &share_s3, &share_folder};

enum { ROW_COUNT = COUNT(rows) };

int share_open(struct share *b, const char *location, struct err *e)
{
    AUTO(strbuf) struct strbuf known = {0};
    AUTO_FREE char *shown = location_shown(location);
    *b = (struct share){0};
    for (size_t i = 0; i < ROW_COUNT && !b->row; i++) {
        if (rows[i]->is_for(location))
            b->row = rows[i];
        strbuf_addf(&known, "%s%s", i ? ", " : "", rows[i]->locations);
    }
    if (!b->row)
        return err_set(e, ERR_USAGE, "\"%s\": nothing that keeps trees can be reached there (known: %s)",
            shown, strbuf_str(&known));
    b->location = b->row->reach ? steal_ptr(&shown) : xstrdup(location);
    if (b->row->reach) {
        b->remote = xcalloc(1, sizeof *b->remote);
        if (b->row->reach(b->remote, location, e) == 0)
            return 0;
    } else {
        b->self = b->row->open(location, e);
        if (b->self)
            return 0;
    }
    share_release(b);
    return -1;
}

void share_release(struct share *b)
{
    if (b->self)
        b->row->close(b->self);
    remote_free(b->remote);
    free(b->location);
    *b = (struct share){0};
}
