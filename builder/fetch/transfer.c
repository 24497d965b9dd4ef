/* One transfer by libcurl on our loop, with limits on time, size and headers. */
#include "fetch/transfer.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "base/vec.h"
#include "fetch/curl_api.h"
#include "fetch/policy.h"
#include "sys/clock.h"
#include "sys/read.h"

enum {
    CONNECTIONS_A_HOST = 6,
    CONNECTIONS_IN_ALL = 24,
    SLOWEST_BYTES_A_SECOND = 16, /* slower than this for long is a stall as well */
    SWALLOWED_BYTES = 65536,     /* of an error's text, so that the connection can be used again */
    FIELDS_BYTES_MOST = 1 << 20, /* of header and trailer fields, all answers of a transfer together */
};

struct engine {
    const struct curl_api *curl;
    struct loop *loop;
    struct transfer_limits limits;
    CURLM *multi;
    uint64_t timer;
    struct transfer *transfers; /* list of all that run */
    VEC(int) watched;           /* descriptors of libcurl that the loop has */
    struct sigaction pipe_before;
};

struct transfer {
    struct engine *engine;
    struct transfer *next, **link; /* link: what points here */
    struct transfer_spec spec;     /* url and if_range point to our copies */
    char *url, *if_range;
    CURL *easy;
    struct curl_slist *headers;
    char words[CURL_ERROR_SIZE];
    unsigned redirects;
    int64_t alive_ns; /* when something came last */
    uint64_t stall_timer;
    size_t swallowed, fields_bytes;
    bool begun, refused, endless_fields;
    uint64_t sent; /* of content */
    /* Of the answer that is coming. */
    bool has_range;
    uint64_t range_first, range_total;
    char *etag, *modified;
};

static void transfer_free(struct transfer *t)
{
    const struct curl_api *curl = t->engine->curl;
    *t->link = t->next;
    if (t->next)
        t->next->link = t->link;
    loop_timer_cancel(t->engine->loop, t->stall_timer);
    curl->multi_remove_handle(t->engine->multi, t->easy);
    curl->easy_cleanup(t->easy);
    curl->slist_free_all(t->headers);
    free(t->url);
    free(t->if_range);
    free(t->etag);
    free(t->modified);
    free(t);
}

static void forget_answer(struct transfer *t)
{
    free(t->etag);
    free(t->modified);
    t->etag = t->modified = NULL;
    t->has_range = false;
}

/* Gives the value when line is this field, trimmed and NUL-terminated; the caller frees it. */
static char *field_value(struct slice line, const char *name)
{
    size_t len = strlen(name);
    if (line.len <= len || strncasecmp(line.ptr, name, len) != 0 || line.ptr[len] != ':')
        return NULL;
    struct slice value = slice_trim((struct slice){line.ptr + len + 1, line.len - len - 1});
    return xstrndup(value.ptr, value.len);
}

static size_t on_header(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    t->alive_ns = clock_monotonic_ns();
    struct slice line = {bytes, size * count};
    /* libcurl bounds the header fields of an answer, but keeps every trailer field that comes. */
    t->fields_bytes += line.len;
    t->endless_fields = t->fields_bytes > FIELDS_BYTES_MOST;
    if (t->endless_fields)
        return 0;
    if (line.len >= 5 && memcmp(line.ptr, "HTTP/", 5) == 0)
        forget_answer(t); /* of a proxy, or 1xx */
    char *value = field_value(line, "content-range");
    if (value) {
        t->has_range = content_range_parse(value, &t->range_first, &t->range_total);
        free(value);
    } else if ((value = field_value(line, "etag"))) {
        free(t->etag);
        t->etag = value;
    } else if ((value = field_value(line, "last-modified"))) {
        free(t->modified);
        t->modified = value;
    }
    return size * count;
}

