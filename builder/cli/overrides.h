/* What the command line says of the audit's rules. */
#ifndef CLI_OVERRIDES_H
#define CLI_OVERRIDES_H

#include "audit/audit.h"
#include "base/vec.h"

struct overrides {
    VEC(struct audit_override) list;
    enum severity least; /* --severity LEVEL: milder findings are not told */
};

/* The rule of that id; NULL, and ERR_USAGE added, when there is none. */
const struct rule *override_rule(const char *option, const char *id, struct err *e);

/* "RULE=LEVEL", "*=LEVEL"; "LEVEL" alone says what is told. Mistakes are added, ERR_USAGE. */
void overrides_severity(struct overrides *o, const char *text, struct err *e);
void overrides_release(struct overrides *o);

#endif
