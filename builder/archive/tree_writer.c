/* Writes what an archive holds below one folder, so that no name, link or order of entries can lead out
 * of it. */
#include "archive/tree_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { MOST_NAMES = 96 << 20, NAME_OVERHEAD = 64 };

/* What stands at a path; addresses serve as the map's values. */
static char a_folder, a_file, a_link;

bool tree_writer_finds_empty(const char *folder)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    return folder_names(&names, folder, &ignored) == 1 && !names.len;
}

int tree_writer_open(struct tree_writer *w, const char *folder, struct err *e)
{
    *w = (struct tree_writer){.root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
        .parent_fd = -1,
        .umask = umask(0),
        .names_left = MOST_NAMES};
    return w->root < 0 ? err_errno(e, ERR_BUILD, "%s", folder) : 0;
}

static void forget_parent(struct tree_writer *w)
{
    if (w->parent_fd >= 0)
        close(w->parent_fd);
    free(w->parent);
    w->parent = NULL;
    w->parent_fd = -1;
}

void tree_writer_release(struct tree_writer *w)
{
    if (w->root >= 0)
        close(w->root);
    forget_parent(w);
    map_release(&w->kinds);
    umask(w->umask);
    w->root = -1;
}

/* Remembers what stands at a path of len bytes. */
static int remember(struct tree_writer *w, const char *path, size_t len, void *kind, struct err *e)
{
    if (map_getn(&w->kinds, path, len))
        return 0;
    if (len + NAME_OVERHEAD > w->names_left)
        return err_set(e, ERR_BUILD, "the names in the archive are longer in all than %d MiB, the limit",
            MOST_NAMES >> 20);
    w->names_left -= len + NAME_OVERHEAD;
    map_setn(&w->kinds, path, len, kind);
    return 0;
}

/* Opens one folder below parent; made when it is not known to be there. */
static int step_into(int parent, const char *name, bool known)
{
    if (!known && mkdirat(parent, name, 0755) < 0 && errno != EEXIST)
        return -1;
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Opens the folder whose path is the first len bytes, step by step, making what is missing. */
static int walk_to(struct tree_writer *w, const char *path, size_t len, struct err *e)
{
    AUTO_CLOSE int at = -1;
    for (size_t begin = 0, end; begin < len; begin = end + 1) {
        end = begin + strcspn(path + begin, "/");
        AUTO_FREE char *part = xstrndup(path + begin, end - begin);
        void *known = map_getn(&w->kinds, path, end);
        if (known && known != &a_folder)
            return err_set(e, ERR_BUILD, "leads through \"%.*s\", which is not a folder", (int)end, path);
        if (remember(w, path, end, &a_folder, e) < 0)
            return -1;
        int next = step_into(begin ? at : w->root, part, known != NULL);
        if (next < 0)
            return err_errno(e, ERR_BUILD, "the folder \"%.*s\" cannot be made", (int)end, path);
        if (begin)
            close(at);
        at = next;
    }
    return steal_fd(&at);
}

/* Gives a descriptor, which is the writer's, of the folder that path stands in; *name becomes the last part
 * of path. */
static int open_parent(struct tree_writer *w, const char *path, const char **name, struct err *e)
{
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    if (!slash)
        return w->root;
    size_t len = (size_t)(slash - path);
    if (w->parent && strncmp(w->parent, path, len) == 0 && w->parent[len] == '\0')
        return w->parent_fd;
    int fd = walk_to(w, path, len, e);
    if (fd < 0)
        return -1;
    forget_parent(w);
    w->parent = xstrndup(path, len);
    return w->parent_fd = fd;
}

static int claim(struct tree_writer *w, const char *path, void *kind, struct err *e)
{
    void *before = map_get(&w->kinds, path);
    if (before && !(before == &a_folder && kind == &a_folder))
        return err_set(e, ERR_BUILD, "stands in the archive twice");
    return remember(w, path, strlen(path), kind, e);
}

int tree_writer_folder(struct tree_writer *w, const char *path, struct err *e)
{
    const char *name;
    int parent = open_parent(w, path, &name, e);
    bool known = map_get(&w->kinds, path) != NULL;
    if (parent < 0 || claim(w, path, &a_folder, e) < 0)
        return -1;
    AUTO_CLOSE int fd = step_into(parent, name, known);
    return fd < 0 ? err_errno(e, ERR_BUILD, "the folder cannot be made") : 0;
}

int tree_writer_file(struct tree_writer *w, const char *path, bool executable, struct err *e)
{
    const char *name;
    int parent = open_parent(w, path, &name, e);
    if (parent < 0 || claim(w, path, &a_file, e) < 0)
        return -1;
    int fd =
        openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, executable ? 0755 : 0644);
    return fd < 0 ? err_errno(e, ERR_BUILD, "cannot be written") : fd;
}

