/* Paths inside a root folder that is not ours. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "loader/machine.h"
#include "sys/read.h"

enum {
    MOST_LINKS = 40,     /* as the kernel */
    LONGEST_PATH = 4096, /* as the kernel */
};

static void drop_last(struct strbuf *path)
{
    while (path->len && path->ptr[path->len - 1] != '/')
        path->len--;
    path->len -= path->len > 0;
    if (path->ptr)
        path->ptr[path->len] = '\0';
}

/* One step down: *done grows by the part, or *rest by what the link there says. False for too many links. */
static bool step(const char *root, struct slice part, struct strbuf *done, struct strbuf *rest, int *links)
{
    size_t before = done->len;
    strbuf_addc(done, '/');
    strbuf_add(done, part.ptr, part.len);
    AUTO(strbuf) struct strbuf outside = {0};
    strbuf_addf(&outside, "%s%s", root, done->ptr);
    AUTO(err) struct err ignored = ERR_INIT; /* opening the path will tell */
    AUTO_FREE char *target = NULL;
    if (link_read(&target, AT_FDCWD, outside.ptr, outside.ptr, &ignored) != 1)
        return true;
    if (++*links > MOST_LINKS || strlen(target) > LONGEST_PATH || rest->len > LONGEST_PATH)
        return false;
    done->len = target[0] == '/' ? 0 : before;
    done->ptr[done->len] = '\0';
    AUTO(strbuf) struct strbuf longer = {0};
    strbuf_adds(&longer, target);
    strbuf_addc(&longer, '/');
    strbuf_adds(&longer, strbuf_str(rest));
    strbuf_clear(rest);
    strbuf_add(rest, longer.ptr, longer.len);
    return true;
}

char *loader_machine_path(const struct loader_machine *m, const char *path)
{
    if (strlen(path) >= LONGEST_PATH)
        return NULL;
    if (!*m->root)
        return xstrdup(path);
    AUTO(strbuf) struct strbuf done = {0};
    AUTO(strbuf) struct strbuf rest = {0};
    strbuf_adds(&rest, path);
    int links = 0;
    while (rest.len) {
        struct slice all = {rest.ptr, rest.len};
        struct slice first = slice_cut(&all, '/');
        AUTO_FREE char *part = xstrndup(first.ptr, first.len);
        AUTO_FREE char *behind = xstrndup(all.ptr ? all.ptr : "", all.ptr ? all.len : 0);
        strbuf_clear(&rest);
        strbuf_adds(&rest, behind);
        if (!*part || strcmp(part, ".") == 0)
            continue;
        if (strcmp(part, "..") == 0)
            drop_last(&done);
        else if (!step(m->root, slice_of(part), &done, &rest, &links))
            return NULL;
    }
    return xstrf("%s%s", m->root, done.len ? done.ptr : "/");
}

static bool look(const struct loader_machine *m, const char *path, struct stat *st)
{
    AUTO_FREE char *outside = loader_machine_path(m, path);
    AUTO(err) struct err ignored = ERR_INIT;
    return outside && path_look(st, outside, true, &ignored) == 1;
}

bool loader_machine_has_folder(const struct loader_machine *m, const char *path)
{
    struct stat st;
    return look(m, path, &st) && S_ISDIR(st.st_mode);
}

bool loader_machine_has(const struct loader_machine *m, const char *path)
{
    struct stat st;
    return look(m, path, &st) && !S_ISDIR(st.st_mode);
}
