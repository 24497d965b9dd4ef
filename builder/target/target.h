/* Platform tables: what each manylinux, musllinux and linux tag promises on each architecture.
 *
 * Sources: PEP 513 (manylinux1), PEP 571 (manylinux2010), PEP 599 (manylinux2014), PEP 600 (manylinux_2_N),
 * PEP 656 (musllinux_1_N), and the policies that the packaging community keeps for them.
 *
 * The tables hold the policies that were written down. PEP 600 and PEP 656 are open-ended: a tag between two
 * of them, or newer than the newest (manylinux_2_42), is a platform by rule: it has the libraries and
 * versions of the newest policy that is not newer than itself, and every GLIBC_2.N with N up to its own. Tags
 * older than the first policy of an architecture do not exist.
 *
 * linux_ARCH promises nothing and forbids nothing: every question about it is answered with yes.
 *
 * Everything here is constant, needs no start-up and may be asked from any thread. */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arch.h"
#include "base/err.h"
#include "base/str.h"

enum libc_kind {
    LIBC_ANY, /* linux_ARCH */
    LIBC_GLIBC,
    LIBC_MUSL,
};

/* The C library that a needed library or loader is of: "libc.so.6", "libc.musl-x86_64.so.1",
 * "ld-musl-x86_64.so.1"; LIBC_ANY when the name does not tell. "libc.so" is musl's: glibc's file of that name
 * is for linkers. */
enum libc_kind libc_of_soname(const char *soname);

/* Whether a file of that name, without folders, belongs to a C library: "libm.so.6", "libc-2.31.so". */
bool libc_has_file(const char *name);

/* A policy for one architecture: a value, made by platform_find, platform_at or platform_earliest. */
struct platform {
    char name[48];           /* "manylinux_2_17_x86_64" */
    char alias[48];          /* "manylinux2014_x86_64", or "" */
    const struct arch *arch; /* never NULL */
    enum libc_kind libc;
    int major, minor; /* of the libc it promises: 2, 17; 0, 0 for linux */
    int policy;       /* minor of the written policy that rules; differs from minor for a platform by rule,
                       * and is newer than that for one older than every policy */
};

/* Finds the platform of a tag: "manylinux_2_17_x86_64", "manylinux2014_x86_64", "musllinux_1_2_aarch64",
 * "linux_x86_64". False, with *out untouched, for anything else: another system, an unknown architecture, a
 * tag older than the architecture's first policy, a compressed set. */
bool platform_find(struct platform *out, const char *tag);

/* What a platform tag of a wheel's name is. */
enum tag_kind {
    TAG_PLATFORM,     /* one of ours, also one older than the first policy of its architecture (PEP 600) */
    TAG_ANY,          /* "any" */
    TAG_OTHER_SYSTEM, /* Windows, macOS, iOS, Android, WebAssembly */
    TAG_UNKNOWN,
};

/* Reads a tag; *out is set for TAG_PLATFORM alone. */
enum tag_kind platform_read_tag(struct platform *out, const char *tag);

/* The i-th written policy of an architecture, oldest first; false past the end. LIBC_ANY has one. */
bool platform_at(struct platform *out, enum libc_kind libc, const struct arch *arch, size_t i);

/* The oldest written policy of an architecture with this minor or a newer one; false when there is none, and
 * for LIBC_ANY. */
bool platform_from(struct platform *out, enum libc_kind libc, const struct arch *arch, int minor);

/* The newest written policy of an architecture; false when it has none. */
bool platform_newest(struct platform *out, enum libc_kind libc, const struct arch *arch);

/* What a run builds for. */
struct target {
    bool native; /* whatever the machine's own compiler gives; platform is then linux_ARCH of the machine */
    struct platform platform;
    bool tools; /* native, for programs of the build itself, whose target may be another machine */
};

/* The target that --target names: "native", a platform tag, or one without the architecture, which is then
 * machine ("x86_64", as uname tells it). NULL is the default: manylinux_2_17, or the oldest later policy that
 * the machine has; a machine without one is built for natively. Anything else is ERR_USAGE, saying why:
 * unknown, older than what can be linked for, linux_ARCH, which promises nothing. */
int target_choose(struct target *out, const char *name, const char *machine, struct err *e);

/* "native", or the platform's name. */
const char *target_name(const struct target *t);

/* The oldest C libraries that can be linked for: facts about older ones are not kept. */
enum { TARGET_OLDEST_GLIBC_MINOR = 17, TARGET_OLDEST_MUSL_MINOR = 2 };

/* False for a platform that is older. */
bool target_is_possible(const struct platform *p);

/* For sorting: below 0 when a comes before b. By architecture, then manylinux, musllinux, linux, then oldest
 * first. */
int platform_compare(const struct platform *a, const struct platform *b);

