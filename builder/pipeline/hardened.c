/* What our own wheels are held to of what builds are hardened with, and what their recipes turn off, with the
 * reasons. */
#include <string.h>

#include "audit/audit.h"
#include "base/alloc.h"
#include "pipeline/internal.h"
#include "recipe/hardening.h"

/* The recipe of something inside, or NULL: a runtime. */
static const struct recipe *recipe_of(const struct run *r, const char *name, const char *version)
{
    for (size_t i = 0; i < r->graph->len; i++) {
        const struct recipe *recipe = r->graph->nodes[i].recipe;
        if (recipe->kind == RECIPE_LIBRARY && strcmp(recipe->name, name) == 0 &&
            strcmp(recipe->version, version) == 0)
            return recipe;
    }
    return NULL;
}

static bool is_turned_off(const struct step_run *s, const struct built *b, enum hardening h)
{
    bool off = recipe_unhardened(s->run->graph->nodes[s->step->node].recipe, h);
    for (size_t i = 0; i < b->library_count && !off; i++) {
        const struct recipe *recipe = recipe_of(s->run, b->libraries[i].name, b->libraries[i].version);
        off = recipe && recipe_unhardened(recipe, h);
    }
    return off;
}

/* How the linker was told is in our hands, and an error when it is not so. The others depend on what the
 * source brings: assembler without marks, functions that no flag reaches. The start files of this machine are
 * not ours to mark. */
static enum severity severity_of(const struct step_run *s, const struct built *b, enum hardening h)
{
    if (is_turned_off(s, b, h))
        return SEVERITY_OFF;
    if (h == HARDENING_RELRO || h == HARDENING_BIND_NOW)
        return SEVERITY_ERROR;
    return h == HARDENING_CONTROL_FLOW && s->run->machine.target.native ? SEVERITY_NOTE : SEVERITY_WARNING;
}

struct audit_override *hardened_overrides(const struct step_run *s, const struct built *b, size_t *count)
{
    const struct pipeline_request *q = s->run->request;
    struct audit_override *all =
        arena_alloc(s->run->arena, (HARDENING_COUNT + q->override_count) * sizeof *all);
    *count = 0;
    if (step_made_of(s->run, s->step)->kind == STEP_OPENED) {
        for (size_t i = 0; i < q->override_count; i++)
            all[(*count)++] = q->overrides[i];
        return all;
    }
    for (size_t i = 0; i < HARDENING_COUNT; i++)
        all[i] = (struct audit_override){audit_rule_find(hardening_rule(i)), severity_of(s, b, i)};
    *count = HARDENING_COUNT;
    return all;
}

static const struct rule hardening_off = {.id = RULE_HARDENING_OFF,
    .severity = SEVERITY_NOTE,
    .help = "a recipe turns off what protects the result"};

static void tell_of(struct wheel_result *w, struct run *r, const struct recipe *recipe)
{
    for (size_t i = 0; i < HARDENING_COUNT; i++) {
        const char *why = recipe_unhardened(recipe, i);
        if (!why)
            continue;
        struct finding told = {.rule = &hardening_off,
            .severity = hardening_off.severity,
            .subject = arena_strf(r->arena, "%s %s", recipe->name, recipe->version),
            .message =
                arena_strf(r->arena, "without %s (%s): %s", hardening_word(i), hardening_means(i), why)};
        wheel_result_add_finding(r, w, &told);
    }
}

void hardened_tell(struct wheel_result *w, const struct step_run *s, const struct contents *c)
{
    tell_of(w, s->run, s->run->graph->nodes[s->step->node].recipe);
    for (size_t i = 0; i < c->len; i++) {
        const struct recipe *recipe = recipe_of(s->run, c->items[i].name, c->items[i].version);
        if (recipe)
            tell_of(w, s->run, recipe);
    }
}
