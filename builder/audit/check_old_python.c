/* Names that only interpreters of long ago had. */
#include "audit/internal.h"

void check_old_python(struct check *c)
{
    struct finding *f = NULL;
    for (size_t i = 0; c->facts->old_python && i < c->facts->import_count; i++) {
        const char *name = c->facts->imports[i].name;
        if (!is_old_python(name))
            continue;
        if (!f)
            f = add_finding(c, "uses what only old or specially built interpreters have");
        add_evidence(c, f, "%s", name);
    }
    if (f)
        set_remedy(c, f,
            "build with a current interpreter: PyUnicodeUCS2_* and PyUnicodeUCS4_* went with Python 3.3, "
            "PyFPE_* with 3.7");
}
