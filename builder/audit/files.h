/* Audits files as a user names them: modules, libraries, programs, wheels, static archives, objects, folders
 * with any of these, installed environments.
 *
 * Nothing is written, run, fetched or unpacked to disk. Files are mapped, members of wheels are inflated in
 * memory; how much of that is held at once is limited. Files, and the members of a wheel, are judged side by
 * side; what is handed over comes in the order of the paths all the same, and is forgotten afterwards, so
 * that memory does not grow with the number of files. */
#ifndef AUDIT_FILES_H
#define AUDIT_FILES_H

#include "audit/audit.h"
#include "base/vec.h"

enum audited_kind {
    AUDITED_MODULE, /* linked ELF: a module, a library, a program */
    AUDITED_WHEEL,
    AUDITED_ARCHIVE,     /* a static archive */
    AUDITED_OBJECT,      /* a relocatable object */
    AUDITED_ENVIRONMENT, /* a folder of installed distributions; its files are told on their own */
};

/* "module", "wheel", "archive", "object", "environment". */
const char *audited_kind_name(enum audited_kind kind);

struct audit_options {
    const struct platform *target; /* what everything has to fit; NULL: what each claims */
    size_t target_count;           /* more than one: one for each architecture; 0 is 1 */
    const struct strvec *allowed;  /* patterns (fnmatch) of libraries that may be needed */
    const struct strvec *exports;  /* patterns of symbols that may be exported */
    const struct audit_override *overrides;
    size_t override_count;
    bool explain, details;                                /* as in audit_context */
    enum audit_code read_code, read_code_of_named_wheels; /* of a wheel that is named the higher one counts */
    const struct explain_sources *sources;
    bool self_contained;
    bool strict;
    bool together;    /* wheels that are named are judged as installed together, too */
    bool allow_empty; /* a platform tag with nothing compiled behind it is no error */
    bool skip_contents;
    unsigned jobs;           /* threads; 0: one a processor */
    size_t memory_bytes_max; /* bytes of inflated members held at once, and of one member; 0: 1 GiB */
};

/* A part of a wheel that is not its own: told by its SBOM, the files it ships, or its texts. */
struct audited_part {
    const char *name, *version; /* "" when not known */
    const char *source;         /* "SBOM", "list" (of the file itself), "texts", or the file that is it */
    const char *subject;        /* member that holds it, or NULL */
    bool crate;                 /* its bill of materials or its list says that it is one of Rust's */
    bool go_module;             /* one of Go's */
    uint64_t size;              /* bytes of it that are inside; 0 when not known */
};

/* A platform tag of a wheel's name. */
struct audited_claim {
    const char *tag;
    enum tag_kind kind;
    struct platform platform; /* of TAG_PLATFORM */
};

/* One file, judged. */
struct audited {
    const char *path;
    enum audited_kind kind;
    struct err unreadable;        /* when set, it could not be judged, and the rest is empty */
    struct audit_report whole;    /* of the file as such; its arena owns everything here but the modules */
    struct audit_report *modules; /* linked ELF files in it, in their order; AUDITED_MODULE has one */
    size_t module_count;
    const char *claim; /* tags of the file name, "cp311-cp311-manylinux_2_17_x86_64", or NULL */
    bool has_claimed;
    struct platform claimed; /* the oldest platform of the tags */
    struct audited_claim *claims;
    size_t claim_count;
    bool has_earned;
    struct platform earned; /* the lowest platform that holds for all modules */
    size_t errors, warnings, notes;
    bool claim_holds; /* of has_claimed: for every file in it, each held against the tag of its own kind */
    bool passes;      /* no error stands, and what it claims, or the target, holds */
    uint64_t size;    /* bytes of the file */
    size_t members;   /* of a wheel or an archive */
    struct audited_part *parts;
    size_t part_count;
    void *drawn; /* the sink's; freed by it */
};

void audited_release(struct audited *a);

/* Gets what was judged. */
struct audit_sink {
    /* NULL, or called from any thread before take, to which the modules' reports come empty then. */
    void (*draw)(struct audited *a, void *arg);
    /* In the order of paths, from the caller's thread; a is released after it. */
    int (*take)(struct audited *a, void *arg, struct err *e);
    void *arg;
};

/* Audits each path; "-" is replaced by the lines of standard input. Files in folders that are none of the
 * kinds above are left out; folders are walked in the order of names, links to folders are not followed.
 * What cannot be read is told by audited.unreadable, not by an error. Fails when take fails. */
int audit_paths(
    const struct strvec *paths, const struct audit_options *options, struct audit_sink *sink, struct err *e);

/* Audits one file, here and now. */
int audit_file(struct audited *a, const char *path, const struct audit_options *options, struct err *e);

/* Audits bytes in memory as what they are; path is its name in findings. */
int audit_bytes(struct audited *a, const char *path, const void *bytes, size_t size,
    const struct audit_options *options, struct err *e);

#endif
