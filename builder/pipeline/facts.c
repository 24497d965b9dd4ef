/* The machine, asked before anything is planned: compilers, interpreters, what local sources hold. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "python/pep440.h"
#include "sys/fs.h"
#include "sys/path.h"

/* The newest interpreter of the machine, whatever --python says: so that Cython's output, and the keys made
 * from its version, do not change with the choice of wheels. */
static const struct interpreter *newest(const struct interpreters *found)
{
    for (size_t i = found->len; i-- > 0;)
        if (found->items[i].abi.minor >= 8 && !found->items[i].abi.free_threaded &&
            !found->items[i].abi.debug)
            return &found->items[i];
    return NULL;
}

/* Only modules that are compiled here need no more than headers: a backend runs in the interpreter. */
static bool needs_headers_alone(const struct recipe *recipe)
{
    return recipe->kind == RECIPE_EXTENSION && recipe->build.system != BUILD_PEP517 &&
           recipe->build.system != BUILD_WHEEL;
}

/* Says more where --python names what this run cannot do. */
static int explain_missing(const struct run *r, const struct recipe *recipe, struct err *e)
{
    if (e->kind != ERR_MISSING)
        return -1;
    if (!needs_headers_alone(recipe) && r->machine.packs.len && r->request->python)
        e->kind = ERR_RECIPE;
    if (e->kind == ERR_RECIPE)
        return err_add(e, ERR_RECIPE,
            "  %s needs an interpreter that runs here: headers of one that is not installed are enough for "
            "recipes "
            "with modules only; install that Python",
            recipe->build.system == BUILD_PEP517 ? "a project's own backend" : "what is tried here");
    if (!r->machine.buildable.len && r->machine.found.len)
        err_add(e, ERR_MISSING,
            "  no interpreter here is for %s; one's system is given with --python-root, a folder with the "
            "files of "
            "its packages",
            target_name(&r->machine.target));
    return -1;
}

static int choose_asked(struct run *r, size_t node, struct err *e)
{
    const struct recipe *recipe = r->graph->nodes[node].recipe;
    struct interpreter_choice choice = {0};
    const struct interpreters *packs = needs_headers_alone(recipe) ? &r->machine.packs : NULL;
    if (interpreters_choose(&choice, r->arena, &r->machine.buildable, packs, r->request->python,
            recipe->python.requires, &r->machine.memory, e) < 0)
        return err_wrap(e, "%s", recipe->file), explain_missing(r, recipe, e);
    r->chosen[node] = (struct interpreters){choice.items, choice.len};
    run_keep_marked(r, recipe->file, &r->chosen[node]);
    r->result->skipped = (struct texts){choice.skipped.items, choice.skipped.len};
    return 0;
}

static bool has_interpreter(const struct interpreters *all, const char *path)
{
    for (size_t i = 0; i < all->len; i++)
        if (strcmp(all->items[i].path, path) == 0)
            return true;
    return false;
}

static int oldest_first(const void *pa, const void *pb)
{
    const struct interpreter *a = pa, *b = pb;
    return a->abi.minor != b->abi.minor ? (a->abi.minor < b->abi.minor ? -1 : 1)
                                        : strcmp(a->abi_tag, b->abi_tag);
}

/* What others need the wheel of is made for their interpreters, as far as its recipe takes them. */
static int choose_for_others(struct run *r, size_t node, struct err *e)
{
    const struct recipe *recipe = r->graph->nodes[node].recipe;
    struct interpreters *chosen = &r->chosen[node];
    size_t most = 0;
    for (size_t i = 0; i < r->graph->len; i++)
        most += r->graph->nodes[i].asked_for ? r->chosen[i].len : 0;
    chosen->items = arena_alloc(r->arena, (most + 1) * sizeof *chosen->items);
    for (size_t i = 0; i < r->graph->len; i++)
        for (size_t k = 0; r->graph->nodes[i].asked_for && k < r->chosen[i].len; k++) {
            const struct interpreter *p = &r->chosen[i].items[k];
            const char *takes = recipe->python.requires;
            int fits = pep440_satisfies(p->version, takes ? takes : "", e);
            if (fits < 0)
                return err_wrap(e, "%s", recipe->file);
            bool can = !p->is_absent || needs_headers_alone(recipe);
            if (fits && can && !has_interpreter(chosen, p->path))
                chosen->items[chosen->len++] = *p;
        }
    qsort(chosen->items, chosen->len, sizeof *chosen->items, oldest_first);
    return 0;
}

