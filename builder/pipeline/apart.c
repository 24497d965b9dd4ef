/* Builds run apart: which steps' commands are confined, and what each may read. The view that all share is a
 * tree of the store, made anew when the machine has changed. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/host.h"
#include "pipeline/internal.h"
#include "toolchain/launcher.h"
#include "sys/dirs.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"

#define WRAPPER "staticbuild-wrapper"

static void add(struct strvec *out, const char *text)
{
    if (text && text[0] == '/' && !strvec_has(out, text))
        strvec_push(out, text);
}

static bool in_one_folder(const char *a, const char *b)
{
    if (!a || !b)
        return false;
    AUTO_FREE char *first = path_dir(a), *second = path_dir(b);
    return strcmp(first, second) == 0;
}

/* This machine's own compiler comes first: its headers are what the others' are held against. */
static void gather(struct run *r, struct view_request *view)
{
    const struct toolchain *chains[] = {&r->machine.tool_toolchain, &r->machine.toolchain};
    for (size_t i = 0; i < COUNT(chains); i++) {
        bool has_kit = chains[i]->real_cc != NULL;
        const char *cc = has_kit ? chains[i]->real_cc : chains[i]->cc;
        const char *cxx = has_kit ? chains[i]->real_cxx : chains[i]->cxx;
        add(&view->compilers, cc);
        if (!in_one_folder(cc, cxx)) /* one that comes with the other reads what that reads */
            add(&view->compilers, cxx);
    }
    for (size_t i = 0; i < r->machine.found.len; i++) {
        add(&view->interpreted, r->machine.found.items[i].include);
        add(&view->interpreted, r->machine.found.items[i].platinclude);
    }
    view->memory = &r->machine.memory;
}

/* Gives the folder of the view for the machine as it is, in the arena. */
static const char *find_view(struct run *r, struct err *e)
{
    AUTO(view_request) struct view_request request = {0};
    AUTO(strbuf) struct strbuf facts = {0};
    struct key key = {0};
    gather(r, &request);
    if (view_facts(&facts, &request, e) < 0)
        return NULL;
    fact_add_lines(&key.facts, r->arena, "view", strbuf_str(&facts));
    key_seal(&key, r->arena);
    struct tree_draft draft = {0};
    int state = tree_draft_begin(&draft, &r->store, "view", &key, e);
    int failed = state < 0;
    if (state == DRAFT_BEGUN)
        failed = view_make(draft.stage, &request, e) < 0 || tree_draft_commit(&draft, &key, e) < 0;
    if (state == DRAFT_BEGUN && failed)
        tree_draft_discard(&draft);
    else
        tree_draft_release(&draft);
    if (failed)
        return NULL;
    AUTO_FREE char *path = store_tree_path(&r->store, "view", &key);
    return arena_strdup(r->arena, path);
}

/* NULL when it can be tried, else why not, in the arena. */
static const char *find_programs(struct run *r, struct confinement *c, struct err *e)
{
    const char *other = getenv("STATICBUILD_BWRAP");
    AUTO_FREE char *bwrap = other && *other ? xstrdup(other) : host_program_find("bwrap", NULL, e);
    if (e->text)
        return NULL;
    if (!bwrap) {
        AUTO_FREE char *remedy = host_remedy("bwrap");
        return arena_strf(r->arena, "bwrap is not installed: %s", remedy);
    }
    AUTO_FREE char *program = dirs_program();
    AUTO_FREE char *folder = path_dir(program);
    AUTO_FREE char *init = path_join(folder, WRAPPER);
    int there = path_is_file(init, e);
    if (there < 0)
        return NULL;
    if (!there)
        return arena_strf(r->arena, "%s, which comes with this program, is not there", init);
    c->bwrap = arena_strdup(r->arena, bwrap);
    c->init = arena_strdup(r->arena, init);
    return NULL;
}

static const char *try_all(struct run *r, struct confinement *c, struct err *e)
{
    const char *why = find_programs(r, c, e);
    if (why || e->text)
        return why;
    const char *folder = find_view(r, e);
    if (!folder || view_open(&c->view, r->arena, folder, e) < 0)
        return NULL;
    AUTO_FREE char *said = NULL;
    int works = confinement_works(c, &said, e);
    return works ? NULL : arena_strdup(r->arena, said);
}

int run_confine(struct run *r, struct err *e)
{
    if (r->request->sandbox == SANDBOX_NONE || r->confinement_tried)
        return 0;
    r->confinement_tried = true;
    struct confinement *c = arena_alloc(r->arena, sizeof *c);
    *c = (struct confinement){0};
    const char *why = try_all(r, c, e);
    if (e->text)
        return -1;
    if (!why) {
        r->confinement = c;
        return 0;
    }
    if (r->request->sandbox == SANDBOX_STRICT)
        return err_set(
            e, ERR_ENVIRONMENT, "builds cannot be confined here, as --sandbox=strict asks: %s", why);
    event_note(r->sink, "builds are not confined: %s; --sandbox=none says that this is meant", why);
    return 0;
}

