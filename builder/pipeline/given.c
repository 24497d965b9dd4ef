/* The finished trees that a step was given: its build may read them and nothing else. Read-only modes say so
 * to a user's processes but not to root's, so what they looked like is compared when the step ends. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "sys/protect.h"

/* Marks what a step needs, directly or not. */
static void mark_needs(const struct plan *p, const struct step *s, bool *marked)
{
    for (size_t i = 0; i < s->needs_len; i++)
        if (!marked[s->needs[i]]) {
            marked[s->needs[i]] = true;
            mark_needs(p, &p->steps[s->needs[i]], marked);
        }
}

/* Calls visit with the place of each tree, until it fails. */
static int each_given(struct step_run *s,
    int (*visit)(struct step_run *s, const struct step *given, const char *tree, struct err *e),
    struct err *e)
{
    const struct plan *p = s->run->plan;
    AUTO_FREE bool *marked = calloc(p->len + 1, sizeof *marked);
    int failed = 0;
    mark_needs(p, s->step, marked);
    for (size_t i = 0; i < p->len && !failed; i++) {
        AUTO_FREE char *tree = marked[i] ? step_tree(s->run, &p->steps[i]) : NULL;
        failed = tree ? visit(s, &p->steps[i], tree, e) : 0;
    }
    return failed;
}

static int note(struct step_run *s, const struct step *given, const char *tree, struct err *e)
{
    (void)given;
    AUTO(strbuf) struct strbuf listing = {0};
    if (map_get(&s->run->listings, tree))
        return 0;
    int there = path_is_folder(tree, e); /* what only something in the store needed may be gone */
    if (there != 1)
        return there;
    if (tree_listing(&listing, tree, e) < 0)
        return -1;
    map_set(&s->run->listings, tree, arena_strdup(s->run->arena, strbuf_str(&listing)));
    return 0;
}

int given_note(struct step_run *s, struct err *e)
{
    return each_given(s, note, e);
}

/* What differs first, by its path inside the tree. */
static char *first_difference(const char *before, const char *now, const char *tree)
{
    struct slice a = slice_of(before), b = slice_of(now);
    while (a.ptr && b.ptr) {
        struct slice old = slice_cut(&a, '\n'), new = slice_cut(&b, '\n');
        if (slice_eq(old, new))
            continue;
        struct slice line = old.len ? old : new;
        size_t skip = strlen(tree) + 1;
        const char *path = line.len > skip ? line.ptr + skip : "";
        return xstrndup(path, line.len > skip ? strcspn(path, " \n") : 0);
    }
    return xstrdup("");
}

/* A tree that was changed is no longer what its key says. It is kept with what else is left of the step. */
static int set_aside(struct step_run *s, const char *tree, struct err *e)
{
    AUTO_FREE char *folder = path_join(s->draft.work, "changed");
    AUTO_FREE char *aside = path_join(folder, path_base(tree));
    return folder_make(folder, e) < 0 || tree_move(tree, aside, e) < 0 ? -1 : 0;
}

static char moved[] = ""; /* in place of a listing */

static int check(struct step_run *s, const struct step *given, const char *tree, struct err *e)
{
    const char *before = map_get(&s->run->listings, tree);
    AUTO(strbuf) struct strbuf now = {0};
    if (!before)
        return 0;
    if (before == moved)
        return err_set(e, ERR_BUILD, "%s: its finished tree was changed by another step", given->label);
    if (tree_listing(&now, tree, e) < 0)
        return err_wrap(e, "%s", given->label);
    if (strcmp(before, strbuf_str(&now)) == 0)
        return 0;
    AUTO_FREE char *what = first_difference(before, strbuf_str(&now), tree);
    map_set(&s->run->listings, tree, moved);
    if (set_aside(s, tree, e) < 0)
        return -1;
    return err_set(e, ERR_BUILD,
        "%s: its finished tree was changed meanwhile%s%s: a build may write below its own folders only\n"
        "  the tree was moved to %s/changed, and the next run makes it again",
        given->label, *what ? ", first " : "", what, s->draft.work);
}

int given_check(struct step_run *s, struct err *e)
{
    return each_given(s, check, e);
}
