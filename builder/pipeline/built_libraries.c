/* The libraries whose code is in the modules of a step. Their licence texts go into its tree, so that a wheel
 * is made of the modules alone, also when the store has the libraries no more. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "store/manifest.h"
#include "sys/fs.h"
#include "sys/path.h"

bool built_archive_lies_in(const struct built_archive *archive, const char *tree)
{
    AUTO_FREE char *start = xstrf("trees/%s/", path_base(tree));
    return str_starts(archive->path, start);
}

static bool is_inside(const struct built *b, const char *tree)
{
    for (size_t i = 0; i < b->count; i++)
        for (size_t k = 0; k < b->items[i].archive_count; k++)
            if (built_archive_lies_in(&b->items[i].archives[k], tree))
                return true;
    return false;
}

static int keep_texts(
    struct step_run *s, const struct built_library *library, const char *tree, struct err *e)
{
    for (size_t i = 0; i < library->license_files.len; i++) {
        const char *name = library->license_files.items[i];
        AUTO_FREE char *from = xstrf("%s/" LICENCES_PATH "/%s", tree, name);
        AUTO_FREE char *to = xstrf("%s/" LICENCES_PATH "/%s/%s", s->draft.stage, library->name, name);
        if (file_copy_into(from, to, e) < 0)
            return -1;
    }
    return 0;
}

int built_keep_libraries(struct built *b, struct step_run *s, struct err *e)
{
    struct run *r = s->run;
    struct edges closure = step_links(r, s->step);
    b->libraries = arena_alloc(r->arena, (closure.len + 1) * sizeof *b->libraries);
    for (size_t i = 0; i < closure.len; i++) {
        const struct step *made = step_that_builds(r, closure.items[i]);
        AUTO_FREE char *tree = step_tree(r, made);
        if (!is_inside(b, tree))
            continue;
        const struct manifest *m = step_manifest(r, made, e);
        struct built_library *library = &b->libraries[b->library_count++];
        if (!m)
            return -1;
        if (!built_library_get(library, r->arena, m->facts))
            return err_set(e, ERR_DAMAGED, "%s: its manifest does not say what library it is", tree);
        if (keep_texts(s, library, tree, e) < 0)
            return -1;
    }
    return 0;
}
