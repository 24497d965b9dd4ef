/* Which row a location is for. */
#include "store/share.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

static const struct share_row *const rows[] = {&share_folder};

enum { ROW_COUNT = COUNT(rows) };

int share_open(struct share *b, const char *location, struct err *e)
{
    AUTO(strbuf) struct strbuf known = {0};
    *b = (struct share){0};
    for (size_t i = 0; i < ROW_COUNT && !b->row; i++) {
        if (rows[i]->is_for(location))
            b->row = rows[i];
        strbuf_addf(&known, "%s%s", i ? ", " : "", rows[i]->locations);
    }
    if (!b->row)
        return err_set(e, ERR_USAGE, "\"%s\": nothing that keeps trees can be reached there (known: %s)",
            location, strbuf_str(&known));
    b->self = b->row->open(location, e);
    if (!b->self)
        return -1;
    b->location = xstrdup(location);
    return 0;
}

void share_release(struct share *b)
{
    if (b->self)
        b->row->close(b->self);
    free(b->location);
    *b = (struct share){0};
}
