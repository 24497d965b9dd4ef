/* Whether a file has a C++ runtime inside, and an unwinder, told from what it takes and from its code: a
 * stripped file has no names of them. Where contents are not looked at, neither is told. */
#ifndef AUDIT_CXX_RUNTIME_H
#define AUDIT_CXX_RUNTIME_H

#include "audit/internal.h"

/* Whether throwing and catching are code of the file's own; and whether walking the stack is, as well. */
bool has_cxx_runtime(const struct check *c);
bool has_own_unwinder(const struct check *c);

#endif
