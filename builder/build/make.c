/* Plain makefiles: variables on the command line, and chosen targets in chosen folders. */
#include "build/internal.h"
#include "sys/path.h"

static int push_variables(struct backend *b, struct strvec *argv, struct err *e)
{
    for (size_t i = 0; i < b->spec->variables.len; i++) {
        const struct pair *p = &b->spec->variables.items[i];
        AUTO_FREE char *prefix = xstrf("%s=", p->key);
        if (backend_pushf(b, argv, prefix, p->value, e) < 0)
            return -1;
    }
    return 0;
}

/* V=1 shows whole commands in the log of those makefiles that would hide them. */
static int add_make(struct backend *b, const char *below, const struct texts *run, struct err *e)
{
    AUTO_FREE char *dir = below ? path_join(b->directory, below) : xstrdup(b->directory);
    struct command *c = backend_command(b, "build", dir);
    strvec_push(&c->argv, "make");
    strvec_pushf(&c->argv, "-j%s", b->jobs);
    c->jobs_at = c->argv.len - 1;
    c->tokens = backend_tokens(b, "make");
    strvec_push(&c->argv, "V=1");
    if (run && run->len) /* among them may be one that installs: else it would into this machine */
        strvec_pushf(&c->argv, "DESTDIR=%s", b->request->destdir);
    if (push_variables(b, &c->argv, e) < 0)
        return -1;
    for (size_t i = 0; run && i < run->len; i++)
        if (backend_push(b, &c->argv, run->items[i], e) < 0)
            return -1;
    return 0;
}

int make_commands(struct backend *b, struct err *e)
{
    if (!b->spec->target_count && add_make(b, NULL, NULL, e) < 0)
        return -1;
    for (size_t i = 0; i < b->spec->target_count; i++) {
        const struct make_target *t = &b->spec->targets[i];
        const char *below = t->dir ? t->dir : ".";
        if (slice_is(slice_of(below), "."))
            below = NULL;
        else if (!path_stays_inside(below))
            return err_set(e, ERR_RECIPE, "build.targets: dir \"%s\" leaves the source", below);
        if (add_make(b, below, &t->run, e) < 0)
            return -1;
    }
    bool is_interpreter = b->request->recipe->kind == RECIPE_INTERPRETER;
    if (b->spec->install.len && !is_interpreter)
        return install_commands(b, e);

    struct command *c = backend_command(b, "install", b->directory);
    strvec_push(&c->argv, "make");
    strvec_push(&c->argv, "install");
    strvec_pushf(&c->argv, "DESTDIR=%s", b->request->destdir);
    if (push_variables(b, &c->argv, e) < 0)
        return -1;
    /* CPython links its program from archives that its install leaves out. */
    return is_interpreter ? install_commands(b, e) : 0;
}

int plain_make_commands(struct backend *b, struct err *e)
{
    return make_commands(b, e);
}
