/* The static libraries inside a module, by its link map. */
#include "audit/inside.h"

#include <string.h>

#include "audit/explain.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "link/link.h"
#include "sys/fs.h"
#include "sys/path.h"

static int read_map(struct audit_context *context, struct arena *a, const char *map, struct err *e)
{
    struct link_contents contents = {0};
    if (link_map_read(&contents, a, map, e) < 0)
        return -1;
    struct audit_static *inside = arena_alloc(a, (contents.len + 1) * sizeof *inside);
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
        inside[len - 1].writable += m->writable_bytes;
    }
    context->inside = inside;
    context->inside_count = len;
    return 0;
}

void inside_read(
    struct audit_context *context, struct arena *a, const struct elf_image *image, const char *path)
{
    const char *known = context->sources ? explain_map_of(context->sources, image) : NULL;
    AUTO_FREE char *beside = !known && path ? xstrf("%s.map", path) : NULL;
    AUTO(err) struct err ignored = ERR_INIT;
    if (known || (beside && path_may_be_file(beside)))
        read_map(context, a, known ? known : beside, &ignored);
}
