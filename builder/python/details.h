/* What the files of an interpreter's development package say of it, without running it. */
#ifndef PYTHON_DETAILS_H
#define PYTHON_DETAILS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct python_details {
    const char *version;    /* PY_VERSION of patchlevel.h: "3.14.10"; "" when it is not said, as all texts */
    const char *soabi;      /* of the Makefile: "cpython-314-x86_64-linux-gnu" */
    const char *ext_suffix; /* of the Makefile: ".cpython-314-x86_64-linux-gnu.so" */
    const char *multiarch;  /* of the Makefile: "x86_64-linux-gnu" */
    int major, minor, micro;
    char release[12]; /* PY_RELEASE_LEVEL: "final", "candidate" */
    int serial;
    bool free_threaded, debug; /* Py_GIL_DISABLED and Py_DEBUG of pyconfig.h */
    int pointer_bytes;         /* SIZEOF_VOID_P of pyconfig.h; 0: not said */
};

/* Reads the texts of these three files. Texts live in the arena. */
void python_details_read(struct python_details *out, struct arena *a, const char *patchlevel,
    const char *pyconfig, const char *makefile);

/* Adds build-details.json (PEP 739, schema 1.0) of headers that lie in a folder beside it. machine is as in
 * platform tags.
 */
void python_details_write(
    struct strbuf *out, const struct python_details *d, const char *machine, const char *include);

#endif
