/* Libraries that a wheel ships for its own modules: does the loader find them, and do they have what is
 * asked of them? */
#include <stdlib.h>
#include <string.h>

#include "audit/wheel_facts.h"
#include "audit/wheel_loads.h"
#include "base/alloc.h"
#include "base/cleanup.h"

static bool is_of_platform(const struct check *c, const char *library)
{
    return c->platform && platform_has_library(c->platform, library);
}

static bool is_musl(const struct check *c)
{
    return c->platform && c->platform->libc == LIBC_MUSL;
}

/* What is found by anybody. Once loaded for one module, a library is there for all. A plain library comes in
 * by somebody else, whose paths it may inherit; it starts a search of its own only where nobody else led to
 * it. */
static void find_all(const struct check *c, bool *found)
{
    const struct wheel_facts *w = c->wheel;
    AUTO_FREE bool *by_one = xcalloc(w->module_count + 1, sizeof *by_one);
    for (int libraries = 0; libraries < 2; libraries++)
        for (size_t i = 0; i < w->module_count; i++) {
            if ((w->modules[i]->report.role == AUDIT_LIBRARY) != libraries || found[i])
                continue;
            wheel_loads(w, i, is_musl(c), by_one);
            for (size_t k = 0; k < w->module_count; k++)
                found[k] |= by_one[k] && !(libraries && k == i);
        }
}

static size_t number_of(const struct wheel_facts *w, const struct wheel_module *module)
{
    size_t i = 0;
    while (i < w->module_count && w->modules[i] != module)
        i++;
    return i;
}

void check_sibling(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    AUTO(map) struct map told = {0};
    AUTO_FREE bool *found = NULL;
    for (size_t i = 0; i < w->module_count; i++)
        for (size_t k = 0; k < w->modules[i]->trace.needed_count; k++) {
            const char *base = w->modules[i]->trace.needed[k];
            const struct wheel_module *library = wheel_module_named(w, base);
            if (!library || is_of_platform(c, base) || map_get(&told, base))
                continue;
            map_set(&told, base, (void *)library);
            if (!found) {
                found = xcalloc(w->module_count + 1, sizeof *found);
                find_all(c, found);
            }
            if (found[number_of(w, library)])
                continue;
            struct finding *f = add_finding(
                c, "needs %s, which is at %s, where no search path leads", base, library->member->name);
            set_subject(c, f, w->modules[i]->member->name);
            f->library = keep(c, base);
            set_remedy(c, f,
                "give it a RUNPATH of $ORIGIN and the way there, unless the package loads the library first");
        }
}

/* Whether everything that a module loads is known, and which libraries of glibc are among that: libraries of
 * the wheel, and libraries of the platform all of whose symbols have versions. Then an import without a
 * version has to be in the wheel. */
static bool is_closed(const struct wheel_facts *w, const struct wheel_module *start, unsigned *glibc)
{
    AUTO(map) struct map seen = {0};
    VEC(const struct wheel_module *) todo = {0};
    vec_push(&todo, start);
    bool closed = true;
    while (todo.len && closed) {
        const struct wheel_module *m = todo.items[--todo.len];
        for (size_t i = 0; i < m->trace.needed_count && closed; i++) {
            const char *needed = m->trace.needed[i];
            const struct wheel_module *next = wheel_module_named(w, needed);
            *glibc |= next ? 0 : glibc_library_find(needed);
            if (!next)
                closed = library_versions_everything(needed);
            else if (!map_set(&seen, needed, (void *)next))
                vec_push(&todo, next);
        }
    }
    vec_release(&todo);
    return closed;
}

/* Everything that the wheel's libraries export. */
static void gather_exports(struct map *defined, const struct wheel_facts *w)
{
    for (size_t i = 0; i < w->module_count; i++)
        for (size_t k = 0; k < w->modules[i]->trace.export_count; k++)
            map_set(defined, w->modules[i]->trace.exports[k], w->modules[i]);
}

/* A reference without a version binds to a definition with one: what the interpreter's libraries have, or
 * those that came with a library of the wheel, is there. */
static bool is_lent(const struct wheel_module *m, const char *name, unsigned glibc)
{
    return glibc_symbol_homes(name) & glibc ||
           (m->report.role != AUDIT_EXECUTABLE && interpreter_library_of(name));
}

void check_undefined_in_wheel(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    AUTO(map) struct map defined = {0};
    for (size_t i = 0; i < w->module_count; i++) {
        const struct wheel_module *m = w->modules[i];
        unsigned glibc = 0;
        if (!m->trace.wanted_count || !is_closed(w, m, &glibc))
            continue;
        if (!defined.len)
            gather_exports(&defined, w);
        struct finding *f = NULL;
        for (size_t k = 0; k < m->trace.wanted_count; k++) {
            const char *name = m->trace.wanted[k];
            if (map_get(&defined, name) || is_lent(m, name, glibc))
                continue;
            if (!f) {
                f = add_finding(c, "%s", "");
                set_subject(c, f, m->member->name);
            }
            add_evidence(c, f, "%s", name);
        }
        if (!f)
            continue;
        f->symbol = f->evidence[0];
        /* Whoever loads a plain library may bring what it lacks. */
        if (m->report.role != AUDIT_MODULE && f->severity > SEVERITY_WARNING)
            f->severity = SEVERITY_WARNING;
        f->message = arena_strf(&c->report->arena, "needs %s%s, which no library it loads has", f->symbol,
            f->evidence_total > 1 ? arena_strf(&c->report->arena, " and %zu more", f->evidence_total - 1)
                                  : "");
        set_remedy(c, f, "ship the version of the library that it was linked with");
    }
}
