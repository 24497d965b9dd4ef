/* One request on its way through its locations: job.c chooses what to try, attempt.c asks over HTTP. */
#ifndef FETCH_JOB_H
#define FETCH_JOB_H

#include "base/str.h"
#include "base/vec.h"
#include "fetch/fetch.h"
#include "fetch/location.h"
#include "fetch/partial.h"
#include "fetch/transfer.h"

/* What the requests of one fetcher share. */
struct fetcher {
    struct loop *loop;
    struct sink *sink;
    struct fetch_options options; /* complete: nothing is 0 any more */
    struct engine *engine;        /* NULL until the network is needed */
    struct err no_engine;         /* why there is none, once that was tried */
    struct strvec bases;          /* of Debian archives */
    bool bases_known;
    VEC(struct job *) jobs; /* in the order in which they were added */
    size_t begun;
    size_t active;   /* begun, and neither done nor waiting for another attempt */
    uint64_t timer;  /* until the next one begins; 0: all have */
    int64_t told_ns; /* when progress was last told */
    uint64_t random; /* state of the generator for back-off */
};

struct job {
    struct fetcher *fetcher;
    struct fetch_request *request;
    bool done, active;
    void (*when_done)(void *arg);
    void *when_done_arg;

    /* Where it stands. */
    size_t next_location; /* 0 is the mirror, i + 1 is urls[i] */
    struct location at;   /* the last one taken; empty for the mirror */
    struct strvec tries;  /* URLs, or absolute paths, that it stands for */
    size_t next_try;
    char *url;             /* the one of them being tried */
    struct strbuf reasons; /* a line for each thing tried in vain */
    struct err trouble;    /* of this machine (no space): no other location would help */

    /* What came from url so far. */
    struct partial partial;
    uint64_t total;     /* size of the file; 0: not known */
    char *validator;    /* of the bytes in partial; NULL: none */
    bool resumed;       /* partial is made of more than one answer */
    struct strbuf page; /* of an index, instead */

    /* The attempt at url. */
    unsigned attempt; /* counts from 1 */
    uint64_t size_before;
    const char *refusal; /* why begin or body said no; NULL: the answer does not fit to what came before */
    uint64_t timer;      /* until the next attempt */
};

/* Tries until a transfer is on its way or the job is done. */
void job_continue(struct job *j);

void job_set_active(struct job *j, bool active);

/* fetch.c: begins another job if there is room for it. */
void fetcher_go_on(struct fetcher *f);

/* Ends a job that is not done because nobody waits for it any more. */
void job_abandon(struct job *j);
void job_release(struct job *j);

/* attempt.c: asks for url, again where that may help; goes on with job_continue when it gave nothing. True
 * when a transfer is on its way. */
bool job_ask(struct job *j);

/* Shared by both. */
void job_tell_progress(struct job *j, bool at_once);
void job_add_reason(struct job *j, const char *where, const char *reason);
bool job_is_page(const struct job *j); /* url is the project's page on an index, not the file */
int job_forget_bytes(struct job *j);   /* partial becomes open and empty; -1: see trouble */

/* Everything came: 0 when the job is done, 1 when the hash is another (a reason is added unless quiet), -1:
 * see trouble. */
int job_check_hash(struct job *j, bool quiet);

#endif
