/* Which program filled the store. Trees are found by keys, and other programs' keys are other texts, so that
 * none is misread; what the version adds is that somebody is told, once, why everything is made again. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/store.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/read.h"

/* 1 had no file: its keys were texts without names for their lines. 2 had no manifests. */
enum { FIRST = 1, VERSION = 3, UNKNOWN = -2 };

static const char HEAD[] = "staticbuild-store ";

static char *version_path(const struct store *s)
{
    return path_join(s->root, "version");
}

/* What the file says: 0 when there is none, UNKNOWN when it says something else, -1 when it cannot be read.
 */
static long version_of(const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    int there = path_exists(path, e);
    if (there <= 0)
        return there;
    if (file_read(&text, path, 64, e) < 0)
        return -1;
    if (!str_starts(strbuf_str(&text), HEAD))
        return UNKNOWN;
    char *end;
    long version = strtol(text.ptr + strlen(HEAD), &end, 10);
    return *end == '\n' && version >= FIRST ? version : UNKNOWN;
}

int store_check_version(const struct store *s, struct err *e)
{
    AUTO_FREE char *path = version_path(s);
    long version = version_of(path, e);
    if (version == -1)
        return -1;
    if (version == UNKNOWN)
        return err_set(e, ERR_ENVIRONMENT,
            "%s: is not \"%s%d\"; is %s the cache? name another folder in STATICBUILD_CACHE", path, HEAD,
            VERSION, s->root);
    if (version > VERSION)
        return err_set(e, ERR_ENVIRONMENT,
            "%s: a newer staticbuild keeps its cache there (version %ld, this one knows %d): name another "
            "folder in "
            "STATICBUILD_CACHE",
            path, version, VERSION);
    return 0;
}

/* 1, 0 or -1. */
static int has_trees(const struct store *s, struct err *e)
{
    AUTO_FREE char *path = path_join(s->root, "trees");
    AUTO(strvec) struct strvec names = {0};
    return folder_names(&names, path, e) < 0 ? -1 : names.len > 0;
}

int store_take_over(const struct store *s, struct err *e)
{
    AUTO_FREE char *path = version_path(s);
    long version = version_of(path, e);
    if (version == VERSION)
        return 0;
    if (version == UNKNOWN)
        return store_check_version(s, e);
    int is_older = version ? version > 0 : has_trees(s, e);
    if (version < 0 || is_older < 0)
        return -1;
    AUTO_FREE char *text = xstrf("%s%d\n", HEAD, VERSION);
    if (file_write(path, text, strlen(text), 0644, e) < 0)
        return -1;
    return is_older;
}
