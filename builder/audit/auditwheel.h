/* What `auditwheel show --json` would say of a wheel, from what the audit knows: for scripts that move over.
 */
#ifndef AUDIT_AUDITWHEEL_H
#define AUDIT_AUDITWHEEL_H

#include "audit/files.h"
#include "base/map.h"

/* A policy that is wider than what the wheel earns, and what stands against it besides versions. */
struct auditwheel_upgrade {
    struct platform policy;
    struct strvec libraries; /* that it does not promise; sorted, as all lists here */
    struct strvec symbols;   /* "libz.so.1 inflate_table": what it forbids of those that it promises */
};

struct auditwheel_versions {
    const char *library;
    struct strvec versions;
};

struct auditwheel {
    bool pure;
    bool has_tags; /* false: of an architecture that no policy has */
    struct platform overall, by_symbols;
    bool pyfpe, ucs2, unsupported_isa;
    VEC(struct auditwheel_versions) versions;
    struct strvec external;                  /* libraries that the widest policy does not promise */
    VEC(struct auditwheel_upgrade) upgrades; /* the nearest first */
};

/* From an audit with details; texts are the audit's. */
void auditwheel_make(struct auditwheel *out, const struct audited *a);
void auditwheel_release(struct auditwheel *a);

#endif
