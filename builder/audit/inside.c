#include "audit/inside.h"

#include <string.h>

#include "audit/explain.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "link/link.h"
#include "sys/fs.h"
#include "sys/path.h"

void inside_read(
    struct audit_context *context, struct arena *a, const struct elf_image *image, const char *path)
{
    const char *known = context->sources ? explain_map_of(context->sources, image) : NULL;
    AUTO_FREE char *beside = !known && path ? xstrf("%s.map", path) : NULL;
    AUTO(err) struct err ignored = ERR_INIT;
    struct link_contents contents = {0};
    if (!known && (!beside || !path_is_file(beside)))
        return;
    if (link_map_read(&contents, a, known ? known : beside, &ignored) < 0)
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
