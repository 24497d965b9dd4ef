/* What threads share: the pool, the limit on memory, scratches to inflate into. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audit/wheel.h"
#include "base/alloc.h"

#define DEFAULT_MEMORY_LIMIT ((size_t)1 << 30)

struct shelf {
    pthread_mutex_t lock;
    struct zip_scratch scratches[64]; /* not in use */
    size_t len;
    size_t keep_bytes; /* larger buffers are not kept */
};

static struct shelf *shelf_new(size_t keep_bytes)
{
    struct shelf *s = xcalloc(1, sizeof *s);
    pthread_mutex_init(&s->lock, NULL);
    s->keep_bytes = keep_bytes;
    return s;
}

static void shelf_free(struct shelf *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->len; i++)
        zip_scratch_release(&s->scratches[i]);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

struct zip_scratch *shelf_take(struct shelf *s)
{
    struct zip_scratch *taken = xcalloc(1, sizeof *taken);
    pthread_mutex_lock(&s->lock);
    if (s->len)
        *taken = s->scratches[--s->len];
    pthread_mutex_unlock(&s->lock);
    return taken;
}

void shelf_give(struct shelf *s, struct zip_scratch *given)
{
    bool kept = false;
    pthread_mutex_lock(&s->lock);
    if (given->cap <= s->keep_bytes && s->len < sizeof s->scratches / sizeof *s->scratches) {
        s->scratches[s->len++] = *given;
        kept = true;
    }
    pthread_mutex_unlock(&s->lock);
    if (!kept)
        zip_scratch_release(given);
    free(given);
}

void workshop_init(struct workshop *w, const struct audit_options *options)
{
    *w = (struct workshop){.options = options, .pool = pool_new(options->jobs)};
    w->memory_limit = options->memory_limit ? options->memory_limit : DEFAULT_MEMORY_LIMIT;
    w->budget = budget_new(w->memory_limit);
    w->shelf = shelf_new(w->memory_limit / 4 / pool_jobs(w->pool));
}

void workshop_release(struct workshop *w)
{
    pool_free(w->pool);
    budget_free(w->budget);
    shelf_free(w->shelf);
    *w = (struct workshop){0};
}

struct audit_context context_of(const struct audit_options *o, const char *subject)
{
    return (struct audit_context){
        .subject = subject,
        .target = o->target,
        .self_contained = o->self_contained,
        .explain = o->explain,
        .read_code = o->read_code,
        .details = o->details,
        .skip_contents = o->skip_contents,
        .exports = o->exports,
        .allowed = o->allowed,
        .overrides = o->overrides,
        .override_count = o->override_count,
    };
}

void context_read_name(struct audit_context *context, const char *path)
{
    const char *at = strstr(path, ".cpython-3");
    if (!at)
        return;
    char *end;
    long minor = strtol(at + strlen(".cpython-3"), &end, 10);
    if (minor < 0 || minor > 99 || (*end != '-' && *end != 't' && *end != 'd' && *end != 'm' && *end != '.'))
        return;
    context->python_minor = (int)minor;
    context->free_threaded = *end == 't';
}
