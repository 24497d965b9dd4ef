/* Judges finished files by a table of rules and says which platform tag they earn.
 *
 * A finding is data: rule, severity, subject, message, remedy, evidence. Nothing is run, written or fetched.
 * Texts of a report live in its arena; it does not point into the bytes that were audited, so that those can
 * go before the report is drawn. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "elf/image.h"
#include "inspect/ingredients.h"
#include "python/abi/abi.h"
#include "target/target.h"

enum severity {
    SEVERITY_OFF,     /* only in overrides: the rule is not asked */
    SEVERITY_NOTE,    /* a choice, worth knowing */
    SEVERITY_WARNING, /* works today, and may hurt */
    SEVERITY_ERROR,   /* fails where its tag says that it works, or makes the tag untrue */
};

/* A rule of the table. */
struct rule {
    const char *id;         /* "unwanted-library" */
    enum severity severity; /* by default; single findings may be milder */
    const char *help;       /* one line: what it looks for and why */
};

struct finding {
    const struct rule *rule;
    enum severity severity;
    const char *subject;                             /* the file, or the member of a wheel or an archive */
    const char *message;                             /* what was found, in one sentence */
    const char *remedy;                              /* what to do about it, or NULL */
    const char *library, *symbol, *version, *policy; /* what it is about, where it is about one; or NULL */
    const char *const *evidence; /* symbols, paths, relocations: at most AUDIT_EVIDENCE_MAX */
    size_t evidence_count;       /* of the list above */
    size_t evidence_total;       /* what there was */
};

enum { AUDIT_EVIDENCE_MAX = 50 };

enum audit_role {
    AUDIT_MODULE,     /* a Python extension: it exports PyInit_… or the like */
    AUDIT_LIBRARY,    /* another shared object */
    AUDIT_EXECUTABLE, /* a program */
};

/* A static archive that gave members to the module, by the link map. */
struct audit_static {
    const char *archive; /* "libsodium.a" */
    size_t members;
    uint64_t size;     /* bytes of it that stayed; 0 when not known */
    uint64_t writable; /* of these: variables */
};

struct module_trace;
struct explain_sources;

/* Whether machine code is decoded, for the processors that it needs. */
enum audit_code {
    AUDIT_CODE_LEFT,
    AUDIT_CODE_READ,
    AUDIT_CODE_ASKED, /* the user did: what cannot be read is said */
};

/* What the judge has to know. Zeroed is a context: any platform, any Python. */
struct audit_context {
    const char *subject;            /* how findings name the file */
    const struct platform *target;  /* what it has to fit; NULL: whatever it earns */
    size_t target_count;            /* more than one: that of the file's architecture counts; 0 is 1 */
    const struct platform *claimed; /* what the wheel's tags say, oldest first; NULL: nothing is claimed */
    size_t claimed_count;           /* more than one: that of the file's architecture and C library counts */
    struct python_abi python;       /* the build it is made for; minor 0: of which version is not known */
    struct python_abi stable;       /* the stable ABI it is made for: minor 0 and not abi3t: for none */
    bool self_contained;            /* one of ours: any RPATH or RUNPATH is wrong */
    bool strict;                    /* strict rules find errors; overrides go before */
    bool allow_empty;               /* a platform tag with nothing compiled behind it is no error */
    bool explain;                   /* fill report.symbols, and what is taken from needed libraries */
    const struct explain_sources *sources; /* link maps, and where libraries are looked for; NULL: none */
    bool details;                          /* fill report.sections and report.table */
    bool skip_contents;                    /* leave out the rules that read the whole file */
    enum audit_code read_code;
    const char *wheel_path; /* path of the file inside its wheel, or NULL */
    const char *variant;    /* the label of the wheel's variant (PEP 825), or NULL */
    const char *build_root; /* folder in which it was built, which is not to be found in it, or NULL */
    const struct strvec
        *exports; /* patterns (fnmatch) of symbols that may be exported besides entry points */
    const struct strvec *allowed; /* patterns of libraries that may be needed besides the platform's */
    const struct map *siblings;   /* sonames and file names beside it in the wheel or folder; NULL: none */
    const struct map *provided; /* symbols that the interpreter or siblings define; NULL: the built-in list */
    const struct map *newer_names;     /* what the C library that it was linked on has and the target has not,
                                        * with the     version that has it; NULL: not known */
    const struct audit_static *inside; /* what the link map says; may be empty */
    size_t inside_count;
    const char *const *unmarked; /* what was linked without marks for control-flow protection; may be empty */
    size_t unmarked_count;
    const struct audit_override *overrides;
    size_t override_count;
    struct module_trace *trace; /* NULL, or to be filled: what rules about several modules look at */
    struct arena *scratch;      /* memory to work in, the caller's to clear; NULL: some of its own */
};

/* --severity RULE=level, --deny RULE. */
struct audit_override {
    const struct rule *rule;
    enum severity severity;
};

enum audit_use {
    AUDIT_USE_UNKNOWN, /* not asked, or the library is not here to be asked */
    AUDIT_USED,
    AUDIT_UNUSED, /* nothing is taken from it */
};

