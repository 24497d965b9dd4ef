/* What threads share: the pool, the limit on memory, scratches to inflate into. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audit/rules.h"
#include "audit/wheel.h"
#include "base/alloc.h"
#include "python/abi/abi.h"

#define DEFAULT_MEMORY_MAX ((size_t)1 << 30)

/* Larger buffers are not kept: another thread may hold a large one meanwhile. */
enum { KEPT_BYTES_MAX = 4 << 20 };

struct workspace_pool {
    pthread_mutex_t lock;
    VEC(struct workspace *) free;
};

static struct workspace_pool *workspace_pool_new(void)
{
    struct workspace_pool *s = xcalloc(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

static void workspace_pool_free(struct workspace_pool *s)
{
    if (!s)
        return;
    vec_each (&s->free, workspace) {
        zip_scratch_release(&(*workspace)->scratch);
        arena_release(&(*workspace)->arena);
        free(*workspace);
    }
    vec_release(&s->free);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

struct workspace *workspace_take(struct workspace_pool *s)
{
    struct workspace *taken = NULL;
    pthread_mutex_lock(&s->lock);
    if (s->free.len)
        taken = s->free.items[--s->free.len];
    pthread_mutex_unlock(&s->lock);
    return taken ? taken : xcalloc(1, sizeof *taken);
}

void workspace_give(struct workspace_pool *s, struct workspace *given)
{
    if (given->scratch.cap > KEPT_BYTES_MAX)
        zip_scratch_release(&given->scratch);
    arena_clear(&given->arena);
    pthread_mutex_lock(&s->lock);
    vec_push(&s->free, given);
    pthread_mutex_unlock(&s->lock);
}

void audit_shared_init(struct audit_shared *w, const struct audit_options *options)
{
    *w = (struct audit_shared){.options = options, .pool = pool_new(options->jobs)};
    w->memory_bytes_max = options->memory_bytes_max ? options->memory_bytes_max : DEFAULT_MEMORY_MAX;
    w->budget = budget_new(w->memory_bytes_max);
    w->workspace_pool = workspace_pool_new();
}

void audit_shared_release(struct audit_shared *w)
{
    pool_free(w->pool);
    budget_free(w->budget);
    workspace_pool_free(w->workspace_pool);
    *w = (struct audit_shared){0};
}

struct audit_context context_of(const struct audit_options *o, const char *subject)
{
    return (struct audit_context){
        .subject = subject,
        .target = o->target,
        .target_count = o->target_count,
        .allow_empty = o->allow_empty,
        .self_contained = o->self_contained,
        .strict = o->strict,
        .explain = o->explain,
        .read_code = o->read_code,
        .sources = o->sources,
        .details = o->details,
        .skip_contents = o->skip_contents || rules_leave_contents(o->overrides, o->override_count),
        .exports = o->exports,
        .allowed = o->allowed,
        .overrides = o->overrides,
        .override_count = o->override_count,
    };
}

void context_read_name(struct audit_context *context, const char *path)
{
    struct python_abi abi;
    if (!python_abi_of_file(&abi, path) || abi.kind != PYTHON_ABI_VERSION)
        return;
    context->python = abi;
}
