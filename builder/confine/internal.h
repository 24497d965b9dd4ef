/* What the files of confine/ share. */
#ifndef CONFINE_INTERNAL_H
#define CONFINE_INTERNAL_H

#include "confine/view.h"

/* What a compiler reads of this machine. */
struct compiler_reads {
    struct strvec include;   /* folders in which headers are searched for; real paths */
    struct strvec libraries; /* folders in which libraries are; real paths, without the compiler's own */
    char *own;               /* the folder of the compiler's own libraries, "" when it does not say */
};
int compiler_reads(
    struct compiler_reads *out, const char *compiler, const struct fact_memory *memory, struct err *e);
void compiler_reads_release(struct compiler_reads *r);

/* Adds the real paths of the C library's headers and of what these include. */
int compiler_headers(
    struct strvec *out, const char *compiler, const struct compiler_reads *reads, struct err *e);

/* Adds the real-folder paths of the C library's and the compiler's own files in library folders: start files,
 * archives, what -lc and the like find, and what linker scripts among them name. */
int library_files_kept(struct strvec *out, const struct compiler_reads *reads, struct err *e);

/* Whether that entry of a library folder serves building only: archives, objects, links and scripts that the
 * linker finds by -l, folders and files of pkg-config and CMake. 1, 0 or -1. */
int is_development_file(const char *folder, const char *name, unsigned char type, struct err *e);

/* Headers: true for folders of the C library, the kernel and C++ that are theirs as a whole. */
extern const char *const whole_header_folders[];

#endif
