/* One static library with variables inside two modules of a wheel. Link maps tell, else the bill of materials
 * where it says what went into which module; else symbol tables and texts do, as far as they can. */
#include <stdio.h>
#include <string.h>

#include "audit/state.h"
#include "audit/pairing.h"
#include "base/cleanup.h"

enum { COMMON_LEAST = 3 }; /* variables that make a library likely */

struct state_pairs {
    struct pairing pairing;
    const struct wheel_facts *wheel;
    struct map by_path; /* number of a module + 1 */
    bool *mapped;       /* by module: its link map was read */
    bool *listed;       /* by module: the bill of materials says what is in it */
};

static bool is_program(const struct state_pairs *t, size_t module)
{
    return t->wheel->modules[module]->report.role == AUDIT_EXECUTABLE;
}

/* Programs are processes of their own. */
static bool is_settled(const struct state_pairs *t, size_t first, size_t second)
{
    return is_program(t, first) || is_program(t, second) || (t->mapped[first] && t->mapped[second]) ||
           (t->listed[first] && t->listed[second]);
}

/* module_count when there is none at that path. */
static size_t module_at(const struct state_pairs *t, const char *path)
{
    uintptr_t number = (uintptr_t)map_get(&t->by_path, path);
    return number ? number - 1 : t->wheel->module_count;
}

static void read_sources(struct state_pairs *t, struct arena *scratch)
{
    const struct wheel_facts *w = t->wheel;
    t->mapped = arena_alloc(scratch, (w->module_count + 1) * sizeof *t->mapped);
    t->listed = arena_alloc(scratch, (w->module_count + 1) * sizeof *t->listed);
    for (size_t i = 0; i < w->module_count; i++) {
        t->mapped[i] = w->modules[i]->report.inside_count > 0;
        map_set(&t->by_path, w->modules[i]->path, (void *)(uintptr_t)(i + 1));
    }
    for (size_t i = 0; i < w->part_count; i++)
        for (size_t k = 0; k < w->parts[i].module_count; k++)
            t->listed[module_at(t, w->parts[i].modules[k])] = true;
}

static void tell(struct state_pairs *t, const char *name, const char *version, size_t first, size_t second)
{
    struct check *c = t->pairing.c;
    struct finding *f = add_finding(c, "holds %s%s%s, as %s does: each has its own variables", name,
        *version ? " " : "", version, pairing_name(&t->pairing, first));
    set_subject(c, f, pairing_name(&t->pairing, second));
    f->library = keep(c, name);
    /* The compiler's own is in every module in C++, and made for that, as is what an old libc lacks. */
    bool made_for_it = strcmp(library_known_as(name), "gcc") == 0 || str_starts(name, "staticbuild");
    if (made_for_it && f->severity > SEVERITY_NOTE)
        f->severity = SEVERITY_NOTE;
    const struct library_state *state = library_state_find(name);
    set_remedy(c, f,
        "%s%s%s%smake one module of them, or let one module give the library's functions to the others",
        state ? "each keeps " : "", state ? state->keeps : "",
        state ? arena_strf(c->scratch, " (%s)", state->report) : "", state ? "; " : "");
}

/* "libsodium.a" is "sodium". */
static const char *archive_name(struct arena *a, const char *archive)
{
    size_t len = strlen(archive);
    len -= str_ends(archive, ".a") ? strlen(".a") : 0;
    bool prefixed = str_starts(archive, "lib") && len > strlen("lib");
    return arena_strndup(a, archive + (prefixed ? 3 : 0), len - (prefixed ? 3 : 0));
}

static void tell_by_maps(struct state_pairs *t)
{
    AUTO(map) struct map seen = {0};
    struct arena *scratch = t->pairing.c->scratch;
    for (size_t i = 0; i < t->wheel->module_count; i++)
        for (size_t k = 0; k < t->wheel->modules[i]->report.inside_count; k++) {
            const struct audit_static *inside = &t->wheel->modules[i]->report.inside[k];
            const char *name = archive_name(scratch, inside->archive);
            size_t first = inside->writable ? pairing_first(&seen, name, i) : i;
            if (first != i)
                tell(t, name, "", first, i);
        }
}

