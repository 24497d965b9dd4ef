/* For kit/ and its tests. */
#ifndef KIT_INTERNAL_H
#define KIT_INTERNAL_H

#include "kit/kit.h"

/* The compiler's libatomic.a, "" when it came without it; the caller frees it. */
char *kit_libatomic(const struct kit_request *r, struct err *e);

/* Adds the paths of the shared libraries of the compiler's glibc. */
int kit_libraries(struct strvec *out, const struct kit_request *r, struct err *e);

/* Adds one line a fact that a kit's contents come from, but no path. Fails when a
 * library or archive that it needs is not there, or the C library is older than the target. */
int kit_identity(struct strbuf *out, const struct kit_request *r, struct err *e);

/* Fills an empty folder. */
int kit_make(const struct kit_request *r, const char *dir, struct err *e);

/* The parts of kit_make. dir is the kit; lib/, include/ and bin/ are there. */

/* lib/: reads the linked libraries at those paths (their sonames tell which is which) and writes a stub of
 * each as the target's glibc had it. */
int stubs_write(const struct platform *target, const char *const *host_libraries, size_t count,
    const char *lib_dir, struct err *e);

/* lib/: the stub of libgcc_s.so.1. */
int unwinder_write(const struct platform *target, const char *lib_dir, struct err *e);

/* lib/: the linker scripts. */
int scripts_write(const struct kit_request *r, const char *lib_dir, struct err *e);

/* lib/: the archives and the crt objects. */
int compat_make(const struct kit_request *r, const char *dir, struct err *e);

/* include/: the header overlay. */
int overlay_write(const struct kit_request *r, const char *include_dir, struct err *e);

/* include/: what the machine's headers declare and the target lacks is hidden, what compat brings is
 * declared. Reads lib/, and the other overlays. */
int headers_hide(const struct kit_request *r, const char *dir, struct err *e);

/* Adds one line that tells the machine's headers from any others. */
int header_facts(struct strbuf *out, const struct kit_request *r, struct err *e);

/* Adds the folders where the C (or the C++) compiler looks for headers, in their order. */
int kit_header_folders(struct strvec *dirs, const struct kit_request *r, bool cxx, struct err *e);

/* Fails, naming symbols, when the compiler's static runtime needs what neither the target nor the archives of
 * the kit have. */
int runtime_scan(const struct kit_request *r, const char *dir, struct err *e);

/* bin/ and the toolchain files. */
int wiring_write(const struct kit_request *r, const char *dir, struct err *e);

#endif
