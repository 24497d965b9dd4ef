/* Many paths: found, opened and mapped one after another by the first thread, judged by all, told in order.
 *
 * Only the first thread maps and unmaps: two threads that change the address space of one process wait for
 * each other, and that costs more than judging a file. */
#include <stdlib.h>
#include <unistd.h>

#include "audit/environment.h"
#include "audit/files.h"
#include "audit/subject.h"
#include "audit/walk.h"
#include "base/alloc.h"
#include "base/cleanup.h"

enum {
    SLOTS = 64,  /* files whose results are held together */
    WINDOWS = 2, /* one is filled while files of the other are judged */
};

/* Leaves of a file that could not be judged only its path and the reason. */
static void give_up(struct audited *a, struct err *why)
{
    AUTO_FREE char *path = xstrdup(a->path ? a->path : "");
    audited_release(a);
    a->path = arena_strdup(&a->whole.arena, path);
    err_move(&a->unreadable, why);
}

/* One path, from when it is found until it was told. */
struct audit_slot {
    struct walk_item item;
    enum subject_kind kind; /* of a WALK_FILE */
    bool waits;             /* a SUBJECT_FILE that is open, and for which no window has had room yet */
    int fd;                 /* while it waits */
    uint64_t size;          /* bytes, while it waits */
    struct view view;       /* of a SUBJECT_FILE until it is judged */
    bool of_environment;    /* which looks at its report */
    struct audited result;
};

struct session {
    struct audit_shared shared;
    struct audit_sink *sink;
    struct audit_slot *slots;
    size_t found, taken; /* paths begun, and told */
    struct window windows[WINDOWS];
    size_t last[WINDOWS]; /* the slot after the last whose file is in that window */
    size_t current;       /* the window that is being filled */
    struct environment environment;
    bool in_environment;       /* what is told */
    bool finds_in_environment; /* what is found */
};

static void session_init(struct session *s, const struct audit_shared *shared, struct audit_sink *sink)
{
    *s = (struct session){.shared = *shared, .sink = sink, .slots = xcalloc(SLOTS, sizeof *s->slots)};
}

static void session_release(struct session *s)
{
    for (size_t i = 0; i < WINDOWS; i++)
        window_release(&s->windows[i]);
    if (s->in_environment)
        environment_release(&s->environment);
    free(s->slots);
}

static void judge_slot(void *arg, size_t i)
{
    struct session *s = arg;
    struct audit_slot *t = &s->slots[i % SLOTS];
    if (t->item.kind != WALK_FILE || t->kind != SUBJECT_FILE)
        return;
    if (!t->result.unreadable.kind) {
        struct err why = ERR_INIT;
        int kind = audit_view(&t->result, t->item.path, &t->view, t->item.named, &s->shared, &why);
        view_release(&t->view);
        if (kind < 0)
            give_up(&t->result, &why);
        else
            t->kind = (enum subject_kind)kind;
    }
    if (t->kind != SUBJECT_FILE || !s->sink->draw)
        return;
    s->sink->draw(&t->result, s->sink->arg);
    if (!t->of_environment) /* by the thread that took the memory: another would wait for it */
        audited_strip(&t->result);
}

static void close_slot(struct audit_slot *t)
{
    if (t->waits)
        close(t->fd);
    t->waits = false;
}

/* Maps into the window that is being filled, or the next one; false while files of that are still judged. */
static bool map_file(struct session *s, struct audit_slot *t, struct err *e)
{
    if (!window_has_room(&s->windows[s->current], t->size)) {
        size_t next = (s->current + 1) % WINDOWS;
        if (s->last[next] > s->taken)
            return false;
        s->current = next;
    }
    if (window_map(&s->windows[s->current], &t->view, t->fd, t->size, t->item.path, e) == 0 && !t->view.own)
        s->last[s->current] = s->found + 1;
    close_slot(t);
    return true;
}

/* Looks at the path of the next slot; false when it has to wait for others. */
static bool open_slot(struct session *s, struct audit_slot *t)
{
    if (t->item.kind == WALK_ENTER || t->item.kind == WALK_LEAVE)
        s->finds_in_environment = t->item.kind == WALK_ENTER;
    if (t->item.kind != WALK_FILE)
        return true;
    t->of_environment = s->finds_in_environment;
    struct err why = ERR_INIT;
    if (!t->waits) {
        int kind = audit_open(t->item.path, t->item.named, &t->fd, &t->size, &why);
        t->kind = kind < 0 ? SUBJECT_FILE : (enum subject_kind)kind;
        t->waits = kind == SUBJECT_FILE;
    }
    if (t->waits && !map_file(s, t, &why))
        return false;
    if (why.kind) {
        t->result.path = arena_strdup(&t->result.whole.arena, t->item.path);
        give_up(&t->result, &why);
    }
    return true;
}

