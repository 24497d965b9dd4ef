/* The last step: finished wheels are copied from the store into dist, each replaced only as a whole. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "store/manifest.h"
#include "sys/durable.h"
#include "sys/fs.h"
#include "sys/path.h"

/* The digest of a file in dist, remembered by the file's identity so that a run with nothing to do reads no
 * wheel. */
static bool holds(struct run *r, const char *path, const char *sha256)
{
    struct stat st;
    AUTO(err) struct err ignored = ERR_INIT; /* what cannot be looked at is written anew, or fails then */
    if (path_look(&st, path, false, &ignored) != 1 || !S_ISREG(st.st_mode))
        return false; /* a link is replaced by the wheel itself */
    AUTO_FREE char *known = store_fact_get(&r->store, "sha256", path);
    if (known)
        return strcmp(known, sha256) == 0;
    struct digest d;
    bool read = digest_file(&d, path, &ignored) == 0;
    if (read)
        store_fact_set(&r->store, "sha256", path, d.hex);
    return read && strcmp(d.hex, sha256) == 0;
}

/* The store may be older than this run, and its disk have suffered since without the kernel knowing. */
static int check_made(
    struct run *r, const struct step *s, const char *made, const struct wheel_result *w, struct err *e)
{
    AUTO_FREE char *place = NULL;
    struct digest d;
    if (digest_file(&d, made, e) < 0)
        return -1;
    if (strcmp(d.hex, w->sha256) == 0)
        return 0;
    int moved = store_set_aside(&r->store, s->name, &s->key, &place, e);
    if (moved < 0)
        return -1;
    return err_set(e, ERR_DAMAGED,
        "%s: is damaged: its SHA-256 is %s, and was %s when it was made%s%s; run again to have it made", made,
        d.hex, w->sha256, moved ? "; its tree is now " : "", moved ? place : "");
}

/* With --require-tried: a wheel that nobody tried stays in the store. */
static int check_tried(const struct run *r, const struct wheel_result *w, struct err *e)
{
    const char *why = r->request->require_tried ? wheel_untried(r->arena, w) : NULL;
    return why ? err_add(e, ERR_FINDINGS, "%s: was not tried %s", w->file_name, why) : 0;
}

static int place(
    struct run *r, const struct step *s, bool wanted, struct wheel_result *w, mode_t mode, struct err *e)
{
    AUTO_FREE char *tree = step_tree(r, s);
    const char *dist = r->request->dist ? r->request->dist : "dist";
    AUTO_FREE char *made = path_join(tree, w->file_name);
    AUTO_FREE char *placed = path_join(dist, w->file_name);
    w->path = arena_strdup(r->arena, placed);
    w->up_to_date = !wanted && holds(r, placed, w->sha256);
    if (w->up_to_date)
        return 0;
    if (folder_make(dist, e) < 0)
        return -1;
    if (holds(r, placed, w->sha256))
        return 0;
    if (check_made(r, s, made, w, e) < 0 || file_copy_durably(made, placed, mode, e) < 0)
        return -1;
    store_fact_set(&r->store, "sha256", placed, w->sha256);
    return 0;
}

/* Below the folder of --debug-files. */
static int place_symbols(
    struct run *r, const char *from, const char *below, struct wheel_result *w, struct err *e)
{
    AUTO_FREE char *to = path_join(r->request->debug_files, below);
    AUTO_FREE char *folder = path_dir(to);
    if (folder_make(folder, e) < 0 || file_copy_durably(from, to, 0644, e) < 0)
        return -1;
    texts_add(&w->debug_files, r->arena, arena_strdup(r->arena, to));
    return 0;
}

/* With --debug-files: the symbol tables of its modules, where debuggers look below that folder. A file of
 * that name has the same content. */
static int place_debug_files(struct run *r, const struct step *wheel, struct wheel_result *w, struct err *e)
{
    const struct step *made = step_made_of(r, wheel);
    struct built built;
    if (built_read(&built, r, made, e) < 0)
        return -1;
    AUTO_FREE char *tree = step_tree(r, made);
    for (size_t i = 0; i < built.count; i++) {
        if (!built.items[i].debug)
            continue;
        AUTO_FREE char *from = path_join(tree, built.items[i].debug);
        if (place_symbols(r, from, built.items[i].debug + strlen("debug/"), w, e) < 0)
            return -1;
    }
    return 0;
}

/* Made, and no interpreter said no: 1, 0 or -1. */
static int is_finished(struct run *r, const struct step *wheel, struct err *e)
{
    const struct step *try = step_try_of(wheel);
    int made = store_has_tree(&r->store, wheel->name, &wheel->key, e);
    return made == 1 ? store_has_tree(&r->store, try->name, &try->key, e) : made;
}

