/* Small questions to a server, many side by side, and files that it is given. */
#ifndef FETCH_EXCHANGE_H
#define FETCH_EXCHANGE_H

#include "base/str.h"
#include "fetch/credentials.h"
#include "sched/loop.h"

/* One thing that is asked for, looked for, or given. Texts are borrowed until it is done. */
struct exchange {
    enum exchange_kind { EXCHANGE_ASK, EXCHANGE_LOOK, EXCHANGE_GIVE } kind;
    const char *url;
    size_t bytes_max;   /* of the answer that is asked for */
    const char *path;   /* the file that is given */
    const char *sha256; /* of it */

    /* What came of it. */
    enum exchange_result {
        EXCHANGE_NO,   /* there is no such thing: status 404 */
        EXCHANGE_YES,  /* there, or given */
        EXCHANGE_FAIL, /* see reason */
    } result;
    struct strbuf answer; /* owned */
    long status;          /* of HTTP; 0 when none came */
    char *reason;         /* owned: in words, without URLs */

    void (*done)(void *arg, struct exchange *x); /* later, from the loop */
    void *arg;
};

void exchange_release(struct exchange *x); /* answer and reason */

struct exchanger;

/* access may be NULL; both are borrowed until the exchanger is freed. What fails in passing is tried once
 * more. Patience is short: nobody needs what is asked here. */
struct exchanger *exchanger_new(struct loop *l, const struct credentials *access, struct err *e);

/* The exchange stays where it is until done is called. */
void exchanger_add(struct exchanger *x, struct exchange *what);

/* Runs the loop, in which nothing else may be, until all are done; their own done is not used. After the
 * first that fails no further one is begun: those have EXCHANGE_FAIL and no reason. -1: interrupted. */
int exchange_all(struct loop *l, struct exchanger *x, struct exchange *all, size_t count, struct err *e);

/* Nobody is called back. NULL is fine. */
void exchanger_free(struct exchanger *x);

#endif
