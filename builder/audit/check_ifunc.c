/* Functions chosen by the processor while the loader still relocates (STT_GNU_IFUNC). */
#include "audit/internal.h"

void check_ifunc(struct check *c)
{
    size_t exported = 0;
    for (size_t i = 0; i < c->facts->export_count; i++)
        exported += c->facts->exports[i].type == STT_GNU_IFUNC;
    if (!exported && !c->facts->ifunc_relocations)
        return;
    struct finding *f =
        add_finding(c, "chooses functions while it is loaded (IFUNC): %zu inside, %zu exported",
            c->facts->ifunc_relocations, exported);
    for (size_t i = 0; i < c->facts->export_count; i++)
        if (c->facts->exports[i].type == STT_GNU_IFUNC)
            add_evidence(c, f, "%s", c->facts->exports[i].name);
}
