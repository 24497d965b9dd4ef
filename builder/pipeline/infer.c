/* A project that nobody knows says which libraries it wants by failing without them: its linker does not find
 * -lNAME, its compiler a header, its setup.py a package. What recipes have of that is told, and with --infer
 * the project is built again with it. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "confine/missed.h"
#include "pipeline/internal.h"
#include "project/links.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wrapper/scripts.h"

enum { LOG_LIMIT = 64 << 20, REMEMBERED_LIMIT = 65536 };

static void add_once(struct strvec *list, const char *text)
{
    if (!strvec_has(list, text))
        strvec_push(list, text);
}

/* "No such file or directory: 'curl-config'": a script that no library of the build brought. */
static void find_scripts(struct strvec *missed, const char *log)
{
    for (size_t i = 0; i < scripts_count; i++)
        if (strstr(log, scripts[i].name)) {
            AUTO_FREE char *package = xstrf("package %s", scripts[i].packages[0]);
            add_once(missed, package);
        }
}

/* Words behind the program that are no options: "pkg-config --cflags libxml-2.0 >= 2.9". */
static void find_asked(struct strvec *missed, const char *asked)
{
    struct slice rest = slice_of(asked), program = slice_cut(&rest, ' ');
    AUTO_FREE char *name = xstrndup(program.ptr, program.len);
    if (script_find(name)) {
        find_scripts(missed, name);
        return;
    }
    while (rest.ptr) {
        struct slice word = slice_cut(&rest, ' ');
        AUTO_FREE char *package = xstrf("package %.*s", (int)word.len, word.len ? word.ptr : "");
        if (word.len && word.ptr[0] != '-')
            add_once(missed, package);
    }
}

static bool is_linked(struct run *r, size_t node, const char *recipe)
{
    struct edges closure = graph_link_order(r->arena, r->graph, node);
    for (size_t i = 0; i < closure.len; i++)
        if (strcmp(r->graph->nodes[closure.items[i]].recipe->name, recipe) == 0)
            return true;
    return false;
}

/* What of it recipes have that are not linked yet: their names, and what they were missed for. */
static void find_recipes(
    struct strvec *recipes, struct strbuf *told, struct run *r, size_t node, const struct strvec *missed)
{
    for (size_t i = 0; i < missed->len; i++) {
        const char *recipe = recipe_with(r, missed->items[i]);
        if (!recipe || is_linked(r, node, recipe))
            continue;
        if (!strvec_has(recipes, recipe))
            strbuf_addf(told, "%s%s", told->len ? ", " : "", missed->items[i]);
        add_once(recipes, recipe);
    }
}

static void read_asked(struct strvec *missed, const struct step_run *s)
{
    AUTO_FREE char *path = path_join(project_place(s), "wrappers.log");
    AUTO(links) struct links links = {0};
    AUTO(err) struct err unread = ERR_INIT;
    if (links_read(&links, s->run->arena, path, &unread) < 0)
        return;
    for (size_t i = 0; i < links.asked.len; i++)
        find_asked(missed, links.asked.items[i]);
}

/* Kept for the next round, which is begun when this one has failed. */
static void keep(struct run *r, const char *project, const struct strvec *recipes)
{
    struct texts *known = map_get(&r->inferred, project);
    if (!known) {
        known = arena_new(r->arena, struct texts);
        map_set(&r->inferred, project, known);
    }
    for (size_t i = 0; i < recipes->len; i++)
        if (!texts_have(known, recipes->items[i])) {
            texts_add(known, r->arena, arena_strdup(r->arena, recipes->items[i]));
            r->infers_again = true;
        }
}

