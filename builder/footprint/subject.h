/* What is measured: modules of a wheel, of a folder, or as installed. */
#ifndef FOOTPRINT_SUBJECT_H
#define FOOTPRINT_SUBJECT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "python/interpreter.h"

struct subject {
    const char *label;   /* "pyzmq-27.1.0-….whl", "installed" */
    const char *site;    /* absolute folder that is put before all others; NULL: as installed */
    struct strvec names; /* to import */
};

/* Makes a subject of a wheel (installed into a fresh folder below scratch, and compiled, as pip does), of a
 * folder, or of the word "installed". names may be empty for a wheel: then what it brings is imported. Fails
 * (ERR_USAGE) for a wheel that is not for this interpreter, and where no name is known. */
int subject_open(struct subject *s, struct arena *a, const char *what, const struct strvec *names,
    const struct interpreter *python, const char *scratch, struct err *e);
void subject_release(struct subject *s);

/* Adds the names that a wheel with these members brings: packages and modules that hold extensions, or all
 * when none does. */
void subject_names(struct strvec *out, const char *const *members, size_t count);

#endif
