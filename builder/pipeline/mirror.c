/* A folder from which everything can be built where there is no network: sources by their SHA-256, as
 * --mirror reads them, wheels of build environments by their names, crates as cargo has them. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* What is there was put there whole, by its hash. */
static int mirror_source(const struct run *r, const struct source *s, struct err *e)
{
    AUTO_FREE char *from = store_download_path(&r->store, s->sha256);
    AUTO_FREE char *to = path_join(r->request->mirror_to, s->sha256);
    int there = path_is_file(to, e);
    return there ? (there < 0 ? -1 : 0) : file_copy(from, to, e);
}

static int mirror_wheels(const struct run *r, const struct step *s, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO_FREE char *tree = step_tree(r, s);
    AUTO_FREE char *folder = path_join(r->request->mirror_to, MIRROR_WHEELS);
    if (folder_names(&names, tree, e) < 0 || folder_make(folder, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *from = path_join(tree, names.items[i]);
        AUTO_FREE char *to = path_join(folder, names.items[i]);
        if (str_ends(names.items[i], ".whl") && file_copy(from, to, e) < 0)
            return -1;
    }
    return 0;
}

/* Several projects' lie in one folder: cargo finds each crate and repository by its name. */
static int mirror_crates(const struct run *r, const struct step *s, struct err *e)
{
    AUTO_FREE char *tree = step_tree(r, s);
    AUTO_FREE char *from = path_join(tree, "home");
    AUTO_FREE char *to = path_join(r->request->mirror_to, MIRROR_CRATES);
    int there = path_is_folder(from, e);
    return there <= 0 ? there : tree_copy(from, to, e);
}

static int mirror_step(const struct run *r, const struct step *s, struct err *e)
{
    switch (s->kind) {
    case STEP_DOWNLOAD:
        return mirror_source(r, s->source, e);
    case STEP_PACKAGES:
        return mirror_wheels(r, s, e);
    case STEP_CRATES:
        return mirror_crates(r, s, e);
    default:
        return 0;
    }
}

int run_write_mirror(struct run *r, struct err *e)
{
    if (!r->request->mirror_to)
        return 0;
    if (folder_make(r->request->mirror_to, e) < 0)
        return -1;
    for (size_t i = 0; i < r->plan->len; i++)
        if (mirror_step(r, &r->plan->steps[i], e) < 0)
            return -1;
    return 0;
}

char *run_mirror_part(const struct run *r, const char *part)
{
    const char *mirror = r->request->mirror ? r->request->mirror : getenv("STATICBUILD_MIRROR");
    AUTO(err) struct err ignored = ERR_INIT; /* then it has none */
    if (!mirror || !*mirror || strstr(mirror, "://"))
        return NULL;
    AUTO_FREE char *folder = path_absolute(mirror);
    char *path = path_join(folder, part);
    if (path_is_folder(path, &ignored) == 1)
        return path;
    free(path);
    return NULL;
}
