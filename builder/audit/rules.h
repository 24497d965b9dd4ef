/* A row of the table of rules: what is public of it, and the function that looks. */
#ifndef AUDIT_RULES_H
#define AUDIT_RULES_H

#include "audit/audit.h"

struct check;

struct table_row {
    struct rule rule;
    void (*look)(struct check *c); /* adds findings */
};

/* What a rule is asked about. */
enum rule_subject {
    RULES_OF_FILES,        /* a linked ELF file; struct check has an image */
    RULES_OF_WHEELS,       /* check.wheel */
    RULES_OF_ARCHIVES,     /* static archives and objects; check.archive */
    RULES_OF_ENVIRONMENTS, /* check.environment */
};
enum { RULE_SUBJECTS = RULES_OF_ENVIRONMENTS + 1 };

/* The rows of one subject. */
const struct table_row *table_rows(enum rule_subject subject, size_t *len);

/* Asks them, and puts what was found into the report, sorted. */
void ask_rules(struct check *c, enum rule_subject subject);

/* The rule's number in the whole table, for sorting. */
size_t rule_order(const struct rule *rule);

#endif
