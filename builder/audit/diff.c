/* Compares two audited files, aspect by aspect. What is compared is a list of facts a side, each a name with
 * a text or an amount; what stands in one list only, or differs, is a change. */
#include "audit/diff.h"

#include <stdlib.h>
#include <string.h>

#include "audit/same_file.h"
#include "base/alloc.h"
#include "base/cleanup.h"

struct diff_fact {
    const char *name, *text;
    uint64_t amount;
    enum severity severity;
    const char *example;
};

struct diff_facts {
    VEC(struct diff_fact) list;
};

struct differ {
    struct audit_diff *diff;
    VEC(struct audit_change) changes;
};

static const struct {
    const char *word;
    bool amount;
} aspects[CHANGE_OF_COUNT] = {
    [CHANGE_OF_TAG] = {"tag", false},
    [CHANGE_OF_FILE] = {"file", false},
    [CHANGE_OF_LIBRARY] = {"library", false},
    [CHANGE_OF_EXPORT] = {"export", false},
    [CHANGE_OF_INSIDE] = {"inside", false},
    [CHANGE_OF_SIZE] = {"size", true},
    [CHANGE_OF_RULE] = {"rule", true},
};

const char *change_of_word(enum change_of of)
{
    return aspects[of].word;
}

bool change_is_amount(enum change_of of)
{
    return aspects[of].amount;
}

