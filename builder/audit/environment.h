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

/* A name that the loader knows once: a soname, a unique symbol. */
struct held_name {
    const char *name, *distribution, *file;
};

struct environment {
    const char *folder;
    const char *owner; /* of all that is added, or NULL: by RECORD and folder */
    struct arena arena;
    struct map owners; /* path below the folder to the distribution's name */
    VEC(struct carried) carried;
    VEC(struct held_name) sonames, unique; /* sorted when they are judged */
};

/* Begins one of wheels that were named together. */
void environment_begin(struct environment *env);

/* Reads who owns which files from each RECORD. What cannot be read is left out. */
int environment_open(struct environment *env, const char *folder, struct err *e);

/* Notes what a file below the folder, or a wheel, carries. */
void environment_add(struct environment *env, const struct audited *a);

/* Judges the folder; fills *a, whose path is set. */
void environment_judge(struct environment *env, struct audited *a, const struct audit_options *options);
void environment_release(struct environment *env);

#endif
