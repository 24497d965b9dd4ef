/* Files that are mapped one by one, and left together: unmapping each on its own stops all threads of the
 * program each time. */
#ifndef AUDIT_WINDOW_H
#define AUDIT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/vec.h"

/* Zeroed is empty. For one thread at a time. */
struct window {
    VEC(struct window_range {
        char *start;
        size_t size; /* bytes, whole pages */
    })
    ranges;
    size_t used; /* bytes of all ranges */
    char *place; /* where the first file of a full window would be; NULL: not looked for yet */
};

/* A file's bytes, mapped read-only. */
struct view {
    const unsigned char *bytes;
    size_t size;
    bool own; /* too large for a window: unmapped by view_release */
};

/* Whether a file of that size fits without leaving what is mapped already. */
bool window_has_room(const struct window *w, unsigned long long size);

/* Maps a regular file of that size; when there is no room, everything that was mapped before is left. The
 * view holds until then, or until view_release where it is its own. Fails with the path. */
int window_map(
    struct window *w, struct view *view, int fd, unsigned long long size, const char *path, struct err *e);
void view_release(struct view *view);

/* Takes bytes of a view, where it is its own, out of memory until they are looked at again. */
void view_forget(const struct view *view, const unsigned char *bytes, size_t size);
void window_release(struct window *w);

#endif
