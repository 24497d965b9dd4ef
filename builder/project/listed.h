/* Lists of requirements as pip reads them: a project a line, with the hashes that its files may have. */
#ifndef PROJECT_LISTED_H
#define PROJECT_LISTED_H

#include "base/arena.h"
#include "base/err.h"
#include "base/texts.h"
#include "base/vec.h"

struct listed {
    const char *name;    /* of a project of the index; NULL: */
    const char *path;    /* a folder or file */
    const char *version; /* in normal form, or NULL: the newest */
    const char *marker;  /* the text behind ";", or NULL */
    struct texts sha256; /* of the files that it may be; none: any */
    unsigned line;       /* where it begins */
};

struct listed_projects {
    VEC(struct listed) list;
};

/* Reads the text of the file of that name into the arena. Options of pip other than --hash, and versions that
 * are not exact, are ERR_USAGE with "file:line:", all of them at once. */
int listed_read(
    struct listed_projects *l, struct arena *a, const char *file, const char *text, struct err *e);
void listed_release(struct listed_projects *l);

#endif
