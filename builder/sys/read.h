/* Reading what may not be there. Only "there is no such thing" (ENOENT, ENOTDIR) counts as that; every other
 * error of the system is told as one, because taken for the end of a folder or of a file it would make a
 * result that lacks something. Nobody outside sys/ calls open, read, stat, access or readdir by itself. */
#ifndef SYS_READ_H
#define SYS_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* What stands at path, links followed or not: 1, or 0 when nothing is there, or -1. A link that leads nowhere
 * is nothing when it is followed. */
int path_look(struct stat *st, const char *path, bool follow, struct err *e);
int path_look_at(struct stat *st, int folder, const char *name, bool follow, struct err *e);

/* 1, 0, or -1 with *e set: compare with 1 where an error is to be ignored. */
int path_exists(const char *path, struct err *e);    /* a link counts by itself */
int path_is_folder(const char *path, struct err *e); /* after following links */
int path_is_file(const char *path, struct err *e);   /* a regular one, after following links */

/* For who opens it next: true also when looking failed, because opening then says what is wrong. */
bool path_may_be_file(const char *path);

/* Whether we may do that (R_OK, W_OK, X_OK): 1, 0 when we may not or nothing is there, or -1. */
int path_allows(const char *path, int mode, struct err *e);

/* open(2) that closes on exec, never waits for a FIFO and never takes a terminal: the descriptor, or -1. */
int file_open(const char *path, int flags, mode_t mode, struct err *e);

/* Like file_open below a folder (or AT_FDCWD): 1 and *fd, 0 when nothing is there, or -1. shown is for
 * messages. */
int file_open_at(int *fd, int folder, const char *name, int flags, const char *shown, struct err *e);

/* Opens for reading what must be a regular file, and tells its size and mode: the descriptor, or -1. */
int file_open_regular(const char *path, struct stat *st, struct err *e);

/* Reads up to len bytes, from the descriptor's place or from offset when that is not negative: how many, 0 at
 * the end, -1. A signal does not end it. */
ssize_t file_take(int fd, void *bytes, size_t len, off_t offset, const char *shown, struct err *e);

/* Where a symbolic link leads: 1 and *target (owned by the caller), 0 when it is no link or not there, -1. */
int link_read(char **target, int folder, const char *name, const char *shown, struct err *e);

/* Tells each name in a folder but "." and "..", with its type as in struct dirent, in no order: 1, 0 when
 * there is no such folder, -1. */
int folder_each(const char *path, void (*each)(void *arg, const char *name, unsigned char type), void *arg,
    struct err *e);

/* Adds the names in a folder without "." and "..", sorted: 1, 0 when there is no such folder, -1. */
int folder_names(struct strvec *out, const char *path, struct err *e);
int folder_names_at(struct strvec *out, int folder, const char *name, const char *shown, struct err *e);

#endif
