/* A project's own build: its backend's hook runs in the environment that it asked for, in a copy of the
 * source, and finds our compilers under every name. What it made is unpacked, and what was linked is known
 * from the maps. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/host.h"
#include "link/loadable.h"
#include "pipeline/internal.h"
#include "project/hook.h"
#include "project/asking.h"
#include "project/crates.h"
#include "project/links.h"
#include "project/systems.h"
#include "project/unpacked.h"
#include "project/wrappers.h"
#include "recipe/substitute.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"

/* cargo's own folder, below the step's work. */
#define CRATES "cargo"

char *project_source(const struct run *r, const struct step *s)
{
    const struct step *source = step_source_of(r, s);
    AUTO_FREE char *tree = step_tree(r, source);
    AUTO_FREE char *src = path_join(tree, source->kind == STEP_OPENED ? "wheel" : "src");
    AUTO_FREE char *below = path_join(src, r->graph->nodes[s->node].recipe->build.directory);
    return path_clean(below);
}

/* [build] env, with what stands in braces. */
static int add_own(const struct step_run *s, const char *environment, struct strvec *env, struct err *e)
{
    const struct pairs *own = &s->run->graph->nodes[s->step->node].recipe->build.env;
    AUTO(substitution) struct substitution with = {{0}, {0}};
    AUTO_FREE char *python = xstrf("%s/bin/python", environment);
    AUTO_FREE char *jobs = xstrf("%u", s->slots);
    substitution_set(&with, "src", s->src);
    substitution_set(&with, "work", project_place(s));
    substitution_set(&with, "python", python);
    substitution_set(&with, "jobs", jobs);
    for (size_t i = 0; i < own->len; i++) {
        AUTO(strbuf) struct strbuf value = {0};
        if (substitute_text(&value, own->items[i].value, &with, e) < 0)
            return err_wrap(e, "%s: build.env.%s", s->step->label, own->items[i].key);
        strvec_pushf(env, "%s=%s", own->items[i].key, strbuf_str(&value));
    }
    return 0;
}

/* Nothing of the user's, and nothing that a backend would take for its own flags. */
static int fill_environment(const struct step_run *s, const char *environment, const char *path,
    int64_t epoch, struct strvec *env, struct err *e)
{
    AUTO_FREE char *home = path_join(project_place(s), "home");
    AUTO_FREE char *scratch = path_join(project_place(s), "tmp");
    environment_clean(env, path, LOCALE_UTF8, home, scratch);
    environment_python(env);
    strvec_pushf(env, "VIRTUAL_ENV=%s", environment);
    strvec_pushf(env, "SOURCE_DATE_EPOCH=%" PRId64, epoch);
    strvec_push(env, "ZERO_AR_DATE=1");
    strvec_pushf(env, "MAX_JOBS=%u", s->slots);
    strvec_pushf(env, "CMAKE_BUILD_PARALLEL_LEVEL=%u", s->slots);
    strvec_pushf(env, "MAKEFLAGS=-j%u", s->slots);
    strvec_pushf(env, "CARGO_BUILD_JOBS=%u", s->slots);
    return add_own(s, environment, env, e);
}

static struct command *add_hook(
    struct step_run *s, const struct hook *h, const char *environment, struct commands *out, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *request = xstrf("%s/%s.request", project_place(s), h->name);
    hook_write(&text, h);
    if (file_write(request, text.ptr, text.len, 0644, e) < 0)
        return NULL;
    struct command *c = commands_add(out, h->name);
    if (hook_command(c, environment, request, e) < 0)
        return NULL;
    c->dir = xstrdup(s->src);
    c->log = xstrf("%s/%s.log", s->draft.logs, h->name);
    return c;
}

static int make_folders(const struct step_run *s, struct err *e)
{
    AUTO_FREE char *home = path_join(project_place(s), "home");
    AUTO_FREE char *tmp = path_join(project_place(s), "tmp");
    return folder_make(home, e) < 0 || folder_make(tmp, e) < 0 ? -1 : 0;
}

static int copy_source(struct step_run *s, struct err *e)
{
    AUTO_FREE char *src = project_source(s->run, s->step);
    s->src = path_join(project_place(s), "src");
    return s->kept.path ? project_keep_source(s, src, e) : tree_copy(src, s->src, e);
}

static int add_rust(const struct step_run *s, const struct wrappers *w, struct strvec *env, struct err *e)
{
    AUTO_FREE char *home = path_join(project_place(s), CRATES);
    int has_crates = w->rust ? crates_take(s, home, e) : 0;
    if (has_crates > 0)
        crates_environment(env, w->rust, w->folder, home, w->root->folder);
    return has_crates < 0 ? -1 : 0;
}

