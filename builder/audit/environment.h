/* A folder with installed distributions (site-packages): who carries which library. */
#ifndef AUDIT_ENVIRONMENT_H
#define AUDIT_ENVIRONMENT_H

#include "audit/files.h"
#include "audit/internal.h"

/* A library that a distribution carries. */
struct carried {
    const char *library, *version; /* version is "" when not known */
    const char *distribution;      /* "pyzmq 27.1.0", or the top folder of the file */
    const char *file;              /* below the folder */
};

struct environment {
    const char *folder;
    struct arena arena;
    struct map owners; /* path below the folder to the distribution's name */
    VEC(struct carried) carried;
};

/* Reads who owns which files from each RECORD. What cannot be read is left out. */
int environment_open(struct environment *env, const char *folder, struct err *e);

/* Notes what a file below the folder carries. */
void environment_add(struct environment *env, const struct audited *a);

/* Judges the folder; fills *a, whose path is set. */
void environment_judge(struct environment *env, struct audited *a, const struct audit_options *options);
void environment_release(struct environment *env);

#endif
