/* The software bill of materials of a wheel: CycloneDX 1.6 JSON, shipped under dist-info/sboms (PEP 770). */
#ifndef SBOM_SBOM_H
#define SBOM_SBOM_H

#include "base/str.h"
#include "resolve/graph.h"

/* Something whose code is inside a wheel. Texts are the caller's. */
struct component {
    const char *name, *version;
    const char *license;            /* SPDX expression */
    const char *cpe;                /* "vendor:product", or NULL */
    const char *summary, *homepage; /* or NULL */
    const char *caution;            /* told with a wheel that has it inside, not written into it; or NULL */
    const struct source *const *sources;
    size_t source_count;
    const struct patch *patches;
    size_t patch_count;
    bool crate;              /* of Rust's registry */
    bool runtime;            /* came with the compiler: libstdc++, libgcc */
    uint64_t linked_bytes;   /* of it that are inside, in all modules together; 0 when not known */
    struct texts modules;    /* files of the wheel that hold it; may be empty when not known */
    struct texts stateful;   /* those of them that hold variables of it */
    const char *shared_copy; /* the file that all modules have it in together, or NULL */
    const char *borrowed;   /* from which version on the interpreter's own is taken instead, where it has one;
                               or NULL */
    const char *duplicated; /* why each module has its own, where that was asked for; or NULL */
    const char *const *witnesses; /* no recipe knows of it: how it was recognised in the files, in words */
    size_t witness_count;
    bool likely;         /* the version of what was recognised may be another's */
    const size_t *needs; /* what it needs, as indices into the same array */
    size_t need_count;
    const char *license_folder; /* absolute: where its licence texts are, or NULL */
    struct texts license_files; /* below license_folder */
};

/* How a field of a component ("name", "version") is known: a list of CycloneDX's evidence.identity. methods
 * are words of that technique ("binary-analysis", "filename", …), confidence from 0 to 1. */
struct json;
void sbom_identity(struct json *identity, const char *field, double confidence, const char *technique,
    const char *const *methods, size_t method_count);

/* Fills in what the recipe and the graph know; the rest is zero. */
void component_from_node(struct component *c, const struct node *n);

/* The compiler's runtime library ("libstdc++", "libgcc") of this toolchain ("gcc 12.2.0"). Its licence is
 * GPL-3.0-or-later WITH GCC-exception-3.1; the texts are in templates/licenses, which the caller makes the
 * license_folder. version points into toolchain. */
void component_from_runtime(struct component *c, const char *library, const char *toolchain);

/* What stands in for functions that the target's C library lacks: our own code, licence as above. */
void component_from_compat(struct component *c);

struct sbom_request {
    const struct component *wheel; /* the extension itself; its needs are indices into components */
    const struct component *components;
    size_t component_count;
    const char *toolchain; /* "gcc 12.2.0" */
    int64_t source_date_epoch;
};

/* A document as every bill begins, CycloneDX 1.6: phase is that of its life cycle, epoch its time, none when
 * negative. The caller adds to it and to *metadata, and ends it: sbom_end adds it to *out, indented, with a
 * final newline, and frees it. Its serial number is a UUID of what it says (RFC 9562, 6.6). */
struct json *sbom_begin(struct json **metadata, const char *phase, int64_t epoch);
void sbom_end(struct json *bom, struct strbuf *out);

/* Adds the document, indented, with a final newline. The same request gives the same bytes: the serial number
 * is a UUID of the content. */
void sbom_write(struct strbuf *out, const struct sbom_request *r);

/* "cpe:2.3:a:vendor:product:version:*:…" with what CPE 2.3 wants quoted; the caller frees it. NULL when cpe
 * is not "vendor:product". */
char *cpe_format(const char *cpe, const char *version);

#endif
