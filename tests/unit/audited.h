/* Audits what compile.h built, and looks into the report. For unit suites of the audit. */
#ifndef TESTS_UNIT_AUDITED_H
#define TESTS_UNIT_AUDITED_H

#include <check.h>
#include <string.h>

#include "audit/audit.h"
#include "base/cleanup.h"
#include "compile.h"

static inline const struct finding *find_rule(const struct audit_report *r, const char *id)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (strcmp(r->findings[i].rule->id, id) == 0)
            return &r->findings[i];
    return NULL;
}

static inline bool says(const struct finding *f, const char *text)
{
    bool found = strstr(f->message, text);
    for (size_t i = 0; i < f->evidence_count; i++)
        found |= strstr(f->evidence[i], text) != NULL;
    return found;
}

static inline void audit_built(
    const struct built *b, const struct audit_context *context, struct audit_report *r)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &a, b->bytes, b->size, &e) == 0, "%s", e.text);
    ck_assert_msg(audit_module(&image, context, r, &e) == 0, "%s", e.text);
}

#endif
