/* The facts that each step's key is made of: everything its result depends on and nothing else. What a recipe
 * says comes with the results it decides (recipe/schema.c); names, versions, sources, patches and what is
 * required are added here, as far as they were chosen. */
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "plan/internal.h"
#include "recipe/location_shown.h"

/* Raised when the program itself builds, links or packs in another way, so that old results are not taken for
 * new. */
enum {
    HOOK_RULES = 3,
    CRATES_RULES = 1,
    OPENED_RULES = 2,
    PROJECT_RULES = 10,
    PROGRAM_RULES = 1,
    PYTHON_ABI_RULES = 1,
    BUILT_IN_RULES = 1,
    INTERPRETER_RULES = 3,
    BUILD_RULES = 1,
    CMAKE_RULES = 3,
    OBJECTS_RULES = 1,
    SHARED_RULES = 3,
    LINK_RULES = 2,
    WHEEL_RULES = 2,
    TRY_RULES = 1
};

/* The facts of a step while they are gathered. */
struct fact_gathering {
    struct planner *planner;
    struct step *step;
    const struct node *node;
};

static const char *const role_words[] = {
    [NEED_LIBRARY] = "library", [NEED_SEEN] = "seen", [NEED_TOOL] = "tool"};

static void add(struct fact_gathering *g, const char *name, const char *value)
{
    fact_add(&g->step->key.facts, g->planner->arena, name, value);
}

static const char *named(struct fact_gathering *g, const char *role, const char *name)
{
    return arena_strf(g->planner->arena, "%s[%s]", role, name);
}

static void add_each(struct fact_gathering *g, const char *name, struct texts values)
{
    for (size_t i = 0; i < values.len; i++)
        add(g, name, values.items[i]);
}

static void finish(struct fact_gathering *g)
{
    key_seal(&g->step->key, g->planner->arena);
}

static const char *local_digest(struct planner *p, const char *path)
{
    return p->facts->local_digest ? p->facts->local_digest(p->facts->arg, path) : NULL;
}

/* Which step it is, whatever it is made of: by this the one before is found. */
static struct fact_gathering begin(struct planner *p, struct step *s, int rules, unsigned result)
{
    struct fact_gathering g = {p, s, &p->graph->nodes[s->node]};
    const struct recipe *r = g.node->recipe;
    add(&g, "step", s->slot);
    add(&g, "rules", arena_strf(p->arena, "%d", rules));
    add(&g, "version", r->version);
    if (p->facts->strict)
        add(&g, "sandbox", "strict");
    for (size_t i = 0; i < r->fact_count; i++)
        if (r->facts[i].results & result)
            add(&g, r->facts[i].name, r->facts[i].value);
    return g;
}

static void add_sources(struct fact_gathering *g)
{
    const struct node *n = g->node;
    for (size_t i = 0; i < n->source_count; i++) {
        const struct source *source = n->sources[i];
        const char *hash = source->path ? local_digest(g->planner, source->path) : source->sha256;
        add(g, named(g, "source", source->into), hash ? hash : "unknown");
        add_each(g, named(g, "source-without", source->into), source->exclude);
    }
    for (size_t i = 0; i < n->recipe->patch_count; i++)
        add(g, "patch",
            arena_strf(
                g->planner->arena, "-p%u %s", n->recipe->patches[i].strip, n->recipe->patches[i].digest.hex));
}

/* The tree of another node. What is said of it is the same for all that need it, and they may be many. */
static void add_need(struct fact_gathering *g, enum need_role role, size_t node)
{
    struct planner *p = g->planner;
    const struct recipe *r = p->graph->nodes[node].recipe;
    struct need_texts *said = &p->said[node];
    if (!said->names[role])
        said->names[role] = named(g, role_words[role], r->name);
    if (!said->value)
        said->value = arena_strf(p->arena, "%s %s", r->version, p->plan->steps[p->made[node]].key.digest.hex);
    fact_put(&g->step->key.facts, p->arena, said->names[role], said->value);
}

