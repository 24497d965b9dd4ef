/* Paths as they are named on a command line, in order, and what is in a folder. */
#ifndef AUDIT_WALK_H
#define AUDIT_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum walk_kind {
    WALK_FILE,
    WALK_ENTER,  /* an installed environment begins: what follows is below it */
    WALK_LEAVE,  /* and ends */
    WALK_UNREAD, /* a folder that cannot be read */
};

struct walk_item {
    enum walk_kind kind;
    char *path;     /* the caller frees it */
    bool named;     /* by the user, not found in a folder */
    struct err why; /* WALK_UNREAD; the caller releases it */
};

struct walk;

/* The paths that a user names; "-" stands for standard input: paths parted by newlines, or by NULs when there
 * is one. What each is has not been looked at. Fails when standard input cannot be read. */
struct walk *walk_new(const struct strvec *paths, struct err *e);

/* What is in a folder, folders in it included, in the order of names. Links to folders, and links to files of
 * the same folder, are left out; so is what is neither file nor folder. */
struct walk *walk_folder(const char *path);
void walk_free(struct walk *w);

/* False at the end. */
bool walk_next(struct walk *w, struct walk_item *item);

#endif
