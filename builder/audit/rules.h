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

struct table_row {
    enum rule_scope scope;
    struct rule rule;
    void (*look)(struct check *c); /* adds findings */
};

/* Asks every rule of the scope, then moves what they found to the report, sorted. */
void run_rules(struct check *c, enum rule_scope scope);

/* The row's number, for sorting. */
size_t rule_order(const struct rule *rule);

#endif
