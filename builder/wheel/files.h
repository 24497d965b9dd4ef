/* The files that go into a wheel, outside its dist-info folder. */
#ifndef WHEEL_FILES_H
#define WHEEL_FILES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "recipe/recipe.h"

struct wheel_file {
    const char *to;   /* path in the wheel */
    const char *from; /* absolute path on disk */
    bool executable;  /* mode 0755 in the wheel: shared objects, and what its owner may execute */
};

/* Zeroed is empty. */
struct wheel_files {
    struct wheel_file *items;
    size_t len, cap;
    struct map by_name; /* to struct wheel_file's `from` */
    struct arena arena;
};

void wheel_files_release(struct wheel_files *f);

/* Adds one file. Two files for one place are an error naming both. */
int wheel_files_add(struct wheel_files *f, const char *to, const char *from, struct err *e);

/* Adds packages and single modules of [wheel] from the source at src. Everything below a package is taken
 * except: version control (.git*, .hg*, .svn, CVS), caches (__pycache__, *.pyc, *.pyo, .mypy_cache, …), C and
 * C++ sources (*.c *.cc *.cpp *.cxx; Cython's output lies there), objects and libraries (*.o *.a *.so *.pyd
 * …, the modules come from the build), editors' backups, and what the recipe's `exclude` matches. A pattern
 * is matched against the path below root; `*` crosses folders and a folder's name takes all that is below it.
 */
int wheel_files_add_packages(struct wheel_files *f, const char *src, const struct recipe *r, struct err *e);

/* Adds a file, or everything below a folder, at to in the wheel: built modules, [[wheel.data]]. */
int wheel_files_add_tree(struct wheel_files *f, const char *from, const char *to, struct err *e);

#endif
