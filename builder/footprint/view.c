/* One look at a process, its children and who shares with them. */
#include "footprint/view.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "footprint/own_pages.h"
#include "sys/clock.h"

enum { DEPTH_MOST = 64 };

struct counted {
    VEC(struct tree_member) members;
    uint64_t pss, uss, swap_pss;
    size_t unread;
    const char *why;
};

static unsigned depth_of(const struct counted *c, pid_t parent)
{
    vec_each (&c->members, m)
        if (m->pid == parent)
            return m->depth < DEPTH_MOST ? m->depth + 1 : DEPTH_MOST;
    return 1;
}

static void count_member(struct counted *c, struct arena *a, const struct sample *s, const char *name)
{
    vec_push(&c->members, ((struct tree_member){s->pid, s->parent, arena_strdup(a, name),
                              c->members.len ? depth_of(c, s->parent) : 0, s->total}));
    c->pss += s->total.pss;
    c->uss += memory_uss(&s->total);
    c->swap_pss += s->total.swap_pss;
}

/* One that has ended by now is no longer part of the tree; one that may not be read is missing in the sums.
 */
static void read_member(struct counted *c, struct arena *a, const struct watched *w)
{
    AUTO(err) struct err why = ERR_INIT;
    struct process_facts facts;
    struct sample s;
    if (sample_take(&s, w, SAMPLE_TOTALS, &why) == 0) {
        count_member(c, a, &s, w->name);
        sample_release(&s);
        return;
    }
    AUTO(err) struct err ended = ERR_INIT;
    if (watched_facts(w, &facts, &ended) < 0 || facts.exiting || facts.state == 'Z' || facts.state == 'X')
        return;
    if (!c->unread++)
        c->why = arena_strdup(a, why.text);
}

/* Counts the tree below first, whose sample is there already. */
static int count_tree(
    struct counted *c, struct arena *a, const char *proc, const struct sample *first, struct err *e)
{
    struct watched_list list;
    if (watched_tree(&list, proc, first->pid, e) < 0)
        return -1;
    if (list.items[0].start_ticks != first->start_ticks) {
        watched_list_release(&list);
        return err_set(
            e, ERR_ENVIRONMENT, "PID %d (%s): ended while it was read", (int)first->pid, first->name);
    }
    count_member(c, a, first, first->name);
    for (size_t i = 1; i < list.len; i++)
        read_member(c, a, &list.items[i]);
    c->unread += list.unread;
    if (!c->why && list.why)
        c->why = arena_strdup(a, list.why);
    watched_list_release(&list);
    return 0;
}

static void add_moment(
    struct process_view *v, const struct sample *s, const struct counted *c, double seconds)
{
    v->moments[v->moment_count++] =
        (struct moment){seconds, s->total, s->minor_faults, s->major_faults, c->pss, c->uss, c->members.len};
}

static int take_first(struct process_view *v, const struct watched *w, const char *proc, struct err *e)
{
    struct counted c = {0};
    own_pages_let_go();
    int status = sample_take(&v->sample, w, SAMPLE_ALL, e);
    if (status == 0)
        status = count_tree(&c, &v->arena, proc, &v->sample, e);
    if (status == 0) {
        v->members = arena_memdup(&v->arena, c.members.items, c.members.len * sizeof *v->members);
        v->member_count = c.members.len;
        v->tree_pss = c.pss;
        v->tree_uss = c.uss;
        v->tree_swap_pss = c.swap_pss;
        v->unread = c.unread;
        v->why_unread = c.why;
        add_moment(v, &v->sample, &c, 0);
    }
    vec_release(&c.members);
    return status;
}

static void sleep_until(int64_t when_ns)
{
    struct timespec t = {when_ns / 1000000000, when_ns % 1000000000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        ;
}

/* That it ends is a result of following, not a failure. */
static void follow(struct process_view *v, const struct watched *w, const char *proc, double seconds)
{
    int64_t begin = clock_monotonic_ns();
    AUTO(err) struct err ended = ERR_INIT;
    for (size_t i = 1; i < MOMENTS_MOST && !v->ended; i++) {
        struct counted c = {0};
        struct sample s = {0};
        sleep_until(begin + (int64_t)(seconds * 1e9 / (MOMENTS_MOST - 1) * (double)i));
        own_pages_let_go();
        if (sample_take(&s, w, SAMPLE_TOTALS, &ended) < 0) {
            v->ended = arena_strdup(&v->arena, ended.text);
            return;
        }
        s.name = v->sample.name;
        if (count_tree(&c, &v->arena, proc, &s, &ended) < 0)
            v->ended = arena_strdup(&v->arena, ended.text);
        else
            add_moment(v, &s, &c, (double)(clock_monotonic_ns() - begin) / 1e9);
        vec_release(&c.members);
        sample_release(&s);
    }
}

int process_view_take(
    struct process_view *v, const char *proc, pid_t pid, double follow_seconds, struct err *e)
{
    struct watched w;
    *v = (struct process_view){0};
    if (watched_open(&w, proc, pid, e) < 0)
        return -1;
    v->moments = arena_alloc(&v->arena, MOMENTS_MOST * sizeof *v->moments);
    int status = take_first(v, &w, proc, e);
    if (status == 0) {
        view_find_sharers(v, proc);
        if (follow_seconds > 0)
            follow(v, &w, proc, follow_seconds);
    }
    watched_release(&w);
    if (status < 0)
        process_view_release(v);
    return status;
}

void process_view_release(struct process_view *v)
{
    sample_release(&v->sample);
    arena_release(&v->arena);
}
