/* What two modules of a wheel have twice: static libraries with variables, exported symbols. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/wheel_facts.h"
#include "base/cleanup.h"

enum {
    PAIRS_MAX = 200,  /* findings of one kind */
    COMMON_LEAST = 3, /* variables that make a library likely */
};

/* Two modules and what they have in common. */
struct pair {
    size_t first, second;
    struct finding *finding;
};

struct pairing {
    struct check *c;
    VEC(struct pair) pairs;
};

static const char *name_of(const struct pairing *p, size_t module)
{
    return p->c->wheel->modules[module]->member->name;
}

/* The finding about two modules; new ones have an empty message. */
static struct finding *finding_of(struct pairing *p, size_t first, size_t second)
{
    for (size_t i = p->pairs.len; i-- > 0;)
        if (p->pairs.items[i].first == first && p->pairs.items[i].second == second)
            return p->pairs.items[i].finding;
    if (p->pairs.len == PAIRS_MAX)
        return NULL;
    struct finding *f = add_finding(p->c, "%s", "");
    set_subject(p->c, f, name_of(p, second));
    vec_push(&p->pairs, ((struct pair){first, second, f}));
    return f;
}

/* Drops findings with less evidence than that. */
static void drop_weak(struct pairing *p, size_t least)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->c->found.len; i++) {
        struct finding *f = p->c->found.items[i];
        bool weak = false;
        for (size_t k = 0; k < p->pairs.len && !weak; k++)
            weak = p->pairs.items[k].finding == f && f->evidence_total < least;
        if (!weak)
            p->c->found.items[kept++] = f;
    }
    p->c->found.len = kept;
}

/* First place of a name among modules: module + 1, as a pointer's value is not to be 0. */
static size_t first_place(struct map *seen, const char *key, size_t module)
{
    uintptr_t before = (uintptr_t)map_get(seen, key);
    if (!before)
        map_set(seen, key, (void *)(uintptr_t)(module + 1));
    return before ? before - 1 : module;
}

void check_duplicate_export(struct check *c)
{
    AUTO(map) struct map seen = {0};
    struct pairing p = {.c = c};
    for (size_t i = 0; i < c->wheel->module_count; i++) {
        const struct wheel_module *m = c->wheel->modules[i];
        if (m->report.role != AUDIT_MODULE)
            continue;
        for (size_t k = 0; k < m->trace.export_count; k++) {
            size_t first = first_place(&seen, m->trace.exports[k], i);
            struct finding *f = first != i ? finding_of(&p, first, i) : NULL;
            if (f)
                add_evidence(c, f, "%s", m->trace.exports[k]);
        }
    }
    vec_each (&p.pairs, pair) {
        struct finding *f = pair->finding;
        f->symbol = f->evidence[0];
        f->message = arena_strf(&c->report->arena, "exports %s%s, as %s does", f->evidence[0],
            f->evidence_total > 1
                ? arena_strf(&c->report->arena, " and %zu more symbols", f->evidence_total - 1)
                : "",
            name_of(&p, pair->first));
        set_remedy(
            c, f, "export only the entry point: which of the two is used depends on who is loaded first");
    }
    vec_release(&p.pairs);
}

/* Libraries that are known, by their texts, to keep something between calls. */
static void pair_recognised(struct pairing *p)
{
    AUTO(map) struct map seen = {0};
    const struct wheel_facts *w = p->c->wheel;
    for (size_t i = 0; i < w->module_count; i++)
        for (size_t k = 0; k < w->modules[i]->report.embedded_count; k++) {
            const struct audit_embedded *embedded = &w->modules[i]->report.embedded[k];
            size_t first = embedded->stateful ? first_place(&seen, embedded->name, i) : i;
            if (first == i)
                continue;
            struct finding *f = add_finding(p->c, "holds %s %s, as %s does: each has its own variables",
                embedded->name, embedded->version, name_of(p, first));
            set_subject(p->c, f, w->modules[i]->member->name);
            f->library = keep(p->c, embedded->name);
            set_remedy(p->c, f,
                "make one module of them, or let one module give the library's functions to the others");
        }
}

/* Libraries that a bill of materials of ours says are in several modules. */
static bool listed_twice(const struct wheel_facts *w, const char **library, size_t first, size_t second)
{
    for (size_t i = 0; i < w->part_count; i++) {
        bool in_first = false, in_second = false;
        for (size_t k = 0; k < w->parts[i].module_count; k++) {
            in_first |= strcmp(w->parts[i].modules[k], w->modules[first]->path) == 0;
            in_second |= strcmp(w->parts[i].modules[k], w->modules[second]->path) == 0;
        }
        if (in_first && in_second) {
            *library = w->parts[i].name;
            return true;
        }
    }
    return false;
}

static void describe_state(struct pairing *p, const struct pair *pair)
{
    struct check *c = p->c;
    struct finding *f = pair->finding;
    const char *library = NULL;
    if (listed_twice(c->wheel, &library, pair->first, pair->second))
        f->library = keep(c, library);
    f->symbol = f->evidence[0];
    f->message = arena_strf(&c->report->arena, "holds %zu variables that %s has too (%s, …): %s%s is in both",
        f->evidence_total, name_of(p, pair->first), f->evidence[0], library ? "" : "a static library",
        library ? library : "");
    set_remedy(c, f, "make one module of them, or let one module give the library's functions to the others");
}

void check_duplicate_state(struct check *c)
{
    AUTO(map) struct map seen = {0};
    struct pairing p = {.c = c};
    for (size_t i = 0; i < c->wheel->module_count; i++) {
        const struct module_trace *t = &c->wheel->modules[i]->trace;
        for (size_t k = 0; k < t->state_count; k++) {
            char key[300];
            snprintf(key, sizeof key, "%.250s %llu", t->state[k].name, (unsigned long long)t->state[k].size);
            size_t first = first_place(&seen, key, i);
            struct finding *f = first != i ? finding_of(&p, first, i) : NULL;
            if (f)
                add_evidence(c, f, "%s", t->state[k].name);
        }
    }
    drop_weak(&p, COMMON_LEAST);
    vec_each (&p.pairs, pair)
        if (pair->finding->evidence_total >= COMMON_LEAST)
            describe_state(&p, pair);
    vec_release(&p.pairs);
    pair_recognised(&p);
}
