/* What the audit says about files, as text or JSON (templates/schema/audit.schema.json). */
#ifndef UI_REPORT_AUDIT_H
#define UI_REPORT_AUDIT_H

#include "audit/audit.h"
#include "base/vec.h"
#include "ui/layout.h"

/* Something wrong with a wheel itself rather than with a module in it. */
struct audited_problem {
    char *subject, *message; /* owned */
};

/* One file that was named or found: a module, or a wheel with the modules in it. */
struct audited {
    char *path; /* owned */
    bool is_wheel;
    VEC(struct audit_report) reports;
    VEC(struct audited_problem) problems;
    bool has_claimed;
    struct platform claimed; /* the oldest platform of the wheel's tags */
};

void audited_release(struct audited *a);

/* The lowest platform that holds for all its modules; false when there is none, or no module. */
bool audited_earned(const struct audited *a, struct platform *earned);

/* True when no error stands and what it claims, or the target, holds. */
bool audited_passes(const struct audited *a);

void report_audited(
    struct strbuf *out, const struct audited *items, size_t len, bool explain, struct style style);
void report_audited_json(struct strbuf *out, const struct audited *items, size_t len);

#endif