static int compare_facts(const void *a, const void *b)
{
    const struct diff_fact *x = a, *y = b;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Facts of one name become one: amounts add up, texts stand side by side. */
static void settle(struct diff_facts *f, struct arena *arena)
{
    size_t kept = 0;
    if (!f->list.len)
        return;
    qsort(f->list.items, f->list.len, sizeof *f->list.items, compare_facts);
    for (size_t i = 1; i < f->list.len; i++) {
        struct diff_fact *last = &f->list.items[kept], *next = &f->list.items[i];
        if (compare_facts(last, next) != 0) {
            f->list.items[++kept] = *next;
            continue;
        }
        last->amount += next->amount;
        if (*next->text && !strstr(last->text, next->text))
            last->text = *last->text ? arena_strf(arena, "%s, %s", last->text, next->text) : next->text;
    }
    f->list.len = kept + 1;
}

static bool is_same(const struct diff_fact *a, const struct diff_fact *b)
{
    return a->amount == b->amount && strcmp(a->text, b->text) == 0;
}

static void tell(struct differ *d, enum change_of of, const char *file, const struct diff_fact *before,
    const struct diff_fact *after)
{
    struct arena *arena = &d->diff->arena;
    const struct diff_fact *some = after ? after : before;
    vec_push(&d->changes, ((struct audit_change){
                              .of = of,
                              .name = arena_strdup(arena, some->name),
                              .file = file ? arena_strdup(arena, file) : NULL,
                              .before = before ? arena_strdup(arena, before->text) : NULL,
                              .after = after ? arena_strdup(arena, after->text) : NULL,
                              .amount_before = before ? before->amount : 0,
                              .amount_after = after ? after->amount : 0,
                              .severity = some->severity,
                              .example = some->example ? arena_strdup(arena, some->example) : NULL,
                          }));
}

/* Both lists, sorted, side by side; they are emptied. */
static void compare(struct differ *d, enum change_of of, const char *file, struct diff_facts facts[2])
{
    settle(&facts[0], &d->diff->arena);
    settle(&facts[1], &d->diff->arena);
    size_t i = 0, k = 0;
    while (i < facts[0].list.len || k < facts[1].list.len) {
        const struct diff_fact *before = i < facts[0].list.len ? &facts[0].list.items[i] : NULL;
        const struct diff_fact *after = k < facts[1].list.len ? &facts[1].list.items[k] : NULL;
        int order = !before ? 1 : !after ? -1 : compare_facts(before, after);
        i += order <= 0;
        k += order >= 0;
        if (order != 0)
            tell(d, of, file, order < 0 ? before : NULL, order > 0 ? after : NULL);
        else if (!is_same(before, after))
            tell(d, of, file, before, after);
    }
    vec_release(&facts[0].list);
    vec_release(&facts[1].list);
}

static void add(struct diff_facts *f, const char *name, const char *text)
{
    vec_push(&f->list, ((struct diff_fact){.name = name, .text = text}));
}

static void add_amount(struct diff_facts *f, const char *name, uint64_t amount)
{
    vec_push(&f->list, ((struct diff_fact){.name = name, .text = "", .amount = amount}));
}

static void collect_tags(struct diff_facts *f, const struct audited *a)
{
    add(f, "earns", a->has_earned ? a->earned.name : "none");
    if (a->claim)
        add(f, "claims", a->claim);
    add(f, "verdict", a->passes ? "passes" : "does not pass");
}

static void collect_libraries(struct diff_facts *f, const struct audit_report *r, struct arena *arena)
{
    for (size_t i = 0; i < r->needed_count; i++)
        add(f, same_file_name(arena, r->needed[i].library), "");
}

static void collect_exports(struct diff_facts *f, const struct audit_report *r, struct arena *arena)
{
    for (size_t i = 0; i < r->table_count; i++) {
        const struct audit_table_row *row = &r->table[i];
        if (row->defined)
            add(f, row->version ? arena_strf(arena, "%s@%s", row->symbol, row->version) : row->symbol, "");
    }
}

/* Of a module that stands alone; a wheel's are among its parts. */
static void collect_embedded(struct diff_facts *f, const struct audit_report *r)
{
    for (size_t i = 0; i < r->embedded_count; i++)
        add(f, r->embedded[i].name, r->embedded[i].version);
    if (r->itself.name)
        add(f, r->itself.name, r->itself.version);
}

static void collect_inside(struct diff_facts *f, const struct audited *a)
{
    for (size_t i = 0; i < a->part_count; i++)
        add(f, a->parts[i].name, a->parts[i].version);
    for (size_t i = 0; a->kind == AUDITED_MODULE && i < a->module_count; i++)
        collect_embedded(f, &a->modules[i]);
}

static void collect_sizes(struct diff_facts *f, const struct audit_report *r)
{
    add_amount(f, "file", r->size);
    for (size_t i = 0; i < r->section_count; i++)
        add_amount(f, r->sections[i].name, r->sections[i].size);
    for (size_t i = 0; i < r->inside_count; i++)
        add_amount(f, r->inside[i].archive, r->inside[i].size);
}

static void collect_findings_of(struct diff_facts *f, const struct audit_report *r)
{
    for (size_t i = 0; i < r->finding_count; i++)
        vec_push(&f->list, ((struct diff_fact){.name = r->findings[i].rule->id,
                               .text = "",
                               .amount = 1,
                               .severity = r->findings[i].severity,
                               .example = r->findings[i].message}));
}

/* A file of the wheel, or both of what was compared where they are modules. */
static void compare_reports(
    struct differ *d, const char *file, const struct audit_report *older, const struct audit_report *newer)
{
    const struct audit_report *reports[] = {older, newer};
    struct arena *arena = &d->diff->arena;
    struct diff_facts facts[CHANGE_OF_COUNT][2] = {0};
    for (size_t side = 0; side < 2; side++) {
        if (!reports[side])
            continue;
        collect_libraries(&facts[CHANGE_OF_LIBRARY][side], reports[side], arena);
        if (older && newer) /* a file that is new as a whole is told as one */
            collect_exports(&facts[CHANGE_OF_EXPORT][side], reports[side], arena);
        collect_findings_of(&facts[CHANGE_OF_RULE][side], reports[side]);
        if (older && newer)
            collect_sizes(&facts[CHANGE_OF_SIZE][side], reports[side]);
        else
            add_amount(&facts[CHANGE_OF_SIZE][side], "file", reports[side]->size);
    }
    for (int of = 0; of < CHANGE_OF_COUNT; of++)
        compare(d, of, file, facts[of]);
}

static void compare_whole(struct differ *d, const struct audited *sides[2])
{
    struct diff_facts facts[CHANGE_OF_COUNT][2] = {0};
    for (int side = 0; side < 2; side++) {
        const struct audited *a = sides[side];
        collect_tags(&facts[CHANGE_OF_TAG][side], a);
        collect_inside(&facts[CHANGE_OF_INSIDE][side], a);
        collect_findings_of(&facts[CHANGE_OF_RULE][side], &a->whole);
        if (a->kind != AUDITED_MODULE)
            add_amount(&facts[CHANGE_OF_SIZE][side], "file", a->size);
    }
    for (int of = 0; of < CHANGE_OF_COUNT; of++)
        compare(d, of, NULL, facts[of]);
}

static void compare_files(struct differ *d, const struct audited *older, const struct audited *newer)
{
    const struct audited *sides[] = {older, newer};
    bool alone = older->kind == AUDITED_MODULE && newer->kind == AUDITED_MODULE;
    size_t pair_count;
    AUTO_FREE struct same_file *pairs = same_files_find(older, newer, alone, &pair_count);
    struct diff_facts facts[2] = {0};
    for (size_t i = 0; i < pair_count; i++)
        for (int side = 0; side < 2; side++)
            if (pairs[i].reports[side] && !pairs[i].reports[!side] && sides[side]->kind == AUDITED_WHEEL)
                add(&facts[side], pairs[i].reports[side]->subject, "");
    compare(d, CHANGE_OF_FILE, NULL, facts);
    for (size_t i = 0; i < pair_count; i++) {
        const struct audit_report *named = pairs[i].reports[pairs[i].reports[1] ? 1 : 0];
        compare_reports(d, alone ? NULL : named->subject, pairs[i].reports[0], pairs[i].reports[1]);
    }
}

static int compare_changes(const void *a, const void *b)
{
    const struct audit_change *x = a, *y = b;
    if (x->of != y->of)
        return x->of < y->of ? -1 : 1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    int order = strcmp(x->file ? x->file : "", y->file ? y->file : "");
    return order ? order : strcmp(x->name, y->name);
}

void audit_diff_make(struct audit_diff *diff, const struct audited *older, const struct audited *newer)
{
    const struct audited *sides[] = {older, newer};
    *diff = (struct audit_diff){0};
    struct differ d = {.diff = diff};
    compare_whole(&d, sides);
    compare_files(&d, older, newer);
    if (d.changes.len)
        qsort(d.changes.items, d.changes.len, sizeof *d.changes.items, compare_changes);
    diff->change_count = d.changes.len;
    if (d.changes.len)
        diff->changes = arena_memdup(&diff->arena, d.changes.items, d.changes.len * sizeof *d.changes.items);
    vec_release(&d.changes);
}

void audit_diff_release(struct audit_diff *diff)
{
    arena_release(&diff->arena);
    *diff = (struct audit_diff){0};
}
