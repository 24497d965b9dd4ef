/* Libraries that are known by name, and who calls them how. */
#ifndef INSPECT_LIBRARY_H
#define INSPECT_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct library {
    const char *name;
    bool stateful;        /* two copies in one process do not share what they keep */
    bool tool;            /* a compiler's own: no bill of materials lists it as a part */
    const char *files;    /* names of its shared libraries, without "lib" and ".so", a space between */
    const char *packages; /* other names of it, a space between */
};

/* Library i of the table, in the order of names, or NULL past the end. */
const struct library *library_at(size_t i);

/* By its name, or NULL. */
const struct library *library_find(const char *name);

/* The library that a shared library's file or soname is of, however a repairer of wheels called its copy:
 * "libcrypto.so.3", "libldap-2-062bb940.5.so.0.1.8"; NULL when the table has none. */
const struct library *library_of_file(const char *path);

/* By the name of a package of a distribution, a package manager or a crate: "libssl3", "openssl-libs"; or
 * NULL. What is called like a file of the library is it only with "lib" in front: a crate "crypto" is not. */
const struct library *library_of_package(const char *package);

/* What stands in the name of a file for the library: "tiff" of "libtiff-fb65e6fb.so.6.0.2". Numbers behind
 * ".so" tell which programs may use it, and are no version. */
struct slice library_stem(const char *path);

#endif
