/* What a module shows beside its entry points. A module is loaded with RTLD_LOCAL, so that nobody takes its
 * names; but its own references ask the program and its libraries first, and take theirs. Names of its own
 * (Cython's, Rust's, C++ templates') meet nobody: a note. Those of a known library meet the library. */
#include <stdlib.h>
#include <string.h>

#include "audit/internal.h"

static const struct known_export {
    const char *symbol, *library;
} known_exports[] = {
#define KNOWN_EXPORT(symbol, library) {symbol, library},
#include "audit/known_exports.def"
#undef KNOWN_EXPORT
};

enum { KNOWN_EXPORTS = COUNT(known_exports), LIBRARIES_NAMED = 8 };

static int by_symbol(const void *key, const void *item)
{
    return strcmp(key, ((const struct known_export *)item)->symbol);
}

static const char *known_library(const char *symbol)
{
    const struct known_export *known =
        bsearch(symbol, known_exports, KNOWN_EXPORTS, sizeof *known_exports, by_symbol);
    return known ? known->library : NULL;
}

/* The linker's and the start files' own, in modules without a version script. */
static bool is_usual(const char *name)
{
    static const char *const usual[] = {"_init", "_fini", "_edata", "_end", "__bss_start"};
    if (name[0] != '_')
        return false;
    for (size_t i = 0; i < COUNT(usual); i++)
        if (strcmp(usual[i], name) == 0)
            return true;
    return false;
}

/* The libraries whose names are among the exports. */
struct known_libraries {
    const char *name[LIBRARIES_NAMED];
    size_t count;
};

static void note_library(struct known_libraries *known, const char *library)
{
    for (size_t i = 0; i < known->count; i++)
        if (strcmp(known->name[i], library) == 0)
            return;
    if (known->count < LIBRARIES_NAMED)
        known->name[known->count++] = library;
}

/* With DT_SYMBOLIC a module takes its own first, and then nobody else's come in between. */
static void name_libraries(struct check *c, struct finding *f, const struct known_libraries *known)
{
    struct strbuf names = {0};
    for (size_t i = 0; i < known->count; i++)
        strbuf_addf(&names, "%s%s", i ? ", " : "", known->name[i]);
    f->message =
        arena_strf(&c->report->arena, "%s; names of %s are among them%s", f->message, strbuf_str(&names),
            c->image->symbolic
                ? ""
                : ": where the program or one of its libraries has them, they are called instead of "
                  "those inside");
    f->library = keep(c, known->name[0]);
    strbuf_release(&names);
    if (!c->image->symbolic)
        worsen(c, f, SEVERITY_WARNING);
}

void check_exports(struct check *c)
{
    if (c->facts->role != AUDIT_MODULE)
        return;
    struct finding *f = NULL;
    struct known_libraries known = {0};
    for (size_t i = 0; i < c->facts->export_count; i++) {
        const struct export *x = &c->facts->exports[i];
        if (is_entry_point(x->name) || is_usual(x->name) || matches_any(c->context->exports, x->name))
            continue;
        if (!f)
            f = add_finding(c, "exports symbols besides its entry points");
        add_evidence(c, f, "%s", x->name);
        const char *library = known_library(x->name);
        if (library)
            note_library(&known, library);
    }
    if (!f)
        return;
    f->message = arena_strf(&c->report->arena, "exports %zu symbol%s besides its entry points: %s%s",
        f->evidence_total, f->evidence_total == 1 ? "" : "s", f->evidence[0],
        f->evidence_total > 1 ? ", …" : "");
    f->symbol = f->evidence[0];
    if (known.count)
        name_libraries(c, f, &known);
    set_remedy(c, f, "%s",
        c->context->self_contained
            ? "list what is meant to be exported in `exports`; everything else is hidden by the version "
              "script"
            : "link with a version script that exports only PyInit_*, and with --exclude-libs,ALL");
}
