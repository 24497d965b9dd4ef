/* The interpreter's library, needed or inside: a module gets all of Python from the process that loads
 * it. */
#include <string.h>

#include "audit/internal.h"
#include "python/python_symbols.h"

void check_libpython_needed(struct check *c)
{
    for (size_t i = 0; c->facts->role != AUDIT_EXECUTABLE && i < c->image->needed_count; i++) {
        const char *library = c->image->needed[i];
        if (!is_libpython(library))
            continue;
        struct finding *f = add_finding(c,
            "needs %s: an interpreter that has it inside cannot load the module, or loads "
            "a second Python",
            library);
        f->library = keep(c, library);
        set_remedy(c, f, "link without -lpython; the interpreter provides its symbols");
    }
}

/* More than a few: an extension may define a function or two for older versions of Python. */
enum { FEW = 20 };

void check_libpython_inside(struct check *c)
{
    if (c->facts->role == AUDIT_EXECUTABLE || (c->image->soname && is_libpython(c->image->soname)))
        return;
    size_t defined = 0;
    struct finding *f = NULL;
    for (int pass = 0; pass < 2 && (!pass || defined > FEW); pass++)
        for (size_t i = 0; i < c->facts->export_count; i++) {
            const char *name = c->facts->exports[i].name;
            if (name[name[0] == '_'] != 'P' || is_entry_point(name) || !python_symbol_find(name))
                continue;
            if (!pass) {
                defined++;
                continue;
            }
            if (!f)
                f = add_finding(
                    c, "defines %zu symbols of Python itself: an interpreter was linked into it", defined);
            add_evidence(c, f, "%s", name);
        }
    if (f)
        set_remedy(c, f, "link without libpython.a");
}
