/* What the loader finds of a wheel's own libraries when one of its files is loaded. */
#ifndef AUDIT_WHEEL_LOADS_H
#define AUDIT_WHEEL_LOADS_H

#include "audit/wheel_facts.h"

/* The linked member with this file name, or NULL. */
const struct wheel_module *wheel_module_named(const struct wheel_facts *w, const char *base);

/* Marks in found (one for each of w->modules) what is found when module `start` is loaded, itself as well. */
void wheel_loads(const struct wheel_facts *w, size_t start, bool musl, bool *found);

#endif
