/* Paths as text: nothing here touches the disk unless it says so. */
#ifndef SYS_PATH_H
#define SYS_PATH_H

#include <stdbool.h>

/* a/b, or b alone when b is absolute or a is ""; the caller frees it. */
char *path_join(const char *a, const char *b);

/* What follows the last slash (points into path). */
const char *path_base(const char *path);

/* What stands before the last slash, "." when there is none; the caller frees it. */
char *path_dir(const char *path);

/* Without "." and empty parts, with ".." folded as text; the caller frees it. */
char *path_clean(const char *path);

/* path made absolute against the working folder, then cleaned; the caller frees it. */
char *path_absolute(const char *path);

/* True when path is relative, not empty, and has no "..", NUL-free: it cannot leave the folder it is joined
 * to. */
bool path_stays_inside(const char *path);

/* What of path lies below a folder: "b/c" of "/a/b/c" below "/a"; NULL when it lies elsewhere, and for the
 * folder itself. */
const char *path_below(const char *path, const char *folder);

/* path as seen from base (both absolute and clean), or a copy of path when it is not below base; caller
 * frees. */
char *path_relative(const char *path, const char *base);

#endif
