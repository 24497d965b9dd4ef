/* Waits for another run to finish what both need, in a process of its own so that the loop goes on. */
#include "store/wait.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "sys/environment.h"

struct wait_request {
    const char *lock; /* its file */
};

static const struct field fields[] = {FIELD(TEXT, struct wait_request, lock)};

void store_wait_command(struct command *c, const struct store *s, const char *name, const struct key *k)
{
    AUTO_FREE char *lock = store_named_path(s, "locks", name, k);
    command_set_helper(c, &store_wait_helper, &(struct wait_request){lock});
    environment_clean(&c->env, NULL, LOCALE_C, NULL, NULL);
}

long store_wait_for(const struct store *s, const char *name, const struct key *k)
{
    AUTO_FREE char *lock = store_named_path(s, "locks", name, k);
    return lock_holder(lock);
}

static int run(const void *request, struct err *e)
{
    const struct wait_request *r = request;
    struct lock l = {0};
    if (lock_take(&l, r->lock, e) < 0)
        return err_wrap(e, "%s", store_wait_helper.word);
    lock_release(&l);
    return 0;
}

const struct helper store_wait_helper = {
    .word = "internal-wait",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct wait_request),
    .starts_nothing = true,
    .run = run,
};