/* Tools that stand outside of the system's folders: a folder of links, and where these lead. */
static void read_tools(struct strvec *out, const struct run *r)
{
    for (size_t i = 0; i < r->machine.host_path.len; i++) {
        const char *folder = r->machine.host_path.items[i];
        if (confined_sees(folder))
            continue;
        add(out, folder);
        AUTO(strvec) struct strvec names = {0};
        AUTO(err) struct err ignored = ERR_INIT; /* then the build says what it does not find */
        folder_names(&names, folder, &ignored);
        for (size_t k = 0; k < names.len; k++) {
            AUTO_FREE char *link = path_join(folder, names.items[k]);
            AUTO_FREE char *real = realpath(link, NULL);
            AUTO_FREE char *target = NULL;
            if (link_read(&target, -1, link, link, &ignored) == 1)
                confined_program(out, target);
            if (real)
                confined_program(out, real);
        }
    }
}

static void read_interpreter(struct strvec *out, const struct interpreter *p)
{
    if (!p || p->is_absent)
        return;
    confined_program(out, p->path);
    add(out, p->root);
    for (size_t i = 0; p->runner && p->runner[i]; i++)
        if (p->runner[i][0] == '/')
            confined_program(out, p->runner[i]);
}

static void read_rust(struct strvec *out, const struct rust *rust)
{
    AUTO_FREE char *cargo = path_join(rust->bin, "cargo");
    confined_program(out, cargo);
}

/* Files and folders outside of its own. */
static int may_read(struct step_run *s, struct strvec *out, struct err *e)
{
    struct run *r = s->run;
    const struct toolchain *t = step_toolchain(r, s->step);
    const char *programs[] = {t->cc, t->cxx, t->real_cc, t->real_cxx, t->ar, t->ranlib, t->strip, t->objcopy};
    AUTO_FREE char *templates = dirs_data("templates");
    if (given_places(s, out, e) < 0)
        return -1;
    add(out, templates);
    add(out, r->confinement->init);
    add(out, tokens_path(r->tokens)); /* a FIFO is written to where files are not */
    for (size_t i = 0; i < COUNT(programs); i++)
        if (programs[i] && (!t->kit || !str_starts(programs[i], t->kit)))
            confined_program(out, programs[i]);
    read_tools(out, r);
    if (s->step->kind == STEP_PROJECT && r->machine.rust)
        read_rust(out, r->machine.rust);
    read_interpreter(out, s->step->python);
    read_interpreter(out, r->machine.tool_python);
    for (size_t i = 0; i < s->step->run_with_count; i++)
        read_interpreter(out, s->step->run_with[i]);
    for (size_t i = 0; s->step->kind == STEP_INTERPRETER && i < r->graph->nodes[s->step->node].built_in.len;
         i++)
        add(out, r->graph->nodes[r->graph->nodes[s->step->node].built_in.items[i]].recipe->test.script);
    if (s->step->kind == STEP_TRY)
        add(out, r->graph->nodes[s->step->node].recipe->test.script);
    return 0;
}

/* The same for all commands of the step, but for those that are launched. */
static const struct strvec *find_words(struct step_run *s, bool launched, struct err *e)
{
    const struct run_launching *with = &s->run->launching;
    struct strvec *words = launched ? &s->apart_launched : &s->apart;
    AUTO(strvec) struct strvec read = {0};
    if (words->len)
        return words;
    if (may_read(s, &read, e) < 0)
        return NULL;
    if (launched)
        confined_program(&read, with->program);
    bool compiles = s->step->kind == STEP_BUILD || s->step->kind == STEP_MODULE;
    const struct confined apart = {.work = s->draft.work,
        .kept = s->kept.path,
        .launcher = launched ? with->folder : NULL,
        .read = &read,
        .network = (launched && with->launcher->sockets) ||
                   (compiles && s->run->graph->nodes[s->step->node].recipe->build.needs_network)};
    confined_words(words, s->run->confinement, &apart);
    return words;
}

static bool has_stubs(struct slice path)
{
    while (path.ptr)
        if (slice_is(slice_cut(&path, ':'), VIEW_STUB))
            return true;
    return false;
}

/* Programs that are hidden are found first, and say so; or where the step itself has put them. */
static void put_stubs_first(struct strvec *env)
{
    static const char name[] = "PATH";
    for (size_t i = 0; i < env->len; i++) {
        struct slice value = slice_of(env->items[i]);
        if (!slice_is(slice_cut(&value, '='), name) || !value.ptr)
            continue;
        if (has_stubs(value))
            return;
        AUTO_FREE char *changed = xstrf(VIEW_STUB ":%s", value.ptr);
        environment_set(env, name, changed);
        return;
    }
}

int step_confine(struct step_run *s, struct commands *list, struct err *e)
{
    if (!s->run->confinement || !step_hooks_of(s->step)->apart)
        return 0;
    for (size_t i = 0; i < list->len; i++) {
        struct command *c = &list->items[i];
        if (c->itself || c->helper || c->reaches_out || c->before.len)
            continue;
        const struct strvec *words = find_words(s, c->launched, e);
        if (!words)
            return -1;
        strvec_push_all(&c->before, words);
        confined_start(&c->before, c->dir);
        put_stubs_first(&c->env);
    }
    return 0;
}
