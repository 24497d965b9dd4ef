/* The tools of this machine that builds use: found, asked for their version, and when missing, the package of
 * this distribution that has them. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stddef.h>

#include "arch/arch.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "sys/facts.h"

/* Who needs what. */
struct host_need {
    const char *name;       /* "cmake", of the table in table.c, or any program's name */
    const char *constraint; /* ">= 3.14" as recipe/version.h, "" for any */
    const char *by;         /* "libzmq (recipes/lib/libzmq.toml:20:9)" */
};

struct host_tool {
    const char *name;
    const char *path;            /* absolute; of its first program */
    const char *version;         /* "3.25.1", "" when it does not say */
    const char *const *programs; /* absolute paths, NULL-terminated: "autoreconf" has several */
    const char *const *names;    /* what builds call them, same order */
};

struct host_tools {
    struct host_tool *items; /* one a name, sorted by name */
    size_t len;
};

/* Finds every tool that is asked for. A tool that is missing or too old is an error, ERR_ENVIRONMENT, one
 * line each with the package to install; all are reported at once. search is like PATH (NULL: the
 * environment's): the system's folders come first whatever it says, folders of shims are passed over. */
int host_tools_check(struct host_tools *out, struct arena *a, const struct host_need *needs, size_t len,
    const char *search, const struct fact_memory *memory, struct err *e);

/* The folders that builds get as PATH: the system's, and before them, when a tool stands elsewhere, a folder
 * of links to just those tools, made below farm. Adds to *folders. */
int host_path(struct strvec *folders, const struct host_tools *tools, const char *farm, struct err *e);

/* Folders joined with colons; the caller frees it. */
char *host_path_join(const struct strvec *folders);

/* A program in the system's folders, else in search without folders of shims; the caller frees it; NULL when
 * it is not there. */
char *host_program_find(const char *name, const char *search, struct err *e);

/* "install the package cmake: apt-get install cmake", for a tool of the table; less when the distribution or
 * the tool is not known. The caller frees it. */
char *host_remedy(const char *tool);

/* The same for the compiler, with its C library, that makes an architecture's programs on another one, and
 * for the emulator that runs them. */
char *host_cross_remedy(const struct arch *arch);
char *host_emulator_remedy(const struct arch *arch);

/* How a distribution names and installs packages. */
enum host_family {
    HOST_UNKNOWN,
    HOST_DEBIAN, /* apt-get: Debian, Ubuntu and what is made from them */
    HOST_FEDORA, /* dnf */
    HOST_ALPINE, /* apk */
    HOST_ARCH,   /* pacman */
    HOST_SUSE,   /* zypper */
};

/* Reads an os-release file (os-release(5)); NULL reads this machine's. */
enum host_family host_family_of(const char *os_release);

/* host_family_of(NULL), read once. */
enum host_family host_family(void);

#endif