/* The trees of other nodes, in the order in which they are searched. */
static void add_needs(struct fact_gathering *g, enum need_role role, struct edges edges)
{
    struct planner *p = g->planner;
    AUTO(strbuf) struct strbuf order = {0};
    for (size_t i = 0; i < edges.len; i++) {
        add_need(g, role, edges.items[i]);
        strbuf_adds(&order, i ? " " : "");
        strbuf_adds(&order, p->graph->nodes[edges.items[i]].recipe->name);
    }
    if (edges.len > 1)
        add(g, arena_strf(p->arena, "%s-order", role_words[role]), strbuf_str(&order));
}

/* Wheels of others, as one interpreter gets them. One that is not made for it is left out. */
static void add_wheels(
    struct fact_gathering *g, const char *role, struct edges edges, const struct interpreter *python)
{
    struct planner *p = g->planner;
    for (size_t i = 0; i < edges.len; i++) {
        const struct recipe *r = p->graph->nodes[edges.items[i]].recipe;
        const struct step *made = plan_wheel_for(p->plan, edges.items[i], python);
        if (made)
            add(g, named(g, role, r->name), arena_strf(p->arena, "%s %s", r->version, made->key.digest.hex));
    }
}

/* Those that recipes make, and the names of those that the machine must have. */
static void add_tools(struct fact_gathering *g)
{
    add_needs(g, NEED_TOOL, g->node->tools);
    for (size_t i = 0; i < g->node->host_count; i++)
        add(g, "host-tool", g->node->host[i].name);
}

static void add_epoch(struct fact_gathering *g)
{
    int64_t epoch = g->planner->facts->source_date_epoch;
    if (epoch >= 0)
        add(g, "source-date-epoch", arena_strf(g->planner->arena, "%lld", (long long)epoch));
}

void planner_read_toolchains(struct planner *p)
{
    const struct plan_facts *facts = p->facts;
    if (facts->toolchain)
        fact_add_lines(&p->toolchain, p->arena, "toolchain", facts->toolchain);
    if (facts->tool_toolchain)
        fact_add_lines(&p->tool_toolchain, p->arena, "toolchain", facts->tool_toolchain);
}

static void add_toolchain(struct fact_gathering *g)
{
    fact_put_all(&g->step->key.facts, g->planner->arena, &g->planner->toolchain);
}

/* Tools run here; whatever is shipped is made for the target. */
static void add_toolchain_for(struct fact_gathering *g, enum recipe_kind kind)
{
    struct planner *p = g->planner;
    bool is_tools = kind == RECIPE_TOOL && p->facts->tool_toolchain;
    fact_put_all(&g->step->key.facts, p->arena, is_tools ? &p->tool_toolchain : &p->toolchain);
}

void key_of_download(struct planner *p, struct step *s)
{
    struct fact_gathering g = {p, s, NULL};
    add(&g, "step", s->slot);
    add(&g, "sha256", s->source->sha256);
    finish(&g);
}

void key_of_kit(struct planner *p, struct step *s)
{
    struct fact_gathering g = {p, s, NULL};
    add(&g, "step", s->slot);
    fact_add_lines(&s->key.facts, p->arena, "kit", p->facts->kit_facts);
    finish(&g);
}

void key_of_build(struct planner *p, struct step *s, struct edges closure)
{
    const struct recipe *r = p->graph->nodes[s->node].recipe;
    struct fact_gathering g =
        begin(p, s, r->build.system == BUILD_CMAKE ? CMAKE_RULES : BUILD_RULES, RECIPE_TREE);
    add_sources(&g);
    add_needs(&g, NEED_LIBRARY, closure);
    add_needs(&g, NEED_SEEN, g.node->builds);
    add_tools(&g);
    add(&g, "platform", p->facts->platform);
    if (r->kind != RECIPE_TOOL || r->build.system != BUILD_NONE)
        add_toolchain_for(&g, r->kind);
    add_epoch(&g);
    finish(&g);
}

void key_of_python_abi(struct planner *p, struct step *s)
{
    struct fact_gathering g = begin(p, s, PYTHON_ABI_RULES, RECIPE_TREE);
    add_sources(&g);
    add(&g, "platform", p->facts->platform);
    if (g.node->recipe->build.system != BUILD_NONE) {
        add_toolchain(&g);
        add_epoch(&g);
    }
    finish(&g);
}

