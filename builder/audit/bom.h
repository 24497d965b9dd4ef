/* What was recognised in a file that nobody described: a bill of materials (CycloneDX 1.6) with the evidence
 * for each component, and answers about versions. */
#ifndef AUDIT_BOM_H
#define AUDIT_BOM_H

#include <stdint.h>

#include "audit/files.h"

struct component;

/* One library in a file, from all that tells of it. Texts are the report's. */
struct held {
    const char *name, *version; /* version "" when nothing says it */
    const char *place;          /* the file, or a member of the wheel; or NULL */
    const char *technique;      /* as CycloneDX calls how it was found */
    bool likely;                /* the version may be another's */
    bool crate;                 /* one of Rust's, called and numbered as its registry does */
    bool go_module;             /* one of Go's */
    const char *const *witnesses;
    size_t witness_count;
};

struct held_list {
    VEC(struct held) list;
    struct arena arena; /* of versions that stand in others */
};

/* Adds what a file holds, most reliable first: what its bills of materials list, what was recognised, its
 * libraries. */
void held_gather(struct held_list *held, const struct audited *a);
void held_release(struct held_list *held);

/* Whether a component of a bill of materials is what was recognised: the same library, and no other version
 * of it. */
bool bom_component_is(const struct component *c, const struct audit_embedded *found);

/* Adds the document, indented. The same file gives the same bytes. epoch: seconds, of its time; negative: it
 * has none.
 */
void report_sbom(struct strbuf *out, const struct audited *a, int64_t epoch);

#endif