static long status_of(const struct transfer *t)
{
    long status = 0;
    t->engine->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static bool begin_body(struct transfer *t, long status)
{
    t->begun = true;
    if (status == 206)
        return t->has_range && t->spec.begin(t->spec.arg, status, t->range_first, t->range_total);
    curl_off_t length = -1;
    t->engine->curl->easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    return t->spec.begin(t->spec.arg, status, 0, length > 0 ? (uint64_t)length : 0);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    t->alive_ns = clock_monotonic_ns();
    long status = status_of(t);
    if (t->spec.method != TRANSFER_GET ||
        (status != 200 && status != 206)) { /* of an error or a redirect the status says enough */
        t->swallowed += size * count;
        return t->swallowed <= SWALLOWED_BYTES ? size * count : 0;
    }
    if (!t->begun && !begin_body(t, status))
        t->refused = true;
    else if (!t->spec.body(t->spec.arg, bytes, size * count))
        t->refused = true;
    return t->refused ? 0 : size * count;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* As curl(1) does; the library alone does not look there. */
static void set_certificates(const struct curl_api *curl, CURL *easy)
{
    const char *file = environment("CURL_CA_BUNDLE"), *folder = NULL;
    if (!file) {
        folder = environment("SSL_CERT_DIR");
        file = environment("SSL_CERT_FILE");
    }
    if (file) {
        curl->easy_setopt(easy, CURLOPT_CAINFO, file);
        curl->easy_setopt(easy, CURLOPT_PROXY_CAINFO, file);
    }
    if (folder) {
        curl->easy_setopt(easy, CURLOPT_CAPATH, folder);
        curl->easy_setopt(easy, CURLOPT_PROXY_CAPATH, folder);
    }
}

static void add_header(struct transfer *t, const char *name, const char *value)
{
    AUTO_FREE char *line = xstrf("%s: %s", name, value);
    struct curl_slist *longer = t->engine->curl->slist_append(t->headers, line);
    if (!longer)
        abort(); /* out of memory */
    t->headers = longer;
}

static size_t on_wanted(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    AUTO(err) struct err unread = ERR_INIT;
    size_t most = size * count;
    uint64_t left = t->spec.content.size - t->sent;
    if (most > left)
        most = (size_t)left;
    t->alive_ns = clock_monotonic_ns();
    ssize_t n = most ? file_take(t->spec.content.fd, bytes, most, (off_t)t->sent, t->url, &unread) : 0;
    if (n < 0)
        return CURL_READFUNC_ABORT;
    t->sent += (uint64_t)n;
    return (size_t)n;
}

/* The server saw a part of it, and wants all of it once more: after a redirect, or asking who sends it. */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
    struct transfer *t = arg;
    if (origin != SEEK_SET || offset < 0 || (uint64_t)offset > t->spec.content.size)
        return CURL_SEEKFUNC_FAIL;
    t->sent = (uint64_t)offset;
    return CURL_SEEKFUNC_OK;
}

static int set_method(struct transfer *t)
{
    const struct curl_api *curl = t->engine->curl;
    CURL *easy = t->easy;
    if (t->spec.method == TRANSFER_HEAD)
        return (int)curl->easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (t->spec.method != TRANSFER_PUT)
        return 0;
    int bad = 0;
    bad |= curl->easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    bad |= curl->easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->spec.content.size);
    bad |= curl->easy_setopt(easy, CURLOPT_READFUNCTION, on_wanted);
    bad |= curl->easy_setopt(easy, CURLOPT_READDATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek);
    bad |= curl->easy_setopt(easy, CURLOPT_SEEKDATA, (void *)t);
    return bad;
}

/* The hash of nothing: what a request without content signs. */
static const char EMPTY[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/* All fields that are said for this URL: who asks is told to the place that it is for. */
static int set_fields(struct transfer *t)
{
    const struct curl_api *curl = t->engine->curl;
    const struct credentials *a = credentials_are_for(t->spec.access, t->url) ? t->spec.access : NULL;
    bool is_put = t->spec.method == TRANSFER_PUT;
    int bad = 0;
    curl->slist_free_all(t->headers);
    t->headers = NULL;
    if (t->spec.accept)
        add_header(t, "Accept", t->spec.accept);
    if (t->if_range)
        add_header(t, "If-Range", t->if_range);
    if (is_put)
        add_header(t, "Content-Type", "application/octet-stream");
    if (a && a->token) {
        AUTO_FREE char *value = xstrf("Bearer %s", a->token);
        add_header(t, "Authorization", value);
    }
    if (a && a->signed_for) {
        add_header(t, "x-amz-content-sha256", is_put ? t->spec.content.sha256 : EMPTY);
        if (a->session)
            add_header(t, "x-amz-security-token", a->session);
    }
    if (t->spec.access && t->spec.access->signed_for) {
#if LIBCURL_VERSION_NUM >= 0x074b00
        bad |= curl->easy_setopt(t->easy, CURLOPT_AWS_SIGV4, a ? a->signed_for : NULL);
        bad |= curl->easy_setopt(t->easy, CURLOPT_USERPWD, a ? a->key_pair : NULL);
        if (!a)
            bad |= curl->easy_setopt(t->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
#else
        bad = 1;
#endif
    }
    return bad | (int)curl->easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static int set_up(struct transfer *t)
{
    const struct curl_api *curl = t->engine->curl;
    const struct transfer_limits *limits = &t->engine->limits;
    CURL *easy = t->easy;
    int bad = 0;
    bad |= curl->easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    bad |= curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); /* we do, policy.h says where to */
    bad |= curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |= curl->easy_setopt(easy, CURLOPT_PRIVATE, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, t->words);
    bad |= curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    bad |= curl->easy_setopt(easy, CURLOPT_HEADERDATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    bad |= curl->easy_setopt(easy, CURLOPT_WRITEDATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)limits->connect_timeout_ms);
    bad |= curl->easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST_BYTES_A_SECOND);
    bad |= curl->easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)((limits->stall_timeout_ms + 999) / 1000));
    bad |= curl->easy_setopt(easy, CURLOPT_USERAGENT, "staticbuild/" STATICBUILD_VERSION);
    bad |= curl->easy_setopt(easy, CURLOPT_BUFFERSIZE, 65536L);
    set_certificates(curl, easy);
