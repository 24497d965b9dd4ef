/* Whether a file has a C++ runtime inside, and an unwinder, told from what it takes and from its code: a
 * stripped file has no names of them. */
#ifndef AUDIT_CXX_RUNTIME_H
#define AUDIT_CXX_RUNTIME_H

#include "audit/internal.h"

struct cxx_runtime {
    bool inside;   /* throwing and catching are its own code */
    bool unwinder; /* and walking the stack as well */
};

struct cxx_runtime cxx_runtime_of(const struct check *c);

#endif
