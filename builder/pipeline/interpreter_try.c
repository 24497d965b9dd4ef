/* Does it start, and has it everything? An interpreter is moved to where it was not made, and asked: for
 * itself what it was to have and not to have, for each extension that is built in its modules and its
 * recipe's test. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/interpreter.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

#define MOVED "elsewhere"

static bool is_single(const struct step_run *s)
{
    return step_node(s)->recipe->interpreter.layout == LAYOUT_SINGLE;
}

/* The caller frees it. */
static char *program_of(const struct step_run *s)
{
    if (is_single(s))
        return path_join(s->draft.stage, interpreter_file(s));
    return xstrf("%s/" MOVED "/bin/%s", s->draft.work, path_base(s->step->python->include));
}

static char *log_of(const struct step_run *s, const char *name)
{
    return xstrf("%s/try-%s.log", s->draft.logs, name);
}

static int begin(
    struct step_run *s, const char *name, struct command **c, struct commands *out, struct err *e)
{
    AUTO_FREE char *scratch = xstrf("%s/try-%s", s->draft.work, name);
    AUTO_FREE char *driver = template_path("interpreter/try.py", e);
    if (!driver || folder_make(scratch, e) < 0)
        return -1;
    *c = commands_add(out, "try");
    environment_clean(&(*c)->env, NULL, LOCALE_UTF8, scratch, scratch);
    environment_set(&(*c)->env, "PYTHONDONTWRITEBYTECODE", "1");
    (*c)->dir = xstrdup(scratch);
    (*c)->log = log_of(s, name);
    (*c)->timeout_ms = SMOKE_SECONDS * 1000;
    AUTO_FREE char *program = program_of(s);
    strvec_push(&(*c)->argv, program);
    strvec_push(&(*c)->argv, "-B");
    strvec_push(&(*c)->argv, driver);
    return 0;
}

/* Itself: what it was to be without is not there, what the recipe says that it needs is. */
static int add_own(struct step_run *s, struct commands *out, struct err *e)
{
    const struct recipe *r = step_node(s)->recipe;
    struct command *c;
    if (begin(s, r->name, &c, out, e) < 0)
        return -1;
    c->end = &s->tries[0];
    strvec_push(&c->argv, "itself");
    strvec_push(&c->argv, r->version);
    for (size_t i = 0; i < r->interpreter.needs.len; i++) {
        const char *module = r->interpreter.needs.items[i].key;
        if (!texts_have(&r->interpreter.without, module))
            strvec_push(&c->argv, module);
    }
    for (size_t i = 0; i < r->interpreter.without.len; i++)
        strvec_pushf(&c->argv, "-%s", r->interpreter.without.items[i]);
    return 0;
}

/* What its test imports besides has to be built in too: there are no wheels yet. */
static bool can_be_tested(const struct step_run *s, const struct node *extension)
{
    const struct edges *built_in = &step_node(s)->built_in;
    size_t found = 0;
    for (size_t i = 0; i < extension->tried_with.len; i++)
        for (size_t k = 0; k < built_in->len; k++)
            found += built_in->items[k] == extension->tried_with.items[i];
    return found == extension->tried_with.len && !extension->untried_without.len;
}

static int add_extension(struct step_run *s, size_t i, struct commands *out, struct err *e)
{
    const struct node *extension = &s->run->graph->nodes[step_node(s)->built_in.items[i]];
    const struct recipe *r = extension->recipe;
    bool tested = can_be_tested(s, extension);
    struct command *c;
    if (r->test.script && !tested)
        event_note(s->run->sink,
            "%s: the test of %s wants distributions that are not built in: its modules are imported, and no "
            "more",
            s->step->label, r->name);
    if (begin(s, r->name, &c, out, e) < 0)
        return -1;
    c->end = &s->tries[i + 1];
    strvec_push(&c->argv, "built-in");
    strvec_push(&c->argv, r->test.script && tested ? r->test.script : "");
    strvec_pushf(&c->argv, "%zu", r->module_count);
    for (size_t k = 0; k < r->module_count; k++)
        strvec_push(&c->argv, r->modules[k].name);
    for (size_t k = 0; k < r->test.imports.len; k++)
        strvec_push(&c->argv, r->test.imports.items[k]);
    return 0;
}

int interpreter_add_tries(struct step_run *s, struct commands *out, struct err *e)
{
    size_t count = step_node(s)->built_in.len;
    AUTO_FREE char *tree = path_join(s->draft.work, INTERPRETER_TREE);
    AUTO_FREE char *moved = path_join(s->draft.work, MOVED);
    s->tries = arena_alloc(s->run->arena, (count + 1) * sizeof *s->tries);
    if ((!is_single(s) && file_rename(tree, moved, e) < 0) || add_own(s, out, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (add_extension(s, i, out, e) < 0)
            return -1;
    return 0;
}

static void read_try(struct step_run *s, size_t i, const struct recipe *r, struct err *e)
{
    struct arena *a = s->run->arena;
    struct smoke_result *one = &s->wheel->smoke[s->wheel->smoke_count++];
    AUTO_FREE char *log = log_of(s, r->name);
    *one = (struct smoke_result){
        .python = step_node(s)->recipe->version, .path = arena_strf(a, "%s %s", r->name, r->version)};
    one->outcome = smoke_read(a, &s->tries[i], log, &one->why);
    if (one->outcome != SMOKE_PASSED)
        err_add(e, ERR_FINDINGS, "%s does not work in it: %s\nlog: %s", r->name,
            one->why ? one->why : "it could not be tried", log);
}

int interpreter_read_tries(struct step_run *s, struct err *e)
{
    const struct edges *built_in = &step_node(s)->built_in;
    AUTO_FREE char *tree = path_join(s->draft.work, INTERPRETER_TREE);
    AUTO_FREE char *moved = path_join(s->draft.work, MOVED);
    s->wheel->smoke = arena_alloc(s->run->arena, (built_in->len + 1) * sizeof *s->wheel->smoke);
    read_try(s, 0, step_node(s)->recipe, e);
    for (size_t i = 0; i < built_in->len; i++) {
        const struct recipe *r = s->run->graph->nodes[built_in->items[i]].recipe;
        read_try(s, i + 1, r, e);
        if (r->test.script && local_file_check(s->run, r->test.script, e) < 0)
            return -1;
    }
    if (e->text)
        return -1;
    return is_single(s) ? 0 : file_rename(moved, tree, e);
}
