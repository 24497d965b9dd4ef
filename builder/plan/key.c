/* The text that a step's key is the hash of: one line a fact, everything the result depends on and nothing
 * else. */
#include <string.h>

#include "plan/internal.h"

/* Raised when the program itself builds, links or packs in another way, so that old results are not taken for
 * new. */
enum { BUILD_RULES = 1, LINK_RULES = 1, WHEEL_RULES = 1 };

static void finish(struct planner *p, struct step *s, struct strbuf *text)
{
    digest_bytes(&s->key.digest, text->ptr, text->len);
    s->key.text = arena_strndup(p->arena, text->ptr, text->len);
    strbuf_release(text);
}

static const char *local_digest(struct planner *p, const char *path)
{
    return p->facts->local_digest ? p->facts->local_digest(p->facts->arg, path) : NULL;
}

static void add_sources(struct planner *p, const struct node *n, struct strbuf *text)
{
    for (size_t i = 0; i < n->sources_len; i++) {
        const struct source *source = n->sources[i];
        const char *hash = source->sha256;
        if (source->path)
            hash = local_digest(p, source->path);
        strbuf_addf(text, "source %s %s\n", source->into, hash ? hash : "unknown");
    }
    for (size_t i = 0; i < n->recipe->patches_len; i++)
        strbuf_addf(text, "patch -p%u %s\n", n->recipe->patches[i].strip, n->recipe->patches[i].digest.hex);
}

static void add_head(struct planner *p, const struct step *s, struct strbuf *text, int rules)
{
    const struct recipe *r = p->graph->nodes[s->node].recipe;
    strbuf_addf(text, "step %s, rules %d\n", step_kind_name(s->kind), rules);
    strbuf_addf(text, "recipe %s %s\n", r->name, r->version);
    strbuf_addf(text, "recipe-text %s\n", r->text_digest.hex);
    if (r->features.len) {
        strbuf_adds(text, "features");
        for (size_t i = 0; i < r->features.len; i++)
            strbuf_addf(text, " %s", r->features.items[i]);
        strbuf_addc(text, '\n');
    }
}

static void add_needs(struct planner *p, const struct step *s, struct strbuf *text)
{
    for (size_t i = 0; i < s->needs_len; i++) {
        const struct step *need = &p->plan->steps[s->needs[i]];
        if (need->kind == STEP_KIT)
            continue; /* its key names paths of this machine; what it is made from is in the toolchain's facts
                       */
        strbuf_addf(text, "needs %s %s\n", need->name, need->key.digest.hex);
    }
}

static void add_epoch(struct planner *p, struct strbuf *text)
{
    if (p->facts->source_date_epoch >= 0)
        strbuf_addf(text, "source-date-epoch %lld\n", (long long)p->facts->source_date_epoch);
}

void key_of_kit(struct planner *p, struct step *s)
{
    struct strbuf text = {0};
    strbuf_addf(&text, "step %s\n%s", step_kind_name(s->kind), p->facts->kit_facts);
    finish(p, s, &text);
}

/* Tools run here; whatever is shipped is made for the target. */
static const char *toolchain_of(const struct planner *p, const struct recipe *r)
{
    const struct plan_facts *facts = p->facts;
    return r->kind == RECIPE_TOOL && facts->tool_toolchain ? facts->tool_toolchain : facts->toolchain;
}

void key_of_build(struct planner *p, struct step *s)
{
    struct strbuf text = {0};
    add_head(p, s, &text, BUILD_RULES);
    add_sources(p, &p->graph->nodes[s->node], &text);
    add_needs(p, s, &text);
    strbuf_addf(&text, "platform %s\n", p->facts->platform);
    const struct recipe *r = p->graph->nodes[s->node].recipe;
    if (r->kind != RECIPE_TOOL || r->build.system != BUILD_NONE)
        strbuf_addf(&text, "%s\n", toolchain_of(p, r));
    add_epoch(p, &text);
    finish(p, s, &text);
}

void key_of_source(struct planner *p, struct step *s)
{
    struct strbuf text = {0};
    add_head(p, s, &text, BUILD_RULES);
    add_sources(p, &p->graph->nodes[s->node], &text);
    add_needs(p, s, &text);
    if (s->needs_len && p->facts->cython_python)
        strbuf_addf(&text, "tools-run-with python %s\n", p->facts->cython_python->version);
    finish(p, s, &text);
}

void key_of_module(struct planner *p, struct step *s)
{
    struct strbuf text = {0};
    add_head(p, s, &text, LINK_RULES);
    add_needs(p, s, &text);
    strbuf_addf(&text, "platform %s\n%s\n", p->facts->platform, p->facts->toolchain);
    strbuf_addf(&text, "python %s %s\n", s->python->version, s->python->soabi);
    if (s->abi3)
        strbuf_addf(&text, "limited-api %d.%d\n", p->abi3_major, p->abi3_minor);
    add_epoch(p, &text);
    finish(p, s, &text);
}

void key_of_wheel(struct planner *p, struct step *s, const struct step *module)
{
    const struct recipe *r = p->graph->nodes[s->node].recipe;
    struct strbuf text = {0};
    add_head(p, s, &text, WHEEL_RULES);
    strbuf_addf(&text, "needs %s %s\n", module->name, module->key.digest.hex);
    strbuf_addf(&text, "made-by staticbuild %s\n", p->facts->program_version);
    for (size_t i = 0; i < s->run_with_len; i++)
        strbuf_addf(&text, "runs-with %s %s\n", s->run_with[i]->version, s->run_with[i]->path);
    if (r->test.script) {
        const char *script = local_digest(p, r->test.script);
        strbuf_addf(&text, "test-script %s\n", script ? script : "missing");
    }
    finish(p, s, &text);
}
