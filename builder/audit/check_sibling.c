/* Libraries that a wheel ships for its own modules: does the loader find them, and do they have what is
 * asked of them? */
#include <string.h>

#include "audit/search_path.h"
#include "audit/wheel_facts.h"
#include "base/cleanup.h"
#include "sys/path.h"

static const struct wheel_module *module_of_file(const struct wheel_facts *w, const char *base)
{
    const struct zip_member *m = map_get(w->by_base, base);
    return m ? w->members[m - w->wheel->zip.members].module : NULL;
}

static bool is_folder(void *arg, const char *folder)
{
    AUTO_FREE char *clean = path_clean(folder);
    return strcmp(clean, arg) == 0;
}

/* Whether the search path of a module leads to the library's folder. */
static bool reaches(const struct wheel_module *m, const struct wheel_module *library)
{
    AUTO_FREE char *dir = path_dir(library->path);
    AUTO_FREE char *folder = path_clean(dir);
    AUTO_FREE char *origin = path_dir(m->path);
    return search_path_visit(
        m->trace.runpath ? m->trace.runpath : m->trace.rpath, origin, m->report.arch, is_folder, folder);
}

static bool needs(const struct wheel_module *m, const char *library)
{
    for (size_t i = 0; i < m->trace.needed_count; i++)
        if (strcmp(m->trace.needed[i], library) == 0)
            return true;
    return false;
}

/* Once loaded for one module, a library is there for all. */
static bool anybody_reaches(const struct wheel_facts *w, const char *base, const struct wheel_module *library)
{
    for (size_t i = 0; i < w->module_count; i++)
        if (needs(w->modules[i], base) && reaches(w->modules[i], library))
            return true;
    return false;
}

static bool is_of_platform(const struct check *c, const char *library)
{
    return c->platform && platform_has_library(c->platform, library);
}

void check_sibling(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    AUTO(map) struct map told = {0};
    for (size_t i = 0; i < w->module_count; i++)
        for (size_t k = 0; k < w->modules[i]->trace.needed_count; k++) {
            const char *base = w->modules[i]->trace.needed[k];
            const struct wheel_module *library = module_of_file(w, base);
            if (!library || is_of_platform(c, base) || map_get(&told, base))
                continue;
            map_set(&told, base, (void *)library);
            if (anybody_reaches(w, base, library))
                continue;
            struct finding *f = add_finding(
                c, "needs %s, which is at %s, where no search path leads", base, library->member->name);
            set_subject(c, f, w->modules[i]->member->name);
            f->library = keep(c, base);
            set_remedy(c, f,
                "give it a RUNPATH of $ORIGIN and the way there, unless the package loads the library first");
        }
}

/* Whether everything that a module loads is known: libraries of the wheel, and libraries of the platform all
 * of whose symbols have versions. Then an import without a version has to be in the wheel. */
static bool is_closed(const struct wheel_facts *w, const struct wheel_module *start)
{
    AUTO(map) struct map seen = {0};
    VEC(const struct wheel_module *) todo = {0};
    vec_push(&todo, start);
    bool closed = true;
    while (todo.len && closed) {
        const struct wheel_module *m = todo.items[--todo.len];
        for (size_t i = 0; i < m->trace.needed_count && closed; i++) {
            const char *needed = m->trace.needed[i];
            const struct wheel_module *next = module_of_file(w, needed);
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

void check_undefined_in_wheel(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    AUTO(map) struct map defined = {0};
    for (size_t i = 0; i < w->module_count; i++) {
        const struct wheel_module *m = w->modules[i];
        if (!m->trace.wanted_count || !is_closed(w, m))
            continue;
        if (!defined.len)
            gather_exports(&defined, w);
        struct finding *f = NULL;
        for (size_t k = 0; k < m->trace.wanted_count; k++) {
            if (map_get(&defined, m->trace.wanted[k]))
                continue;
            if (!f) {
                f = add_finding(c, "%s", "");
                set_subject(c, f, m->member->name);
            }
            add_evidence(c, f, "%s", m->trace.wanted[k]);
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
