/* What the tables say, for this folder. */
#ifndef TARGET_INTERNAL_H
#define TARGET_INTERNAL_H

#include "target/target.h"

/* How many architectures versions.def has a column for: the first of arches.def. */
enum { VERSION_COLUMNS = 9 };

/* Row of arches.def. */
size_t arch_index(const struct arch *a);

/* Minors of the first and last written policy of a libc; 0, 0 when there is none. */
struct policy_span {
    int first, last;
};
struct policy_span arch_policies(const struct arch *a, enum libc_kind libc);

/* Fills *out with the platform of that minor, written or by rule; false when the architecture has no policy
 * so old. */
bool platform_make(struct platform *out, enum libc_kind libc, const struct arch *a, int minor);

/* Reads a decimal number of at most three digits without leading zeros; -1 for anything else. *end is what
 * stands behind it. */
int small_number(const char *s, const char **end);

#endif