int tree_writer_finish(int fd, struct timespec mtime, struct err *e)
{
    AUTO_CLOSE int own = fd;
    struct timespec times[2] = {mtime, mtime};
    return futimens(own, times) < 0 ? err_errno(e, ERR_BUILD, "cannot be given its time") : 0;
}

/* A link's target must be relative, begin with no more ".." than there are folders above the link, and have
 * no
 * ".." after that. The folders above are real ones, because paths through links are refused, so the leading
 * ".." lead where they seem to; behind a name that may be a link itself they would not ("d" -> ".", "d/.." is
 * above the root). So each link stays inside whatever the others are. */
static bool target_stays_inside(const char *path, const char *target)
{
    if (!target || target[0] == '/' || target[0] == '\0')
        return false;
    int depth = 0;
    for (const char *p = path; *p; p++)
        depth += *p == '/';
    bool climbing = true;
    struct slice rest = slice_of(target);
    while (rest.ptr) {
        struct slice part = slice_cut(&rest, '/');
        if (!part.len || slice_is(part, "."))
            continue;
        if (!slice_is(part, ".."))
            climbing = false;
        else if (!climbing || --depth < 0)
            return false;
    }
    return true;
}

int tree_writer_symlink(struct tree_writer *w, const char *path, const char *target, struct err *e)
{
    const char *name;
    if (!target_stays_inside(path, target))
        return err_set(
            e, ERR_BUILD, "is a link to \"%s\", which may lead out of the archive", target ? target : "");
    int parent = open_parent(w, path, &name, e);
    if (parent < 0 || claim(w, path, &a_link, e) < 0)
        return -1;
    return symlinkat(target, parent, name) < 0 ? err_errno(e, ERR_BUILD, "the link cannot be made") : 0;
}

static int copy_content(int from, int to)
{
    char buffer[65536];
    ssize_t n;
    while ((n = read(from, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, more; done < n; done += more)
            if ((more = write(to, buffer + done, (size_t)(n - done))) < 0)
                return -1;
    return (int)n;
}

int tree_writer_hardlink(
    struct tree_writer *w, const char *path, const char *existing, uint64_t *room, struct err *e)
{
    const char *name;
    if (map_get(&w->kinds, existing) != &a_file)
        return err_set(
            e, ERR_BUILD, "is a hard link to \"%s\", which is no file before it in the archive", existing);
    int from_parent = open_parent(w, existing, &name, e);
    if (from_parent < 0)
        return -1;
    AUTO_CLOSE int from = openat(from_parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    if (from < 0 || fstat(from, &st) < 0)
        return err_errno(e, ERR_BUILD, "its other name \"%s\" cannot be read", existing);
    if ((uint64_t)st.st_size > *room)
        return err_set(e, ERR_BUILD, "makes the archive expand past the limit");
    *room -= (uint64_t)st.st_size;
    AUTO_CLOSE int to = tree_writer_file(w, path, st.st_mode & 0100, e);
    if (to < 0)
        return -1;
    if (copy_content(from, to) < 0)
        return err_errno(e, ERR_BUILD, "cannot be written");
    return tree_writer_finish(steal_fd(&to), st.st_mtim, e);
}