#if LIBCURL_VERSION_NUM >= 0x075700
    curl->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* an interrupt does not wait for name servers */
#endif
    if (t->spec.from) {
        AUTO_FREE char *range = xstrf("%llu-", (unsigned long long)t->spec.from);
        bad |= curl->easy_setopt(easy, CURLOPT_RANGE, range);
    }
    bad |= set_method(t) | set_fields(t);
    bad |= curl->easy_setopt(easy, CURLOPT_URL, t->url);
    return bad;
}

static void transfer_ended(struct transfer *t, CURLcode code);

/* libcurl's own watch over slow transfers looks at averages: a server that sent a little and then nothing
 * would be given several times the patience. */
static void look_for_stall(void *arg)
{
    struct transfer *t = arg;
    const struct engine *g = t->engine;
    int64_t now = clock_monotonic_ns(), left_ms = g->limits.stall_timeout_ms;
    curl_off_t asked_us = 0; /* 0 while it waits for a connection, for which there is another limit */
    g->curl->easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &asked_us);
    if (!asked_us)
        t->alive_ns = now;
    left_ms -= (now - t->alive_ns) / 1000000;
    if (left_ms > 0) {
        int64_t wait_ms = asked_us ? left_ms : left_ms / 4 + 1; /* so that alive_ns is never long ago */
        t->stall_timer = loop_timer(g->loop, wait_ms, look_for_stall, t);
        return;
    }
    t->stall_timer = 0;
    snprintf(t->words, sizeof t->words, "nothing came for %g s", (double)g->limits.stall_timeout_ms / 1000);
    transfer_ended(t, CURLE_OPERATION_TIMEDOUT);
}

int transfer_start(struct engine *g, const struct transfer_spec *spec, struct err *e)
{
    struct transfer *t = xcalloc(1, sizeof *t);
    t->engine = g;
    t->spec = *spec;
    t->url = xstrdup(spec->url);
    t->if_range = spec->from && spec->if_range ? xstrdup(spec->if_range) : NULL;
    t->easy = g->curl->easy_init();
    if (!t->easy)
        abort(); /* out of memory */
    t->next = g->transfers;
    t->link = &g->transfers;
    if (t->next)
        t->next->link = &t->next;
    g->transfers = t;
    if (set_up(t) == 0 && g->curl->multi_add_handle(g->multi, t->easy) == CURLM_OK) {
        look_for_stall(t);
        return 0;
    }
    transfer_free(t);
    return err_set(e, ERR_ENVIRONMENT,
        "the libcurl of this machine lacks an option that downloads need: install a newer libcurl4");
}

static bool code_may_pass(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return true;
    default:
        return false;
    }
}

/* Follows a redirect. Gives NULL when the next request is on its way, else why it is not. */
static const char *follow(struct transfer *t)
{
    const struct curl_api *curl = t->engine->curl;
    char *to = NULL;
    curl->easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &to);
    if (!to)
        return "redirects without saying where to";
    const char *no = redirect_refusal(t->url, to);
    if (no)
        return no;
    if (++t->redirects > REDIRECTS_MOST)
        return "redirects more than 10 times";
    char *next = xstrdup(to); /* before the handle forgets it */
    free(t->url);
    t->url = next;
    t->words[0] = '\0';
    curl->multi_remove_handle(t->engine->multi, t->easy);
    t->sent = 0;
    if (curl->easy_setopt(t->easy, CURLOPT_URL, t->url) != CURLE_OK || set_fields(t) != 0 ||
        curl->multi_add_handle(t->engine->multi, t->easy) != CURLM_OK)
        return "redirects to something that is not a URL";
    return NULL;
}

static bool is_success(const struct transfer *t, long status)
{
    return t->spec.method == TRANSFER_PUT ? status >= 200 && status < 300 : status == 200 || status == 206;
}

static const char *validator_of(const struct transfer *t)
{
    if (t->etag && *t->etag == '"') /* a weak one, W/"…", is no promise of the same bytes */
        return t->etag;
    return t->modified;
}

