/* What a file has been proved to be: the other side of findings. */
#ifndef AUDIT_CLAIMS_H
#define AUDIT_CLAIMS_H

#include "audit/audit.h"

/* Proved of a file that has no finding of these rules. */
struct claim {
    const char *rules; /* parted by spaces */
    const char *text;
    const char *of_interpreter; /* of one the text is this, as the API is what modules enter by; or NULL */
};

/* Claim i, or NULL past the end. */
const struct claim *claim_at(size_t i);

bool claim_is_proved(const struct claim *claim, const struct finding *findings, size_t count);

#endif
