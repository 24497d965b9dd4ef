/* The table of what a file without findings of certain rules is proved to be. */
#include "audit/claims.h"

static const struct claim claims[] = {
    {"runpath", "no RPATH or RUNPATH", NULL},
    {"text-relocation", "no text relocations", NULL},
    {"executable-stack", "no executable stack", NULL},
    {"foreign-export", "exports entry points only", "exports the C API and nothing else"},
    {"undefined-symbol", "no symbol left undefined", NULL},
    {"newer-version unknown-version forbidden-symbol", "no symbol newer than the platform", NULL},
};

const struct claim *claim_at(size_t i)
{
    return i < COUNT(claims) ? &claims[i] : NULL;
}

static bool names_rule(const char *rules, const char *rule)
{
    struct slice rest = slice_of(rules);
    while (rest.ptr)
        if (slice_is(slice_cut(&rest, ' '), rule))
            return true;
    return false;
}

bool claim_is_proved(const struct claim *claim, const struct finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (names_rule(claim->rules, findings[i].rule->id))
            return false;
    return true;
}
