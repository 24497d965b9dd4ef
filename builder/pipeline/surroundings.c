/* What a project's backend would find around it, for a command of the user's own: its compilers and its
 * libraries, and beside them all that the user has. The folder lives as long as the command. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/crates.h"
#include "project/systems.h"
#include "project/wrappers.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"

/* setuptools would take these in place of what the interpreter was built with, and compilers read the rest.
 */
static bool is_left_out(const char *entry)
{
    static const char *const names[] = {"CFLAGS=", "CXXFLAGS=", "CPPFLAGS=", "LDFLAGS=", "LIBRARY_PATH=",
        "CPATH=", "C_INCLUDE_PATH=", "CPLUS_INCLUDE_PATH=", "PKG_CONFIG_PATH=", "PKG_CONFIG_LIBDIR="};
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_starts(entry, names[i]))
            return true;
    return false;
}

static void add_own(struct strvec *env)
{
    for (char **entry = environ; entry && *entry; entry++)
        if (!is_left_out(*entry))
            strvec_push(env, *entry);
}

/* Replaces what the user has under the same names. */
static void set_all(struct strvec *env, const struct strvec *more)
{
    for (size_t i = 0; i < more->len; i++) {
        const char *equals = strchr(more->items[i], '=');
        AUTO_FREE char *name = xstrndup(more->items[i], (size_t)(equals - more->items[i]));
        environment_set(env, name, equals + 1);
    }
}

/* Rust is there for who has it. */
static const struct rust *find_rust(struct run *r)
{
    AUTO(err) struct err missing = ERR_INIT;
    return run_rust(r, &missing);
}

static int fill(
    struct strvec *env, struct run *r, const struct wrappers *w, const char *folder, struct err *e)
{
    AUTO(strvec) struct strvec more = {0};
    const char *path = getenv("PATH");
    AUTO_FREE char *built = path_join(folder, "build");
    const struct systems systems = {.folder = folder,
        .bin = w->folder,
        .kit = r->machine.toolchain.kit,
        .path = path && *path ? path : SYSTEM_PATH,
        .build = built,
        .root = w->root};
    if (systems_write(&systems, e) < 0)
        return -1;
    systems_environment(&systems, &more);
    if (w->rust)
        crates_linking(&more, w->rust, w->folder, w->root->folder);
    wrappers_environment(w, systems.path, &more);
    add_own(env);
    set_all(env, &more);
    return 0;
}

/* The lock of the folder stays with the process, whatever that becomes. */
static int stay_locked(const struct work_folder *work, struct err *e)
{
    if (fcntl(work->lock.fd, F_SETFD, 0) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", work->lock.path);
    return 0;
}

int run_surround(struct run *r, struct err *e)
{
    struct pipeline_result *result = r->result;
    struct work_folder work = {0};
    size_t node = 0;
    while (node < r->graph->len && !r->graph->nodes[node].asked_for)
        node++;
    if (node == r->graph->len || !r->chosen[node].len)
        return err_set(e, ERR_MISSING, "there is no interpreter to build for");
    const struct interpreters *chosen = &r->chosen[node];
    struct step step = {.kind = STEP_PROJECT, .node = node, .python = &chosen->items[chosen->len - 1]};
    struct step_run s = {.run = r, .step = &step};
    run_tidy(r);
    if (work_open(&work, &r->store, "env", e) < 0)
        return -1;
    s.draft.work = work.path;
    AUTO_FREE char *here = path_absolute(".");
    AUTO_FREE char *scratch = xstrdup(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    const struct wrappers_user user = {
        .project = here, .scratch = scratch, .rust = find_rust(r), .pythons = &r->machine.found};
    const struct wrappers *w = project_wrappers(&s, &user, e);
    if (!w || fill(&result->surroundings, r, w, work.path, e) < 0 || stay_locked(&work, e) < 0) {
        AUTO(err) struct err ignored = ERR_INIT;
        work_remove(&work, &ignored);
        return -1;
    }
    free(work.path); /* the lock itself stays with this process, and with what it becomes */
    free(work.lock.path);
    return 0;
}