/* True when what was made for old may be labelled new as well: same architecture and libc, not newer. */
bool platform_covers(const struct platform *new_one, const struct platform *old);

/* Adds the platform tag as a wheel's file name has it: name and alias, sorted, joined by a dot:
 * "manylinux2014_x86_64.manylinux_2_17_x86_64" (PEP 425 compressed tag set). */
void platform_wheel_tag(const struct platform *p, struct strbuf *out);

/* True when a machine with that libc can load what was made for p (and so smoke-test it). */
bool platform_runs_on(const struct platform *p, enum libc_kind libc, int major, int minor);

/* True when p promises the library, by soname; the libc's own loader always counts. */
bool platform_has_library(const struct platform *p, const char *soname);

/* True when a module may not use the symbol although p promises the library: it is internal to it, or
 * missing on machines that p covers. */
bool platform_forbids_symbol(const struct platform *p, const char *soname, const char *symbol);

/* Whether some platform forbids it. */
bool platform_may_forbid(const char *soname, const char *symbol);

/* The i-th promised library, or NULL past the end; the loader is not among them. */
const char *platform_library_at(const struct platform *p, size_t i);

/* Whether musl 1.2.0 has it; later 1.2 releases, which have the same tag, have more. Known from x86_64. */
bool platform_musl_has(const char *symbol);

enum version_verdict {
    VERSION_ALLOWED, /* p promises it */
    VERSION_TOO_NEW, /* a newer platform promises it; platform_earliest says which */
    VERSION_UNKNOWN, /* of a family the policies rule, yet in none of them on this architecture:
                      * GLIBC_PRIVATE, GLIBC_ABI_GNU_TLS, GLIBCXX_3.4.99 */
    VERSION_FOREIGN, /* of a family the policies say nothing about: OPENSSL_3.0.0 */
};

/* Judges a symbol version needed from one of p's libraries, "GLIBC_2.28". A version that a library inside the
 * wheel defines is not p's matter: do not ask. On musl, whose libc has no versions, every GLIBC_ version is
 * unknown and all others are foreign. */
enum version_verdict platform_judge_version(const struct platform *p, const char *version);

/* The first written policy of libc and arch that promises the version; false when none does. GLIBC_2.N newer
 * than the newest of them gives manylinux_2_N by rule. */
bool platform_earliest(
    struct platform *out, enum libc_kind libc, const struct arch *arch, const char *version);

/* True for GLIBC_ABI_…: not a symbol's version but a demand on the loader, which an older one refuses. */
bool version_is_abi_marker(const char *version);

/* Tells which of two versions is newer: N * 1000 + M for "GLIBC_2.N" and "GLIBC_2.N.M", -1 for any other text
 * (GLIBC_PRIVATE, GLIBC_ABI_…). */
int glibc_version_order(const char *version);

/* Libraries of glibc between which symbols have moved (most of them into libc, with 2.34). */
enum glibc_library {
    GLIBC_LIBC = 1 << 0,
    GLIBC_LIBPTHREAD = 1 << 1,
    GLIBC_LIBM = 1 << 2,
    GLIBC_LIBDL = 1 << 3,
    GLIBC_LIBRT = 1 << 4,
    GLIBC_LIBUTIL = 1 << 5,
    GLIBC_LIBRESOLV = 1 << 6,
    GLIBC_LIBANL = 1 << 7,
    GLIBC_LD = 1 << 8,
};

/* The set (of enum glibc_library) of libraries that define symbol@version in the oldest glibc that p covers
 * and that has it; 0 when not known: a symbol that never moved, an architecture without facts (there are none
 * of ppc64 and armv6l, nor of glibc before 2.17), musl.
 *
 * The loader looks a symbol up in everything that is loaded, whatever library the module binds it to: on such
 * a machine it is found when the set has GLIBC_LIBC, which is always loaded, or a library that the module
 * needs; else only by luck. */
unsigned platform_symbol_home(const struct platform *p, const char *symbol, const char *version);

/* Every library (of enum glibc_library) that some glibc has had the symbol in, if it is one of those that
 * moved; else 0. */
unsigned glibc_symbol_homes(const char *symbol);

/* GLIBC_LIBC or GLIBC_LIBM when the newest glibc has the name, in any version; else 0. */
unsigned glibc_library_of_name(const char *symbol);

/* Whether platform_symbol_home knows every symbol that moved: so that a symbol without a home never did. */
bool platform_homes_known(const struct platform *p);

/* The i-th architecture of which that is known, by name; NULL past the end. */
const char *platform_homes_arch_at(size_t i);

/* The soname of one enum glibc_library on an architecture: "libpthread.so.0". */
const char *glibc_library_soname(enum glibc_library library, const struct arch *arch);

/* The one with this soname, or 0. */
unsigned glibc_library_find(const char *soname);

#endif
