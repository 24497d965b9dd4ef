/* The finished trees that a step was given: its build may read them and nothing else. Read-only modes say so
 * to a user's processes but not to root's, so they are held against their manifests when the step ends. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "store/manifest.h"
#include "store/used.h"
#include "sys/fs.h"
#include "sys/path.h"

/* Marks what a step needs, directly or not. */
static void mark_needs(const struct plan *p, const struct step *s, bool *marked)
{
    for (size_t i = 0; i < s->need_count; i++)
        if (!marked[s->needs[i]]) {
            marked[s->needs[i]] = true;
            mark_needs(p, &p->steps[s->needs[i]], marked);
        }
}

/* Calls visit with the place of each tree, until it fails. */
static int each_given(struct step_run *s,
    int (*visit)(struct step_run *s, const struct step *given, const char *tree, void *arg, struct err *e),
    void *arg, struct err *e)
{
    const struct plan *p = s->run->plan;
    AUTO_FREE bool *marked = calloc(p->len + 1, sizeof *marked);
    int failed = 0;
    mark_needs(p, s->step, marked);
    for (size_t i = 0; i < p->len && !failed; i++) {
        AUTO_FREE char *tree = marked[i] && p->steps[i].name ? step_tree(s->run, &p->steps[i]) : NULL;
        failed = tree ? visit(s, &p->steps[i], tree, arg, e) : 0;
    }
    return failed;
}

/* What only something in the store needed may be gone. */
static int note(struct step_run *s, const struct step *given, const char *tree, void *arg, struct err *e)
{
    (void)arg;
    store_used_tree(&s->run->store, given->name, &given->key);
    int there = path_is_folder(tree, e);
    if (there != 1)
        return there;
    return step_manifest(s->run, given, e) ? 0 : err_wrap(e, "%s", given->label);
}

int given_note(struct step_run *s, struct err *e)
{
    return each_given(s, note, NULL, e);
}

/* A tree that was changed is no longer what its key says. It is kept with what else is left of the step. */
static int set_aside(struct step_run *s, const char *tree, struct err *e)
{
    AUTO_FREE char *folder = path_join(s->draft.work, "changed");
    AUTO_FREE char *aside = path_join(folder, path_base(tree));
    return folder_make(folder, e) < 0 || tree_move(tree, aside, e) < 0 ? -1 : 0;
}

static struct manifest moved; /* in place of that of a tree that was set aside */

static int check(struct step_run *s, const struct step *given, const char *tree, void *arg, struct err *e)
{
    (void)arg;
    struct manifest *m = map_get(&s->run->manifests, tree);
    AUTO_FREE char *what = NULL;
    if (!m)
        return 0;
    if (m == &moved)
        return err_set(e, ERR_BUILD, "%s: its finished tree was changed by another step", given->label);
    int holds = manifest_holds(m, tree, TRUST_TIMES, &what, e);
    if (holds)
        return holds < 0 ? err_wrap(e, "%s", given->label) : 0;
    manifest_release(m);
    map_set(&s->run->manifests, tree, &moved);
    if (set_aside(s, tree, e) < 0)
        return -1;
    return err_set(e, ERR_BUILD,
        "%s: its finished tree was changed meanwhile (%s): a build may write below its own folders only\n"
        "  the tree was moved to %s/changed, and the next run makes it again",
        given->label, what, s->draft.work);
}

static int add_place(struct step_run *s, const struct step *given, const char *tree, void *arg, struct err *e)
{
    (void)s, (void)given, (void)e;
    strvec_push(arg, tree);
    return 0;
}

int given_places(struct step_run *s, struct strvec *out, struct err *e)
{
    return each_given(s, add_place, out, e);
}

int given_check(struct step_run *s, struct err *e)
{
    return each_given(s, check, NULL, e);
}
