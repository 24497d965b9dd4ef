/* Writes entries below one folder without ever following a link: every step of a path is opened with
 * O_NOFOLLOW from the one before it. */
#ifndef ARCHIVE_TREE_WRITER_H
#define ARCHIVE_TREE_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/err.h"
#include "base/map.h"

struct tree_writer {
    int root;          /* descriptor of the folder */
    struct map kinds;  /* path -> kind of what was written there */
    size_t names_left; /* bytes that the paths in it may still take: memory is little where archives are
                          unpacked */
    char *parent;      /* the folder that was written to last: archives go folder by folder */
    int parent_fd;     /* open on it; -1 when parent is NULL */
    mode_t umask;      /* the process's, put back by release */
};

/* False when something stands in the folder, or it cannot be read. */
bool tree_writer_finds_empty(const char *folder);

/* Release it also when this fails. Modes are given whatever the umask: it is 0 until release, so not for a
 * process with threads. */
int tree_writer_open(struct tree_writer *w, const char *folder, struct err *e);
void tree_writer_release(struct tree_writer *w);

/* Paths are relative, clean, without "..". Each fails when the path was written before (a folder may come
 * again), or leads through something that is not a folder. */
int tree_writer_folder(struct tree_writer *w, const char *path, struct err *e);

/* Gives a descriptor to write the content to; the file has mode 0755 or 0644. */
int tree_writer_file(struct tree_writer *w, const char *path, bool executable, struct err *e);

/* Sets the time, and closes it. */
int tree_writer_finish(int fd, struct timespec mtime, struct err *e);

/* target must stay inside the tree, as seen from the link's folder. */
int tree_writer_symlink(struct tree_writer *w, const char *path, const char *target, struct err *e);

/* existing is a path of this tree that was written as a file: its content is copied, so that two names never
 * share an inode. *room, the bytes that may still be written, shrinks by its size. */
int tree_writer_hardlink(
    struct tree_writer *w, const char *path, const char *existing, uint64_t *room, struct err *e);

#endif
