/* A way through a tree, by descriptors: what is renamed meanwhile leads nowhere else. */
#ifndef SYS_VISIT_H
#define SYS_VISIT_H

#include <sys/stat.h>

#include "base/err.h"

struct visited {
    int folder;            /* that holds it */
    const char *name;      /* in the folder */
    const char *path;      /* below the top: "lib/libz.a" */
    const char *shown;     /* the top and path, for messages */
    const struct stat *st; /* of a link itself */
};

/* Calls each with every entry below top, sorted by name in each folder, a folder after what is in it, until
 * it fails. */
int tree_visit(const char *top, int (*each)(void *arg, const struct visited *v, struct err *e), void *arg,
    struct err *e);

#endif
