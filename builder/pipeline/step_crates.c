/* The crates of a project in Rust, as its locks have them: cargo fetches them once, for every interpreter,
 * and what is built afterwards finds them in a folder of cargo's own. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "pipeline/internal.h"
#include "project/crates.h"
#include "store/past.h"
#include "sys/fs.h"
#include "sys/path.h"

static char *home_of(const struct step_run *s)
{
    return path_join(s->draft.stage, "home");
}

static bool is_no_lock(const char *relative, void *arg)
{
    const char *name = path_base(relative);
    (void)arg;
    return strcmp(name, "target") == 0 || strcmp(name, ".git") == 0;
}

/* All locks of the source, below it. */
static int find_locks(struct strvec *out, const char *src, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(src, is_no_lock, NULL, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++)
        if (strcmp(path_base(files.items[i]), "Cargo.lock") == 0)
            strvec_push(out, files.items[i]);
    return 0;
}

static int is_same(const char *a, const char *b, struct err *e)
{
    struct digest one, other;
    int there = path_is_file(b, e);
    if (there <= 0)
        return there;
    return digest_file(&one, a, e) < 0 || digest_file(&other, b, e) < 0 ? -1
                                                                        : strcmp(one.hex, other.hex) == 0;
}

/* Whether an earlier tree has the crates of the same locks: 1, 0 or -1. */
static int has_locks(const char *tree, const char *src, const struct strvec *locks, struct err *e)
{
    AUTO(strvec) struct strvec theirs = {0};
    AUTO_FREE char *kept = path_join(tree, "locks");
    int same = path_is_folder(kept, e);
    if (same <= 0 || tree_list(kept, NULL, NULL, &theirs, e) < 0)
        return same <= 0 ? same : -1;
    same = theirs.len == locks->len;
    for (size_t i = 0; i < locks->len && same > 0; i++) {
        AUTO_FREE char *own = path_join(src, locks->items[i]);
        AUTO_FREE char *other = path_join(kept, locks->items[i]);
        same = is_same(own, other, e);
    }
    return same;
}

/* The source changed, and its locks did not: what was fetched for them before is taken. 1, 0 or -1. */
static int take_earlier(const struct step_run *s, const char *home, const struct strvec *locks, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct past past;
    if (!locks->len)
        return 0;
    if (store_past(&past, &scratch, &s->run->store, e) < 0)
        return -1;
    for (size_t i = 0; i < past.count; i++) {
        AUTO_FREE char *from = path_join(past.items[i].tree, "home");
        int same =
            step_was_earlier(s->step, &past.items[i]) ? has_locks(past.items[i].tree, s->src, locks, e) : 0;
        if (same)
            return same < 0 || tree_copy(from, home, e) < 0 ? -1 : 1;
    }
    return 0;
}

/* In a copy of the source: where there is no lock cargo writes one. */
static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    struct run *r = s->run;
    AUTO_FREE char *from = project_source(r, s->step);
    AUTO_FREE char *home = home_of(s);
    AUTO(strvec) struct strvec locks = {0};
    s->src = path_join(s->draft.work, "src");
    const struct rust *rust = run_rust(r, e);
    if (!rust || tree_copy(from, s->src, e) < 0 || find_locks(&locks, s->src, e) < 0 ||
        crates_check_locked(s, &locks, e) < 0)
        return -1;
    int taken = take_earlier(s, home, &locks, e);
    if (taken)
        return taken < 0 ? -1 : 0;
    AUTO_FREE char *mirrored = run_mirror_part(r, MIRROR_CRATES);
    if (mirrored && tree_copy(mirrored, home, e) < 0)
        return -1;
    struct crates crates = {.rust = rust,
        .src = s->src,
        .locks = &locks,
        .home = home,
        .logs = s->draft.logs,
        .path = r->machine.build_path,
        .scratch = s->draft.work,
        .offline = r->request->offline};
    int locked = crates_fetch(&crates, out, e);
    if (locked == 0)
        event_note(r->sink,
            "%s: the source has no Cargo.lock: the crates that are newest now are taken, and stay until the "
            "cache "
            "forgets them",
            s->step->label);
    return locked < 0 ? -1 : 0;
}

static int keep_locks(const struct step_run *s, struct err *e)
{
    AUTO(strvec) struct strvec locks = {0};
    if (find_locks(&locks, s->src, e) < 0)
        return -1;
    for (size_t i = 0; i < locks.len; i++) {
        AUTO_FREE char *from = path_join(s->src, locks.items[i]);
        AUTO_FREE char *to = xstrf("%s/locks/%s", s->draft.stage, locks.items[i]);
        if (file_copy_into(from, to, e) < 0)
            return -1;
    }
    return 0;
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    AUTO_FREE char *home = home_of(s);
    (void)more;
    return crates_tidy(home, e) < 0 || keep_locks(s, e) < 0 ? -1 : step_commit(s, e);
}

const struct step_hooks step_crates_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .failure = ERR_FETCH};

int crates_take(const struct step_run *s, const char *home, struct err *e)
{
    const struct plan *p = s->run->plan;
    for (size_t i = 0; i < s->step->need_count; i++) {
        const struct step *needed = &p->steps[s->step->needs[i]];
        if (needed->kind != STEP_CRATES)
            continue;
        AUTO_FREE char *tree = step_tree(s->run, needed);
        AUTO_FREE char *from = path_join(tree, "home");
        AUTO_FREE char *locks = path_join(tree, "locks");
        int there = path_is_folder(locks, e);
        if (there < 0 || tree_copy(from, home, e) < 0 || (there && tree_copy(locks, s->src, e) < 0))
            return -1;
        return 1;
    }
    return 0;
}

const struct rust *run_rust(void *arg, struct err *e)
{
    struct run *r = arg;
    if (r->machine.rust)
        return r->machine.rust;
    struct rust *rust = arena_new(r->arena, struct rust);
    if (rust_find(rust, r->arena, NULL, e) < 0)
        return NULL;
    r->machine.rust = rust;
    return rust;
}
