/* STB_GNU_UNIQUE: the loader makes one of all definitions in the process, whatever RTLD_LOCAL says, and never
 * unloads the file. A template's static variable may be so. Those of libstdc++ itself may not, in a file that
 * has its own copy: then half of one runtime works with half of another, and the second to be loaded breaks.
 */
#include "audit/internal.h"

#include <string.h>

static bool is_of_runtime(const char *name)
{
    static const char *const prefixes[] = {"_ZNSt", "_ZNSs", "_ZGVNSt", "_ZSt", "_ZNKSt", "_ZNSi", "_ZNSo"};
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (str_starts(name, prefixes[i]))
            return true;
    return false;
}

void check_unique(struct check *c)
{
    struct finding *f = NULL;
    const char *of_runtime = NULL;
    for (size_t i = 0; i < c->facts->export_count; i++) {
        const struct export *x = &c->facts->exports[i];
        if (x->bind != STB_GNU_UNIQUE)
            continue;
        if (!f)
            f = add_finding(c, "exports symbols that are one in the whole process (STB_GNU_UNIQUE): modules "
                               "share them whatever "
                               "RTLD_LOCAL says");
        if (!of_runtime && is_of_runtime(x->name))
            of_runtime = x->name;
        add_evidence(c, f, "%s", x->name);
    }
    if (!f)
        return;
    if (of_runtime && c->facts->cxx_runtime) {
        f->message = arena_strf(&c->report->arena,
            "has a C++ runtime inside and exports parts of it that are one in the whole process (%s): it "
            "mixes "
            "with any other, and either breaks",
            of_runtime);
        f->symbol = keep(c, of_runtime);
        worsen(c, f, SEVERITY_ERROR);
    }
    set_remedy(c, f,
        "compile with -fvisibility-inlines-hidden or -fno-gnu-unique, or hide them by a version script");
}