static void tell_by_sboms(struct state_pairs *t)
{
    const struct wheel_facts *w = t->wheel;
    for (size_t i = 0; i < w->part_count; i++) {
        const struct sbom_part *part = &w->parts[i];
        size_t first = w->module_count;
        for (size_t k = 0; k < part->stateful_count; k++) {
            size_t module = module_at(t, part->stateful[k]);
            if (module == w->module_count)
                continue;
            if (first == w->module_count)
                first = module;
            else if (first != module && !(t->mapped[first] && t->mapped[module]))
                tell(t, part->name, part->version, first, module);
        }
    }
}

/* Libraries that are known to keep something between calls: inside one module, and inside another or shipped
 * beside it. The files of one library (libssl, libcrypto) are no two copies. */
static void tell_by_contents(struct state_pairs *t)
{
    AUTO(map) struct map seen = {0};
    for (size_t i = 0; i < t->wheel->module_count; i++) {
        const struct audit_embedded *itself = &t->wheel->modules[i]->report.itself;
        if (itself->name && itself->stateful)
            pairing_first(&seen, itself->name, i);
    }
    for (size_t i = 0; i < t->wheel->module_count; i++)
        for (size_t k = 0; k < t->wheel->modules[i]->report.embedded_count; k++) {
            const struct audit_embedded *embedded = &t->wheel->modules[i]->report.embedded[k];
            size_t first = embedded->stateful ? pairing_first(&seen, embedded->name, i) : i;
            if (first != i && !is_settled(t, first, i))
                tell(t, embedded->name, embedded->version, first, i);
        }
}

static void note_variables(struct state_pairs *t)
{
    AUTO(map) struct map seen = {0};
    for (size_t i = 0; i < t->wheel->module_count; i++) {
        const struct module_trace *trace = &t->wheel->modules[i]->trace;
        for (size_t k = 0; k < trace->state_count; k++) {
            char key[300];
            snprintf(key, sizeof key, "%.250s %llu", trace->state[k].name,
                (unsigned long long)trace->state[k].size);
            size_t first = pairing_first(&seen, key, i);
            struct finding *f =
                first != i && !is_settled(t, first, i) ? pairing_finding(&t->pairing, first, i) : NULL;
            if (f)
                add_evidence(t->pairing.c, f, "%s", trace->state[k].name);
        }
    }
}

/* A name or two may be the same by chance. */
static void drop_chance(struct state_pairs *t)
{
    struct check *c = t->pairing.c;
    size_t kept = 0;
    for (size_t i = 0; i < c->found.len; i++) {
        struct finding *f = c->found.items[i];
        bool chance = false;
        vec_each (&t->pairing.pairs, pair)
            chance |= pair->finding == f && f->evidence_total < COMMON_LEAST;
        if (!chance)
            c->found.items[kept++] = f;
    }
    c->found.len = kept;
}

static void describe_variables(struct state_pairs *t)
{
    struct check *c = t->pairing.c;
    vec_each (&t->pairing.pairs, pair) {
        struct finding *f = pair->finding;
        if (f->evidence_total < COMMON_LEAST)
            continue;
        f->symbol = f->evidence[0];
        f->message = arena_strf(&c->report->arena,
            "holds %zu variables that %s has too (%s, …): a static library is in both", f->evidence_total,
            pairing_name(&t->pairing, pair->first), f->evidence[0]);
        set_remedy(
            c, f, "make one module of them, or let one module give the library's functions to the others");
    }
}

void check_duplicate_state(struct check *c)
{
    struct state_pairs t = {.pairing = {.c = c}, .wheel = c->wheel};
    read_sources(&t, c->scratch);
    note_variables(&t);
    drop_chance(&t);
    describe_variables(&t);
    tell_by_maps(&t);
    tell_by_sboms(&t);
    tell_by_contents(&t);
    vec_release(&t.pairing.pairs);
    map_release(&t.by_path);
}
