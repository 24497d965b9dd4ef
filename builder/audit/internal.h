/* What the checks share; for this folder and its tests. */
#ifndef AUDIT_INTERNAL_H
#define AUDIT_INTERNAL_H

#include "audit/audit.h"
#include "base/vec.h"
#include "elf/object.h"
#include "elf/pic.h"
#include "wheel/wheel.h"

struct import {
    const char *name;
    const struct elf_version *version; /* or NULL */
    bool weak;
    bool python; /* Py…, _Py… */
    uint8_t type;
};

struct export
{
    const char *name;
    const struct elf_version *version;
    uint8_t type, bind;
};

/* One entry of DT_VERNEED, judged. */
struct version_fact {
    const struct elf_version *version;
    size_t symbols;               /* imports that ask for it */
    bool of_platform;             /* from a library that a platform may promise, not one beside the file */
    bool has_earliest;            /* some platform has it */
    struct platform earliest;     /* the first one that has */
    enum version_verdict verdict; /* of the platform the file is judged by, or of the newest one known */
};

/* What one pass over a file tells all checks. */
struct facts {
    enum audit_role role;
    enum libc_kind libc;     /* told, else that of the platform, else glibc */
    const struct arch *arch; /* NULL when no tag has it */
    struct import *imports;  /* global and weak */
    size_t import_count;
    const struct import **suspects; /* imports that some platform forbids */
    size_t suspect_count;
    struct export *exports; /* visible to others */
    size_t export_count;
    struct version_fact *versions; /* like image.needed_versions */
    size_t version_count;
    bool old_python;        /* some imports are leftovers of old interpreters */
    size_t broken_names;    /* symbols whose name is outside the string table */
    size_t tls_relocations; /* initial-exec TLS */
    size_t ifunc_relocations;
    enum elf_lto lto;      /* by section names, where there are any */
    uint64_t debug_size;   /* bytes */
    uint64_t symbol_bytes; /* of SHT_SYMTAB and its names, which no loader reads */
    bool *complete;        /* like image.needed: every symbol of that library has a version, or is known */
    bool cxx_runtime;      /* throwing and catching are code of the file's own; */
    bool own_unwinder;     /* and so is walking the stack */
    bool has_newest;
    struct platform newest; /* the newest policy for libc and arch */
};

struct wheel_facts;
struct archive_facts;
struct environment;

struct check {
    const struct audit_context *context;
    const struct elf_image *image;
    const struct facts *facts;
    const struct platform *platform;     /* target, else claim, else NULL */
    const struct wheel_facts *wheel;     /* one of these in rules of something else than a linked file, */
    const struct archive_facts *archive; /* for which image and facts are NULL */
    const struct environment *environment;
    const struct scanned_contents *contents; /* NULL when the contents are not looked at */
    struct audit_report *report;
    struct arena *scratch;
    const struct rule *rule;
    enum severity severity;
    bool severity_is_set; /* by the user or by --strict: no finding is more serious than that */
    VEC(struct finding *) found;
};

/* Which C library a file is for, by what it needs or by its name; LIBC_ANY when neither tells. */
enum libc_kind libc_told(const struct elf_image *image, const char *subject);

/* The architecture of a file, or NULL when no tag has it. */
const struct arch *arch_told(const struct elf_image *image);

/* Of several platforms, oldest first, the one that a file is held against: of its architecture and C library,
 * where there is one. NULL when there are none. */
const struct platform *platform_for(
    const struct platform *list, size_t count, const struct arch *arch, enum libc_kind libc);

/* Fills facts; its arrays live in the arena. platform is what the file is held against, or NULL. */
void facts_gather(struct facts *facts, const struct elf_image *image, const struct audit_context *context,
    const struct platform *platform, struct arena *arena);

/* Adds a finding of the rule that is being asked; texts go to the report's arena. The finding stays where it
 * is. */
struct finding *add_finding(struct check *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Moves the findings to the report, most serious first. */
void collect_findings(struct check *c);

/* Says that a finding is about a part of what is judged. */
void set_subject(struct check *c, struct finding *f, const char *subject);

/* Says what to do about a finding. */
void set_remedy(struct check *c, struct finding *f, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a line of evidence; beyond AUDIT_EVIDENCE_MAX they are only counted. */
void add_evidence(struct check *c, struct finding *f, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Says that a finding is less serious than its rule; or more, unless the severity was set. */
void soften(const struct check *c, struct finding *f, enum severity most);
void worsen(const struct check *c, struct finding *f, enum severity least);

/* A copy that lives as long as the report. */
const char *keep(struct check *c, const char *text);

/* Whether a library stands beside the file, is allowed by the user, is promised by the platform (by any
 * policy of its C library when there is none). */
bool library_beside(const struct audit_context *context, const char *library);
bool library_allowed(const struct audit_context *context, const char *library);
bool library_promised(const struct check *c, const char *library);

/* Whether every symbol of a library has a version, so that an import without one cannot come from it. */
bool library_versions_everything(const char *library);

/* A needed library that could provide an import without a version, or NULL. */
const char *possible_provider(const struct check *c);

/* Whether every interpreter has the library loaded; and which of those has had the symbol, or NULL. */
bool interpreter_needs(const char *library);
const char *interpreter_library_of(const char *symbol);

/* "libpython3.11.so.1.0" and the like. */
bool is_libpython(const char *library);

/* PyUnicodeUCS2_…, PyUnicodeUCS4_…, PyFPE_…: what interpreters up to 3.2 or 3.6 had. */
bool is_old_python(const char *symbol);

/* PyInit_, PyInitU_, PyModExport_, PyModExportU_ (PEP 489, PEP 793), and what PyPy calls; and the name of the
 * module that stands behind that, or NULL. */
bool is_entry_point(const char *symbol);
const char *entry_point_module(const char *symbol);

/* Whether a text fits one of the patterns (fnmatch). */
bool matches_any(const struct strvec *patterns, const char *text);

/* Whether relocations are packed, and the file does not say so. */
bool has_unmarked_relr(const struct elf_image *image);

/* Whether a platform has all that the file takes from outside. */
bool fits_platform(const struct check *c, const struct platform *p);

/* The lowest policy that the file's libraries, versions and symbols allow (the file's architecture known). */
struct platform lowest_policy(const struct check *c);

/* A platform in words that say which C library it stands for, for messages. */

#define CHECK(name) void check_##name(struct check *c);
#include "audit/checks.def"
#undef CHECK

#endif
