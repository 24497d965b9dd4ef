/* Compiles and links modules: which libraries each takes, in which order, and what may run side by side. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "base/vec.h"
#include "link/internal.h"
#include "link/shared.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "toolchain/hardening.h"
#include "kit/kit.h"

struct command *link_command(struct commands *out, const char *phase, const char *dir, const char *logs,
    const char *name, const struct strvec *env)
{
    struct command *c = commands_add(out, phase);
    strvec_push_all(&c->env, env);
    c->dir = xstrdup(dir);
    if (logs)
        c->log = xstrf("%s/%s%s%s.log", logs, phase, name ? "-" : "", name ? name : "");
    return c;
}

struct command *module_command(
    const struct link_request *r, const char *phase, const struct strvec *env, struct commands *out)
{
    struct command *c = link_command(out, phase, r->work, r->logs, r->module->name, env);
    c->beside = true;
    return c;
}

int module_error(const struct link_request *r, struct err *e, const char *what, const char *name)
{
    const struct position *at = &r->module->at;
    return err_at(e, ERR_RECIPE, at->file ? at->file : r->recipe->file, (unsigned)at->line,
        (unsigned)at->column, "module %s: %s \"%s\"", r->module->name, what, name);
}

static int choose_libraries(const struct link_request *r, bool *used, struct err *e)
{
    const struct texts *named = &r->module->libraries;
    AUTO(strvec) struct strvec wanted = {0};
    for (size_t i = 0; i < named->len; i++)
        strvec_push(&wanted, named->items[i]);
    for (size_t i = 0; i < r->library_count; i++)
        used[i] = !named->len || r->libraries[i].role == INPUT_BUILD || r->libraries[i].role == INPUT_WHEEL;
    for (size_t w = 0; w < wanted.len; w++) {
        size_t i = 0;
        while (i < r->library_count && strcmp(r->libraries[i].name, wanted.items[w]) != 0)
            i++;
        if (i == r->library_count) {
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

struct pushing {
    const struct build_input *library;
    const char *copies; /* or NULL */
    bool whole;         /* what is to be taken whole is */
};

static void push_archive(const struct pushing *p, const char *archive, struct strvec *argv)
{
    bool whole = p->whole && texts_have(&p->library->recipe->provides.whole_archive, archive);
    if (whole)
        strvec_push(argv, "-Wl,--whole-archive");
    if (p->copies)
        strvec_pushf(argv, "%s/%s/%s", p->copies, p->library->name, archive);
    else
        strvec_pushf(argv, "%s/%s", p->library->tree, archive);
    if (whole)
        strvec_push(argv, "-Wl,--no-whole-archive");
}

static const struct texts *group_of(const struct provides *p, const char *archive)
{
    for (size_t i = 0; i < p->link_group_count; i++)
        if (texts_have(&p->link_groups[i], archive))
            return &p->link_groups[i];
    return NULL;
}

/* In link order; a group stands where the first of its archives would. */
static void push_library(const struct pushing *pushing, struct strvec *argv)
{
    const struct provides *p = &pushing->library->recipe->provides;
    AUTO(strvec) struct strvec done = {0};
    for (size_t i = 0; i < p->archives.len; i++) {
        const char *archive = p->archives.items[i];
        const struct texts *group = group_of(p, archive);
        if (strvec_has(&done, archive))
            continue;
        if (!group) {
            push_archive(pushing, archive, argv);
            continue;
        }
        strvec_push(argv, "-Wl,--start-group");
        for (size_t k = 0; k < group->len; k++) {
            push_archive(pushing, group->items[k], argv);
            strvec_push(&done, group->items[k]);
        }
        strvec_push(argv, "-Wl,--end-group");
    }
}

static bool is_linked(const struct link_request *r, const bool *used, size_t i)
{
    return used[i] && r->libraries[i].role == INPUT_LIBRARY;
}

void push_libraries(
    const struct link_request *r, const bool *used, const struct archive_places *places, struct strvec *argv)
{
    for (size_t i = 0; i < r->library_count; i++) {
        bool shared = places->shared && places->shared[i];
        if (!is_linked(r, used, i) || (shared && !places->shared_copies))
            continue;
        /* Into the copy goes whole what is shared; of others, what that asks for. */
        push_library(&(struct pushing){&r->libraries[i], shared ? places->shared_copies : places->copies,
                         shared || !places->shared_copies},
            argv);
    }
}

