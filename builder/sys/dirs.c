/* The folders of the user, of the cache, and of the program's own files. */
#include "sys/dirs.h"

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

char *dirs_home(void)
{
    const char *home = getenv("HOME");
    if (home && home[0] == '/')
        return xstrdup(home);
    char buffer[16384];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found) != 0 || !found || entry.pw_dir[0] != '/')
        return NULL;
    return xstrdup(entry.pw_dir);
}

char *dirs_cache(void)
{
    const char *own = getenv("STATICBUILD_CACHE"), *xdg = getenv("XDG_CACHE_HOME");
    if (own && *own)
        return path_absolute(own);
    if (xdg && xdg[0] == '/') /* the specification: relative values are ignored */
        return path_join(xdg, "staticbuild");
    AUTO_FREE char *home = dirs_home();
    return home ? path_join(home, ".cache/staticbuild") : NULL;
}

char *dirs_cargo(void)
{
    const char *own = getenv("CARGO_HOME");
    AUTO_FREE char *home = own && *own ? NULL : dirs_home();
    return own && *own ? xstrdup(own) : home ? path_join(home, ".cargo") : NULL;
}

char *dirs_program(void)
{
    char path[PATH_MAX];
    static const char removed[] = " (deleted)"; /* the kernel's word; the name is what is wanted */
    ssize_t n = readlink(PROCESS_ITSELF, path, sizeof path - 1);
    if (n < 0)
        return xstrdup("staticbuild");
    path[n] = '\0';
    if (str_ends(path, removed))
        path[strlen(path) - strlen(removed)] = '\0';
    return xstrdup(path);
}

char *dirs_data(const char *name)
{
    const char *own = getenv("STATICBUILD_DATA");
    if (own && *own)
        return path_join(own, name);
    AUTO_FREE char *program = dirs_program();
    AUTO_FREE char *bin = path_dir(program);
    const char *places[] = {"..", "../share/staticbuild"};
    for (size_t i = 0; i < COUNT(places); i++) {
        AUTO_FREE char *mixed = xstrf("%s/%s/%s", bin, places[i], name);
        char *path = path_clean(mixed);
        struct err ignored = ERR_INIT; /* who needs it says that it is not there */
        bool is_folder = path_is_folder(path, &ignored) == 1;
        err_release(&ignored);
        if (is_folder)
            return path;
        free(path);
    }
    return NULL;
}
