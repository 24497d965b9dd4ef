/* Whether a file has a C++ runtime inside, and an unwinder, told from what it takes and from its code: a
 * stripped file has no names of them. Where contents are not looked at, neither is told. */
#ifndef AUDIT_CXX_RUNTIME_H
#define AUDIT_CXX_RUNTIME_H

#include "audit/internal.h"

/* Sets cxx_runtime and own_unwinder of facts, whose imports are gathered. */
void cxx_runtime_gather(struct facts *facts, const struct elf_image *image);

#endif
