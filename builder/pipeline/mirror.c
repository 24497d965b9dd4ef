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

static int mirror_tree(
    const struct run *r, const struct step *s, const char *below, const char *part, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO_FREE char *tree = step_tree(r, s);
    AUTO_FREE char *from = path_join(tree, below);
    AUTO_FREE char *to = path_join(r->request->mirror_to, part);
    int there = path_is_folder(from, e);
    if (there <= 0 || tree_list(from, NULL, NULL, &files, e) < 0)
        return there <= 0 ? there : -1;
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *file = path_join(from, files.items[i]);
        AUTO_FREE char *copy = path_join(to, files.items[i]);
        AUTO_FREE char *folder = path_dir(copy);
        if (folder_make(folder, e) < 0 || file_copy(file, copy, e) < 0)
            return -1;
    }
    return 0;
}

static int mirror_step(const struct run *r, const struct step *s, struct err *e)
{
    switch (s->kind) {
    case STEP_DOWNLOAD:
        return mirror_source(r, s->source, e);
    case STEP_PACKAGES:
        return mirror_tree(r, s, ".", MIRROR_WHEELS, e);
    case STEP_CRATES:
        return mirror_tree(r, s, "home", MIRROR_CRATES, e);
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
