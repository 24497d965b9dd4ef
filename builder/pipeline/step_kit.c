/* The kit of the target: made before anything is compiled for it, once a machine. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/environment.h"

/* More hardly ever have something to do at the same time. */
enum { COMPILERS_MAX = 4 };

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    (void)e;
    struct run *r = s->run;
    AUTO_FREE char *home = step_tree(r, s->step);
    struct kit_request request;
    kit_request_of(&request, &r->machine.toolchain);
    request.home = home;
    request.jobs = s->slots;
    struct command *c = commands_add(out, "make");
    kit_command(c, &request, r->store.root, s->draft.stage);
    environment_clean(&c->env, r->machine.build_path, LOCALE_C, NULL, NULL);
    c->dir = xstrdup(s->draft.work);
    c->log = xstrf("%s/kit.log", s->draft.logs);
    return 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    (void)more;
    return step_commit(s, e);
}

const struct step_hooks step_kit_hooks = {
    .prepare = prepare, .finish = finish, .widest = COMPILERS_MAX, .failure = ERR_ENVIRONMENT};
