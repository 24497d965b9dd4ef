/* The shared copy of a wheel: a private library that holds what has state, once for all modules. The bill of
 * materials says what is in it; here that is proved. Nobody else has variables of it, nor a C++ runtime of
 * his own; what it exports goes by names of its own, which end as its version is called, so that neither a
 * library of the system's nor that of another wheel comes in between; and nothing of it is STB_GNU_UNIQUE,
 * which the loader would join with anybody's. */
#include <string.h>

#include "audit/wheel_facts.h"
#include "audit/wheel_loads.h"
#include "base/cleanup.h"
#include "sys/path.h"

static const struct wheel_module *module_at(const struct wheel_facts *w, const char *path)
{
    for (size_t i = 0; i < w->module_count; i++)
        if (strcmp(w->modules[i]->path, path) == 0)
            return w->modules[i];
    return NULL;
}

bool is_shared_copy(const struct wheel_facts *w, const char *path)
{
    for (size_t i = 0; i < w->part_count; i++)
        if (w->parts[i].shared_copy && strcmp(w->parts[i].shared_copy, path) == 0)
            return true;
    return false;
}

static struct finding *add_about(struct check *c, const struct sbom_part *part, const char *subject)
{
    struct finding *f = add_finding(c, "%s", "");
    set_subject(c, f, subject);
    f->library = keep(c, part->name);
    return f;
}

/* "lib/liblxml_1a2b3c4d.so" is "lxml_1a2b3c4d". */
static char *own_name(const char *path)
{
    const char *base = path_base(path);
    const char *stem = str_starts(base, "lib") ? base + strlen("lib") : base;
    const char *dot = strchr(stem, '.');
    return xstrf("%.*s", dot ? (int)(dot - stem) : (int)strlen(stem), stem);
}

static void judge_exports(struct check *c, const struct sbom_part *part, const struct wheel_module *copy)
{
    AUTO_FREE char *name = own_name(copy->path);
    AUTO_FREE char *suffix = xstrf(".%s", name);
    struct finding *f = NULL;
    for (size_t i = 0; i < copy->trace.export_count; i++) {
        const char *x = copy->trace.exports[i];
        if (str_ends(x, suffix) || strcmp(x, name) == 0) /* the version itself is an absolute symbol */
            continue;
        f = f ? f : add_about(c, part, copy->member->name);
        add_evidence(c, f, "%s", x);
    }
    if (f)
        f->message = arena_strf(&c->report->arena,
            "exports %s under the name that others have for it, and is meant for this wheel's modules alone",
            f->evidence[0]);
    f = NULL;
    for (size_t i = 0; i < copy->trace.unique_count; i++) {
        f = f ? f : add_about(c, part, copy->member->name);
        add_evidence(c, f, "%s", copy->trace.unique[i]);
    }
    if (f)
        f->message = arena_strf(&c->report->arena,
            "exports %s, of which the loader makes one in the whole process", f->evidence[0]);
}

static void judge_other(struct check *c, const struct sbom_part *part, const struct wheel_module *other)
{
    bool listed = false, runtime = strcmp(part->name, "libstdc++") == 0 && other->trace.cxx_runtime;
    for (size_t i = 0; i < part->stateful_count; i++)
        listed = listed || strcmp(part->stateful[i], other->path) == 0;
    if (!listed && !runtime)
        return;
    struct finding *f = add_about(c, part, other->member->name);
    f->message =
        arena_strf(&c->report->arena, "has %s inside, which is said to be in %s for all modules: two copies",
            runtime ? "a C++ runtime" : arena_strf(&c->report->arena, "variables of %s", part->name),
            part->shared_copy);
}

void check_shared_copy(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    AUTO(map) struct map judged = {0};
    for (size_t i = 0; i < w->part_count; i++) {
        const struct sbom_part *part = &w->parts[i];
        if (!part->shared_copy)
            continue;
        const struct wheel_module *copy = module_at(w, part->shared_copy);
        if (!copy) {
            add_finding(c, "%s is said to be in %s for all modules, and there is no such library", part->name,
                part->shared_copy);
            continue;
        }
        if (!map_set(&judged, part->shared_copy, (void *)copy))
            judge_exports(c, part, copy);
        for (size_t k = 0; k < w->module_count; k++)
            if (w->modules[k] != copy && w->modules[k]->report.role != AUDIT_EXECUTABLE)
                judge_other(c, part, w->modules[k]);
    }
}