/* A library in DT_NEEDED. */
struct audit_needed {
    const char *library;
    bool promised;   /* by the target, the claim, or some policy when there is neither */
    bool beside;     /* a sibling in the wheel */
    size_t symbols;  /* imports bound to it by their version */
    bool maybe_more; /* it may also provide some of the imports without a version */
    /* Only when context.explain: */
    enum audit_use use;
    const char **taken; /* imports that come from it: at most AUDIT_EVIDENCE_MAX */
    size_t taken_count, taken_total;
    const char *found; /* where it is on this machine, or NULL */
};

/* A symbol version in use. */
struct audit_version {
    const char *library, *version;
    const char *policy; /* the earliest platform that has it, or NULL: none that is known */
    size_t symbols;     /* imports of this version */
    const char *names; /* the first of them by name, "fcntl64, log2, …"; NULL unless it is what holds the file
                        * at the policy that it earns */
};

enum audit_reason_kind {
    REASON_MEMBER,   /* an archive member or an object, by the link map */
    REASON_FUNCTION, /* a function or a variable, by the symbol table */
    REASON_SECTION,
};

/* What pulled an import in. */
struct audit_reason {
    enum audit_reason_kind kind;
    const char *name;     /* "libzmq.a(ip.cpp.o)", "zmq_init", ".data.rel.ro" */
    const char *function; /* in the member: the first of them, or NULL */
    size_t functions;     /* how many there are */
    size_t places;        /* instructions and relocations there */
};

/* An import that asks for more than the oldest policy; newest first. */
struct audit_symbol {
    const char *symbol, *library, *version;
    const char *policy;                 /* or NULL */
    const struct audit_reason *reasons; /* most places first: at most AUDIT_EVIDENCE_MAX */
    size_t reason_count, reason_total;
};

/* Code of others, recognised by what it leaves in a file (inspect/recognise.h). */
struct audit_embedded {
    const char *name, *version;   /* version is "" when nothing says it */
    bool stateful;                /* two copies in one process do not share what they keep */
    bool tool;                    /* a compiler's own, which bills of materials do not list */
    bool likely;                  /* the version is a text of its own that may be another's */
    const char *const *witnesses; /* how it was recognised: the first few, in words */
    size_t witness_count;
};

/* A section, or a segment where there are no section headers. */
struct audit_section {
    const char *name;
    uint64_t size; /* in the file */
};

/* A dynamic symbol. */
struct audit_table_row {
    const char *symbol;
    const char *library, *version; /* of an import with a version, or NULL */
    const char *policy;            /* the earliest platform that has the version, or NULL */
    bool defined, weak;
};

struct audit_report {
    struct arena arena; /* owns everything here */
    const char *subject;
    enum audit_role role;
    const struct arch *arch;  /* NULL when no tag has it */
    enum libc_kind libc;      /* by what it needs, or by its name; LIBC_ANY when neither tells */
    const char *machine;      /* "x86-64", for people */
    const char *soname;       /* or NULL */
    struct finding *findings; /* most serious first, then in the order of the rule table */
    size_t finding_count;
    size_t errors, warnings, notes;
    bool has_earned;        /* false when the architecture is unknown */
    struct platform earned; /* the lowest policy that everything here was proved for */
    bool has_claimed;
    struct platform claimed;
    bool holds; /* the target, or else the claim, covers what was earned; true when there is neither */
    struct audit_needed *needed;
    size_t needed_count;
    struct audit_version *versions; /* by library, then as in the file */
    size_t version_count;
    struct audit_symbol *symbols; /* only when context.explain */
    size_t symbol_count;
    const char *map;             /* the link map that told, or NULL */
    const char *map_trouble;     /* why the link map does not tell, or NULL */
    struct audit_static *inside; /* by archive */
    size_t inside_count;
    struct audit_embedded itself;    /* the known library that the file is, or its name is NULL */
    struct audit_embedded *embedded; /* unless context.skip_contents */
    size_t embedded_count;
    const struct ingredient *ingredients; /* what the file itself lists, unless context.skip_contents */
    size_t ingredient_count;
    uint64_t size;                  /* bytes of the file */
    struct audit_section *sections; /* only when context.details, as are those below */
    size_t section_count;
    struct audit_table_row *table; /* imports, then exports */
    size_t table_count;
};

/* Judges one linked file. The report is filled and owned by the caller. Fails with ERR_ENVIRONMENT only when
 * the file cannot be judged at all. */
int audit_module(const struct elf_image *image, const struct audit_context *context,
    struct audit_report *report, struct err *e);
void audit_report_release(struct audit_report *report);

/* Rule i of the table, or NULL past the end; by id, or NULL. */
const struct rule *audit_rule_at(size_t i);
const struct rule *audit_rule_find(const char *id);

/* An error with --strict, whatever its severity is otherwise. */
bool audit_rule_is_strict(const struct rule *rule);

/* "note", "warning", "error", "off"; and back: false when the word is none of them. */
const char *severity_name(enum severity severity);
bool severity_parse(const char *word, enum severity *severity);

#endif
