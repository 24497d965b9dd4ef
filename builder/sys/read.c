/* The system calls that look at files and folders, with their errors kept apart from "not there". */
#include "sys/read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

static bool is_absence(int number)
{
    return number == ENOENT || number == ENOTDIR;
}

/* A loop of links leads nowhere, and a name that the kernel finds too long cannot be there. */
static int nothing_or_wrong(const char *shown, struct err *e)
{
    return is_absence(errno) || errno == ELOOP || errno == ENAMETOOLONG
               ? 0
               : err_errno(e, ERR_ENVIRONMENT, "%s", shown);
}

static int absent_or_wrong(const char *shown, struct err *e)
{
    return is_absence(errno) ? 0 : err_errno(e, ERR_ENVIRONMENT, "%s", shown);
}

int path_look(struct stat *st, const char *path, bool follow, struct err *e)
{
    int status = follow ? stat(path, st) : lstat(path, st);
    return status == 0 ? 1 : nothing_or_wrong(path, e);
}

int path_look_at(struct stat *st, int folder, const char *name, bool follow, struct err *e)
{
    int status = fstatat(folder, name, st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    return status == 0 ? 1 : nothing_or_wrong(name, e);
}

int path_exists(const char *path, struct err *e)
{
    struct stat st;
    return path_look(&st, path, false, e);
}

int path_is_folder(const char *path, struct err *e)
{
    struct stat st;
    int there = path_look(&st, path, true, e);
    return there == 1 ? S_ISDIR(st.st_mode) : there;
}

int path_is_file(const char *path, struct err *e)
{
    struct stat st;
    int there = path_look(&st, path, true, e);
    return there == 1 ? S_ISREG(st.st_mode) : there;
}

bool path_may_be_file(const char *path)
{
    AUTO(err) struct err ignored = ERR_INIT;
    return path_is_file(path, &ignored) != 0;
}

int path_allows(const char *path, int mode, struct err *e)
{
    if (access(path, mode) == 0)
        return 1;
    return errno == EACCES || errno == EROFS || errno == EPERM ? 0 : nothing_or_wrong(path, e);
}

static int open_quietly(int folder, const char *name, int flags, mode_t mode)
{
    int fd;
    do
        fd = folder == AT_FDCWD ? open(name, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode)
                                : openat(folder, name, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

int file_open(const char *path, int flags, mode_t mode, struct err *e)
{
    int fd = open_quietly(AT_FDCWD, path, flags, mode);
    return fd < 0 ? err_errno(e, ERR_ENVIRONMENT, "%s", path) : fd;
}

int file_open_at(int *fd, int folder, const char *name, int flags, const char *shown, struct err *e)
{
    *fd = open_quietly(folder, name, flags, 0);
    return *fd < 0 ? absent_or_wrong(shown, e) : 1;
}

int file_open_regular(const char *path, struct stat *st, struct err *e)
{
    AUTO_CLOSE int fd = file_open(path, O_RDONLY, 0, e);
    if (fd < 0)
        return -1;
    if (fstat(fd, st) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", path);
    if (!S_ISREG(st->st_mode))
        return err_set(e, ERR_ENVIRONMENT, "%s: is not a regular file", path);
    return steal_fd(&fd);
}

ssize_t file_take(int fd, void *bytes, size_t len, off_t offset, const char *shown, struct err *e)
{
    for (;;) {
        ssize_t n = offset < 0 ? read(fd, bytes, len) : pread(fd, bytes, len, offset);
        if (n >= 0)
            return n;
        if (errno != EINTR)
            return err_errno(e, ERR_ENVIRONMENT, "%s", shown);
    }
}

int link_read(char **target, int folder, const char *name, const char *shown, struct err *e)
{
    size_t size = 256;
    for (;;) {
        AUTO_FREE char *text = xmalloc(size + 1);
        ssize_t n = readlinkat(folder, name, text, size);
        if (n < 0)
            return errno == EINVAL ? 0 : absent_or_wrong(shown, e);
        if ((size_t)n < size) {
            text[n] = '\0';
            *target = steal_ptr(&text);
            return 1;
        }
        size *= 2;
    }
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int visit(DIR *d, const char *shown, void (*each)(void *arg, const char *name, unsigned char type),
    void *arg, struct err *e)
{
    for (;;) {
        errno = 0; /* NULL is the end only when this stays */
        struct dirent *entry = readdir(d);
        if (!entry && errno)
            return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be listed", shown);
        if (!entry)
            return 1;
        if (!is_dots(entry->d_name))
            each(arg, entry->d_name, entry->d_type);
    }
}

int folder_each(
    const char *path, void (*each)(void *arg, const char *name, unsigned char type), void *arg, struct err *e)
{
    AUTO_CLOSEDIR DIR *d = opendir(path);
    return d ? visit(d, path, each, arg, e) : absent_or_wrong(path, e);
}

static void push_name(void *arg, const char *name, unsigned char type)
{
    (void)type;
    strvec_push(arg, name);
}

static int list(struct strvec *out, DIR *d, const char *shown, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    if (visit(d, shown, push_name, &names, e) < 0)
        return -1;
    strvec_sort(&names);
    strvec_push_all(out, &names);
    return 1;
}

int folder_names(struct strvec *out, const char *path, struct err *e)
{
    AUTO_CLOSEDIR DIR *d = opendir(path);
    return d ? list(out, d, path, e) : absent_or_wrong(path, e);
}

int folder_names_at(struct strvec *out, int folder, const char *name, const char *shown, struct err *e)
{
    AUTO_CLOSE int fd = -1;
    int there = file_open_at(&fd, folder, name, O_RDONLY | O_DIRECTORY, shown, e);
    if (there != 1)
        return there;
    AUTO_CLOSEDIR DIR *d = fdopendir(fd);
    if (!d)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be listed", shown);
    steal_fd(&fd); /* d closes it */
    return list(out, d, shown, e);
}