int project_hook(struct step_run *s, const struct project_build *build, const char *name,
    const char *environment, const struct wrappers *wrappers, struct commands *out, struct err *e)
{
    bool asks = strcmp(name, HOOK_BUILD) != 0;
    struct run *r = s->run;
    AUTO(strvec) struct strvec own = {0};
    const struct build_spec *spec = &r->graph->nodes[s->step->node].recipe->build;
    AUTO_FREE char *answer = xstrf("%s/%s.answer", project_place(s), name);
    AUTO_FREE char *made = path_join(project_place(s), "made");
    AUTO_FREE char *few = path_join(project_place(s), "programs");
    if (asks && asking_programs(few, r->machine.build_path, e) < 0)
        return -1;
    /* What stands for hidden programs comes behind ours, and before the machine's. */
    const char *stubs = r->confinement ? VIEW_STUB ":" : "";
    AUTO_FREE char *path = xstrf("%s/bin:%s%s", environment, stubs, asks ? few : r->machine.build_path);
    AUTO_FREE char *built_in = path_join(project_place(s), "build");
    struct systems systems = {
        .folder = project_place(s), .path = path, .build = built_in, .kit = r->machine.toolchain.kit};
    int64_t epoch = step_source_epoch(r, step_source_of(r, s->step), e);
    if (epoch < 0 || tree_remove(made, e) < 0 || tree_remove(answer, e) < 0 || make_folders(s, e) < 0 ||
        folder_make(made, e) < 0 || copy_source(s, e) < 0)
        return -1;
    if (!asks) {
        systems.bin = wrappers->folder;
        systems.root = wrappers->root;
        if (systems_write(&systems, e) < 0)
            return -1;
        systems_settings(&systems, build->backend, &own);
    }
    struct hook hook = {.build = build,
        .own = &own,
        .name = name,
        .options = spec->options,
        .option_count = spec->option_count,
        .folder = made,
        .answer = answer};
    struct command *c = add_hook(s, &hook, environment, out, e);
    if (!c || fill_environment(s, environment, path, epoch, &c->env, e) < 0)
        return -1;
    if (!asks)
        systems_environment(&systems, &c->env);
    if (!asks && add_rust(s, wrappers, &c->env, e) < 0)
        return -1;
    if (wrappers)
        wrappers_environment(wrappers, path, &c->env);
    return 0;
}

static const struct step *needed(const struct run *r, const struct step *s, enum step_kind kind)
{
    for (size_t i = 0; i < s->need_count; i++)
        if (r->plan->steps[s->needs[i]].kind == kind)
            return &r->plan->steps[s->needs[i]];
    return NULL;
}

char *project_environment(const struct run *r, const struct step *s)
{
    const struct step *environment = needed(r, s, STEP_ENVIRONMENT);
    return environment ? step_tree(r, environment) : NULL;
}

/* The compiler's own folder: libgcc.a and what comes with it. */
static char *compiler_folder(const struct run *r, struct err *e)
{
    AUTO_FREE char *libgcc = compiler_file(r->machine.toolchain.real_cc, "libgcc.a", &r->machine.memory, e);
    if (!libgcc)
        return NULL;
    AUTO_FREE char *folder = path_dir(libgcc);
    return *libgcc ? realpath(folder, NULL) : xstrdup("");
}

const struct wrappers *project_wrappers(struct step_run *s, const struct wrappers_user *user, struct err *e)
{
    struct run *r = s->run;
    const char *work = project_place(s);
    AUTO_FREE char *compilers = compiler_folder(r, e);
    AUTO_FREE char *pkg_config = compilers ? host_program_find("pkg-config", NULL, e) : NULL;
    if (!compilers || e->text)
        return NULL;
    struct root *libraries = arena_new(r->arena, struct root);
    libraries->folder = arena_strf(r->arena, "%s/root", work);
    libraries->inputs = step_inputs(r, s->step, &libraries->input_count);
    struct wrappers *w = arena_new(r->arena, struct wrappers);
    *w = (struct wrappers){.folder = arena_strf(r->arena, "%s/bin", work),
        .root = libraries,
        .toolchain = &r->machine.toolchain,
        .recipe = r->graph->nodes[s->step->node].recipe,
        .python = s->step->python,
        .pythons = user ? user->pythons : NULL,
        .rust = user                              ? user->rust
                : needed(r, s->step, STEP_CRATES) ? r->machine.rust
                                                  : NULL,
        .crates = arena_strf(r->arena, "%s/" CRATES, work),
        .compiler_folder = arena_strdup(r->arena, compilers),
        .work = user ? arena_strdup(r->arena, user->scratch) : work,
        .src = user ? arena_strdup(r->arena, user->project) : arena_strf(r->arena, "%s/src", work),
        .pkg_config = pkg_config ? arena_strdup(r->arena, pkg_config) : NULL,
        .remembered = s->kept.path ? arena_strf(r->arena, "%s/objects", work) : NULL,
        .relinks = user ? NULL : arena_strf(r->arena, "%s/relinks", work),
        .log = arena_strf(r->arena, "%s/wrappers.log", work),
        .maps = arena_strf(r->arena, "%s/maps", work),
        .exports = arena_strf(r->arena, "%s/exports.map", work)};
    return root_make(libraries, e) < 0 || wrappers_write(w, e) < 0 ? NULL : w;
}

