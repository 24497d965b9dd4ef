/* A build environment: a virtual environment with the wheels of a lock, for every project that has the same.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/pip.h"
#include "sys/fs.h"
#include "sys/path.h"

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    AUTO_FREE char *lock = path_join(s->draft.work, "lock");
    struct pip pip = {.python = s->step->python,
        .environment = s->draft.stage,
        .logs = s->draft.logs,
        .dir = s->draft.work,
        .path = s->run->machine.build_path,
        .offline = s->run->request->offline};
    if (file_write(lock, s->step->lock, strlen(s->step->lock), 0644, e) < 0)
        return -1;
    pip_make_environment(&pip, out);
    if (*s->step->lock)
        pip_install(&pip, lock, out);
    return 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    (void)more;
    if (environment_moved(s->draft.stage, s->draft.stage, s->draft.final, e) < 0)
        return -1;
    return step_commit(s, e);
}

const struct step_hooks step_environment_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .failure = ERR_BUILD, .explain = pip_explain_failure};
