/* What the tables say, for this folder. */
#ifndef TARGET_INTERNAL_H
#define TARGET_INTERNAL_H

#include "target/target.h"

/* How many architectures versions.def has a column for: the first of arch/arches.def. */
enum { VERSION_COLUMNS = 9 };

/* Minors of the first and last written policy of a libc; 0, 0 when there is none. */
struct policy_span {
    int first, last;
};
struct policy_span arch_policies(const struct arch *a, enum libc_kind libc);

/* Fills *out with the platform of that minor, written or by rule; false when the architecture has no policy
 * so old. */
bool platform_make(struct platform *out, enum libc_kind libc, const struct arch *a, int minor);

/* How words begin: tells of nearly all that are not among those added. Zeroed is empty. */
struct beginnings {
    uint64_t bits[64];
};

/* By the first four bytes. */
static inline unsigned beginning_of(const char *word)
{
    uint32_t hash = 0;
    for (size_t i = 0; i < 4 && word[i]; i++)
        hash = hash << 8 | (unsigned char)word[i];
    return hash * 0x9E3779B1u >> 20;
}

static inline void beginnings_add(struct beginnings *b, const char *word)
{
    b->bits[beginning_of(word) / 64] |= UINT64_C(1) << beginning_of(word) % 64;
}

static inline bool beginnings_may_have(const struct beginnings *b, const char *word)
{
    return b->bits[beginning_of(word) / 64] >> beginning_of(word) % 64 & 1;
}

/* Reads a decimal number of at most three digits without leading zeros; -1 for anything else. *end is what
 * stands behind it. */
int small_number(const char *s, const char **end);

#endif
