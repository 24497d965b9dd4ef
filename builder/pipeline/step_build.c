/* A library or a tool: unpack, patch, configure, build, install, check the promises, commit the tree. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/backend.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

#define CONFIGURE "configure" /* a phase of build/ */

enum { LOG_LIMIT = 64 << 20 };

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    AUTO_FREE char *prefix = xstrf(BUILD_PREFIX "/%s", s->run->graph->nodes[s->step->node].recipe->name);
    int there = path_exists(prefix, e);
    if (there < 0)
        return -1;
    s->prefix_was_there = there;
    return step_unpack(s, out, e);
}

/* Moves everything in from into to, which may hold other things already. */
static int move_into(const char *from, const char *to, struct err *e)
{
    AUTO(strvec) struct strvec names = {0};
    int there = folder_names(&names, from, e);
    if (there != 1)
        return there < 0 ? -1 : err_set(e, ERR_BUILD, "%s: nothing was installed", from);
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *source = path_join(from, names.items[i]);
        AUTO_FREE char *target = path_join(to, names.items[i]);
        if (file_rename(source, target, e) < 0)
            return -1;
    }
    return 0;
}

/* The licence texts travel with the tree: every wheel that links it ships them. */
static int keep_licences(const struct recipe *r, const char *src, const char *stage, struct err *e)
{
    AUTO_FREE char *folder = path_join(stage, LICENCES_PATH);
    for (size_t i = 0; i < r->license_files.len; i++) {
        AUTO_FREE char *from = path_join(src, r->license_files.items[i]);
        AUTO_FREE char *to = path_join(folder, r->license_files.items[i]);
        AUTO(err) struct err why = ERR_INIT;
        int there = path_is_file(from, &why);
        if (there < 0) {
            err_add(e, why.kind, "%s", why.text);
            return -1;
        }
        if (!there) {
            recipe_wrong(e, r, r->license_files.items[i], "license-files: the source has no file \"%s\"",
                r->license_files.items[i]);
            continue;
        }
        if (file_copy_into(from, to, e) < 0)
            return -1;
    }
    return e->text ? -1 : 0;
}

/* What follows configuring waits until the log of that was looked at. */
static void hold_back(struct step_run *s, struct commands *all)
{
    if (!backend_tells_unknown_options(s->run->graph->nodes[s->step->node].recipe))
        return;
    size_t at = 0;
    while (at < all->len && strcmp(all->items[at].phase, CONFIGURE) != 0)
        at++;
    commands_split(all, at + 1, &s->later);
}

/* Nothing is built or chosen: what was unpacked is the tree. */
static bool is_its_source(const struct recipe *r)
{
    return r->build.system == BUILD_NONE && !r->build.install.len;
}

static int build(struct step_run *s, struct commands *more, struct err *e)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    if (step_age_patched_files(s, e) < 0 || keep_licences(recipe, s->src, s->draft.stage, e) < 0 ||
        interpreter_check_source(recipe, s->src, e) < 0)
        return -1;
    if (is_its_source(recipe))
        return 0;
    AUTO_FREE char *work = path_join(s->draft.work, "build");
    AUTO_FREE char *home = path_join(s->draft.work, "home");
    AUTO_FREE char *dest = path_join(s->draft.work, "dest");
    AUTO_FREE char *prefix = xstrf("/opt/staticbuild/%s", recipe->name);
    AUTO_FREE char *made = xstrf("%s%s", dest, prefix);
    if (folder_make(work, e) < 0 || folder_make(home, e) < 0 || folder_make(made, e) < 0)
        return -1;
    struct build_request request = {
        .recipe = recipe,
        .toolchain = step_toolchain(r, s->step),
        .src = s->src,
        .work = work,
        .destdir = dest,
        .prefix = prefix,
        .logs = s->draft.logs,
        .home = home,
        .source_date_epoch = step_epoch(s),
        .path = r->machine.build_path,
        .python = r->machine.tool_python ? r->machine.tool_python->path : NULL,
        .tools = &r->machine.tools,
    };
    AUTO_FREE char *maps = path_join(s->draft.stage, PROGRAM_MAPS);
    if (recipe->kind == RECIPE_PROGRAM) {
        if (folder_make(maps, e) < 0)
            return -1;
        request.maps = maps;
    }
    request.inputs = step_inputs(r, s->step, &request.input_count);
    if (backend_commands(&request, s->slots, more, e) < 0)
        return -1;
    hold_back(s, more);
    return 0;
}