/* Hands over what did not come out of judge_slot. */
static int take_now(struct session *s, struct audited *a, struct err *e)
{
    if (s->sink->draw)
        s->sink->draw(a, s->sink->arg);
    return s->sink->take(a, s->sink->arg, e);
}

static int judge_slots(struct session *s, struct walk *walk, struct err *e);

/* A folder that was named: everything in it is judged before what was named after it. */
static int take_folder(struct session *s, const char *path, struct err *e)
{
    struct session inner;
    struct walk *walk = walk_folder(path);
    session_init(&inner, &s->shared, s->sink);
    int status = judge_slots(&inner, walk, e);
    session_release(&inner);
    walk_free(walk);
    return status;
}

static int take_slot(struct session *s, struct audit_slot *t, struct err *e)
{
    struct audited *a = &t->result;
    switch (t->item.kind) {
    case WALK_FILE:
        if (t->kind == SUBJECT_FOLDER)
            return take_folder(s, t->item.path, e);
        if (t->kind == SUBJECT_FOREIGN)
            return 0;
        if (s->in_environment)
            environment_add(&s->environment, a);
        return s->sink->take(a, s->sink->arg, e);
    case WALK_UNREAD:
        a->path = arena_strdup(&a->whole.arena, t->item.path);
        err_move(&a->unreadable, &t->item.why);
        return take_now(s, a, e);
    case WALK_ENTER:
        s->in_environment = true;
        return environment_open(&s->environment, t->item.path, e);
    case WALK_LEAVE:
        environment_judge(&s->environment, a, s->shared.options);
        environment_release(&s->environment);
        s->in_environment = false;
        return take_now(s, a, e);
    }
    return 0;
}

static void release_slot(struct audit_slot *t)
{
    close_slot(t);
    free(t->item.path);
    err_release(&t->item.why);
    audited_release(&t->result);
    *t = (struct audit_slot){0};
}

/* Fills slots until there are no more to add, or the next has to wait; *more is false at the end. */
static void fill_slots(struct session *s, struct walk *walk, struct stream *stream, bool *more)
{
    while (*more && s->found - s->taken < SLOTS) {
        struct audit_slot *t = &s->slots[s->found % SLOTS];
        if (!t->item.path && !walk_next(walk, &t->item)) {
            *more = false;
            return;
        }
        if (!open_slot(s, t))
            return;
        if (t->item.kind == WALK_FILE && t->kind == SUBJECT_FOREIGN) {
            release_slot(t);
            continue;
        }
        stream_add(stream);
        s->found++;
    }
}

/* Files are found, judged and handed over at the same time. */
static int judge_slots(struct session *s, struct walk *walk, struct err *e)
{
    struct stream *stream = stream_new(s->shared.pool, SLOTS, judge_slot, s);
    int status = 0;
    for (bool more = true;; s->taken++) {
        if (status == 0)
            fill_slots(s, walk, stream, &more);
        if (s->taken == s->found)
            break;
        struct audit_slot *t = &s->slots[s->taken % SLOTS];
        stream_wait(stream, s->taken);
        if (status == 0)
            status = take_slot(s, t, e);
        release_slot(t);
    }
    release_slot(&s->slots[s->found % SLOTS]); /* found, and not begun because something failed */
    stream_free(stream);
    return status;
}

/* What wheels that were named are to each other. */
static int take_together(struct session *s, struct err *e)
{
    struct audited a = {0};
    environment_judge(&s->environment, &a, s->shared.options);
    int status = take_now(s, &a, e);
    audited_release(&a);
    return status;
}

int audit_paths(
    const struct strvec *paths, const struct audit_options *options, struct audit_sink *sink, struct err *e)
{
    struct walk *walk = walk_new(paths, e);
    if (!walk)
        return -1;
    struct audit_shared shared;
    struct session s;
    audit_shared_init(&shared, options);
    session_init(&s, &shared, sink);
    if (options->together) {
        environment_begin(&s.environment);
        s.in_environment = s.finds_in_environment = true;
    }
    int status = judge_slots(&s, walk, e);
    if (options->together && status == 0)
        status = take_together(&s, e);
    audit_shared_release(&shared); /* first: leaving a window stops other threads */
    session_release(&s);
    walk_free(walk);
    return status;
}
