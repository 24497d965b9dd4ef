/* A list of argument vectors, then the install table: for what no build system fits, and for what is not
 * compiled at all. */
#include "build/internal.h"

int step_commands(struct backend *b, struct err *e)
{
    for (size_t i = 0; i < b->spec->step_count; i++) {
        const struct texts *step = &b->spec->steps[i];
        if (!step->len)
            return err_set(e, ERR_RECIPE, "build.steps: step %zu has no words", i + 1);
        struct command *c = backend_command(b, "build", b->directory);
        environment_set(&c->env, "DESTDIR", b->request->destdir); /* a step may install */
        for (size_t k = 0; k < step->len; k++)
            if (backend_push(b, &c->argv, step->items[k], e) < 0)
                return -1;
        if (c->argv.len && !backend_has_number(b->request->recipe))
            c->tokens = backend_tokens_unasked(b, c->argv.items[0]);
    }
    return install_commands(b, e);
}
