#include "sys/dirs.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

static char *under_home(const char *variable, const char *fallback)
{
    const char *base = getenv(variable);
    if (base && base[0] == '/') /* the specification: relative values are ignored */
        return path_join(base, "staticbuild");
    const char *home = getenv("HOME");
    return xstrf("%s/%s/staticbuild", home && *home ? home : "/tmp", fallback);
}

char *dirs_cache(void)
{
    const char *own = getenv("STATICBUILD_CACHE");
    return own && *own ? path_absolute(own) : under_home("XDG_CACHE_HOME", ".cache");
}

char *dirs_config(void)
{
    return under_home("XDG_CONFIG_HOME", ".config");
}

char *dirs_program(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    return n < 0 ? xstrdup("staticbuild") : xstrndup(path, (size_t)n);
}

char *dirs_data(const char *name)
{
    const char *own = getenv("STATICBUILD_DATA");
    if (own && *own)
        return path_join(own, name);
    AUTO_FREE char *program = dirs_program();
    AUTO_FREE char *bin = path_dir(program);
    const char *places[] = {"..", "../share/staticbuild"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        AUTO_FREE char *mixed = xstrf("%s/%s/%s", bin, places[i], name);
        char *path = path_clean(mixed);
        if (path_is_folder(path))
            return path;
        free(path);
    }
    return NULL;
}
