/* What a lock says, as wheels, for a mirror: what pip would install is kept as it is published. */
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/pip.h"
#include "sys/fs.h"
#include "sys/path.h"

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    AUTO_FREE char *lock = path_join(s->draft.work, LOCK_FILE);
    AUTO_FREE char *links = run_mirror_part(s->run, MIRROR_WHEELS);
    struct pip pip = step_pip(s, links);
    if (file_write(lock, s->step->lock, strlen(s->step->lock), 0644, e) < 0)
        return -1;
    pip_download(&pip, lock, s->draft.stage, out);
    return 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    (void)more;
    return step_commit(s, e);
}

const struct step_hooks step_packages_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .failure = ERR_FETCH, .explain = pip_explain_failure};