static void transfer_ended(struct transfer *t, CURLcode code)
{
    const struct curl_api *curl = t->engine->curl;
    struct transfer_end end = {.status = status_of(t),
        .unresolved = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY};
    AUTO_FREE char *reason = NULL;
    if (t->endless_fields) {
        end.outcome = TRANSFER_FAILED;
        reason = xstrdup("its header and trailer fields take more than 1 MiB");
    } else if (end.status >= 300 && end.status < 400 && end.status != 304 &&
               (code == CURLE_OK || code == CURLE_WRITE_ERROR)) {
        const char *no = follow(t);
        if (!no)
            return;
        end.outcome = TRANSFER_FAILED;
        reason = xstrdup(no);
    } else if (t->refused) {
        end.outcome = TRANSFER_REFUSED;
    } else if (end.status >= 400 || (end.status && !is_success(t, end.status))) {
        end.outcome = status_may_pass(end.status) ? TRANSFER_PASSING : TRANSFER_FAILED;
        reason = xstrf("status %ld", end.status);
        curl_off_t seconds = 0;
        if (curl->easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0)
            end.retry_after_ms = seconds < 86400 ? seconds * 1000 : 86400000;
    } else if (code != CURLE_OK) {
        end.outcome = code_may_pass(code) ? TRANSFER_PASSING : TRANSFER_FAILED;
        reason = xstrdup(t->words[0] ? t->words : curl->easy_strerror(code));
    } else if (t->spec.method == TRANSFER_GET && !t->begun &&
               !begin_body(t, end.status)) { /* an empty body */
        end.outcome = TRANSFER_REFUSED;
    }
    AUTO_FREE char *validator = validator_of(t) ? xstrdup(validator_of(t)) : NULL;
    AUTO_FREE char *url = steal_ptr(&t->url);
    end.reason = reason;
    end.validator = validator;
    end.url = url;
    struct transfer_spec spec = t->spec;
    transfer_free(t);
    spec.end(spec.arg, &end);
}

static void take_ended(struct engine *g)
{
    CURLMsg *message;
    int left;
    while ((message = g->curl->multi_info_read(g->multi, &left))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result;
        char *t = NULL;
        g->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
        transfer_ended((struct transfer *)(void *)t, code);
    }
}

static void act(struct engine *g, curl_socket_t socket, int events)
{
    int running;
    g->curl->multi_socket_action(g->multi, socket, events, &running);
    take_ended(g);
}

static void on_ready(void *arg, int fd, short revents)
{
    int events = 0;
    if (revents & (POLLIN | POLLHUP))
        events |= CURL_CSELECT_IN;
    if (revents & POLLOUT)
        events |= CURL_CSELECT_OUT;
    if (revents & (POLLERR | POLLNVAL))
        events |= CURL_CSELECT_ERR;
    act(arg, fd, events);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
    struct engine *g = arg;
    (void)easy, (void)unused;
    short events = (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));
    size_t i = 0;
    while (i < g->watched.len && g->watched.items[i] != fd)
        i++;
    if (what == CURL_POLL_REMOVE) {
        loop_unwatch(g->loop, fd);
        if (i < g->watched.len)
            g->watched.items[i] = g->watched.items[--g->watched.len];
        return 0;
    }
    if (i == g->watched.len)
        vec_push(&g->watched, fd);
    loop_watch(g->loop, fd, events, on_ready, g);
    return 0;
}

static void on_expired(void *arg)
{
    struct engine *g = arg;
    g->timer = 0;
    act(g, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct engine *g = arg;
    (void)multi;
    loop_timer_cancel(g->loop, g->timer);
    g->timer = ms < 0 ? 0 : loop_timer(g->loop, ms, on_expired, g);
    return 0;
}

struct engine *engine_new(struct loop *l, const struct transfer_limits *limits, struct err *e)
{
    const struct curl_api *curl = curl_api_load(e);
    if (!curl)
        return NULL;
    struct engine *g = xcalloc(1, sizeof *g);
    g->curl = curl;
    g->loop = l;
    g->limits = *limits;
    g->multi = curl->multi_init();
    if (!g->multi)
        abort(); /* out of memory */
    /* With CURLOPT_NOSIGNAL a connection that the other side closed is ours to survive. */
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &g->pipe_before);
    curl->multi_setopt(g->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl->multi_setopt(g->multi, CURLMOPT_SOCKETDATA, (void *)g);
    curl->multi_setopt(g->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl->multi_setopt(g->multi, CURLMOPT_TIMERDATA, (void *)g);
    curl->multi_setopt(g->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CONNECTIONS_A_HOST);
    curl->multi_setopt(g->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS_IN_ALL);
    return g;
}

void engine_free(struct engine *g)
{
    if (!g)
        return;
    while (g->transfers)
        transfer_free(g->transfers);
    g->curl->multi_cleanup(g->multi);
    vec_each (&g->watched, fd) /* of connections that were kept open */
        loop_unwatch(g->loop, *fd);
    vec_release(&g->watched);
    loop_timer_cancel(g->loop, g->timer);
    sigaction(SIGPIPE, &g->pipe_before, NULL);
    free(g);
}