/* The compiler's own runtime is linked by its driver, statically; libatomic has no other way than by name. */
void push_system_libraries(const struct link_request *r, const bool *used, struct strvec *argv)
{
    AUTO(strvec) struct strvec all = {0};
    for (size_t i = 0; i < r->library_count; i++) {
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

bool links_cxx(const struct link_request *r, const bool *used)
{
    if (module_has_cxx(r->module) || texts_have(&r->module->system_libraries, "stdc++"))
        return true;
    for (size_t i = 0; i < r->library_count; i++)
        if (is_linked(r, used, i) && texts_have(&r->libraries[i].recipe->provides.system_libraries, "stdc++"))
            return true;
    return false;
}

/* The compiler's driver for C links no C++ runtime: that is in the shared copy. */
static const char *driver_of(const struct link_request *r, const bool *used)
{
    bool own_runtime = links_cxx(r, used) && !(r->shared && r->shared->cxx_runtime);
    return own_runtime ? r->toolchain->cxx : r->toolchain->cc;
}

static void push_shared(const struct link_request *r, const bool *used, struct strvec *argv)
{
    const struct link_shared *s = r->shared;
    if (s->library) {
        strvec_push(argv, "-Wl,--enable-new-dtags");
        strvec_pushf(argv, "-Wl,-rpath,%s", s->run_path);
        strvec_push(argv, s->library);
    }
    if (s->cxx_runtime && r->toolchain->kit && links_cxx(r, used)) /* what headers of libstdc++ ask for */
        strvec_push(argv, "-l:" KIT_RUNTIME_ARCHIVE);
}

static void push_borrowed(const struct link_request *r, struct strvec *argv)
{
    AUTO_FREE char *object = borrow_file(r, "o");
    AUTO_FREE char *arguments = borrow_file(r, "arguments");
    strvec_push(argv, object);
    strvec_pushf(argv, "@%s", arguments);
}

static void add_link(const struct link_request *r, const bool *used, const struct strvec *objects,
    const struct strvec *env, struct commands *out)
{
    struct command *c = module_command(r, "link", env, out);
    AUTO_FREE char *copies = r->shared ? path_join(r->shared->tree, SHARED_ARCHIVES) : NULL;
    struct archive_places places = {.copies = copies, .shared = r->shared ? r->shared->libraries : NULL};
    strvec_push(&c->argv, driver_of(r, used));
    hardening_flags_of(&c->argv, &r->toolchain->module_ldflags, r->recipe); /* -shared among them */
    strvec_pushf(&c->argv, "-Wl,--version-script=%s", r->version_script);
    strvec_pushf(&c->argv, "-Wl,-Map=%s", r->map);
    strvec_push(&c->argv, "-o");
    strvec_push(&c->argv, r->out);
    strvec_push_all(&c->argv, objects);
    if (module_borrows(r, used))
        push_borrowed(r, &c->argv);
    push_libraries(r, used, &places, &c->argv);
    if (r->shared)
        push_shared(r, used, &c->argv);
    push_system_libraries(r, used, &c->argv);
}

/* The objects that a shared copy left for the module, in the order of its sources. */
static int shared_objects(const struct link_request *r, struct strvec *objects, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO_FREE char *folder = xstrf("%s/" SHARED_OBJECTS "/%s", r->shared->tree, r->module->name);
    if (folder_names(&names, folder, e) < 0)
        return -1;
    strvec_sort(&names);
    for (size_t i = 0; i < names.len; i++)
        strvec_pushf(objects, "%s/%s", folder, names.items[i]);
    return 0;
}

const struct module_spec *link_check(
    struct arena *a, const struct link_request *request, bool *used, struct err *e)
{
    struct link_request whole = *request, *r = &whole;
    whole.module = module_as_spoken(a, request->recipe, request->module, request->src, e);
    if (!whole.module)
        return NULL;
    if (!r->module->sources.len)
        module_error(r, e, "no sources in", r->module->name);
    else if (r->python && (!r->python->include || !*r->python->include))
        err_set(e, ERR_ENVIRONMENT, "%s has no headers (Python.h)", r->python->path);
    else if (choose_libraries(r, used, e) == 0 && links_cxx(r, used) &&
             (!r->toolchain->cxx || !*r->toolchain->cxx))
        err_set(e, ERR_ENVIRONMENT, "module %s needs a C++ compiler, and there is none", r->module->name);
    return e->kind ? NULL : whole.module;
}

/* The modules of one step while their commands are being written. */
struct module_links {
    struct arena arena;
    struct link_request *modules; /* with what Cython sources say */
    bool **used;                  /* by module, then by library */
    struct strvec *objects;       /* by module */
    struct commands *out;
    VEC(size_t) owners;
};

static int begin_module(struct module_links *l, size_t i, const struct strvec *env, struct err *e)
{
    struct link_request *m = &l->modules[i];
    l->used[i] = arena_alloc(&l->arena, (m->library_count + 1) * sizeof *l->used[i]);
    m->module = link_check(&l->arena, m, l->used[i], e);
    if (!m->module)
        return -1;
    return m->shared ? shared_objects(m, &l->objects[i], e)
                     : compile_commands(m, l->used[i], env, &l->objects[i], l->out, e);
}

static int add_expose(struct module_links *l, size_t i, const struct strvec *env, struct err *e)
{
    (void)e;
    if (!l->modules[i].shared)
        expose_command(&l->modules[i], &l->objects[i], env, l->out);
    return 0;
}

static int add_borrow(struct module_links *l, size_t i, const struct strvec *env, struct err *e)
{
    (void)e;
    if (module_borrows(&l->modules[i], l->used[i]))
        borrow_command(&l->modules[i], l->used[i], &l->objects[i], env, l->out);
    return 0;
}

static int add_borrow_compile(struct module_links *l, size_t i, const struct strvec *env, struct err *e)
{
    bool borrows = module_borrows(&l->modules[i], l->used[i]);
    return borrows ? borrow_compile_command(&l->modules[i], env, l->out, e) : 0;
}

static int add_module_link(struct module_links *l, size_t i, const struct strvec *env, struct err *e)
{
    (void)e;
    add_link(&l->modules[i], l->used[i], &l->objects[i], env, l->out);
    return 0;
}

static struct debug_split split_of(const struct link_request *m)
{
    return (struct debug_split){.toolchain = m->toolchain,
        .name = m->module->name,
        .file = m->out,
        .debug = m->debug,
        .work = m->work,
        .logs = m->logs};
}

static int add_debug(struct module_links *l, size_t i, const struct strvec *env, struct err *e)
{
    (void)e;
    struct debug_split split = split_of(&l->modules[i]);
    debug_command(&split, env, l->out);
    return 0;
}

static int add_strip(struct module_links *l, size_t i, const struct strvec *env, struct err *e)
{
    (void)e;
    struct debug_split split = split_of(&l->modules[i]);
    strip_command(&split, env, l->out);
    return 0;
}

/* One for all modules, then the next. */
static int add_phase(struct module_links *l, size_t count,
    int (*add)(struct module_links *l, size_t i, const struct strvec *env, struct err *e),
    const struct strvec *env, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        size_t before = l->out->len;
        if (add(l, i, env, e) < 0)
            return -1;
        for (size_t k = before; k < l->out->len; k++)
            vec_push(&l->owners, i);
    }
    return 0;
}

static int add_phases(struct module_links *l, size_t count, const struct strvec *env, struct err *e)
{
    static int (*const phases[])(
        struct module_links * l, size_t i, const struct strvec *env, struct err *e) = {
        begin_module, add_expose, add_borrow, add_borrow_compile, add_module_link, add_debug, add_strip};
    for (size_t p = 0; p < COUNT(phases); p++)
        if (add_phase(l, count, phases[p], env, e) < 0)
            return -1;
    return 0;
}

int link_commands(const struct link_request *modules, size_t module_count, const struct strvec *env,
    struct commands *out, size_t **owners, struct err *e)
{
    struct module_links l = {.out = out};
    l.modules = arena_memdup(&l.arena, modules, module_count * sizeof *modules);
    l.used = arena_alloc(&l.arena, (module_count + 1) * sizeof *l.used);
    l.objects = xcalloc(module_count + 1, sizeof *l.objects);
    int status = add_phases(&l, module_count, env, e);
    for (size_t i = 0; i < module_count; i++)
        strvec_release(&l.objects[i]);
    free(l.objects);
    arena_release(&l.arena);
    if (status == 0)
        *owners = l.owners.items;
    else
        vec_release(&l.owners);
    return status;
}