void key_of_source(struct planner *p, struct step *s)
{
    struct fact_gathering g = begin(p, s, BUILD_RULES, RECIPE_SOURCE);
    add_sources(&g);
    add_tools(&g);
    if (g.node->tools.len && p->facts->cython_python)
        add(&g, "tools-run-with", p->facts->cython_python->version);
    add_epoch(&g);
    finish(&g);
}

/* What modules are compiled from, and linked with. */
static void add_module_facts(struct fact_gathering *g, const struct step *source, struct edges closure)
{
    struct planner *p = g->planner;
    const struct step *s = g->step;
    add(g, "source-tree", source->key.digest.hex);
    add_needs(g, NEED_LIBRARY, closure);
    add_needs(g, NEED_SEEN, g->node->builds);
    if (s->python)
        add_wheels(g, "wheel", g->node->wheels, s->python);
    add(g, "platform", p->facts->platform);
    add_toolchain(g);
    if (s->python) {
        size_t pack = planner_pack(p, s->python);
        add(g, "python", s->python->version);
        add(g, "soabi", s->python->soabi);
        if (pack != NO_STEP)
            add(g, named(g, "python-abi", s->python->pack), p->plan->steps[pack].key.digest.hex);
    }
    if (s->stable.kind != PYTHON_ABI_VERSION)
        add(g, "limited-api",
            arena_strf(p->arena, "3.%d%s", s->stable.minor, s->stable.free_threaded ? "t" : ""));
    add_epoch(g);
}

/* Modules come out the same with and without them, so that theirs say nothing of it. */
void key_of_objects(struct planner *p, struct step *s, const struct step *source, struct edges closure)
{
    struct fact_gathering g = begin(p, s, OBJECTS_RULES, RECIPE_MODULE);
    add_module_facts(&g, source, closure);
    finish(&g);
}

void key_of_shared(struct planner *p, struct step *s, const struct step *source, struct edges closure)
{
    struct fact_gathering g = begin(p, s, SHARED_RULES, RECIPE_MODULE);
    add_module_facts(&g, source, closure);
    add_each(&g, "shared", s->sharing->names);
    finish(&g);
}

static void add_borrowed(struct fact_gathering *g)
{
    const struct recipe *r = g->node->recipe;
    for (size_t i = 0; i < r->wheel.sharing.len; i++) {
        const char *name = r->wheel.sharing.items[i].key;
        if (recipe_sharing(r, name) == SHARING_BORROW)
            add(g, named(g, "borrowed", name),
                arena_strf(g->planner->arena, "%u", recipe_borrow_floor(r, name)));
    }
}

void key_of_module(struct planner *p, struct step *s, const struct step *source, const struct step *shared,
    struct edges closure)
{
    struct fact_gathering g = begin(p, s, LINK_RULES, RECIPE_MODULE);
    add_module_facts(&g, source, closure);
    if (shared)
        add(&g, "shared-copy", shared->key.digest.hex);
    add_borrowed(&g);
    finish(&g);
}

/* Which hooks are asked, and with what. */
static void add_settings(struct fact_gathering *g)
{
    const struct build_spec *build = &g->node->recipe->build;
    for (size_t i = 0; i < build->option_count; i++) {
        const struct option *o = &build->options[i];
        add(g, named(g, "setting", o->key), o->type == OPTION_BOOL ? (o->yes ? "true" : "false") : o->text);
    }
}

static void add_python(struct fact_gathering *g)
{
    add(g, "platform", g->planner->facts->platform);
    add(g, "python", g->step->python->version);
    add(g, "soabi", g->step->python->soabi);
}

/* pip is not asked for what is locked. */
static void add_locked(struct fact_gathering *g)
{
    const struct plan_facts *facts = g->planner->facts;
    const char *lines = facts->locked ? facts->locked(facts->arg, g->node, g->step->python) : NULL;
    if (lines)
        fact_add_lines(&g->step->key.facts, g->planner->arena, "locked", lines);
}

void key_of_backend(struct planner *p, struct step *s, const struct step *source)
{
    struct fact_gathering g = begin(p, s, HOOK_RULES, RECIPE_MODULE);
    add(&g, "source-tree", source->key.digest.hex);
    add_python(&g);
    add_locked(&g);
    finish(&g);
}

