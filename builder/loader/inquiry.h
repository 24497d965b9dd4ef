/* One question about a symbol, a version or a library, asked of files: who defines it, who needs it, and who
 * would win at run time. */
#ifndef LOADER_INQUIRY_H
#define LOADER_INQUIRY_H

#include "loader/complaint.h"
#include "loader/definition.h"

struct inquiry_definition {
    const char *subject;      /* "/lib/libz.so.1", "libz.a(inflate.o)", "x.whl: a/b.so" */
    bool given;               /* a file that was named, or in one; else a library below it */
    const char *version;      /* or NULL */
    bool default_version;     /* name@@VERSION */
    bool visible;             /* to other files; false: hidden or local */
    struct elf_symbol symbol; /* its name is not kept */
};

enum inquiry_outcome {
    OUTCOME_BOUND,  /* provider has it */
    OUTCOME_ITSELF, /* its own definition, whatever comes first: DT_SYMBOLIC, protected */
    OUTCOME_PYTHON, /* nobody here, and CPython exports it */
    OUTCOME_WEAK,   /* nobody, and that is allowed */
    OUTCOME_NOBODY,
    OUTCOME_LINK, /* an object or an archive: decided when it is linked */
    OUTCOME_OPEN, /* in a wheel, none of whose libraries has it: those outside are not followed */
};

struct inquiry_need {
    const char *subject;
    bool given;
    const char *version, *library; /* as DT_VERNEED says, or NULL */
    bool weak;
    enum inquiry_outcome outcome;
    const char *provider, *provider_version; /* who wins, or NULL */
    const char **beaten;                     /* others in its scope that define it as well */
    size_t beaten_count;
    /* Of OUTCOME_NOBODY, when the file says which library it means: */
    const char *expected;             /* the path of that library, or NULL: not found */
    enum definition_fit expected_fit; /* what it has of the name */
    const char *expected_version;     /* one at which it has it, or NULL */
};

/* Somebody who needs a library, or a version of it. */
struct inquiry_asker {
    const char *subject;
    bool given;
    const char *library;        /* as it is called there */
    const char *path;           /* where it is found, or NULL */
    const char *passed_over;    /* a file of that name for another machine, or NULL */
    bool has_version;           /* of the version asked for: it is there, or none was asked for */
    const char *newest_version; /* of the same family that it has, or NULL */
    const char **symbols;       /* those that the version is needed for */
    size_t symbol_count;
};

/* A symbol that a file needs, and who wins: for `inquiry_bindings`. */
struct inquiry_binding {
    const char *symbol, *version; /* version NULL: without one */
    enum inquiry_outcome outcome;
    const char *provider, *provider_version;
};

/* A linked file in a wheel. */
struct inquiry_member {
    const char *subject, *base, *soname; /* soname or NULL */
    const char **needed;
    size_t needed_count;
    bool musl;
    size_t first_definition, definition_count, first_need, need_count; /* in the lists of the inquiry */
};

struct inquiry {
    struct arena arena; /* owns every text */
    const struct loader_machine *machine;
    const char *name, *version; /* version NULL: at any */
    VEC(struct inquiry_definition) definitions;
    VEC(struct inquiry_need) needs;
    VEC(struct inquiry_asker) askers;
    VEC(struct inquiry_binding) bindings;
    VEC(struct inquiry_member) members; /* of the wheel that is being asked */
    VEC(struct loader_tree *) trees;    /* of the linked files that were named, in order */
    size_t programs;                    /* trees before this number are of programs: scope of those behind */
};

void inquiry_init(
    struct inquiry *q, const struct loader_machine *machine, const char *name, const char *version);
void inquiry_release(struct inquiry *q);

/* Asks a file: linked ELF with all it would load, a relocatable object, a static archive. Later files are
 * taken to be loaded, one by one, into a process that the first one began when that is a program. Fails
 * (ERR_ENVIRONMENT) when it cannot be read. */
int inquiry_ask_file(struct inquiry *q, const char *path, struct err *e);

/* Asks a linked file, and all it would load, who needs a library and its version (or any: NULL). */
int inquiry_ask_library(
    struct inquiry *q, const char *path, const char *library, const char *version, struct err *e);

/* Adds everything that a linked file needs, with who wins: first what nobody has, then by provider and name.
 * Copies of a library's variables in a program are among it. */
int inquiry_ask_bindings(struct inquiry *q, const char *path, struct err *e);

/* Asks bytes that need not stay: an object, or a linked file on its own. What is neither is passed over. */
void inquiry_ask_bytes(struct inquiry *q, const char *subject, const void *bytes, size_t size);

/* Asks a member of a wheel, whose bytes need not stay. After the last one of that wheel, what they need is
 * bound to what the others have. */
void inquiry_ask_member(
    struct inquiry *q, const char *wheel, const char *path, const void *bytes, size_t size);
void inquiry_bind_members(struct inquiry *q);

#endif
