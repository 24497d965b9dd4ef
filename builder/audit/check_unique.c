#include "audit/internal.h"

void check_unique(struct check *c)
{
    struct finding *f = NULL;
    for (size_t i = 0; i < c->facts->export_count; i++)
        if (c->facts->exports[i].bind == STB_GNU_UNIQUE) {
            if (!f)
                f = add_finding(c,
                    "exports symbols that are one in the whole process (STB_GNU_UNIQUE): modules share "
                    "them whatever RTLD_LOCAL says");
            add_evidence(c, f, "%s", c->facts->exports[i].name);
        }
    if (f)
        set_remedy(c, f,
            "compile with -fvisibility-inlines-hidden or -fno-gnu-unique, or hide them by a version script");
}
