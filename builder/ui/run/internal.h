/* What is claimed of a wheel. */
#ifndef UI_RUN_INTERNAL_H
#define UI_RUN_INTERNAL_H

#include <stddef.h>

/* What a wheel without findings of these rules has been proved to be. */
struct claim {
    const char *rules; /* of the audit, parted by spaces */
    const char *text;
};

/* Claim i, or NULL past the end. */
const struct claim *claim_at(size_t i);

#endif
