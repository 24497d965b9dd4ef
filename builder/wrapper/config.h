/* What the wrappers of one build are told: the file WRAPPER_CONFIG beside them, one "key value" a line. The
 * environment is not asked, since build systems clean it. */
#ifndef WRAPPER_CONFIG_H
#define WRAPPER_CONFIG_H

#include "wrapper/words.h"

#define WRAPPER_CONFIG "wrappers.conf"

/* Below the root: what is linked for a library whose name in usr/lib is a real shared object, which a build
 * may load, and nothing is to need. */
#define ROOT_LINKED "linked"

/* The programs behind the names; a row a kind. */
enum wrapper_kind {
    WRAPPER_CC,
    WRAPPER_CXX,
    WRAPPER_LD,
    WRAPPER_AR,
    WRAPPER_RANLIB,
    WRAPPER_STRIP,
    WRAPPER_NM,
    WRAPPER_PKG_CONFIG,
    WRAPPER_RUSTC,
    WRAPPER_KINDS,
};

struct config {
    char *programs[WRAPPER_KINDS]; /* "cc", "ld", …: what is run; NULL: there is none */
    char *folder;                  /* where the wrappers are; not in the file */
    char *triplet;                 /* "triplet": names may begin with it */
    char *root;           /* "root": holds usr/include and usr/lib that stand for the machine's; NULL: none */
    char *exports;        /* "exports": version script of extension modules */
    char *maps;           /* "maps": folder for their link maps */
    char *log;            /* "log": what was dropped, redirected, linked and asked for */
    char *relinks;        /* "relinks": folder for what modules are linked from; NULL: it is not kept */
    char *remembered;     /* "remembered": folder where compiles are written down; NULL: all are done */
    char *packages;       /* "packages": folders of .pc files, by colons */
    bool confined;        /* "confined yes": the linker looks into no folder of its own accord */
    struct words allowed; /* "allowed", each: folders that libraries may be taken from */
    struct words own;     /* "own", each: folders of the project, and of its build */
    struct words kept;    /* "kept", each: header folders that stay, though they are the machine's */
    struct words compile; /* "compile", each: flags before the caller's */
    struct words link;    /* "link", each: the compiler's flags for links */
    struct words rust;    /* "rust", each: flags before the caller's, for rustc */
    struct words module;  /* "module", each: the linker's flags for extension modules */
};

/* The word of a kind in the file: "cc", "c++", "ld". */
const char *wrapper_kind_word(enum wrapper_kind kind);

/* Reads the file in that folder. False, having said why on standard error, when it cannot be read or has a
 * line that is not known. */
bool config_read(struct config *c, const char *folder);
void config_release(struct config *c);

/* Adds a line to the log: words that are separated by tabs. Without a log nothing happens. */
void config_log(const struct config *c, const char *what, const char *who, const char *words);

#endif
