/* Compiles and links one module: which libraries it takes, and in which order. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "link/internal.h"
#include "sys/path.h"
#include "toolchain/hardening.h"

struct command *link_command(
    struct commands *out, const char *phase, const char *dir, const char *logs, const struct strvec *env)
{
    struct command *c = commands_add(out, phase);
    strvec_push_all(&c->env, env);
    c->dir = xstrdup(dir);
    if (logs)
        c->log = xstrf("%s/%s.log", logs, phase);
    return c;
}

int module_error(const struct link_request *r, struct err *e, const char *what, const char *name)
{
    const struct position *at = &r->module->at;
    return err_at(e, ERR_RECIPE, at->file ? at->file : r->recipe->file, (unsigned)at->line,
        (unsigned)at->column, "module %s: %s \"%s\"", r->module->name, what, name);
}

/* Which of r->libraries the module links: those it names and what they need, or all. What is only seen is
 * seen by each. used has a flag each. */
static int choose_libraries(const struct link_request *r, bool *used, struct err *e)
{
    const struct texts *named = &r->module->libraries;
    AUTO(strvec) struct strvec wanted = {0};
    for (size_t i = 0; i < named->len; i++)
        strvec_push(&wanted, named->items[i]);
    for (size_t i = 0; i < r->libraries_len; i++)
        used[i] = !named->len || r->libraries[i].role == INPUT_BUILD || r->libraries[i].role == INPUT_WHEEL;
    for (size_t w = 0; w < wanted.len; w++) {
        size_t i = 0;
        while (i < r->libraries_len && strcmp(r->libraries[i].name, wanted.items[w]) != 0)
            i++;
        if (i == r->libraries_len) {
            if (w < named->len)
                return module_error(r, e, "[requires] libraries does not have", wanted.items[w]);
            continue; /* needed by a library, under another feature */
        }
        used[i] = true;
        const struct requirements *needs = &r->libraries[i].recipe->libraries;
        for (size_t k = 0; k < needs->len; k++)
            if (!strvec_has(&wanted, needs->items[k].name))
                strvec_push(&wanted, needs->items[k].name);
    }
    return 0;
}

static void push_archive(const struct build_input *library, const char *archive, struct strvec *argv)
{
    bool whole = texts_have(&library->recipe->provides.whole_archive, archive);
    if (whole)
        strvec_push(argv, "-Wl,--whole-archive");
    strvec_pushf(argv, "%s/%s", library->tree, archive);
    if (whole)
        strvec_push(argv, "-Wl,--no-whole-archive");
}

static const struct texts *group_of(const struct provides *p, const char *archive)
{
    for (size_t i = 0; i < p->link_groups_len; i++)
        if (texts_have(&p->link_groups[i], archive))
            return &p->link_groups[i];
    return NULL;
}

/* In link order; a group stands where the first of its archives would. */
static void push_library(const struct build_input *library, struct strvec *argv)
{
    const struct provides *p = &library->recipe->provides;
    AUTO(strvec) struct strvec done = {0};
    for (size_t i = 0; i < p->archives.len; i++) {
        const char *archive = p->archives.items[i];
        const struct texts *group = group_of(p, archive);
        if (strvec_has(&done, archive))
            continue;
        if (!group) {
            push_archive(library, archive, argv);
            continue;
        }
        strvec_push(argv, "-Wl,--start-group");
        for (size_t k = 0; k < group->len; k++) {
            push_archive(library, group->items[k], argv);
            strvec_push(&done, group->items[k]);
        }
        strvec_push(argv, "-Wl,--end-group");
    }
}

static bool is_linked(const struct link_request *r, const bool *used, size_t i)
{
    return used[i] && r->libraries[i].role == INPUT_LIBRARY;
}

/* The compiler's own runtime is linked by its driver, statically; libatomic has no other way than by name. */
static void push_system_libraries(const struct link_request *r, const bool *used, struct strvec *argv)
{
    AUTO(strvec) struct strvec all = {0};
    for (size_t i = 0; i < r->libraries_len; i++) {
        const struct texts *names = &r->libraries[i].recipe->provides.system_libraries;
        for (size_t k = 0; is_linked(r, used, i) && k < names->len; k++)
            if (!strvec_has(&all, names->items[k]))
                strvec_push(&all, names->items[k]);
    }
    const struct texts *own = &r->module->system_libraries;
    for (size_t k = 0; k < own->len; k++)
        if (!strvec_has(&all, own->items[k]))
            strvec_push(&all, own->items[k]);
    for (size_t i = 0; i < all.len; i++) {
        if (strcmp(all.items[i], "stdc++") == 0 || strcmp(all.items[i], "gcc_s") == 0)
            continue;
        strvec_pushf(argv, strcmp(all.items[i], "atomic") == 0 ? "-l:lib%s.a" : "-l%s", all.items[i]);
    }
}

static bool links_cxx(const struct link_request *r, const bool *used)
{
    if (module_has_cxx(r->module) || texts_have(&r->module->system_libraries, "stdc++"))
        return true;
    for (size_t i = 0; i < r->libraries_len; i++)
        if (is_linked(r, used, i) && texts_have(&r->libraries[i].recipe->provides.system_libraries, "stdc++"))
            return true;
    return false;
}

static void add_link(const struct link_request *r, const bool *used, const struct strvec *objects,
    const struct strvec *env, struct commands *out)
{
    struct command *c = link_command(out, "link", r->work, r->logs, env);
    strvec_push(&c->argv, links_cxx(r, used) ? r->toolchain->cxx : r->toolchain->cc);
    hardening_flags_of(&c->argv, &r->toolchain->module_ldflags, r->recipe); /* -shared among them */
    strvec_pushf(&c->argv, "-Wl,--version-script=%s", r->version_script);
    strvec_pushf(&c->argv, "-Wl,-Map=%s", r->map);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, r->out);
    strvec_push_all(&c->argv, objects);
    for (size_t i = 0; i < r->libraries_len; i++)
        if (is_linked(r, used, i))
            push_library(&r->libraries[i], &c->argv);
    push_system_libraries(r, used, &c->argv);
}

int link_commands(
    const struct link_request *request, const struct strvec *env, struct commands *out, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    struct link_request whole = *request, *r = &whole;
    whole.module = module_as_spoken(&a, request->recipe, request->module, request->src, e);
    if (!whole.module)
        return -1;
    if (!r->module->sources.len)
        return module_error(r, e, "no sources in", r->module->name);
    if (!r->python->include || !*r->python->include)
        return err_set(e, ERR_ENVIRONMENT, "%s has no headers (Python.h)", r->python->path);
    AUTO_FREE bool *used = xcalloc(r->libraries_len + 1, sizeof *used);
    if (choose_libraries(r, used, e) < 0)
        return -1;
    if (links_cxx(r, used) && (!r->toolchain->cxx || !*r->toolchain->cxx))
        return err_set(
            e, ERR_ENVIRONMENT, "module %s needs a C++ compiler, and there is none", r->module->name);

    AUTO(strvec) struct strvec objects = {0};
    if (compile_commands(r, used, env, &objects, out, e) < 0)
        return -1;
    expose_command(r, &objects, env, out);
    add_link(r, used, &objects, env, out);
    debug_commands(&(struct debug_split){r->toolchain, r->out, r->debug, r->work, r->logs}, env, out);
    return 0;
}