static int check_options(const struct step_run *s, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    AUTO_FREE char *log = xstrf("%s/" CONFIGURE ".log", s->draft.logs);
    AUTO(strbuf) struct strbuf text = {0};
    if (!backend_tells_unknown_options(recipe) || !path_may_be_file(log))
        return 0;
    return file_read(&text, log, LOG_LIMIT, e) < 0 ? -1 : backend_check_options(recipe, strbuf_str(&text), e);
}

/* Meson ends by itself when it does not know an option, and does not know the recipe's line. */
static void explain(struct step_run *s, const struct command *c, struct err *failure)
{
    AUTO(err) struct err found = ERR_INIT;
    if (strcmp(c->phase, CONFIGURE) != 0 || check_options(s, &found) == 0 || found.kind != ERR_RECIPE)
        return;
    err_wrap(&found, "%s", s->step->label);
    err_add(&found, ERR_RECIPE, "  log: %s", c->log);
    err_release(failure);
    err_move(failure, &found);
}

/* What no archive may hold: the store, with the kit and every work folder, and the compilers outside of it.
 */
static void machine_paths(struct step_run *s, struct strvec *out)
{
    const struct toolchain *t = step_toolchain(s->run, s->step);
    const char *compilers[] = {t->cc, t->cxx, t->real_cc, t->real_cxx};
    strvec_push(out, s->run->store.root);
    for (size_t i = 0; i < COUNT(compilers); i++)
        if (compilers[i] && compilers[i][0] == '/')
            strvec_push(out, compilers[i]);
}

/* What installs without DESTDIR writes to where the library only believes that it is. */
static int check_prefix(const struct step_run *s, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    AUTO_FREE char *prefix = xstrf(BUILD_PREFIX "/%s", recipe->name);
    int there = s->prefix_was_there ? 0 : path_exists(prefix, e);
    if (there == 1)
        err_set(e, ERR_BUILD,
            "%s: the build installed into this machine, and not below DESTDIR, which it was given: "
            "use {destdir}, and remove what is there",
            prefix);
    return there ? -1 : 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    if (s->phase > 1 && check_prefix(s, e) < 0)
        return -1;
    if (s->phase == 1) {
        if (build(s, more, e) < 0)
            return -1;
        if (more->len)
            return 0;
    }
    if (s->phase == 2 && check_options(s, e) < 0)
        return -1;
    if (s->later.len) {
        *more = s->later;
        s->later = (struct commands){0};
        return 0;
    }
    AUTO_FREE char *made = is_its_source(recipe)
                               ? xstrdup(s->src)
                               : xstrf("%s/dest/opt/staticbuild/%s", s->draft.work, recipe->name);
    AUTO(strvec) struct strvec machine = {0};
    AUTO_FREE char *own = step_tree(s->run, s->step), *trees = path_dir(own);
    machine_paths(s, &machine);
    if (recipe->kind == RECIPE_PROGRAM || recipe->kind == RECIPE_INTERPRETER)
        json_set_int(s->draft.facts, "epoch", step_epoch(s));
    built_library_put(
        s->draft.facts, &(struct built_library){recipe->name, recipe->version, recipe->license_files});
    if (move_into(made, s->draft.stage, e) < 0 || tree_relate(s->draft.stage, trees, e) < 0 ||
        tree_check(recipe, s->draft.stage, &machine, e) < 0)
        return -1;
    return step_commit(s, e);
}

/* Its commands come one after the other, and only the one that builds can use more. */
static bool is_lean(const struct run *r, const struct step *s)
{
    return !backend_has_number(r->graph->nodes[s->node].recipe);
}

const struct step_hooks step_build_hooks = {.prepare = prepare,
    .is_lean = is_lean,
    .finish = finish,
    .unpacks = true,
    .apart = true,
    .failure = ERR_BUILD,
    .explain = explain};
