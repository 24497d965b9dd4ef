/* Libraries in DT_NEEDED that nobody promises to be there. */
#include <string.h>

#include "audit/internal.h"

void check_needed(struct check *c)
{
    for (size_t i = 0; i < c->image->needed_count; i++) {
        const char *library = c->image->needed[i];
        if (library_promised(c, library) || library_beside(c->context, library) ||
            library_allowed(c->context, library) || is_libpython(library))
            continue;
        size_t symbols = 0;
        for (size_t k = 0; k < c->facts->version_count; k++)
            if (strcmp(c->facts->versions[k].version->file, library) == 0)
                symbols += c->facts->versions[k].symbols;
        struct finding *f =
            c->platform && c->platform->libc != LIBC_ANY
                ? add_finding(c, "needs %s, which %s does not promise", library, c->platform->name)
                : add_finding(c, "needs %s, which no platform promises", library);
        f->library = keep(c, library);
        set_remedy(c, f, "%s",
            c->context->self_contained
                ? "link it statically: add its recipe to [requires] libraries, or its archive to the module"
                : "link it statically, or let `auditwheel repair` put it into the wheel; where users are "
                  "meant to have it, "
                  "--allow names it");
        if (symbols)
            add_evidence(c, f, "%zu symbols by version", symbols);
    }
}
