/* Where a path leads, and whose it is. */
#include "wrapper/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The path without links and "..", as far as it exists; a copy of it where it does not. The caller frees it.
 */
static char *path_real(const char *path)
{
    char *real = realpath(path, NULL);
    return real ? real : strdup(path);
}

bool path_lies_in(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    return strncmp(path, folder, n) == 0 && (!path[n] || path[n] == '/' || n == 1);
}

bool path_is_allowed(const struct config *c, const char *path)
{
    char *real = path_real(path);
    bool allowed = false;
    for (size_t i = 0; i < c->allowed.count && !allowed; i++)
        allowed = path_lies_in(real, c->allowed.items[i]);
    free(real);
    return allowed;
}

bool path_is_host_headers(const struct config *c, const char *path, char **instead)
{
    static const char *const folders[] = {"/usr/include", "/usr/local/include"};
    *instead = NULL;
    for (size_t i = 0; i < c->kept.count; i++)
        if (path_lies_in(path, c->kept.items[i]))
            return false;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        if (!path_lies_in(path, folders[i]))
            continue;
        if (c->root && asprintf(instead, "%s/usr/include%s", c->root, path + strlen(folders[i])) < 0)
            *instead = NULL;
        return true;
    }
    return false;
}

const char *path_last(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
