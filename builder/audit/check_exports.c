#include <string.h>

#include "audit/internal.h"

/* The linker's and the start files' own, in modules without a version script. */
static bool is_usual(const char *name)
{
    static const char *const usual[] = {"_init", "_fini", "_edata", "_end", "__bss_start"};
    if (name[0] != '_')
        return false;
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strcmp(usual[i], name) == 0)
            return true;
    return false;
}

void check_exports(struct check *c)
{
    if (c->facts->role != AUDIT_MODULE)
        return;
    struct finding *f = NULL;
    for (size_t i = 0; i < c->facts->export_count; i++) {
        const struct export *x = &c->facts->exports[i];
        if (is_entry_point(x->name) || is_usual(x->name) || matches_any(c->context->exports, x->name))
            continue;
        if (!f)
            f = add_finding(c, "exports symbols besides its entry points");
        add_evidence(c, f, "%s", x->name);
    }
    if (!f)
        return;
    f->message = arena_strf(&c->report->arena, "exports %zu symbol%s besides its entry points: %s%s",
        f->evidence_total, f->evidence_total == 1 ? "" : "s", f->evidence[0],
        f->evidence_total > 1 ? ", …" : "");
    f->symbol = f->evidence[0];
    set_remedy(c, f,
        "link with a version script that exports only PyInit_*, and with --exclude-libs,ALL; "
        "list what is meant to be exported in `exports`");
}
