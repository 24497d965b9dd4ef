/* The stable ABI (PEP 384, PEP 652). */
#include "audit/internal.h"
#include "python/python_symbols.h"

static bool is_abi3(const struct audit_context *context)
{
    return context->abi3_minor || str_ends(context->subject, ".abi3.so");
}

void check_abi3(struct check *c)
{
    if (!is_abi3(c->context) || c->facts->role != AUDIT_MODULE)
        return;
    struct finding *outside = NULL, *younger = NULL;
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const struct import *import = &c->facts->imports[i];
        if (!import->python)
            continue;
        const struct python_symbol *s = python_symbol_find(import->name);
        int since = s ? python_symbol_abi3_since(s) : -1;
        if (since < 0) {
            if (!outside)
                outside = add_finding(c, "uses what is not in the stable ABI");
            add_evidence(c, outside, "%s", import->name);
        } else if (c->context->abi3_minor && since > c->context->abi3_minor) {
            if (!younger)
                younger = add_finding(
                    c, "uses what came into the stable ABI after Python 3.%d", c->context->abi3_minor);
            add_evidence(c, younger, "%s (3.%d)", import->name, since);
        }
    }
    if (outside)
        set_remedy(c, outside, "compile with Py_LIMITED_API, and declare nothing of Python's by hand");
    if (younger)
        set_remedy(
            c, younger, "define Py_LIMITED_API as the version of the tag, or tag the wheel for a newer one");
}

/* The lowest version whose stable ABI has everything, where the tag asks for more than that. */
void check_abi3_lowest(struct check *c)
{
    int lowest = 0;
    if (!c->context->abi3_minor || c->facts->role != AUDIT_MODULE)
        return;
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const struct import *import = &c->facts->imports[i];
        const struct python_symbol *s = import->python ? python_symbol_find(import->name) : NULL;
        if (!import->python)
            continue;
        int since = s ? python_symbol_abi3_since(s) : -1;
        if (since < 0)
            return;
        lowest = since > lowest ? since : lowest;
    }
    if (lowest && lowest < c->context->abi3_minor)
        add_finding(c, "the symbols it uses are in the stable ABI since Python 3.%d; it is tagged for 3.%d",
            lowest, c->context->abi3_minor);
}
