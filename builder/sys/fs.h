/* Files and folders. Errors name the path; no space and no permission become ERR_ENVIRONMENT. */
#ifndef SYS_FS_H
#define SYS_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/str.h"
#include "sys/read.h"

/* A file's bytes, mapped read-only. Empty files have bytes NULL and size 0. */
struct mapping {
    const unsigned char *bytes;
    size_t size;
};

/* Maps a regular file; anything else (FIFO, device, folder) is refused without opening it for long. */
int mapping_open(struct mapping *m, const char *path, struct err *e);
void mapping_release(struct mapping *m);

/* Adds the whole file to *out; a file over limit bytes is an error. */
int file_read(struct strbuf *out, const char *path, size_t limit, struct err *e);

/* Writes aside and renames: readers see the old file or the new one. Makes no folders. */
int file_write(const char *path, const void *bytes, size_t len, mode_t mode, struct err *e);

/* Writes only when the content differs, so that time stamps keep their meaning. */
int file_write_if_changed(const char *path, const void *bytes, size_t len, mode_t mode, struct err *e);

/* Copies content and permission bits (a reflink where the file system can), times are not kept; the copy is
 * writable for its owner. */
int file_copy(const char *from, const char *to, struct err *e);

/* rename(2) with words. */
int file_rename(const char *from, const char *to, struct err *e);

/* The folder and its parents, mode 0777 less the umask. */
int folder_make(const char *path, struct err *e);

/* file_copy, and the folders above it, where they are missing. */
int file_copy_into(const char *from, const char *to, struct err *e);

/* A new folder named parent/prefixXXXXXX; the caller frees the name and removes the folder. */
char *folder_make_temporary(const char *parent, const char *prefix, struct err *e);

/* What there is room for where the folder lies, for who may not use what is reserved; UINT64_MAX when that
 * cannot be told. */
uint64_t folder_free_bytes(const char *path);

/* Moves a tree within its file system, also one that is read-only. */
int tree_move(const char *from, const char *to, struct err *e);

/* Removes a file or a whole tree without following links; a path that is not there is fine. */
int tree_remove(const char *path, struct err *e);

/* Copies a tree: folders, files, symbolic links as they are. to must not exist or be a folder. */
int tree_copy(const char *from, const char *to, struct err *e);

/* Gives every regular file and symbolic link below root, sorted by path, as paths relative to root; folders
 * are walked, links are not followed. Names skipped: those for which skip (may be NULL) answers true. */
int tree_list(const char *root, bool (*skip)(const char *relative, void *arg), void *arg, struct strvec *out,
    struct err *e);

/* What tells one state of a file from another without reading it. */
struct file_identity {
    uint64_t device, inode, size;
    int64_t mtime_ns, ctime_ns;
};

/* Follows links: 1, 0 when nothing is there, or -1. */
int file_identity_get(struct file_identity *id, const char *path, struct err *e);

#endif
