/* How one name becomes one file; for this folder and its tests. */
#ifndef LOADER_INTERNAL_H
#define LOADER_INTERNAL_H

#include "loader/tree.h"

/* $ORIGIN, $LIB and $PLATFORM, also with braces, in a text (ld.so(8), "Dynamic string tokens"). NULL, when
 * one of them is not known or the result is longer than a path can be; the caller frees it. */
char *loader_expand(const struct loader_abi *abi, const char *origin, struct slice text);

/* Looks for the library `name` on behalf of the object `by` and fills *out, but for name and edges; returns
 * the number of an object that is loaded already, or SIZE_MAX. */
size_t loader_search(struct loader_tree *t, const char *name, size_t by, struct loader_object *out);

/* Whether a library defines a version (DT_VERDEF), and the newest one it has of the same family, "" for none:
 * GLIBC_2.36 for GLIBC_2.38. */
bool defines_version(const struct elf_image *image, const char *version);
const char *newest_version(const struct elf_image *image, const char *version);

/* Whether some version of CPython exports it. */
bool is_exported_by_python(const char *name);

#endif
