/* The stable ABI (PEP 384, PEP 652), and that of free-threaded builds (PEP 803). */
#include <string.h>

#include "audit/internal.h"
#include "python/abi/abi.h"
#include "python/python_symbols.h"

enum { ABI3T_FIRST = 15 }; /* 3.15 (PEP 803) */

static bool is_abi3t(const struct audit_context *context)
{
    struct python_abi named;
    return context->stable.kind == PYTHON_ABI_STABLE_T ||
           (python_abi_of_file(&named, context->subject) && named.kind == PYTHON_ABI_STABLE_T);
}

static bool is_abi3(const struct audit_context *context)
{
    struct python_abi named;
    return context->stable.minor || context->stable.kind == PYTHON_ABI_STABLE_T ||
           (python_abi_of_file(&named, context->subject) && named.kind != PYTHON_ABI_VERSION);
}

/* Versions later than the newest known have more. */
static bool may_be_younger(const struct check *c, const struct python_symbol *s)
{
    int minor = c->context->stable.minor;
    return minor > PYTHON_SYMBOLS_NEWEST || (!minor && !s);
}

static struct finding *begin_outside(struct check *c, bool younger)
{
    struct finding *f =
        younger ? add_finding(c, "uses what no stable ABI known here (up to 3.%d) has", PYTHON_SYMBOLS_NEWEST)
                : add_finding(c, "uses what is not in the stable ABI");
    if (younger && f->severity > SEVERITY_WARNING)
        f->severity = SEVERITY_WARNING;
    set_remedy(c, f, "compile with Py_LIMITED_API, and declare nothing of Python's by hand");
    return f;
}

static void check_symbols(struct check *c)
{
    struct finding *outside[2] = {NULL, NULL}, *younger = NULL;
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const struct import *import = &c->facts->imports[i];
        if (!import->python)
            continue;
        const struct python_symbol *s = python_symbol_find(import->name);
        int since = s ? python_symbol_abi3_since(s) : -1;
        if (!s && possible_provider(c))
            continue; /* only a name like one of Python's */
        if (since < 0) {
            bool maybe = may_be_younger(c, s);
            if (!outside[maybe])
                outside[maybe] = begin_outside(c, maybe);
            add_evidence(c, outside[maybe], "%s", import->name);
        } else if (c->context->stable.minor && since > c->context->stable.minor) {
            if (!younger)
                younger =
                    add_finding(c, "uses %s, which came into the stable ABI with Python 3.%d, after 3.%d",
                        import->name, since, c->context->stable.minor);
            add_evidence(c, younger, "%s (3.%d)", import->name, since);
        }
    }
    if (younger)
        set_remedy(
            c, younger, "define Py_LIMITED_API as the version of the tag, or tag the wheel for a newer one");
}

static bool has_export_hook(const struct check *c)
{
    for (size_t i = 0; i < c->facts->export_count; i++)
        if (is_entry_point(c->facts->exports[i].name) && str_starts(c->facts->exports[i].name, "PyModExport"))
            return true;
    return false;
}

/* PyObject, and with it PyModuleDef, is opaque: a module cannot hold what these three are given. Tricks that
 * reach below 3.15 are known, so that only the younger tags are sure. */
static void check_module_definition(struct check *c)
{
    static const char *const unusable[] = {
        "PyModuleDef_Init", "PyModule_Create2", "PyModule_FromDefAndSpec2"};
    if (has_export_hook(c))
        return;
    struct finding *f = NULL;
    for (size_t i = 0; i < c->facts->import_count; i++)
        for (size_t k = 0; k < COUNT(unusable); k++) {
            if (strcmp(c->facts->imports[i].name, unusable[k]) != 0)
                continue;
            if (!f)
                f = add_finding(c,
                    "says abi3t and has no PyModExport_ hook: with %s a free-threaded Python refuses it",
                    unusable[k]);
            add_evidence(c, f, "%s", unusable[k]);
        }
    if (!f)
        return;
    if (c->context->stable.minor && c->context->stable.minor < 15 && f->severity > SEVERITY_WARNING)
        f->severity = SEVERITY_WARNING;
    f->symbol = f->evidence[0];
    set_remedy(c, f, "compile with Py_TARGET_ABI3T and define the module by PyModExport_ (PEP 793, PEP 803)");
}

void check_abi3(struct check *c)
{
    if (!is_abi3(c->context) || c->facts->role != AUDIT_MODULE)
        return;
    check_symbols(c);
    if (is_abi3t(c->context))
        check_module_definition(c);
}

/* The lowest version whose stable ABI has everything, where the tag asks for more than that, or there is no
 * tag. */
void check_abi3_lowest(struct check *c)
{
    int lowest = 0, tagged = c->context->stable.minor;
    if (!is_abi3(c->context) || c->facts->role != AUDIT_MODULE)
        return;
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const struct import *import = &c->facts->imports[i];
        const struct python_symbol *s = import->python ? python_symbol_find(import->name) : NULL;
        if (!import->python || (!s && possible_provider(c)))
            continue;
        int since = s ? python_symbol_abi3_since(s) : -1;
        if (since < 0)
            return;
        lowest = since > lowest ? since : lowest;
    }
    if (is_abi3t(c->context) && lowest < ABI3T_FIRST)
        lowest = ABI3T_FIRST;
    if (lowest && !tagged)
        add_finding(c, "the symbols it uses are in the stable ABI since Python 3.%d", lowest);
    else if (lowest && lowest < tagged)
        add_finding(c, "the symbols it uses are in the stable ABI since Python 3.%d; it is tagged for 3.%d",
            lowest, tagged);
}
