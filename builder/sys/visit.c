/* Folder by folder, each opened below the one it is in. */
#include "sys/visit.h"

#include <fcntl.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "sys/path.h"
#include "sys/read.h"

enum { DEPTH_MAX = 256 };

struct way {
    int (*each)(void *arg, const struct visited *v, struct err *e);
    void *arg;
    size_t top_len; /* of what stands in front of a path: the top and a slash */
};

static int visit_folder(const struct way *w, int folder, const char *shown, int depth, struct err *e);

static int visit_entry(
    const struct way *w, int folder, const char *name, const char *shown, int depth, struct err *e)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", shown);
    if (S_ISDIR(st.st_mode)) {
        AUTO_CLOSE int fd = -1;
        int there = file_open_at(&fd, folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, shown, e);
        if (there != 1)
            return there < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: vanished", shown);
        if (visit_folder(w, fd, shown, depth + 1, e) < 0)
            return -1;
    }
    const struct visited v = {folder, name, shown + w->top_len, shown, &st};
    return w->each(w->arg, &v, e);
}

static int visit_folder(const struct way *w, int folder, const char *shown, int depth, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (depth > DEPTH_MAX)
        return err_set(e, ERR_ENVIRONMENT, "%s: is nested too deeply", shown);
    if (folder_names_at(&names, folder, ".", shown, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *below = path_join(shown, names.items[i]);
        if (visit_entry(w, folder, names.items[i], below, depth, e) < 0)
            return -1;
    }
    return 0;
}

int tree_visit(
    const char *top, int (*each)(void *arg, const struct visited *v, struct err *e), void *arg, struct err *e)
{
    AUTO_CLOSE int fd = file_open(top, O_RDONLY | O_DIRECTORY, 0, e);
    AUTO_FREE char *probe = path_join(top, "x");
    const struct way w = {each, arg, strlen(probe) - 1};
    return fd < 0 ? -1 : visit_folder(&w, fd, top, 0, e);
}
