/* Brings files, whose SHA-256 is nearly always known before, from where they are published: https, http,
 * file, debian:, pypi: and a mirror of one's own. The only room that knows libcurl, which is loaded when the
 * network is first needed (it brings more than thirty libraries along, about 5 ms).
 *
 * The environment has its say as curl and pip users expect: http_proxy, https_proxy, all_proxy, no_proxy;
 * CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR; PIP_INDEX_URL, PIP_CONFIG_FILE, pip.conf. */
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "event/event.h"
#include "fetch/credentials.h"
#include "hash/hash.h"
#include "sched/loop.h"

struct fetcher;

/* One file that is wanted. Texts are borrowed until it is done. */
struct fetch_request {
    const char *label;       /* what events and messages call it: "zeromq-4.3.4.tar.gz" */
    const char *const *urls; /* locations of the same bytes, tried in order: design.md, "Locations" */
    size_t url_count;
    const char *sha256;     /* 64 hexadecimal digits in lower case; NULL: whatever comes, see found */
    const char *final_path; /* appears only when the hash agrees; its folder is made */
    uint64_t size_max;      /* bytes; 0: 2 GiB */
    bool is_shared; /* of a shared cache: no mirror is asked, and who asked says what was wrong with it */
    const struct credentials *access; /* for the URLs that it is for; or NULL */

    /* What came of it. */
    int result;       /* 0: final_path is there; -1: see error */
    struct err error; /* ERR_FETCH with a line for each location; ERR_ENVIRONMENT: no space, no permission */
    char *from;       /* the URL or file it came from, without credentials; owned */
    uint64_t bytes;   /* its size */
    struct digest found; /* its SHA-256 */
    bool is_answered;    /* when it failed: who was asked last gave something, and that is not it */
};

/* Zeroed is what users get. A time of 0 means the environment's, else the default. */
struct fetch_options {
    const char *mirror; /* folder or URL with files named by their SHA-256; NULL: $STATICBUILD_MIRROR */
    bool offline;       /* folders and files only */
    int64_t connect_timeout_ms; /* $STATICBUILD_CONNECT_TIMEOUT in seconds, else 30 s */
    int64_t stall_timeout_ms;   /* without a sign of life; $STATICBUILD_STALL_TIMEOUT, else 30 s */
    int64_t retry_delay_ms;     /* before the second attempt, doubled each time, and up to half of it more at
                                   random; $STATICBUILD_RETRY_DELAY, else 0.5 s */
    unsigned attempts;          /* at one location, for failures that may pass; 0: 4 */
};

/* Fetches side by side in the loop, three files at a time in the order in which they were added. The mirror
 * is asked first, then each location. Failures that may pass (a cut connection, a timeout, status 408, 429 or
 * 5xx) are tried again, a cut transfer from where it stopped. What went wrong with one request is in its own
 * result and error and does not stop the others. Nothing half-made stays behind. Emits EVENT_FETCH at the
 * beginning and end of each file and in between at most ten times a second, EVENT_WARNING for a wrong hash,
 * EVENT_DETAIL for what was tried in vain. */
struct fetcher *fetcher_new(struct loop *l, const struct fetch_options *options, struct sink *sink);

/* Begins a request, which stays where it is until done is called: later, from the loop, once its result is
 * known. Two requests for one file at the same time are a bug of the caller. */
void fetcher_add(struct fetcher *f, struct fetch_request *r, void (*done)(void *arg), void *arg);

/* Requests that are not done have result -1 and the error "LABEL: interrupted"; nobody is called back. Before
 * the loop is freed. NULL is fine. */
void fetcher_free(struct fetcher *f);

/* Adds the page that pip's package index has of a project, as JSON (PEP 691) where it can, else HTML. Runs
 * the loop, in which nothing else may be. Fails (ERR_FETCH) when there is none. */
int fetch_index_page(struct loop *l, const char *name, struct strbuf *out, struct err *e);

/* Frees what came of a request: error and from. */
void fetch_request_release(struct fetch_request *r);

#endif
