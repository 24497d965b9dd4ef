/* What one file came to. */
#include <stdlib.h>
#include <string.h>

#include "audit/wheel.h"

const char *audited_kind_name(enum audited_kind kind)
{
    static const char *const names[] = {
        [AUDITED_MODULE] = "module",
        [AUDITED_WHEEL] = "wheel",
        [AUDITED_ARCHIVE] = "archive",
        [AUDITED_OBJECT] = "object",
        [AUDITED_ENVIRONMENT] = "environment",
    };
    return names[kind];
}

static void conclude_earned(struct audited *a)
{
    for (size_t i = 0; i < a->module_count; i++) {
        const struct audit_report *r = &a->modules[i];
        if (!r->has_earned) {
            a->has_earned = false;
            return;
        }
        if (!a->has_earned || platform_compare(&r->earned, &a->earned) > 0)
            a->earned = r->earned;
        a->has_earned = true;
    }
}

static void count(struct audited *a, const struct audit_report *r)
{
    a->errors += r->errors;
    a->warnings += r->warnings;
    a->notes += r->notes;
}

static bool has_error(const struct audit_report *r, const char *rule)
{
    for (size_t i = 0; i < r->finding_count && r->findings[i].severity == SEVERITY_ERROR; i++)
        if (strcmp(r->findings[i].rule->id, rule) == 0)
            return true;
    return false;
}

void audited_conclude(struct audited *a)
{
    a->claim_holds = !has_error(&a->whole, "untrue-tag") && !has_error(&a->whole, "nothing-compiled");
    conclude_earned(a);
    count(a, &a->whole);
    a->passes = true;
    for (size_t i = 0; i < a->module_count; i++) {
        count(a, &a->modules[i]);
        a->passes &= a->modules[i].holds;
        a->claim_holds &= a->modules[i].holds;
    }
    a->passes &= !a->errors;
}

void audited_strip(struct audited *a)
{
    for (size_t i = 0; i < a->module_count; i++)
        audit_report_release(&a->modules[i]);
}

void audited_release(struct audited *a)
{
    err_release(&a->unreadable);
    audited_strip(a);
    free(a->modules);
    audit_report_release(&a->whole);
    *a = (struct audited){0};
}
