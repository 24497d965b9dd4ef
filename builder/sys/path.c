/* Paths as text. */
#include "sys/path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

char *path_join(const char *a, const char *b)
{
    if (b[0] == '/' || a[0] == '\0')
        return xstrdup(b);
    if (b[0] == '\0' || strcmp(b, ".") == 0)
        return xstrdup(a);
    return xstrf("%s%s%s", a, str_ends(a, "/") ? "" : "/", b);
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_dir(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return xstrdup(".");
    return slash == path ? xstrdup("/") : xstrndup(path, (size_t)(slash - path));
}

char *path_clean(const char *path)
{
    bool absolute = path[0] == '/';
    AUTO(strvec) struct strvec parts = {0};
    struct slice rest = slice_of(path);
    while (rest.ptr) {
        struct slice part = slice_cut(&rest, '/');
        if (part.len == 0 || slice_is(part, "."))
            continue;
        bool can_fold = parts.len && strcmp(parts.items[parts.len - 1], "..") != 0;
        if (slice_is(part, "..") && (absolute || can_fold)) {
            if (parts.len) {
                free(parts.items[--parts.len]);
                parts.items[parts.len] = NULL;
            }
            continue;
        }
        strvec_pushn(&parts, part.ptr, part.len);
    }
    struct strbuf out = {0};
    if (absolute)
        strbuf_addc(&out, '/');
    for (size_t i = 0; i < parts.len; i++) {
        strbuf_adds(&out, i ? "/" : "");
        strbuf_adds(&out, parts.items[i]);
    }
    if (!out.len)
        strbuf_addc(&out, '.');
    return strbuf_steal(&out);
}

char *path_absolute(const char *path)
{
    if (path[0] == '/')
        return path_clean(path);
    AUTO_FREE char *here = getcwd(NULL, 0);
    AUTO_FREE char *joined = path_join(here ? here : "/", path);
    return path_clean(joined);
}

bool path_stays_inside(const char *path)
{
    if (path[0] == '\0' || path[0] == '/')
        return false;
    struct slice rest = slice_of(path);
    while (rest.ptr)
        if (slice_is(slice_cut(&rest, '/'), ".."))
            return false;
    return true;
}

const char *path_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && path[len] == '/' ? path + len + 1 : NULL;
}

char *path_relative(const char *path, const char *base)
{
    if (strcmp(path, base) == 0)
        return xstrdup(".");
    if (strlen(base) == 1)
        return xstrdup(path + 1);
    const char *below = path_below(path, base);
    return xstrdup(below ? below : path);
}
