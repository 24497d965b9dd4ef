/* HTTP transfers side by side over the loop, by libcurl's multi interface. Follows redirects as policy.h
 * allows. */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fetch/credentials.h"
#include "sched/loop.h"

struct engine;
struct transfer;

struct transfer_limits {
    int64_t connect_timeout_ms;
    int64_t stall_timeout_ms; /* rounded up to whole seconds */
};

/* Loads libcurl. The caller frees the engine before the loop. */
struct engine *engine_new(struct loop *l, const struct transfer_limits *limits, struct err *e);

/* Drops the transfers that still run; nobody is called back. */
void engine_free(struct engine *g);

struct transfer_end {
    enum transfer_outcome {
        TRANSFER_DONE,    /* the whole body came, status 200 or 206; of PUT any 2xx */
        TRANSFER_PASSING, /* failed, another attempt may help */
        TRANSFER_FAILED,  /* failed for good */
        TRANSFER_REFUSED, /* begin or body said no */
    } outcome;
    long status;            /* of HTTP; 0 when none came */
    bool unresolved;        /* the host's or the proxy's name has no address */
    int64_t retry_after_ms; /* what the server asks for; 0 when it does not */
    const char *reason;     /* PASSING, FAILED: in words, without URLs */
    const char *validator;  /* strong ETag or Last-Modified for If-Range (RFC 9110 13.1.5), or NULL */
    const char *url;        /* where it came from, after redirects */
};

/* What a PUT sends. */
struct transfer_content {
    int fd;             /* a file, read from its beginning; not closed */
    const char *sha256; /* of all of it */
    uint64_t size;
};

enum transfer_method { TRANSFER_GET, TRANSFER_HEAD, TRANSFER_PUT };

struct transfer_spec {
    const char *url; /* http: or https: */
    enum transfer_method method;
    struct transfer_content content;  /* of PUT; its text is borrowed until the end */
    const struct credentials *access; /* or NULL; borrowed until the end */
    const char *accept;               /* value of Accept, or NULL for anything */
    uint64_t from;                    /* ask for what follows so many bytes */
    const char *if_range;             /* validator that the bytes before came with, or NULL */
    void *arg;

    /* The body of status 200, or of 206 which begins at `from`, comes; total bytes of the whole, 0 when not
     * known. False refuses it. Only GET calls these. */
    bool (*begin)(void *arg, long status, uint64_t from, uint64_t total);
    bool (*body)(void *arg, const void *bytes, size_t len);
    /* Once, last. It may start the next transfer. */
    void (*end)(void *arg, const struct transfer_end *end);
};

/* Starts one; never calls back at once. Texts are copied. */
int transfer_start(struct engine *g, const struct transfer_spec *spec, struct err *e);

#endif
