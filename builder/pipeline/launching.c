/* --launcher: what compiles is called through another program, whatever build system calls it. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/hook.h"
#include "sys/fs.h"
#include "toolchain/launcher.h"

static int find(struct run *r, const struct launcher *l, struct err *e)
{
    AUTO_FREE char *program = host_program_find(l->name, NULL, e);
    AUTO_FREE char *folder = launcher_folder(l);
    if (e->text)
        return -1;
    if (!program) {
        AUTO_FREE char *remedy = host_remedy(l->name);
        return err_set(e, ERR_MISSING, "--launcher %s: it is not installed: %s", l->name, remedy);
    }
    if (folder && l->folder_variable && folder_make(folder, e) < 0)
        return -1;
    r->launching.program = arena_strdup(r->arena, program);
    r->launching.folder = folder ? arena_strdup(r->arena, folder) : NULL;
    return 0;
}

int run_find_launcher(struct run *r, struct err *e)
{
    const char *name = r->request->launcher;
    AUTO(strbuf) struct strbuf names = {0};
    if (!name || r->launching.launcher || r->request->goal < GOAL_BUILD)
        return 0;
    const struct launcher *l = launcher_find(name);
    launcher_names(&names);
    if (!l)
        return err_set(e, ERR_USAGE, "--launcher %s: is not known; there are: %s", name, strbuf_str(&names));
    if (!r->machine.toolchain.kit_facts) {
        event_note(r->sink,
            "--launcher: compilers of this machine's own target are called as they are; those of every other "
            "target are called through %s",
            name);
        return 0;
    }
    if (find(r, l, e) < 0)
        return -1;
    r->launching.launcher = l;
    if (l->sockets)
        event_note(r->sink, "what compiles goes through %s, and reaches the network while it does",
            r->launching.program);
    return 0;
}

/* Those that compile and, mostly, nothing else. */
static bool is_launched(const struct command *c)
{
    static const char *const phases[] = {"build", "compile", HOOK_BUILD};
    for (size_t i = 0; i < COUNT(phases); i++)
        if (strcmp(c->phase, phases[i]) == 0)
            return true;
    return false;
}

void step_launch(struct step_run *s, struct commands *list)
{
    const struct run_launching *with = &s->run->launching;
    if (!with->launcher || !step_hooks_of(s->step)->apart || s->step->kind == STEP_TRY)
        return;
    for (size_t i = 0; i < list->len; i++) {
        struct command *c = &list->items[i];
        if (c->itself || c->helper || c->reaches_out || !is_launched(c))
            continue;
        launcher_environment(&c->env, with->launcher, with->program, with->folder);
        c->launched = true;
    }
}
