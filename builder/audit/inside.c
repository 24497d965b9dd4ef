#include "audit/inside.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "link/link.h"
#include "sys/fs.h"
#include "sys/path.h"

void inside_read(struct audit_context *context, struct arena *a, const char *path)
{
    AUTO_FREE char *map = xstrf("%s.map", path);
    AUTO(err) struct err ignored = ERR_INIT;
    struct link_contents contents;
    if (!path_is_file(map) || link_map_read(&contents, a, map, &ignored) < 0)
        return;
    struct audit_static *inside = arena_alloc(a, contents.len * sizeof *inside);
    size_t len = 0;
    for (size_t i = 0; i < contents.len; i++) { /* sorted by archive */
        const struct link_member *m = &contents.items[i];
        if (!m->size_bytes)
            continue; /* --gc-sections took all of it */
        const char *archive = arena_strdup(a, path_base(m->archive));
        if (!len || strcmp(inside[len - 1].archive, archive) != 0)
            inside[len++] = (struct audit_static){.archive = archive};
        inside[len - 1].members++;
        inside[len - 1].size += m->size_bytes;
    }
    context->inside = inside;
    context->inside_count = len;
}
