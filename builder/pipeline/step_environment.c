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

struct pip step_pip(const struct step_run *s, const char *links)
{
    return (struct pip){.python = s->step->python,
        .logs = s->draft.logs,
        .dir = s->draft.work,
        .path = s->run->machine.build_path,
        .links = links,
        .offline = s->run->request->offline};
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    AUTO_FREE char *lock = path_join(s->draft.work, "lock");
    AUTO_FREE char *links = run_mirror_part(s->run, MIRROR_WHEELS);
    struct pip pip = step_pip(s, links);
    pip.environment = s->draft.stage;
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
