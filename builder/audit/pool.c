/* Threads for the audit: jobs in the order in which they were given, and work that one thread shares with
 * idle ones. */
#include "audit/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "sys/allowance.h"

enum { JOBS_MAX = 64 };

/* Work that is being shared; lives on the stack of the thread that shares it. */
struct batch {
    struct batch *below; /* shared before this one */
    void (*work)(void *arg, size_t i);
    void *arg;
    size_t next, count;
    size_t running; /* begun and not finished */
    bool *finished; /* of a stream: by piece modulo window; NULL otherwise */
    size_t window;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t more, done;
    struct batch *newest; /* what helps somebody who waits comes first */
    unsigned jobs, started, idle;
    bool ending;
    pthread_t threads[JOBS_MAX];
};

struct pool *pool_new(unsigned jobs)
{
    struct pool *p = xcalloc(1, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    pthread_cond_init(&p->done, NULL);
    p->jobs = jobs ? jobs : allowance_here().processors;
    if (p->jobs > JOBS_MAX)
        p->jobs = JOBS_MAX;
    return p;
}

/* The newest batch that still has something to begin. The lock is held. */
static struct batch *find_open(struct pool *p)
{
    for (struct batch *b = p->newest; b; b = b->below)
        if (b->next < b->count)
            return b;
    return NULL;
}

/* Begins and finishes one piece of a batch. The lock is held before and after, and not between. */
static void do_one(struct pool *p, struct batch *b)
{
    size_t i = b->next++;
    b->running++;
    pthread_mutex_unlock(&p->lock);
    b->work(b->arg, i);
    pthread_mutex_lock(&p->lock);
    b->running--;
    if (b->finished)
        b->finished[i % b->window] = true;
    if (b->finished || (!b->running && b->next == b->count))
        pthread_cond_broadcast(&p->done);
}

static void *help(void *arg)
{
    struct pool *p = arg;
    pthread_mutex_lock(&p->lock);
    while (!p->ending) {
        struct batch *b = find_open(p);
        if (b) {
            do_one(p, b);
            continue;
        }
        p->idle++;
        pthread_cond_wait(&p->more, &p->lock);
        p->idle--;
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* Signals are for the first thread. The lock is held. */
static void start_threads(struct pool *p)
{
    sigset_t all, before;
    sigfillset(&all);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGSEGV);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (p->started + 1 < p->jobs) {
        if (pthread_create(&p->threads[p->started], NULL, help, p) != 0) {
            p->jobs = p->started + 1; /* no more to be had: fewer do the same work */
            break;
        }
        p->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void unlink_batch(struct pool *p, struct batch *b)
{
    struct batch **at = &p->newest;
    while (*at != b)
        at = &(*at)->below;
    *at = b->below;
}

void pool_share(struct pool *p, size_t count, void (*work)(void *arg, size_t i), void *arg)
{
    if (count <= 1 || p->jobs == 1) {
        for (size_t i = 0; i < count; i++)
            work(arg, i);
        return;
    }
    struct batch b = {.work = work, .arg = arg, .count = count};
    pthread_mutex_lock(&p->lock);
    if (p->started + 1 < p->jobs)
        start_threads(p);
    b.below = p->newest;
    // cppcheck-suppress autoVariables ; taken off the list before this function returns
    p->newest = &b;
    pthread_cond_broadcast(&p->more);
    while (b.next < b.count)
        do_one(p, &b);
    while (b.running)
        pthread_cond_wait(&p->done, &p->lock);
    unlink_batch(p, &b);
    pthread_mutex_unlock(&p->lock);
}

struct stream {
    struct pool *pool;
    struct batch batch;
};

struct stream *stream_new(struct pool *p, size_t window, void (*work)(void *arg, size_t i), void *arg)
{
    struct stream *s = xcalloc(1, sizeof *s);
    s->pool = p;
    s->batch = (struct batch){.work = work, .arg = arg, .window = window};
    s->batch.finished = xcalloc(window, sizeof *s->batch.finished);
    pthread_mutex_lock(&p->lock);
    s->batch.below = p->newest;
    p->newest = &s->batch;
    pthread_mutex_unlock(&p->lock);
    return s;
}

void stream_add(struct stream *s)
{
    struct pool *p = s->pool;
    pthread_mutex_lock(&p->lock);
    s->batch.finished[s->batch.count % s->batch.window] = false;
    s->batch.count++;
    if (p->started + 1 < p->jobs && s->batch.count > 1)
        start_threads(p);
    if (p->idle)
        pthread_cond_signal(&p->more);
    pthread_mutex_unlock(&p->lock);
}

void stream_wait(struct stream *s, size_t i)
{
    struct pool *p = s->pool;
    pthread_mutex_lock(&p->lock);
    while (!s->batch.finished[i % s->batch.window]) {
        struct batch *b = find_open(p);
        if (b)
            do_one(p, b);
        else
            pthread_cond_wait(&p->done, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->pool->lock);
    unlink_batch(s->pool, &s->batch);
    pthread_mutex_unlock(&s->pool->lock);
    free(s->batch.finished);
    free(s);
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->ending = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->started; i++)
        pthread_join(p->threads[i], NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->more);
    pthread_cond_destroy(&p->done);
    free(p);
}

struct budget {
    pthread_mutex_t lock;
    pthread_cond_t given;
    size_t whole, left;
};

struct budget *budget_new(size_t bytes)
{
    struct budget *b = xcalloc(1, sizeof *b);
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->given, NULL);
    b->whole = b->left = bytes;
    return b;
}

void budget_free(struct budget *b)
{
    if (!b)
        return;
    pthread_mutex_destroy(&b->lock);
    pthread_cond_destroy(&b->given);
    free(b);
}

void budget_take(struct budget *b, size_t bytes)
{
    pthread_mutex_lock(&b->lock);
    bytes = bytes < b->whole ? bytes : b->whole;
    while (b->left < bytes)
        pthread_cond_wait(&b->given, &b->lock);
    b->left -= bytes;
    pthread_mutex_unlock(&b->lock);
}

void budget_give(struct budget *b, size_t bytes)
{
    pthread_mutex_lock(&b->lock);
    b->left += bytes < b->whole ? bytes : b->whole;
    pthread_cond_broadcast(&b->given);
    pthread_mutex_unlock(&b->lock);
}
