/* The store belongs to one user: whoever can write to it decides which compiler and which `ar` are run, and
 * so runs code as that user. */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static int check_owner(const char *path, const struct stat *st, struct err *e)
{
    if (st->st_uid == geteuid())
        return 0;
    return err_set(e, ERR_REFUSED,
        "%s: belongs to another user (%ld), who could change what is built from it; if it is yours all the "
        "same: chown -R %ld %s",
        path, (long)st->st_uid, (long)geteuid(), path);
}

static int check_writers(const char *path, const struct stat *st, struct err *e)
{
    if (!(st->st_mode & (S_IWGRP | S_IWOTH)))
        return 0;
    return err_set(e, ERR_REFUSED,
        "%s: others may write to it (mode %04o), and could change what is built from it; if nobody did: "
        "chmod go-w %s",
        path, (unsigned)st->st_mode & 07777, path);
}

static int check_access(const char *path, struct err *e)
{
    /* Asked, not read from the mode: there are read-only file systems and ACLs too. */
    int allowed = path_allows(path, R_OK | W_OK | X_OK, e);
    if (allowed)
        return allowed < 0 ? -1 : 0;
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be written", path);
}

int private_folder_make(const char *path, struct err *e)
{
    AUTO_FREE char *parent = path_dir(path);
    struct stat st;
    if (folder_make(parent, e) < 0)
        return -1;
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", path);
    int there = path_look(&st, path, true, e);
    if (there < 0)
        return -1;
    if (!there || !S_ISDIR(st.st_mode))
        return err_set(e, ERR_ENVIRONMENT, "%s: is in the way and is not a folder", path);
    return check_owner(path, &st, e) < 0 || check_writers(path, &st, e) < 0 ? -1 : check_access(path, e);
}