void step_infer(struct step_run *s, const struct command *c, struct err *failure)
{
    struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    AUTO(strbuf) struct strbuf log = {0}, told = {0}, names = {0}, options = {0};
    AUTO(strvec) struct strvec missed = {0}, recipes = {0};
    AUTO(err) struct err unread = ERR_INIT;
    if (failure->kind == ERR_INTERRUPTED || !map_get(&r->projects, recipe->file) || !c->log ||
        file_read(&log, c->log, LOG_LIMIT, &unread) < 0)
        return;
    missed_names(&missed, (struct slice){strbuf_str(&log), log.len});
    find_scripts(&missed, strbuf_str(&log));
    read_asked(&missed, s);
    find_recipes(&recipes, &told, r, s->step->node, &missed);
    if (!recipes.len)
        return;
    strbuf_add_joined(&names, &recipes, "", ", ");
    strbuf_add_joined(&options, &recipes, "--library ", " ");
    if (r->request->infer) {
        keep(r, recipe->name, &recipes);
        event_note(r->sink, "%s: looked for %s: it is built again with %s, as %s would say", s->step->label,
            strbuf_str(&told), strbuf_str(&names), strbuf_str(&options));
        return;
    }
    failure->kind = ERR_RECIPE;
    err_wrap(failure,
        "%s: looked for %s, which nobody said that it is linked with: recipes have it (%s); build with %s? "
        "(--infer, or for good: %s)",
        recipe->name, strbuf_str(&told), strbuf_str(&names), recipes.len > 1 ? "them" : "it",
        strbuf_str(&options));
}

void step_tell_asked(struct step_run *s, const struct links *links)
{
    struct run *r = s->run;
    AUTO(strbuf) struct strbuf told = {0}, options = {0};
    AUTO(strvec) struct strvec missed = {0}, recipes = {0};
    for (size_t i = 0; i < links->asked.len; i++)
        find_asked(&missed, links->asked.items[i]);
    find_recipes(&recipes, &told, r, s->step->node, &missed);
    if (!recipes.len)
        return;
    strbuf_add_joined(&options, &recipes, "--library ", " ");
    event_note(r->sink,
        "%s: looked for %s, found none, and was built without: recipes have it (%s builds with it)",
        s->step->label, strbuf_str(&told), strbuf_str(&options));
}

/* What was inferred stays, so that the next run need not fail first. */
static char *remembered_path(const struct run *r, const char *name, const char *version)
{
    return xstrf("%s/requests/%s-%s.libraries", r->store.root, name, version);
}

static int remember(
    struct run *r, const char *name, const char *version, const struct texts *known, struct err *e)
{
    AUTO_FREE char *path = remembered_path(r, name, version);
    AUTO_FREE char *folder = path_dir(path);
    AUTO(strbuf) struct strbuf text = {0};
    for (size_t i = 0; i < known->len; i++)
        strbuf_addf(&text, "%s\n", known->items[i]);
    return folder_make(folder, e) < 0 ? -1 : file_write(path, text.ptr, text.len, 0644, e);
}

static void recall(struct run *r, const char *name, const char *version)
{
    AUTO_FREE char *path = remembered_path(r, name, version);
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT; /* then it fails again, and is known */
    if (!path_may_be_file(path) || file_read(&text, path, REMEMBERED_LIMIT, &ignored) < 0)
        return;
    struct texts *known = arena_new(r->arena, struct texts);
    struct slice rest = {strbuf_str(&text), text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (line.len)
            texts_add(known, r->arena, arena_strndup(r->arena, line.ptr, line.len));
    }
    map_set(&r->inferred, name, known);
}

int project_inferred(struct texts *out, struct run *r, const char *name, const char *version, struct err *e)
{
    *out = (struct texts){0};
    if (!r->request->infer)
        return 0;
    const struct texts *known = map_get(&r->inferred, name);
    if (known && remember(r, name, version, known, e) < 0)
        return -1;
    if (!known)
        recall(r, name, version);
    known = map_get(&r->inferred, name);
    if (known)
        *out = *known;
    return 0;
}

bool run_infers_again(struct run *r)
{
    if (!r->infers_again)
        return false;
    r->infers_again = false;
    map_release(&r->projects);
    r->named = NULL;
    r->named_count = 0;
    return true;
}
