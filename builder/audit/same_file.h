/* Which file of one wheel is which of another. */
#ifndef AUDIT_SAME_FILE_H
#define AUDIT_SAME_FILE_H

#include "audit/files.h"

/* A name without what changes with every build: "m.so" for "m.cpython-311-x86_64-linux-gnu.so" and
 * "m.abi3.so", "libtiff.so.6.0.2" for "libtiff-fb65e6fb.so.6.0.2". Folders stay. */
const char *same_file_name(struct arena *arena, const char *path);

struct same_file {
    const struct audit_report *reports[2]; /* older and newer; one may be NULL */
};

/* Every compiled file of both, in the order of the older one, then what only the newer has. Files of one name
 * are the same, then those of one same_file_name, then those of one library whatever the number of its
 * soname; alone: each has one, and it is the same whatever its name. The caller frees the array. */
struct same_file *same_files_find(
    const struct audited *older, const struct audited *newer, bool alone, size_t *count);

#endif
