/* A wheel, read once for all rules that judge it. */
#ifndef AUDIT_WHEEL_FACTS_H
#define AUDIT_WHEEL_FACTS_H

#include "audit/files.h"
#include "audit/internal.h"
#include "audit/trace.h"
#include "inspect/library.h"
#include "json/json.h"
#include "wheel/wheel.h"

enum member_kind {
    MEMBER_OTHER,
    MEMBER_LINKED,   /* an ELF file that was judged */
    MEMBER_DAMAGED,  /* an ELF file that cannot be read */
    MEMBER_OBJECT,   /* relocatable: an .o */
    MEMBER_ARCHIVE,  /* an .a */
    MEMBER_UNJUDGED, /* ELF, but there are too many of them */
    MEMBER_NOT_ELF,  /* named as a shared library, and is none */
};

/* A linked member. */
struct wheel_module {
    const struct zip_member *member;
    const char *path; /* after installation: "zmq/_zmq.so", without NAME.data/platlib */
    struct audit_report report;
    struct module_trace trace;
};

struct member_facts {
    enum member_kind kind;
    struct wheel_module *module; /* MEMBER_LINKED; owned */
    char *damage;                /* MEMBER_DAMAGED: why; MEMBER_NOT_ELF: what it is; owned */
    bool has_problem;
    struct wheel_problem problem; /* of its bytes; owned */
};

/* A component of an SBOM that is not the distribution itself. */
struct sbom_part {
    const char *name, *version; /* never NULL; "" when not said */
    const char *purl_name;      /* of pkg:type/namespace/NAME@version; "" when there is none */
    bool crate;                 /* of Rust's registry, with a version of its own */
    bool own;                   /* a crate or package of the project itself, which no registry has */
    bool outside;   /* took part in building it, or may be there when it runs (CycloneDX's scope) */
    bool no_notice; /* one of its licences asks for none (0BSD, Unlicense, …) */
    const char *const *modules; /* members that hold it (staticbuild:linked-into) */
    size_t module_count;
    const char *const *stateful; /* those that hold variables of it (staticbuild:variables-in) */
    size_t stateful_count;
    const char *shared_copy; /* the member that all have it in together (staticbuild:shared-copy), or NULL */
    uint64_t size;           /* bytes of it that were linked in; 0 when not said */
};

struct wheel_facts {
    const struct wheel *wheel;
    struct member_facts *members;  /* like wheel.zip.members */
    struct wheel_module **modules; /* linked members in the archive's order */
    size_t module_count;
    const struct map *by_base; /* file name to struct zip_member */
    struct sbom_part *parts;   /* of all SBOMs together */
    size_t part_count;
    size_t sbom_count;
    size_t unread_sbom_count;     /* of a format whose parts are not read */
    const char *const *bad_sboms; /* "path: why" */
    size_t bad_sbom_count;
    const struct audited_claim *claims; /* the platform tags of its name */
    size_t claim_count;
};

/* True when text ends in one of .so, .so.N, .so.N.M, … */
bool is_shared_name(const char *name);

/* True for the names that separate debug files have. */
bool is_debug_name(const char *name);

/* What a shared library is called: by the table of libraries, else by its file, without "lib", hash and
 * numbers, which are those of its interface and no version: "libfoo-1a2b3c4d.so.3.1" is "foo". In the arena.
 */
const char *library_plain_name(struct arena *a, const char *path);

/* Whether a linked file is a library that a wheel carries of others: one that is known, or was copied by a
 * repairer of wheels. What else is called lib… beside a package's modules is its own. */
bool is_library_of_others(const struct audit_report *r, const char *path);

/* The library that a plain name or a package belongs to, without "lib": "openssl" of "crypto" or "libssl3".
 */
const char *library_known_as(const char *name);

/* The library that a component of an SBOM is: by the name in its purl, by its own, or by what stands between
 * slashes in it ("libjpeg / libjpeg-turbo"); NULL when the table has none. */
const struct library *library_of_part(const struct sbom_part *part);

/* Whether a bill of materials says that it is the library which the wheel's own modules share: what is in it
 * is listed there. */
bool is_shared_copy(const struct wheel_facts *w, const char *path);

/* Reads the SBOMs of the wheel into facts. */
void sboms_read(struct wheel_facts *facts, struct arena *arena, size_t limit);

#endif
