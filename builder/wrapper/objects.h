/* What the wrapper has to know of object files. */
#ifndef WRAPPER_OBJECTS_H
#define WRAPPER_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether an object, or a member of an archive, defines an entry point of an extension module: a symbol that
 * begins with PyInit_, PyInitU_, PyModExport_ or PyModExportU_. Objects of link-time optimisation hold their
 * names elsewhere; there the name alone counts. */
bool object_has_entry_point(const char *path);

/* Whether the text file names one: rustc's version scripts do. */
bool script_names_entry_point(const char *path);

/* The build ID of a linked file in hexadecimal, or "" when it has none. */
void object_build_id(const char *path, char *hex, size_t hex_size);

#endif
