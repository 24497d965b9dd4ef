/* DT_RPATH and DT_RUNPATH as glibc's loader reads them (ld.so(8), "Rpath token expansion"). */
#ifndef AUDIT_SEARCH_PATH_H
#define AUDIT_SEARCH_PATH_H

#include "base/str.h"
#include "target/target.h"

struct search_entry {
    struct slice text;   /* as it stands in the file */
    bool from_origin;    /* begins with $ORIGIN or ${ORIGIN} */
    struct slice behind; /* what follows that; else all of it */
    bool varies;         /* has $LIB or $PLATFORM, which differ between systems */
};

/* The next entry of a list; false at the end. *list starts as the whole value. */
bool search_entry_next(struct slice *list, struct search_entry *entry);

/* Gives visit each folder that an entry which starts at $ORIGIN may stand for, until it returns true, which
 * is then the result. $LIB and $PLATFORM are tried with what they are on the systems that are known; arch may
 * be NULL. */
bool search_path_visit(const char *search, const char *origin, const struct arch *arch,
    bool (*visit)(void *arg, const char *folder), void *arg);

#endif
