/* The PATH of builds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "host/probe.h"
#include "sys/fs.h"
#include "sys/path.h"

static bool in_system(const char *path)
{
    AUTO_FREE char *folder = path_dir(path);
    struct slice rest = slice_of(HOST_SYSTEM_PATH);
    while (rest.ptr)
        if (slice_is(slice_cut(&rest, ':'), folder))
            return true;
    return false;
}

/* NAME\tPATH lines of the programs that PATH alone would not give under the name that builds use. */
static void list_others(struct strbuf *out, const struct host_tools *tools)
{
    for (size_t i = 0; i < tools->len; i++)
        for (size_t k = 0; tools->items[i].programs[k]; k++) {
            const char *path = tools->items[i].programs[k], *name = tools->items[i].names[k];
            if (!in_system(path) || strcmp(path_base(path), name) != 0)
                strbuf_addf(out, "%s\t%s\n", name, path);
        }
}

static int link_all(const char *folder, const struct strbuf *list, struct err *e)
{
    struct slice rest = {list->ptr, list->len - 1};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice name = slice_cut(&line, '\t');
        AUTO_FREE char *link = xstrf("%s/%.*s", folder, (int)name.len, name.ptr);
        AUTO_FREE char *target = xstrndup(line.ptr, line.len);
        if (symlink(target, link) < 0 && errno != EEXIST)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", link);
    }
    return 0;
}

int host_path(struct strvec *folders, const struct host_tools *tools, const char *farm, struct err *e)
{
    AUTO(strbuf) struct strbuf others = {0};
    list_others(&others, tools);
    if (others.len) {
        /* Named by what it holds: it never changes, and two runs can share it. */
        struct digest d;
        digest_bytes(&d, others.ptr, others.len);
        AUTO_FREE char *folder = xstrf("%s/tools-%.16s", farm, d.hex);
        if (folder_make(folder, e) < 0 || link_all(folder, &others, e) < 0)
            return -1;
        strvec_push(folders, folder);
    }
    struct slice rest = slice_of(HOST_SYSTEM_PATH);
    while (rest.ptr) {
        struct slice folder = slice_cut(&rest, ':');
        strvec_pushn(folders, folder.ptr, folder.len);
    }
    return 0;
}

char *host_path_join(const struct strvec *folders)
{
    struct strbuf out = {0};
    strbuf_add_joined(&out, folders, "", ":");
    return strbuf_steal(&out);
}
