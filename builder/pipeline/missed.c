/* Tells what a confined step looked for that this machine has and no recipe declared, whether it failed or
 * not. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "confine/missed.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { LOG_LIMIT = 64 << 20 };

/* Where build systems write what they asked, below the folder that was built in or the source. */
static const char *const asked_in[] = {"config.log", "meson-logs/meson-log.txt", "CMakeFiles/CMakeError.log",
    "CMakeFiles/CMakeConfigureLog.yaml"};

static void look_into(struct strvec *out, const struct step_run *s, const char *path)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err unread = ERR_INIT; /* a log that cannot be read tells nothing */
    if (!path_may_be_file(path) || file_read(&text, path, LOG_LIMIT, &unread) < 0)
        return;
    missed_find(out, &s->run->confinement->view, step_toolchain(s->run, s->step)->triplet,
        (struct slice){strbuf_str(&text), text.len});
}

static void look_below(struct strvec *out, const struct step_run *s, const char *folder)
{
    for (size_t i = 0; folder && i < COUNT(asked_in); i++) {
        AUTO_FREE char *path = path_join(folder, asked_in[i]);
        look_into(out, s, path);
    }
}

void step_tell_missed(struct step_run *s)
{
    enum { TOLD_MAX = 8 };
    bool asks_for_all =
        s->step->kind == STEP_PYTHON_ABI; /* whose configure looks for what nothing is built with */
    if (!s->run->confinement || !step_hooks_of(s->step)->apart || !s->draft.work || asks_for_all)
        return;
    AUTO(strvec) struct strvec missed = {0};
    AUTO(strvec) struct strvec logs = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    folder_names(&logs, s->draft.logs, &ignored);
    for (size_t i = 0; i < logs.len; i++) {
        AUTO_FREE char *path = path_join(s->draft.logs, logs.items[i]);
        look_into(&missed, s, path);
    }
    AUTO_FREE char *built = path_join(project_place(s), "build");
    look_below(&missed, s, built);
    look_below(&missed, s, s->src);
    AUTO(strbuf) struct strbuf text = {0};
    for (size_t i = 0; i < missed.len && i < TOLD_MAX; i++) {
        const char *recipe = recipe_with(s->run, missed.items[i]);
        strbuf_addf(&text, "%s%s%s%s%s", i ? ", " : "", missed.items[i], recipe ? " (recipe " : "",
            recipe ? recipe : "", recipe ? ")" : "");
    }
    if (missed.len > TOLD_MAX)
        strbuf_addf(&text, " and %zu more", missed.len - TOLD_MAX);
    if (missed.len)
        event_note(s->run->sink,
            "%s: looked for what this machine has and no recipe declared, and did not find it: %s",
            s->step->label, strbuf_str(&text));
}
