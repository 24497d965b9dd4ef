/* Symbols that a promised library has, and that the platform's policy does not let a module take. */
#include "audit/internal.h"

static void judge(struct check *c, const struct platform *p, const struct import *import, const char *library)
{
    if (!platform_forbids_symbol(p, library, import->name))
        return;
    struct finding *f =
        add_finding(c, "needs %s of %s, which not every %s has", import->name, library, p->name);
    f->symbol = keep(c, import->name);
    if (!c->platform || c->platform->libc == LIBC_ANY)
        soften(c, f, SEVERITY_WARNING); /* nothing is promised that it breaks */
    f->library = keep(c, library);
    set_remedy(c, f, "link %s statically, or do without the symbol", library);
}

void check_forbidden(struct check *c)
{
    const struct platform *p = c->platform && c->platform->libc != LIBC_ANY ? c->platform
                               : c->facts->has_newest                       ? &c->facts->newest
                                                                            : NULL;
    for (size_t i = 0; p && i < c->facts->suspect_count; i++) {
        const struct import *import = c->facts->suspects[i];
        if (import->version && import->version->file) {
            if (c->facts->versions[import->version - c->image->needed_versions].of_platform)
                judge(c, p, import, import->version->file);
            continue;
        }
        for (size_t k = 0; k < c->image->needed_count; k++)
            if (!c->facts->complete[k])
                judge(c, p, import, c->image->needed[k]);
    }
}
