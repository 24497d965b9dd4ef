/* Address space into which files are mapped one behind the other, and left together: unmapping each on its
 * own stops all threads of the program each time. */
#ifndef AUDIT_WINDOW_H
#define AUDIT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Zeroed is empty. For one thread at a time. */
struct window {
    unsigned char *base; /* NULL: nothing reserved yet */
    size_t used;
};

/* A file's bytes, mapped read-only. */
struct view {
    const unsigned char *bytes;
    size_t size;
    bool own; /* too large for a window: unmapped by view_release */
};

/* Maps a regular file of that size; the view holds until view_release, after which the window may be used for
 * another. Fails with the path. */
int window_map(
    struct window *w, struct view *view, int fd, unsigned long long size, const char *path, struct err *e);
void view_release(struct view *view);
void window_release(struct window *w);

#endif
