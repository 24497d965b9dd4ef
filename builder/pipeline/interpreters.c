/* A Python that is made here: what is known of it before it is there, and what its recipe asks for in vain,
 * told before the long build. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "python/pep440.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { TEXT_LIMIT = 8 << 20 };

#define BUILD_BYTES ((uint64_t)700000000)

/* configure and make start what they have just built. */
int run_check_itself(const struct run *r, struct err *e)
{
    const struct target *t = &r->machine.target;
    bool runs_here = !r->machine.toolchain.cross && t->platform.libc != LIBC_MUSL;
    for (size_t i = 0; i < r->graph->len && !runs_here; i++)
        if (r->graph->nodes[i].recipe->kind == RECIPE_INTERPRETER)
            return err_set(e, ERR_ENVIRONMENT,
                "%s: an interpreter is built where it runs, since its build runs it: for %s that is not here",
                r->graph->nodes[i].recipe->file, target_name(t));
    return 0;
}

int run_choose_itself(struct run *r, size_t node, struct err *e)
{
    const struct recipe *recipe = r->graph->nodes[node].recipe;
    const struct arch *arch = arch_find(r->machine.toolchain.arch);
    struct interpreter *python = arena_new(r->arena, struct interpreter);
    if (!arch || !interpreter_of_version(python, r->arena, recipe->version, recipe->file, arch, "gnu"))
        return recipe_wrong(
            e, recipe, recipe->version, "version \"%s\" is no version of Python", recipe->version);
    r->chosen[node] = (struct interpreters){python, 1};
    return 0;
}

/* Its place follows from the key of its build; it need not be there yet. */
void run_use_interpreters(struct run *r)
{
    for (size_t i = 0; i < r->graph->len; i++) {
        const struct recipe *recipe = r->graph->nodes[i].recipe;
        const struct step *made = recipe->kind == RECIPE_INTERPRETER ? step_that_builds(r, i) : NULL;
        if (!made || !r->chosen[i].len)
            continue;
        AUTO_FREE char *tree = step_tree(r, made);
        struct interpreter *p = &r->chosen[i].items[0];
        p->include = p->platinclude =
            arena_strf(r->arena, "%s/include/%s", tree, interpreter_short_name(r->arena, recipe->version));
    }
}

static bool requires_library(const struct recipe *r, const char *name)
{
    for (size_t i = 0; i < r->libraries.len; i++)
        if (strcmp(r->libraries.items[i].name, name) == 0)
            return true;
    return false;
}

/* Its configure would take such a library from this machine, or leave the module out without a word. */
static void check_needs(const struct recipe *r, struct err *wrong)
{
    const struct interpreter_spec *spec = &r->interpreter;
    for (size_t i = 0; i < spec->needs.len; i++) {
        const struct pair *need = &spec->needs.items[i];
        if (!texts_have(&spec->without, need->key) && !requires_library(r, need->value))
            recipe_wrong(wrong, r, need->value,
                "module %s is made with the library %s, which is not in [requires] libraries: require it, or "
                "add \"%s\" to [interpreter] without",
                need->key, need->value, need->key);
    }
}

static int check_version(
    const struct recipe *r, const struct recipe *extension, struct err *wrong, struct err *e)
{
    const char *takes = extension->python.requires;
    int fits = takes ? pep440_satisfies(r->version, takes, e) : 1;
    if (fits == 0)
        recipe_wrong(wrong, extension, takes, "requires \"%s\": %s cannot be built into Python %s", takes,
            extension->name, r->version);
    return fits < 0 ? err_wrap(e, "%s", extension->file) : 0;
}

static void check_names(const struct recipe *extension, struct map *seen, struct err *wrong)
{
    for (size_t i = 0; i < extension->module_count; i++) {
        const char *name = extension->modules[i].name;
        const struct recipe *other = map_set(seen, name, (void *)extension);
        if (other)
            recipe_wrong(wrong, extension, name, "module %s is in %s too: only one can be built in", name,
                other->file);
    }
}

int interpreter_check(const struct run *r, size_t node, struct err *wrong, struct err *e)
{
    const struct node *n = &r->graph->nodes[node];
    AUTO(map) struct map seen = {0};
    if (n->recipe->kind != RECIPE_INTERPRETER)
        return 0;
    check_needs(n->recipe, wrong);
    for (size_t i = 0; i < n->built_in.len; i++) {
        const struct recipe *extension = r->graph->nodes[n->built_in.items[i]].recipe;
        if (check_version(n->recipe, extension, wrong, e) < 0)
            return -1;
        check_names(extension, &seen, wrong);
    }
    return 0;
}

static int check_modules(const struct recipe *r, const char *src, struct err *wrong, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *configure = path_join(src, "configure");
    if (file_read(&text, configure, TEXT_LIMIT, e) < 0)
        return -1;
    for (size_t i = 0; i < r->interpreter.without.len; i++) {
        const char *name = r->interpreter.without.items[i];
        AUTO_FREE char *answer = xstrf("py_cv_module_%s=", name);
        if (!strstr(strbuf_str(&text), answer))
            recipe_wrong(wrong, r, name,
                "without: the source of Python %s has no module \"%s\" of its own to leave out", r->version,
                name);
    }
    return 0;
}

/* One that is not there was meant to leave something out. */
static int check_drops(const struct recipe *r, const char *src, struct err *wrong, struct err *e)
{
    const struct texts *drop = &r->interpreter.drop;
    for (size_t i = 0; i < drop->len; i++) {
        AUTO_FREE char *path = xstrf("%s/Lib/%s", src, drop->items[i]);
        int there = path_exists(path, e);
        if (there < 0)
            return -1;
        if (!there)
            recipe_wrong(wrong, r, drop->items[i], "drop: the standard library of Python %s has no \"%s\"",
                r->version, drop->items[i]);
    }
    return 0;
}

static int check_patchlevel(const struct recipe *r, const char *src, struct err *wrong, struct err *e)
{
    static const char key[] = "#define PY_VERSION";
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(src, "Include/patchlevel.h");
    if (file_read(&text, path, TEXT_LIMIT, e) < 0)
        return -1;
    const char *at = strstr(strbuf_str(&text), key);
    const char *quote = at ? strchr(at, '"') : NULL;
    const char *end = quote ? strchr(quote + 1, '"') : NULL;
    if (!end || !slice_is((struct slice){quote + 1, (size_t)(end - quote - 1)}, r->version))
        recipe_wrong(wrong, r, r->version, "version \"%s\": its source is of %.*s", r->version,
            end ? (int)(end - quote - 1) : 0, end ? quote + 1 : "");
    return 0;
}

/* What its source, its build and its tree take together. */
static int check_room(const struct recipe *r, const char *src, struct err *e)
{
    uint64_t room = folder_free_bytes(src);
    if (room >= BUILD_BYTES)
        return 0;
    return err_set(e, ERR_ENVIRONMENT,
        "%s: its build takes about %d MB, and there is room for %d MB in the cache, where %s is", r->name,
        (int)(BUILD_BYTES / 1000000), (int)(room / 1000000), src);
}

int interpreter_check_source(const struct recipe *r, const char *src, struct err *e)
{
    struct err wrong = ERR_INIT;
    if (r->kind != RECIPE_INTERPRETER)
        return 0;
    if (check_room(r, src, e) < 0)
        return -1;
    if (check_patchlevel(r, src, &wrong, e) < 0 || check_modules(r, src, &wrong, e) < 0 ||
        check_drops(r, src, &wrong, e) < 0) {
        err_release(&wrong);
        return -1;
    }
    return wrong.text ? err_move(e, &wrong) : 0;
}
