/* Findings about two modules of one wheel: what both of them have. */
#ifndef AUDIT_PAIRING_H
#define AUDIT_PAIRING_H

#include "audit/wheel_facts.h"

struct module_pair {
    size_t first, second; /* numbers of modules */
    struct finding *finding;
};

struct pairing {
    struct check *c;
    VEC(struct module_pair) pairs;
};

/* The finding about a pair, whose subject is the second; a new one has an empty message. NULL when there are
 * too many. */
struct finding *pairing_finding(struct pairing *p, size_t first, size_t second);

/* The first module that was noted with a key, which is this one when it is new. */
size_t pairing_first(struct map *seen, const char *key, size_t module);

const char *pairing_name(const struct pairing *p, size_t module);

#endif