void key_of_requirements(
    struct planner *p, struct step *s, const struct step *source, const char *lock, struct edges closure)
{
    struct fact_gathering g = begin(p, s, HOOK_RULES, RECIPE_MODULE);
    add(&g, "source-tree", source->key.digest.hex);
    fact_add_lines(&s->key.facts, p->arena, "requirement", lock);
    add_settings(&g);
    add_needs(&g, NEED_LIBRARY, closure);
    add_python(&g);
    if (closure.len)
        add_toolchain(&g);
    add_locked(&g);
    finish(&g);
}

/* It names the interpreter by its place, and holds for this machine only; what is built in it does not. */
void key_of_environment(struct planner *p, struct step *s)
{
    struct fact_gathering g = {p, s, NULL};
    add(&g, "step", s->slot);
    add(&g, "rules", arena_strf(p->arena, "%d", HOOK_RULES));
    add(&g, "python", s->python->version);
    add(&g, "python-path", s->python->path);
    if (p->facts->place)
        add(&g, "place", p->facts->place);
    fact_add_lines(&s->key.facts, p->arena, "requirement", s->lock);
    finish(&g);
}

void key_of_packages(struct planner *p, struct step *s)
{
    struct fact_gathering g = {p, s, NULL};
    add(&g, "step", s->slot);
    add(&g, "rules", arena_strf(p->arena, "%d", HOOK_RULES));
    add(&g, "python", s->python->version);
    fact_add_lines(&s->key.facts, p->arena, "requirement", s->lock);
    finish(&g);
}

void key_of_crates(struct planner *p, struct step *s, const struct step *source)
{
    struct fact_gathering g = begin(p, s, CRATES_RULES, RECIPE_MODULE);
    add(&g, "source-tree", source->key.digest.hex);
    finish(&g);
}

/* Why does not matter. */
static void add_sharing(struct fact_gathering *g, const struct recipe *recipe)
{
    const struct pairs *said = &recipe->wheel.sharing;
    for (size_t i = 0; i < said->len; i++) {
        AUTO_FREE char *name = xstrf("sharing.%s", said->items[i].key);
        if (!recipe_sharing_is_reason(said->items[i].key))
            add(g, name, said->items[i].value);
    }
}

void key_of_project(struct planner *p, struct step *s, const struct step *source, const char *lock,
    const struct rust *rust, struct edges closure)
{
    struct fact_gathering g = begin(p, s, PROJECT_RULES, RECIPE_MODULE);
    add(&g, "source-tree", source->key.digest.hex);
    add_settings(&g);
    add_sharing(&g, p->graph->nodes[s->node].recipe);
    fact_add_lines(&s->key.facts, p->arena, "requirement", lock);
    add_needs(&g, NEED_LIBRARY, closure);
    add_python(&g);
    add_toolchain(&g);
    if (rust)
        fact_add_lines(&s->key.facts, p->arena, "rust", rust->identity);
    add_epoch(&g);
    finish(&g);
}

/* Symbol tables leave it with this compiler's tools. */
void key_of_opened(struct planner *p, struct step *s)
{
    struct fact_gathering g = begin(p, s, OPENED_RULES, RECIPE_MODULE);
    add_sources(&g);
    add_toolchain(&g);
    add_epoch(&g);
    finish(&g);
}

/* It has the texts of metadata in it, and symbol tables leave it as they do an opened wheel. */
void key_of_program(struct planner *p, struct step *s, const struct step *build, struct edges closure)
{
    struct fact_gathering g = begin(p, s, PROGRAM_RULES, RECIPE_WHEEL);
    add(&g, "tree", build->key.digest.hex);
    add_needs(&g, NEED_LIBRARY, closure);
    add_toolchain(&g);
    add_epoch(&g);
    finish(&g);
}

/* What is Python of it goes along. */
void key_of_built_in(struct planner *p, struct step *s, const struct step *source, const struct step *build,
    struct edges closure)
{
    struct fact_gathering g = begin(p, s, BUILT_IN_RULES, RECIPE_MODULE | RECIPE_WHEEL);
    add_module_facts(&g, source, closure);
    add(&g, "interpreter", build->key.digest.hex);
    finish(&g);
}