static int read_result(struct wheel_result *w, struct run *r, const struct step *wheel, struct err *e)
{
    if (step_wheel_result(w, r, wheel, e) < 0)
        return -1;
    const struct manifest *tried = step_manifest(r, step_try_of(wheel), e);
    if (!tried)
        return -1;
    wheel_tries_get(w, r->arena, tried->facts);
    return 0;
}

int run_place_wheels(struct run *r, struct err *e)
{
    AUTO(err) struct err untried = ERR_INIT;
    size_t count = 0;
    for (size_t i = 0; i < r->plan->len; i++)
        count += r->plan->steps[i].kind == STEP_WHEEL;
    r->result->wheels = arena_alloc(r->arena, (count + 1) * sizeof *r->result->wheels);
    for (size_t i = 0; i < r->plan->len; i++) {
        const struct step *s = &r->plan->steps[i];
        bool is_for_dist =
            s->kind == STEP_WHEEL && r->graph->nodes[s->node].asked_for && run_shard_asks(r, i);
        int made = is_for_dist ? is_finished(r, s, e) : 0;
        if (made < 0)
            return -1;
        if (!made)
            continue; /* with --keep-going some are missing */
        struct wheel_result *w = &r->result->wheels[r->result->wheel_count];
        if (read_result(w, r, s, e) < 0)
            return -1;
        if (check_tried(r, w, &untried) < 0)
            continue;
        bool wanted = r->wanted[i] || r->wanted[step_try_of(s) - r->plan->steps];
        if (place(r, s, wanted, w, 0644, e) < 0 ||
            (r->request->debug_files && place_debug_files(r, s, w, e) < 0))
            return -1;
        r->result->wheel_count++;
    }
    return untried.text ? err_move(e, &untried) : 0;
}

static int place_interpreter(struct run *r, size_t i, struct err *e)
{
    const struct step *s = &r->plan->steps[i];
    const struct node *n = &r->graph->nodes[s->node];
    struct wheel_result *w = &r->result->interpreters[r->result->interpreter_count];
    int made = store_has_tree(&r->store, s->name, &s->key, e);
    const struct manifest *m = made == 1 ? step_manifest(r, s, e) : NULL;
    if (!m)
        return made ? -1 : 0;
    if (step_wheel_result(w, r, s, e) < 0)
        return -1;
    wheel_tries_get(w, r->arena, m->facts);
    bool single = n->recipe->interpreter.layout == LAYOUT_SINGLE;
    const char *symbols = json_text(json_get(m->facts, INTERPRETER_DEBUG));
    AUTO_FREE char *tree = step_tree(r, s);
    AUTO_FREE char *from = symbols ? xstrf("%s/" INTERPRETER_DEBUG "/%s", tree, symbols) : NULL;
    if (place(r, s, r->wanted[i], w, single ? 0755 : 0644, e) < 0 ||
        (r->request->debug_files && from && place_symbols(r, from, symbols, w, e) < 0))
        return -1;
    r->result->interpreter_count++;
    return 0;
}

int run_place_interpreters(struct run *r, struct err *e)
{
    size_t count = 0;
    for (size_t i = 0; i < r->plan->len; i++)
        count += r->plan->steps[i].kind == STEP_INTERPRETER;
    r->result->interpreters = arena_alloc(r->arena, (count + 1) * sizeof *r->result->interpreters);
    for (size_t i = 0; i < r->plan->len; i++)
        if (r->plan->steps[i].kind == STEP_INTERPRETER && r->graph->nodes[r->plan->steps[i].node].asked_for &&
            run_shard_asks(r, i) && place_interpreter(r, i, e) < 0)
            return -1;
    return 0;
}

void run_tell_trees(struct run *r)
{
    r->result->trees = arena_alloc(r->arena, (r->plan->len + 1) * sizeof *r->result->trees);
    for (size_t i = 0; i < r->plan->len; i++) {
        const struct step *s = &r->plan->steps[i];
        if (s->kind != STEP_BUILD && s->kind != STEP_PYTHON_ABI)
            continue;
        const struct node *n = &r->graph->nodes[s->node];
        if (n->recipe->kind == RECIPE_INTERPRETER && r->request->goal == GOAL_WHEEL)
            continue;                            /* it is told of what was made of it */
        AUTO(err) struct err ignored = ERR_INIT; /* what cannot be looked at is not told of */
        if (!n->asked_for || !run_shard_asks(r, i) ||
            store_has_tree(&r->store, s->name, &s->key, &ignored) != 1)
            continue;
        AUTO_FREE char *path = step_tree(r, s);
        r->result->trees[r->result->tree_count++] =
            (struct tree_result){node_label(r->arena, n), arena_strdup(r->arena, path), !r->wanted[i]};
    }
}
