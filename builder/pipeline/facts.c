/* The machine, asked before anything is planned: compilers, interpreters, what local sources hold. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static char *remembered(void *arg, const char *kind, const char *path)
{
    return store_fact_get(arg, kind, path);
}

static void remember(void *arg, const char *kind, const char *path, const char *text)
{
    store_fact_set(arg, kind, path, text);
}

/* The newest interpreter of the machine, whatever --python says: so that Cython's output, and the keys made
 * from its version, do not change with the choice of wheels. */
static const struct interpreter *newest(const struct interpreters *found)
{
    for (size_t i = found->len; i-- > 0;)
        if (found->items[i].minor >= 8 && !found->items[i].free_threaded && !found->items[i].debug)
            return &found->items[i];
    return NULL;
}

static int choose_interpreters(struct run *r, struct err *e)
{
    r->chosen = arena_alloc(r->arena, r->graph->len * sizeof *r->chosen);
    for (size_t i = 0; i < r->graph->len; i++) {
        const struct recipe *recipe = r->graph->nodes[i].recipe;
        if (recipe->kind != RECIPE_EXTENSION)
            continue;
        struct interpreter_choice choice = {0};
        const char *spec = r->request->python ? r->request->python : "all";
        if (interpreters_choose(
                &choice, r->arena, &r->buildable, spec, recipe->python.requires, &r->memory, e) < 0)
            return err_wrap(e, "%s", recipe->file);
        r->chosen[i] = (struct interpreters){choice.items, choice.len};
        r->result->skipped = (struct texts){choice.skipped.items, choice.skipped.len};
    }
    return 0;
}

static bool needs_interpreters(const struct graph *g)
{
    for (size_t i = 0; i < g->len; i++)
        if (g->nodes[i].recipe->kind != RECIPE_LIBRARY)
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
    r->memory = (struct fact_memory){remembered, remember, &r->store};
    if (toolchain_open(&r->toolchain, r->arena, &r->target, &r->memory, e) < 0)
        return -1;
    if (r->target.native || !compiles_tools(r->graph))
        return 0;
    /* What $STATICBUILD_CC names is for the target; another machine's is no help here. */
    bool foreign = r->toolchain.cross || r->target.platform.libc == LIBC_MUSL;
    const struct target native = {.native = true, .tools = foreign};
    return toolchain_open(&r->tool_toolchain, r->arena, &native, &r->memory, e);
}

const struct toolchain *step_toolchain(const struct run *r, const struct step *s)
{
    bool tool = s->kind == STEP_SOURCE || r->graph->nodes[s->node].recipe->kind == RECIPE_TOOL;
    return tool && r->tool_toolchain.cc ? &r->tool_toolchain : &r->toolchain;
}

int run_gather(struct run *r, struct err *e)
{
    /* Once a run: a second plan sees the same machine. */
    if (!r->toolchain.identity && open_toolchains(r, e) < 0)
        return -1;
    if (!r->found.len && needs_interpreters(r->graph)) {
        if (run_find_interpreters(r, e) < 0)
            return -1;
        r->tool_python = newest(&r->found);
    }
    return choose_interpreters(r, e);
}

static bool is_not_source(const char *relative, void *arg)
{
    (void)arg;
    const char *name = path_base(relative);
    static const char *const left_out[] = {
        ".git", ".hg", ".svn", "__pycache__", "dist", "build", ".staticbuild"};
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        if (strcmp(name, left_out[i]) == 0)
            return true;
    return false;
}

int source_copy_local(const char *from, const char *to, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(from, is_not_source, NULL, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *source = path_join(from, files.items[i]);
        AUTO_FREE char *copy = path_join(to, files.items[i]);
        AUTO_FREE char *folder = path_dir(copy);
        if (folder_make(folder, e) < 0 || tree_copy(source, copy, e) < 0)
            return -1;
    }
    return 0;
}

static int digest_folder(struct digest *out, const char *path, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(path, is_not_source, NULL, &files, e) < 0)
        return -1;
    AUTO(strbuf) struct strbuf listing = {0};
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *file = path_join(path, files.items[i]);
        struct digest d = {"link"};
        int is_file = path_is_file(file, e);
        if (is_file < 0 || (is_file && digest_file(&d, file, e) < 0))
            return -1;
        strbuf_addf(&listing, "%s %s\n", d.hex, files.items[i]);
    }
    digest_bytes(out, strbuf_str(&listing), listing.len);
    return 0;
}

const char *run_local_digest(void *arg, const char *path)
{
    struct run *r = arg;
    const char *known = map_get(&r->local_digests, path);
    if (known)
        return known;
    struct digest d;
    struct err ignored = ERR_INIT; /* what cannot be read now is reported when it is used */
    int is_folder = path_is_folder(path, &ignored);
    int failed = is_folder < 0 ? -1
                 : is_folder   ? digest_folder(&d, path, &ignored)
                               : digest_file(&d, path, &ignored);
    err_release(&ignored);
    char *hex = arena_strdup(r->arena, failed ? "unreadable" : d.hex);
    map_set(&r->local_digests, path, hex);
    return hex;
}
