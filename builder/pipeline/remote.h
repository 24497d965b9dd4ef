/* A cache on a server, as tasks of a run: trees that are taken from it in place of being made, and what was
 * made, given to it. It is a help and no need: whatever goes wrong is told once, and the run goes on without.
 */
#ifndef PIPELINE_REMOTE_H
#define PIPELINE_REMOTE_H

#include "fetch/exchange.h"
#include "pipeline/internal.h"
#include "store/receipt.h"
#include "store/work.h"

/* A tree that comes. */
struct arriving {
    struct run *run;
    const struct step *step;
    struct receipt receipt;
    struct work_folder folder;
    const char *archive, *said; /* in it */
    struct fetch_request request;
    struct task_outside *outside;
    struct tree_draft draft;
    bool drafting, waiting, ready; /* as of a step_run */
    struct command_end end;
};

/* A tree, or a source, that is given. */
struct giving {
    struct run *run;
    const struct step *step; /* NULL of a source */
    struct work_folder folder;
    const char *archive, *said, *receipt; /* files; of a source archive alone */
    char sha256[65];                      /* of the archive; "" as long as there is none */
    struct command_end end;
    struct exchange blob, record; /* at /cas and at /ac */
    struct task_outside *outside;
};

/* Trees come from a server, as far as that is known. */
bool remote_is_asked(const struct run *r);

/* remote_take.c: asks for all these steps at once, and sets r->coming of those that are there. -1:
 * interrupted. */
int remote_ask(struct run *r, const size_t *steps, size_t count, struct err *e);

/* Two tasks: the archive is fetched, then it is unpacked and judged. The second needs the first, whose number
 * is given. */
void arriving_tasks(struct task *fetch, struct task *take, struct arriving *t, size_t number_of_fetch);
void arriving_release(struct arriving *t);

/* remote_give.c */
bool remote_gives(const struct run *r);
void giving_pack_task(struct task *t, struct giving *g);
void giving_send_task(struct task *t, struct giving *g);
void giving_release(struct giving *g);

/* remote.c: says that the server is not used any more, once. */
void remote_give_up(struct run *r, const char *why);

/* NULL, and it was given up, when there cannot be one. */
struct exchanger *remote_exchanger(struct run *r);

/* The first thing that a server said, of what a fetcher tells of all locations; in the arena. */
const char *remote_reason(struct run *r, const char *text);

#endif
