/* The imports that keep a file from older platforms, and what pulled each of them in. */
#include <stdlib.h>
#include <string.h>

#include "audit/explain_internal.h"
#include "base/cleanup.h"

struct forcing {
    const struct import *import;
    const struct version_fact *version;
};

static int compare_forcing(const void *a, const void *b)
{
    const struct forcing *x = a, *y = b;
    if (x->version->has_earliest != y->version->has_earliest)
        return x->version->has_earliest ? 1 : -1;
    int order = x->version->has_earliest ? platform_compare(&y->version->earliest, &x->version->earliest) : 0;
    return order ? order : strcmp(x->import->name, y->import->name);
}

/* What asks for more than the oldest platform. */
static struct forcing *list_forcing(struct check *c, size_t *count)
{
    const struct facts *f = c->facts;
    struct platform first;
    *count = 0;
    if (!f->arch || !platform_at(&first, f->libc, f->arch, 0))
        return NULL;
    struct forcing *forcing = arena_alloc(c->scratch, f->import_count * sizeof *forcing);
    for (size_t i = 0; i < f->import_count; i++) {
        const struct elf_version *version = f->imports[i].version;
        if (!version || !version->file)
            continue;
        const struct version_fact *v = &f->versions[version - c->image->needed_versions];
        if (v->of_platform && (!v->has_earliest || platform_compare(&v->earliest, &first) > 0))
            forcing[(*count)++] = (struct forcing){&f->imports[i], v};
    }
    if (*count)
        qsort(forcing, *count, sizeof *forcing, compare_forcing);
    return forcing;
}

/* Reasons of one symbol while they are counted. */
enum { MOST_REASONS = 256 };
struct counting {
    VEC(struct audit_reason) reasons;
    const char *last[MOST_REASONS]; /* the function met last, by reason */
};

/* Sites come by address, so that a function is met once and never again. */
static void count_reason(struct counting *n, const struct audit_reason *reason, struct audit_symbol *s)
{
    vec_each (&n->reasons, known)
        if (known->kind == reason->kind && strcmp(known->name, reason->name) == 0) {
            known->places++;
            const char *last = n->last[known - n->reasons.items];
            known->functions += reason->function && (!last || strcmp(reason->function, last) != 0);
            n->last[known - n->reasons.items] = reason->function;
            return;
        }
    s->reason_total++;
    if (n->reasons.len == MOST_REASONS)
        return;
    n->last[n->reasons.len] = reason->function;
    vec_push(&n->reasons, *reason);
    struct audit_reason *added = &n->reasons.items[n->reasons.len - 1];
    added->places = 1;
    added->functions = reason->function != NULL;
}

static int by_places(const void *a, const void *b)
{
    const struct audit_reason *x = a, *y = b;
    if (x->places != y->places)
        return x->places > y->places ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void keep_reasons(struct check *c, struct counting *n, struct audit_symbol *s)
{
    if (n->reasons.len)
        qsort(n->reasons.items, n->reasons.len, sizeof *n->reasons.items, by_places);
    s->reason_count = n->reasons.len < AUDIT_EVIDENCE_MAX ? n->reasons.len : AUDIT_EVIDENCE_MAX;
    struct audit_reason *kept = arena_alloc(&c->report->arena, s->reason_count * sizeof *kept);
    for (size_t i = 0; i < s->reason_count; i++) {
        kept[i] = n->reasons.items[i];
        kept[i].name = keep(c, kept[i].name);
        kept[i].function = keep(c, kept[i].function);
    }
    s->reasons = kept;
}

/* Which dynamic symbol an import is: their order is the same, and names need not be unique. */
static void mark_wanted(
    struct check *c, const struct forcing *forcing, size_t count, bool *wanted, size_t *symbol_of)
{
    struct elf_symbol s;
    size_t import = 0;
    size_t *number = arena_alloc(c->scratch, (c->facts->import_count + 1) * sizeof *number);
    for (size_t i = 1; i < c->image->symbol_count && import < c->facts->import_count; i++)
        if (elf_symbol_at(c->image, i, &s) && s.bind != STB_LOCAL && s.section == SHN_UNDEF)
            number[import++] = i;
    for (size_t i = 0; i < count; i++) {
        symbol_of[i] = number[forcing[i].import - c->facts->imports];
        wanted[symbol_of[i]] = true;
    }
}

static void add_reasons(struct check *c, const struct code_places *places, const struct import_sites *sites,
    const size_t *symbol_of)
{
    for (size_t i = 0; i < c->report->symbol_count; i++) {
        struct counting n = {0};
        size_t low = 0, high = sites->items.len;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (sites->items.items[middle].symbol < symbol_of[i])
                low = middle + 1;
            else
                high = middle;
        }
        struct audit_reason reason;
        for (; low < sites->items.len && sites->items.items[low].symbol == symbol_of[i]; low++)
            if (code_places_find(places, c->scratch, sites->items.items[low].address, &reason))
                count_reason(&n, &reason, &c->report->symbols[i]);
        keep_reasons(c, &n, &c->report->symbols[i]);
        vec_release(&n.reasons);
    }
}

void explain_symbols(struct check *c)
{
    struct audit_report *r = c->report;
    size_t count;
    struct forcing *forcing = list_forcing(c, &count);
    r->symbols = arena_alloc(&r->arena, count * sizeof *r->symbols);
    r->symbol_count = count;
    for (size_t i = 0; i < count; i++)
        r->symbols[i] = (struct audit_symbol){
            .symbol = keep(c, forcing[i].import->name),
            .library = keep(c, forcing[i].version->version->file),
            .version = keep(c, forcing[i].version->version->name),
            .policy = forcing[i].version->has_earliest ? keep(c, forcing[i].version->earliest.name) : NULL,
        };
    if (!count)
        return;
    bool *wanted = arena_alloc(c->scratch, c->image->symbol_count * sizeof *wanted);
    size_t *symbol_of = arena_alloc(c->scratch, count * sizeof *symbol_of);
    mark_wanted(c, forcing, count, wanted, symbol_of);
    struct import_sites sites;
    struct code_places places;
    import_sites_find(&sites, c->image, wanted);
    code_places_read(&places, c->scratch, c->image);
    explain_find_map(&places, c->scratch, c->context->sources, c->image, c);
    add_reasons(c, &places, &sites, symbol_of);
    import_sites_release(&sites);
}