/* Libraries that builds load, in the root beside the archives. */
static int add_loadables(struct step_run *s, const struct wrappers *w, struct commands *out, struct err *e)
{
    AUTO(strvec) struct strvec env = {0};
    AUTO_FREE char *work = path_join(s->draft.work, "loadable");
    AUTO_FREE char *lib = path_join(w->root->folder, "usr/lib");
    environment_clean(&env, NULL, LOCALE_C, NULL, NULL);
    if (folder_make(work, e) < 0)
        return -1;
    for (size_t i = 0; i < w->root->input_count; i++) {
        const struct build_input *input = &w->root->inputs[i];
        if (input->role == INPUT_LIBRARY && input->recipe->provides.loaded)
            loadable_commands(&(struct loadable_request){.toolchain = &s->run->machine.toolchain,
                                  .libraries = w->root->inputs,
                                  .library_count = w->root->input_count,
                                  .library = i,
                                  .work = work,
                                  .out = lib,
                                  .logs = s->draft.logs},
                &env, out);
    }
    return 0;
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    struct project_build build;
    AUTO_FREE char *root = project_source(s->run, s->step);
    AUTO_FREE char *environment = project_environment(s->run, s->step);
    const struct wrappers *wrappers = project_keep(s, e) < 0 ? NULL : project_wrappers(s, NULL, e);
    if (!wrappers || project_build_read(&build, s->run->arena, root, e) < 0 ||
        add_loadables(s, wrappers, out, e) < 0)
        return -1;
    return project_hook(s, &build, HOOK_BUILD, environment, wrappers, out, e);
}

static void tell_links(struct step_run *s, const struct links *links)
{
    struct json *told = json_set_array(s->draft.facts, "left-out");
    for (size_t i = 0; i < links->told.len; i++) {
        json_add_text(told, links->told.items[i]);
        event_detail(s->run->sink, "%s: %s", s->step->label, links->told.items[i]);
    }
    step_tell_asked(s, links);
    struct json *asked = json_set_array(s->draft.facts, "asked");
    for (size_t i = 0; i < links->asked.len; i++)
        json_add_text(asked, links->asked.items[i]);
}

/* Opens what the hook says that it made, and keeps it as the tree. */
static int open_wheel(struct step_run *s, struct links *links, struct err *e)
{
    struct run *r = s->run;
    const char *name;
    AUTO_FREE char *answer = path_join(project_place(s), HOOK_BUILD ".answer");
    if (hook_read_wheel(&name, r->arena, answer, e) < 0)
        return err_wrap(e, "%s", s->step->label);
    AUTO_FREE char *made = xstrf("%s/made/%s", project_place(s), name);
    AUTO_FREE char *kept = path_join(s->draft.stage, name);
    AUTO(wheel) struct wheel wheel = {0};
    s->unpacked = arena_new(r->arena, struct unpacked);
    if (wheel_open(&wheel, made, 0, e) < 0 || wheel_take_files(s, s->unpacked, &wheel, links, e) < 0)
        return -1;
    tell_links(s, links);
    return s->unpacked->is_pure ? file_rename(made, kept, e) : 0;
}

/* Once its modules share what they can. */
static int take_wheel(struct step_run *s, struct commands *more, struct err *e)
{
    AUTO_FREE char *log = path_join(project_place(s), "wrappers.log");
    AUTO(links) struct links links = {0};
    if (links_read(&links, s->run->arena, log, e) < 0 || (!s->unpacked && open_wheel(s, &links, e) < 0) ||
        project_share(s, s->unpacked, more, e) < 0)
        return -1;
    return more->len ? 0 : wheel_take_unpacked(s, s->unpacked, &links, more, e);
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    if (!json_get(s->draft.facts, "wheel")) {
        if (take_wheel(s, more, e) < 0)
            return -1;
        if (more->len)
            return 0;
    }
    return wheel_take_stripped(s, e) < 0 ? -1 : step_commit(s, e);
}

static void explain(struct step_run *s, const struct command *c, struct err *failure)
{
    step_infer(s, c, failure);
    if (s->built_before)
        err_add(failure, failure->kind,
            "  it was built where it was built before; with --clean it is built from the beginning");
}

const struct step_hooks step_project_hooks = {
    .prepare = prepare, .finish = finish, .apart = true, .failure = ERR_BUILD, .explain = explain};