static int choose_interpreters(struct run *r, struct err *e)
{
    const struct graph *g = r->graph;
    r->chosen = arena_alloc(r->arena, g->len * sizeof *r->chosen);
    for (size_t i = 0; i < g->len; i++)
        if (g->nodes[i].recipe->kind == RECIPE_INTERPRETER && run_choose_itself(r, i, e) < 0)
            return -1;
    for (size_t i = 0; i < g->len; i++)
        if (g->nodes[i].asked_for && recipe_kind_has_wheel(g->nodes[i].recipe->kind) &&
            choose_asked(r, i, e) < 0)
            return -1;
    for (size_t i = 0; i < g->len; i++)
        if (!g->nodes[i].asked_for && recipe_kind_has_wheel(g->nodes[i].recipe->kind) &&
            choose_for_others(r, i, e) < 0)
            return -1;
    return 0;
}

static bool needs_interpreters(const struct graph *g)
{
    for (size_t i = 0; i < g->len; i++)
        if (g->nodes[i].recipe->kind != RECIPE_LIBRARY && g->nodes[i].recipe->kind != RECIPE_PYTHON_ABI)
            return true;
    return false;
}

static bool compiles_tools(const struct graph *g)
{
    for (size_t i = 0; i < g->len; i++)
        if (g->nodes[i].recipe->kind == RECIPE_TOOL && g->nodes[i].recipe->build.system != BUILD_NONE)
            return true;
    return false;
}

static int open_toolchains(struct run *r, struct err *e)
{
    r->machine.memory = store_memory(&r->store);
    if (toolchain_open(&r->machine.toolchain, r->arena, &r->machine.target, &r->machine.memory, e) < 0 ||
        kit_ask(&r->machine.toolchain, r->arena, &r->machine.memory, e) < 0)
        return -1;
    if (r->machine.target.native || !compiles_tools(r->graph))
        return 0;
    /* What $STATICBUILD_CC names is for the target; another machine's is no help here. */
    bool foreign = r->machine.toolchain.cross || r->machine.target.platform.libc == LIBC_MUSL;
    const struct target native = {.native = true, .tools = foreign};
    return toolchain_open(&r->machine.tool_toolchain, r->arena, &native, &r->machine.memory, e);
}

const struct toolchain *step_toolchain(const struct run *r, const struct step *s)
{
    bool tool = s->kind == STEP_SOURCE || r->graph->nodes[s->node].recipe->kind == RECIPE_TOOL;
    return tool && r->machine.tool_toolchain.cc ? &r->machine.tool_toolchain : &r->machine.toolchain;
}

int run_gather(struct run *r, struct err *e)
{
    /* Once a run: a second plan sees the same machine. */
    if (!r->machine.toolchain.identity && open_toolchains(r, e) < 0)
        return -1;
    if (run_check_itself(r, e) < 0)
        return -1;
    if (!r->machine.found.len && needs_interpreters(r->graph)) {
        if (run_find_interpreters(r, e) < 0)
            return -1;
        r->machine.tool_python = newest(&r->machine.found);
    }
    if (r->request->python && needs_interpreters(r->graph) && run_find_packs(r, e) < 0)
        return -1;
    return choose_interpreters(r, e) < 0 ? -1 : run_add_packs(r, e);
}
