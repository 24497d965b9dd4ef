/* A row of the table of rules: what is public of it, and the function that looks. */
#ifndef AUDIT_RULES_H
#define AUDIT_RULES_H

#include "audit/audit.h"

struct check;

struct table_row {
    struct rule rule;
    void (*look)(struct check *c); /* adds findings */
};

/* Row i, or NULL past the end. */
const struct table_row *table_row_at(size_t i);

/* The row's number, for sorting. */
size_t rule_order(const struct rule *rule);

#endif
