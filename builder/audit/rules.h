/* A row of the table of rules: what is public of it, and the function that looks. */
#ifndef AUDIT_RULES_H
#define AUDIT_RULES_H

#include "audit/audit.h"

struct check;

/* What a rule looks at. */
enum rule_scope {
    SCOPE_MODULE,      /* a linked ELF file; struct check has an image */
    SCOPE_OBJECT,      /* static archives and objects; check.archive */
    SCOPE_WHEEL,       /* check.wheel */
    SCOPE_ENVIRONMENT, /* a folder of installed distributions; check.environment */
};

/* What else is true of a rule; stands beside its scope. */
enum rule_trait {
    RULE_SCOPES = 0xf,
    RULE_STRICT = 1 << 4,         /* an error for what is built here, whatever it is for others' files */
    RULE_READS_CONTENTS = 1 << 5, /* whole files, not only what their headers name */
};

struct table_row {
    unsigned traits; /* one scope, with rule_traits */
    struct rule rule;
    void (*look)(struct check *c); /* adds findings */
};

/* Asks every rule of the scope, then moves what they found to the report, sorted. */
void run_rules(struct check *c, enum rule_scope scope);

/* Whether no rule that reads whole files is left. */
bool rules_leave_contents(const struct audit_override *overrides, size_t count);

/* The row's number, for sorting. */
size_t rule_order(const struct rule *rule);

#endif
