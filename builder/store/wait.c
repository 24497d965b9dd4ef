/* Waits for another run to finish what both need, in a process of its own so that the loop goes on. */
#include "store/wait.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "sys/dirs.h"

void store_wait_command(struct command *c, const struct store *s, const char *name, const struct key *k)
{
    AUTO_FREE char *lock = store_named_path(s, "locks", name, k);
    command_set_itself(c, "internal-wait");
    strvec_push(&c->argv, lock);
    strvec_push(&c->env, "LC_ALL=C");
    c->helper = true;
}

long store_wait_for(const struct store *s, const char *name, const struct key *k)
{
    AUTO_FREE char *lock = store_named_path(s, "locks", name, k);
    return lock_holder(lock);
}

int store_wait_main(int argc, char **argv)
{
    if (argc != 1) {
        fprintf(stderr, "internal-wait: give one lock file\n");
        return 2;
    }
    AUTO(err) struct err e = ERR_INIT;
    struct lock l = {.fd = -1};
    if (lock_take(&l, argv[0], &e) < 0) {
        fprintf(stderr, "internal-wait: %s\n", e.text);
        return 7;
    }
    lock_release(&l);
    return 0;
}