/* What the bill of materials says of where it came from, and of what was changed. */
static void add_origin(struct fact_gathering *g, const char *of, const struct node *n)
{
    for (size_t i = 0; i < n->source_count; i++)
        for (size_t k = 0; k < n->sources[i]->urls.len; k++) {
            AUTO_FREE char *shown = location_shown(n->sources[i]->urls.items[k]);
            add(g, arena_strf(g->planner->arena, "%ssource", of), shown);
        }
    for (size_t i = 0; i < n->recipe->patch_count; i++)
        add_each(g, arena_strf(g->planner->arena, "%spatch.fixes", of), n->recipe->patches[i].fixes);
}

/* What a wheel tells of the libraries in it. */
static void add_told(struct fact_gathering *g, struct edges closure)
{
    struct planner *p = g->planner;
    for (size_t i = 0; i < closure.len; i++) {
        const struct node *n = &p->graph->nodes[closure.items[i]];
        const char *of = arena_strf(p->arena, "library[%s].", n->recipe->name);
        for (size_t k = 0; k < n->recipe->fact_count; k++)
            if (n->recipe->facts[k].results & RECIPE_USERS)
                add(g, arena_strf(p->arena, "%s%s", of, n->recipe->facts[k].name), n->recipe->facts[k].value);
        add_origin(g, of, n);
    }
}

/* In it is what was built in, in the order in which it is linked, and it was tried as wheels are. */
void key_of_interpreter(struct planner *p, struct step *s, const struct step *build)
{
    struct fact_gathering g = begin(p, s, INTERPRETER_RULES, RECIPE_LAYOUT | RECIPE_WHEEL);
    add(&g, "tree", build->key.digest.hex);
    struct edges closure = graph_program_link_order(p->arena, p->graph, s->node);
    add_needs(&g, NEED_LIBRARY, closure);
    for (size_t i = 0; i < s->need_count; i++) {
        const struct step *need = &p->plan->steps[s->needs[i]];
        if (need->kind != STEP_BUILT_IN)
            continue;
        const struct recipe *r = p->graph->nodes[need->node].recipe;
        const char *script = r->test.script ? local_digest(p, r->test.script) : NULL;
        add(&g, named(&g, "built-in", r->name), need->key.digest.hex);
        for (size_t k = 0; k < r->fact_count; k++)
            if (r->facts[k].results & RECIPE_TRY)
                add(&g, named(&g, r->facts[k].name, r->name), r->facts[k].value);
        if (script)
            add(&g, named(&g, "test-script", r->name), script);
    }
    add(&g, "target", p->facts->target);
    add_toolchain(&g);
    add(&g, "made-by", arena_strf(p->arena, "staticbuild %s", p->facts->program_version));
    add_origin(&g, "", g.node);
    add_told(&g, closure);
    add_epoch(&g);
    finish(&g);
}

void key_of_wheel(struct planner *p, struct step *s, const struct step *module, struct edges closure)
{
    struct fact_gathering g = begin(p, s, WHEEL_RULES, RECIPE_WHEEL);
    add(&g, "modules", module->key.digest.hex);
    if (module->kind == STEP_OPENED) /* what it is made for is in the key of everything else */
        add(&g, "abi", s->python->abi_tag);
    add(&g, "made-by", arena_strf(p->arena, "staticbuild %s", p->facts->program_version));
    add_origin(&g, "", g.node);
    add_told(&g, closure);
    add_each(&g, "severity", p->facts->severities);
    finish(&g);
}

void key_of_try(struct planner *p, struct step *s, const struct step *wheel)
{
    struct fact_gathering g = begin(p, s, TRY_RULES, RECIPE_TRY);
    const struct recipe *r = g.node->recipe;
    add(&g, "wheel", wheel->key.digest.hex);
    for (size_t i = 0; i < s->run_with_count; i++) {
        add(&g, named(&g, s->run_with[i]->is_absent ? "untried-with" : "runs-with", s->run_with[i]->version),
            s->run_with[i]->path);
        add_wheels(&g, named(&g, "tried-with", s->run_with[i]->version), g.node->tried_with, s->run_with[i]);
    }
    add_each(&g, "untried-without", g.node->untried_without);
    if (r->test.script) {
        const char *script = local_digest(p, r->test.script);
        add(&g, "test-script", script ? script : "missing");
    }
    finish(&g);
}
