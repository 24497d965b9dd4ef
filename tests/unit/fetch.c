#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/fetch.h"
#include "hash/hash.h"
#include "sched/ask.h"
#include "sched/process.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"

enum { SIZE = 200000 };

static char *place, *root; /* of all tests: what is served is in root */
static int port;
static char *folder, *out; /* of one test */
static struct process servers[2];
static size_t server_count;
static unsigned char bytes[SIZE];
static struct digest digest;
static struct loop *loop;

/* A sink that keeps warnings and details as text and counts progress. */
static struct recorder {
    struct sink sink;
    struct strbuf said;
    size_t progress;
    uint64_t last_done, last_total;
    void (*on_progress)(void);
} recorder;

static void record(struct sink *sink, const struct event *event)
{
    struct recorder *r = (struct recorder *)sink;
    if (event->kind == EVENT_WARNING || event->kind == EVENT_DETAIL)
        strbuf_addf(&r->said, "%s%s\n", event->kind == EVENT_WARNING ? "warning: " : "", event->message);
    if (event->kind != EVENT_FETCH)
        return;
    ck_assert_ptr_nonnull(event->step);
    r->progress++;
    r->last_done = event->done;
    r->last_total = event->total;
    if (r->on_progress)
        r->on_progress();
}

static char *below(const char *name)
{
    return path_join(folder, name);
}

static void put_served(const char *name, const void *data, size_t len)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(root, name);
    ck_assert_int_eq(file_write(path, data, len, 0644, &e), 0);
}

static void put(const char *name, const void *data, size_t len)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = below(name);
    ck_assert_int_eq(file_write(path, data, len, 0644, &e), 0);
}

/* Starts a server on root/; gives its port. It ends with us, or after its time. */
static int serve(const char *certificate, const char *key, const char *seconds)
{
    char *argv[] = {(char *)"python3", (char *)"-IS", (char *)"tests/fixtures/http_server.py", root,
        (char *)"--seconds", (char *)(uintptr_t)seconds, (char *)(certificate ? "--tls" : NULL),
        (char *)(uintptr_t)certificate, (char *)(uintptr_t)key, NULL};
    int ends[2];
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct process p;
    struct process_spec spec = {.argv = argv, .in = -1, .out = ends[1], .err = STDERR_FILENO};
    ck_assert_msg(process_start(&p, &spec, &e) == 0, "%s", e.text);
    servers[server_count++] = p;
    close(ends[1]);
    char text[16] = {0};
    struct pollfd ready = {ends[0], POLLIN, 0};
    ck_assert_int_eq(poll(&ready, 1, 10000), 1);
    ck_assert_int_gt(read(ends[0], text, sizeof text - 1), 0);
    close(ends[0]);
    return atoi(text);
}

static void end_server(void)
{
    struct process_end end;
    process_kill(&servers[--server_count], SIGKILL);
    process_wait(&servers[server_count], &end);
}

/* The body of an answer of the server, without help from what is tested. The caller frees it. */
static char *ask(const char *path)
{
    AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    AUTO_FREE char *request = xstrf("GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path);
    ck_assert_int_eq(write(fd, request, strlen(request)), (ssize_t)strlen(request));
    AUTO(strbuf) struct strbuf answer = {0};
    char buffer[4096];
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
        strbuf_add(&answer, buffer, (size_t)n);
    char *body = answer.ptr ? strstr(answer.ptr, "\r\n\r\n") : NULL;
    ck_assert_ptr_nonnull(body);
    return xstrdup(body + 4);
}

/* One server for all tests. */
static void set_up_server(void)
{
    place = scratch_make();
    root = path_join(place, "root");
    port = serve(NULL, NULL, "300");
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (unsigned char)(i * 2654435761U >> 13);
}

static void tear_down_server(void)
{
    end_server();
    scratch_remove(place);
    free(root);
}

static void set_up(void)
{
    AUTO(err) struct err e = ERR_INIT;
    folder = scratch_make();
    ck_assert_int_eq(tree_remove(root, &e), 0);
    ck_assert_int_eq(folder_make(root, &e), 0);
    out = below("out/files/wanted");
    digest_bytes(&digest, bytes, SIZE);
    put_served("x.tar.gz", bytes, SIZE);
    free(ask("forget"));
    recorder = (struct recorder){.sink = {record}};
    loop = loop_new();
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
        "STATICBUILD_MIRROR", "PIP_INDEX_URL", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"};
    for (size_t i = 0; i < COUNT(names); i++)
        unsetenv(names[i]);
    setenv("STATICBUILD_RETRY_DELAY", "0.02", 1);
    setenv("STATICBUILD_STALL_TIMEOUT", "1", 1);
    setenv("STATICBUILD_CONNECT_TIMEOUT", "5", 1);
}

static void tear_down(void)
{
    loop_free(loop);
    strbuf_release(&recorder.said);
    scratch_remove(folder);
    free(out);
}

/* A request that is done; the last one stops the loop. */
static size_t left;

static void one_is_done(void *arg)
{
    if (--left == 0)
        loop_stop(arg);
}

/* Fetches all of them and waits. */
static int fetch_all(struct loop *l, struct fetch_request *requests, size_t len,
    const struct fetch_options *options, struct sink *sink, struct err *e)
{
    struct fetcher *f = fetcher_new(l, options, sink);
    left = len;
    for (size_t i = 0; i < len; i++)
        fetcher_add(f, &requests[i], one_is_done, l);
    int status = loop_run(l, e);
    fetcher_free(f);
    return status;
}

/* Fetches from up to three locations; options may be NULL. */
static struct fetch_request fetch_from(
    const char *a, const char *b, const char *c, const struct fetch_options *options)
{
    const char *urls[] = {a, b, c};
    struct fetch_request r = {.label = "x",
        .urls = urls,
        .url_count = c   ? 3
                     : b ? 2
                     : a ? 1
                         : 0,
        .sha256 = digest.hex,
        .final_path = out};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(fetch_all(loop, &r, 1, options, &recorder.sink, &e), 0);
    return r;
}

static size_t entries(const char *path)
{
    AUTO_CLOSEDIR DIR *d = opendir(path);
    size_t n = 0;
    struct dirent *entry;
    while (d && (entry = readdir(d)))
        n += entry->d_name[0] != '.';
    return n;
}

/* The folder of out has nothing but, perhaps, out. */
static void assert_only(bool is_there)
{
    AUTO_FREE char *parent = path_dir(out);
    ck_assert_int_eq(there_is(out), is_there);
    ck_assert_uint_eq(entries(parent), is_there);
}

static void assert_came(struct fetch_request *r)
{
    ck_assert_msg(r->result == 0, "%s", r->error.text);
    AUTO(err) struct err e = ERR_INIT;
    struct digest got;
    struct stat st;
    ck_assert_int_eq(digest_file(&got, out, &e), 0);
    ck_assert_str_eq(got.hex, digest.hex);
    ck_assert_uint_eq(r->bytes, SIZE);
    ck_assert_int_eq(stat(out, &st), 0);
    ck_assert_int_eq(st.st_mode & 0444, 0444);
    ck_assert_uint_eq(recorder.last_done, SIZE);
    ck_assert_uint_eq(recorder.last_total, SIZE);
    assert_only(true);
    fetch_request_release(r);
}

static void assert_failed(struct fetch_request *r, enum err_kind kind, const char *part)
{
    ck_assert_int_eq(r->result, -1);
    ck_assert_int_eq(r->error.kind, kind);
    ck_assert_msg(strstr(r->error.text, part) != NULL, "%s", r->error.text);
    ck_assert_ptr_null(r->from);
    assert_only(false);
    fetch_request_release(r);
}

static size_t times_in(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

/* What works */

START_TEST(ways_that_lead_to_the_file)
{
    static const char *const paths[] = {"ok/x.tar.gz", "plain/x.tar.gz", "close/x.tar.gz", "flaky/2/x.tar.gz",
        "redirect/10/ok/x.tar.gz", "slow/5/x.tar.gz", "cut/70000/x.tar.gz", "cut-weak/70000/x.tar.gz",
        "cut-norange/70000/x.tar.gz", "cut-changed/70000/x.tar.gz", "cut-shifted/70000/x.tar.gz"};
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/%s", port, paths[_i]);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    ck_assert_pstr_eq(r.from, url);
    assert_came(&r);
}
END_TEST

START_TEST(a_cut_transfer_goes_on_where_it_stopped)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/cut/70000/x.tar.gz", port);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    assert_came(&r);
    AUTO_FREE char *log = ask("log");
    ck_assert_uint_eq(times_in(log, "/cut/"), 3);
    AUTO_FREE char *second = xstrf("bytes=70000- \"%.16s\"", digest.hex);
    AUTO_FREE char *third = xstrf("bytes=140000- \"%.16s\"", digest.hex);
    ck_assert_msg(strstr(log, second) && strstr(log, third), "%s", log);
}
END_TEST

/* How often it is asked for, and what the second request asks for: a part that cannot be had, or is not said
 * to be the one asked for, is given up for the whole; what an interim answer says is not said of the file. */
START_TEST(a_part_that_does_not_come_is_given_up_for_the_whole)
{
    static const struct {
        const char *what, *second;
        size_t requests;
    } cases[] = {
        {"cut-416", "bytes=70000- ", 3},
        {"cut-bare", "bytes=70000- ", 3},
        {"cut-hinted", "bytes=70000- -\n", 2},
    };
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/%s/70000/x.tar.gz", port, cases[_i].what);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    assert_came(&r);
    AUTO_FREE char *log = ask("log");
    ck_assert_msg(times_in(log, "x.tar.gz ") == cases[_i].requests, "%s", log);
    const char *second = strstr(log, "x.tar.gz ");
    second = strstr(second + 1, "x.tar.gz ");
    ck_assert_msg(str_starts(second + strlen("x.tar.gz "), cases[_i].second), "%s", log);
}
END_TEST

START_TEST(a_file_of_nothing_can_be_had)
{
    put_served("empty", "", 0);
    digest_bytes(&digest, "", 0);
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/ok/empty", port);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    ck_assert_int_eq(r.result, 0);
    ck_assert_uint_eq(r.bytes, 0);
    assert_only(true);
    fetch_request_release(&r);
}
END_TEST

START_TEST(credentials_are_sent_and_never_shown)
{
    AUTO_FREE char *url = xstrf("http://user:secret@127.0.0.1:%d/auth/x.tar.gz", port);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    ck_assert_ptr_null(strstr(r.from, "secret"));
    assert_came(&r);
    ck_assert_int_eq(unlink(out), 0);
    AUTO_FREE char *wrong = xstrf("http://user:hidden@127.0.0.1:%d/auth/x.tar.gz?token=hidden", port);
    r = fetch_from(wrong, NULL, NULL, NULL);
    ck_assert_ptr_null(strstr(r.error.text, "hidden"));
    ck_assert_ptr_null(strstr(strbuf_str(&recorder.said), "hidden"));
    assert_failed(&r, ERR_FETCH, "/auth/x.tar.gz?...: status 401");
}
END_TEST

START_TEST(the_next_location_is_tried)
{
    AUTO_FREE char *missing = xstrf("http://127.0.0.1:%d/404/x.tar.gz", port);
    AUTO_FREE char *wrong = xstrf("http://127.0.0.1:%d/wrong/x.tar.gz", port);
    AUTO_FREE char *good = xstrf("http://127.0.0.1:%d/ok/x.tar.gz", port);
    struct fetch_request r = fetch_from(missing, wrong, good, NULL);
    ck_assert_pstr_eq(r.from, good);
    assert_came(&r);
    AUTO_FREE char *warning =
        xstrf("warning: x: %s: wrong content: expected SHA-256 %s, got ", wrong, digest.hex);
    ck_assert_msg(strstr(recorder.said.ptr, warning) != NULL, "%s", recorder.said.ptr);
    AUTO_FREE char *log = ask("log");
    ck_assert_uint_eq(times_in(log, "/404/"), 1); /* a lasting failure is not tried again */
    ck_assert_uint_eq(times_in(log, "/wrong/"), 1);
}
END_TEST

START_TEST(an_old_file_is_replaced_as_a_whole)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *parent = path_dir(out);
    ck_assert_int_eq(folder_make(parent, &e), 0);
    ck_assert_int_eq(file_write(out, "old", 3, 0600, &e), 0);
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/ok/x.tar.gz", port);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    assert_came(&r);
}
END_TEST

START_TEST(many_are_fetched_three_at_a_time)
{
    enum { N = 30 };
    struct fetch_request requests[N];
    char *urls[N], *paths[N];
    for (int i = 0; i < N; i++) {
        urls[i] = xstrf("http://127.0.0.1:%d/%s/x.tar.gz?%d", port, i % 10 == 3 ? "404" : "slow/4", i);
        paths[i] = xstrf("%s-%d", out, i);
        requests[i] = (struct fetch_request){.label = "x",
            .urls = (const char *const *)&urls[i],
            .url_count = 1,
            .sha256 = digest.hex,
            .final_path = paths[i]};
    }
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(fetch_all(loop, requests, N, NULL, &recorder.sink, &e), 0);
    for (int i = 0; i < N; i++) {
        ck_assert_int_eq(requests[i].result, i % 10 == 3 ? -1 : 0);
        ck_assert_int_eq(there_is(paths[i]), i % 10 != 3);
        fetch_request_release(&requests[i]);
    }
    AUTO_FREE char *log = ask("log");
    ck_assert_uint_eq(times_in(log, "/slow/"), 27);
    AUTO_FREE char *most = ask("most");
    ck_assert_int_eq(atoi(most), 3);
    for (int i = 0; i < N; i++) {
        free(urls[i]);
        free(paths[i]);
    }
}
END_TEST

START_TEST(progress_is_told_at_most_ten_times_a_second)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/slow/50/x.tar.gz", port);
    int64_t start = clock_monotonic_ns();
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    assert_came(&r);
    double seconds = (double)(clock_monotonic_ns() - start) / 1e9;
    ck_assert_uint_ge(recorder.progress, 4);
    ck_assert_double_le((double)recorder.progress, seconds * 10 + 2);
}
END_TEST

/* What fails */

START_TEST(failures_say_what_and_where)
{
    static const struct {
        const char *path, *part;
    } cases[] = {
        {"404/x.tar.gz", ": status 404\n"},
        {"403/x.tar.gz", ": status 403\n"},
        {"503/x.tar.gz", ": status 503 (4 attempts)\n"},
        {"flaky/9/x.tar.gz", ": status 503 (4 attempts)\n"},
        {"204/x.tar.gz", ": status 204\n"},
        {"wrong/x.tar.gz", ": wrong content: expected SHA-256 "},
        {"wrong/x.tar.gz", " (200000 bytes); nothing was kept\n"},
        {"short/70000/x.tar.gz", "70000 of 200000 bytes came (4 attempts)\n"},
        {"loop/x.tar.gz", ": redirects more than 10 times\n"},
        {"redirect/11/ok/x.tar.gz", ": redirects more than 10 times\n"},
        {"to?file:///etc/passwd", ": redirects to something that is neither http nor https\n"},
        {"to?ftp://127.0.0.1/x", ": redirects to something that is neither http nor https\n"},
        {"huge/99999999999/x.tar.gz", ": is larger than the limit\n"},
        {"later/3600/x.tar.gz", ": status 429, to be asked again after 3600 s\n"},
        {"close/empty", ": wrong content"},
    };
    put_served("empty", "", 0);
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/%s", port, cases[_i].path);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    AUTO_FREE char *first =
        xstrf("x: could not be had\n  wanted: SHA-256 %s\n  http://127.0.0.1:", digest.hex);
    ck_assert_msg(r.error.text && str_starts(r.error.text, first), "%s", r.error.text);
    ck_assert_ptr_nonnull(strstr(r.error.text, "--mirror"));
    assert_failed(&r, ERR_FETCH, cases[_i].part);
}
END_TEST

START_TEST(a_server_that_stalls_is_given_up)
{
    static const char *const paths[] = {"stall/1000/x.tar.gz", "silent/x.tar.gz", "stall/0/x.tar.gz"};
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/%s", port, paths[_i]);
    struct fetch_options options = {.attempts = 2};
    int64_t start = clock_monotonic_ns();
    struct fetch_request r = fetch_from(url, NULL, NULL, &options);
    double seconds = (double)(clock_monotonic_ns() - start) / 1e9;
    ck_assert_double_ge(seconds, 1.9);
    ck_assert_double_lt(seconds, 8);
    assert_failed(&r, ERR_FETCH, "(2 attempts)");
}
END_TEST

START_TEST(retry_after_is_obeyed)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/later/1/x.tar.gz", port);
    int64_t start = clock_monotonic_ns();
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    ck_assert_int_ge(clock_monotonic_ns() - start, 1000000000);
    assert_came(&r);
}
END_TEST

START_TEST(bytes_without_end_are_stopped_at_the_limit)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/endless/x.tar.gz", port);
    const char *urls[] = {url};
    struct fetch_request r = {.label = "x",
        .urls = urls,
        .url_count = 1,
        .sha256 = digest.hex,
        .final_path = out,
        .size_max = 1 << 20};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(fetch_all(loop, &r, 1, NULL, &recorder.sink, &e), 0);
    assert_failed(&r, ERR_FETCH, "is larger than the limit");
}
END_TEST

/* Beyond them, little memory was used: an answer that is refused late has filled it before. */
START_TEST(fields_without_end_are_stopped_at_the_limit)
{
    static const char *const cases[][2] = {
        {"trailers/x.tar.gz", "header and trailer fields take more than 1 MiB"},
        {"hints/x.tar.gz", "hints/x.tar.gz: "}, /* newer versions of libcurl stop these themselves */
    };
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/%s", port, cases[_i][0]);
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    getrusage(RUSAGE_SELF, &after);
    ck_assert_int_lt(after.ru_maxrss - before.ru_maxrss, 40 << 10); /* kB */
    assert_failed(&r, ERR_FETCH, cases[_i][1]);
    ck_assert_uint_eq(times_in(strbuf_str(&recorder.said), "attempt"), 0);
}
END_TEST

START_TEST(nobody_there_is_told)
{
    struct fetch_request r = fetch_from("http://127.0.0.1:1/x.tar.gz", "http://[::1]:1/x", NULL, NULL);
    ck_assert_uint_eq(times_in(r.error.text, "  http://"), 2);
    assert_failed(&r, ERR_FETCH, "  http://127.0.0.1:1/x.tar.gz: ");
}
END_TEST

START_TEST(a_name_without_address_is_asked_for_twice)
{
    struct fetch_request r = fetch_from("http://no-such-host.invalid/x.tar.gz", NULL, NULL, NULL);
    assert_failed(&r, ERR_FETCH, "no-such-host.invalid (2 attempts)\n");
}
END_TEST

START_TEST(what_is_no_location_is_told)
{
    struct fetch_request r = fetch_from("ftp://user:secret@127.0.0.1/x", NULL, NULL, NULL);
    ck_assert_ptr_null(strstr(r.error.text, "secret"));
    assert_failed(&r, ERR_FETCH, "is no location");
    r = fetch_from(NULL, NULL, NULL, NULL);
    assert_failed(&r, ERR_FETCH, "x: could not be had");
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_the_machines_fault)
{
    put("file", "", 0);
    free(out);
    out = below("file/below/wanted");
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/ok/x.tar.gz", port);
    struct fetch_request r = fetch_from(url, "http://127.0.0.1:1/never-asked", NULL, NULL);
    ck_assert_ptr_null(strstr(strbuf_str(&recorder.said), "never-asked"));
    assert_failed(&r, ERR_MISSING, "x: ");
}
END_TEST

START_TEST(no_room_for_the_file_is_the_machines_fault)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/ok/x.tar.gz", port);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, before.rlim_max});
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_failed(&r, ERR_ENVIRONMENT, "cannot be written");
}
END_TEST

static void interrupt_ourselves(void)
{
    kill(getpid(), SIGINT);
    recorder.on_progress = NULL;
}

START_TEST(an_interrupt_leaves_nothing)
{
    AUTO_FREE char *stall = xstrf("http://127.0.0.1:%d/stall/1000/x.tar.gz", port);
    AUTO_FREE char *flaky = xstrf("http://127.0.0.1:%d/later/30/x.tar.gz", port);
    AUTO_FREE char *second = xstrf("%s-2", out);
    const char *urls[] = {stall}, *others[] = {flaky};
    struct fetch_request r[] = {
        {.label = "x", .urls = urls, .url_count = 1, .sha256 = digest.hex, .final_path = out},
        {.label = "y", .urls = others, .url_count = 1, .sha256 = digest.hex, .final_path = second}};
    AUTO(err) struct err e = ERR_INIT;
    recorder.on_progress = interrupt_ourselves;
    ck_assert_int_eq(fetch_all(loop, r, 2, NULL, &recorder.sink, &e), -1);
    ck_assert_int_eq(e.kind, ERR_INTERRUPTED);
    ck_assert_str_eq(r[1].error.text, "y: interrupted");
    assert_failed(&r[0], ERR_INTERRUPTED, "x: interrupted");
    fetch_request_release(&r[1]);
    AUTO_FREE char *parent = path_dir(out);
    ck_assert_uint_eq(entries(parent), 0);
}
END_TEST

/* The mirror, files, and no network */

START_TEST(a_mirror_is_asked_first)
{
    AUTO_FREE char *name = xstrf("%s", digest.hex);
    put_served(name, bytes, SIZE);
    AUTO_FREE char *mirrors[] = {xstrf("%s", root), xstrf("%s//", root), xstrf("file://%s", root),
        xstrf("http://127.0.0.1:%d/ok/", port)};
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/plain/x.tar.gz", port);
    struct fetch_options options = {.mirror = mirrors[_i], .offline = _i < 3};
    if (_i == 1) {
        setenv("STATICBUILD_MIRROR", mirrors[1], 1);
        options.mirror = NULL;
    }
    struct fetch_request r = fetch_from(url, NULL, NULL, &options);
    ck_assert_ptr_nonnull(strstr(r.from, digest.hex));
    assert_came(&r);
    AUTO_FREE char *log = ask("log");
    ck_assert_uint_eq(times_in(log, "/plain/"), 0);
    for (int i = 1; i < 4; i++)
        free(mirrors[i]);
}
END_TEST

START_TEST(a_mirror_is_not_believed)
{
    AUTO_FREE char *name = xstrf("%s", digest.hex);
    put_served(name, "evil", 4);
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/ok/x.tar.gz", port);
    struct fetch_options options = {.mirror = root};
    struct fetch_request r = fetch_from(url, NULL, NULL, &options);
    ck_assert_pstr_eq(r.from, url);
    assert_came(&r);
    ck_assert_ptr_nonnull(strstr(recorder.said.ptr, "wrong content"));
}
END_TEST

START_TEST(a_mirror_without_the_file_is_passed_over)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/ok/x.tar.gz", port);
    struct fetch_options options = {.mirror = root};
    struct fetch_request r = fetch_from(url, NULL, NULL, &options);
    assert_came(&r);
}
END_TEST

START_TEST(offline_asks_nobody)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/ok/x.tar.gz", port);
    AUTO_FREE char *mirror = xstrf("http://127.0.0.1:%d/ok", port);
    struct fetch_options options = {.mirror = mirror, .offline = true};
    struct fetch_request r = fetch_from(url, "debian:zlib/zlib_1.orig.tar.gz", "pypi:a/b", &options);
    ck_assert_uint_eq(times_in(r.error.text, ": not asked"), 4);
    ck_assert_ptr_nonnull(strstr(r.error.text, digest.hex));
    assert_failed(&r, ERR_FETCH, "--offline");
    AUTO_FREE char *log = ask("log");
    ck_assert_uint_eq(times_in(log, "/ok/"), 0);
}
END_TEST

START_TEST(files_are_copied)
{
    AUTO_FREE char *url = xstrf("file://%s/x.tar.gz", root);
    AUTO_FREE char *missing = xstrf("file://%s/y.tar.gz", root);
    AUTO_FREE char *a_folder = xstrf("file://%s", root);
    struct fetch_options options = {.offline = true};
    struct fetch_request r = fetch_from(missing, a_folder, url, &options);
    assert_came(&r);
    ck_assert_ptr_nonnull(strstr(recorder.said.ptr, "y.tar.gz: is not there\n"));
    ck_assert_ptr_nonnull(strstr(recorder.said.ptr, "root: is not a file\n"));
    ck_assert_int_eq(unlink(out), 0);
    AUTO_FREE char *pipe_path = below("pipe");
    AUTO_FREE char *pipe_url = xstrf("file://%s", pipe_path);
    ck_assert_int_eq(mkfifo(pipe_path, 0600), 0);
    r = fetch_from(pipe_url, NULL, NULL, NULL);
    assert_failed(&r, ERR_FETCH, "is not a file");
}
END_TEST

/* debian: and pypi: */

START_TEST(debian_locations_are_found_in_the_pool)
{
    AUTO_FREE char *pool = below("debian-security/pool/updates/main/libx/libxyz");
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(folder_make(pool, &e), 0);
    put("debian-security/pool/updates/main/libx/libxyz/libxyz_1.orig.tar.gz", bytes, SIZE);
    AUTO_FREE char *bases = xstrf("file://%s/debian file://%s/debian-security", folder, folder);
    setenv("STATICBUILD_DEBIAN_MIRROR", bases, 1);
    struct fetch_request r = fetch_from("debian:libxyz/libxyz_1.orig.tar.gz", NULL, NULL, NULL);
    assert_came(&r);
    ck_assert_int_eq(unlink(out), 0);
    AUTO_FREE char *served = xstrf("http://127.0.0.1:%d/ok", port);
    setenv("STATICBUILD_DEBIAN_MIRROR", served, 1);
    r = fetch_from("debian:xyz/x.tar.gz", NULL, NULL, NULL);
    ck_assert_ptr_nonnull(strstr(r.from, "/ok/pool/main/x/xyz/x.tar.gz"));
    assert_came(&r);
}
END_TEST

START_TEST(pypi_locations_are_found_on_the_index)
{
    AUTO_FREE char *html = xstrf("http://127.0.0.1:%d/simple/", port);
    AUTO_FREE char *json = xstrf("http://127.0.0.1:%d/simple-json", port);
    setenv("PIP_INDEX_URL", _i ? json : html, 1);
    struct fetch_request r = fetch_from("pypi:Some.Project/x.tar.gz", NULL, NULL, NULL);
    ck_assert_ptr_nonnull(strstr(r.from, "/ok/x.tar.gz"));
    assert_came(&r);
    ck_assert_int_eq(unlink(out), 0);
    AUTO_FREE char *log = ask("log");
    ck_assert_ptr_nonnull(strstr(log, "/some-project/ "));
    r = fetch_from("pypi:Some.Project/y.tar.gz", NULL, NULL, NULL);
    assert_failed(&r, ERR_FETCH, "some-project/: does not list y.tar.gz");
    AUTO_FREE char *lost = xstrf("http://127.0.0.1:%d/404", port);
    setenv("PIP_INDEX_URL", lost, 1);
    r = fetch_from("pypi:Some.Project/x.tar.gz", NULL, NULL, NULL);
    assert_failed(&r, ERR_FETCH, "some-project/: status 404");
}
END_TEST

/* Proxies and certificates */

START_TEST(a_proxy_is_used_unless_told_not_to)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/ok/x.tar.gz", port);
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL);
    assert_failed(&r, ERR_FETCH, "127.0.0.1");
    setenv("no_proxy", "127.0.0.1", 1);
    r = fetch_from(url, NULL, NULL, NULL);
    assert_came(&r);
}
END_TEST

static bool make_certificate(const char *certificate, const char *key)
{
    char *argv[] = {(char *)"openssl", (char *)"req", (char *)"-x509", (char *)"-newkey", (char *)"ec",
        (char *)"-pkeyopt", (char *)"ec_paramgen_curve:prime256v1", (char *)"-nodes", (char *)"-days",
        (char *)"2", (char *)"-subj", (char *)"/CN=127.0.0.1", (char *)"-addext",
        (char *)"subjectAltName=IP:127.0.0.1", (char *)"-keyout", (char *)(uintptr_t)key, (char *)"-out",
        (char *)(uintptr_t)certificate, NULL};
    AUTO(err) struct err e = ERR_INIT;
    struct process_end end;
    struct process_spec spec = {.argv = argv, .in = -1, .out = -1, .err = -1};
    return process_run(&spec, NULL, 100000, 20000, &end, &e) == 0 && end.status == 0;
}

START_TEST(certificates_are_checked)
{
    AUTO_FREE char *certificate = below("cert.pem");
    AUTO_FREE char *key = below("key.pem");
    if (!make_certificate(certificate, key)) {
        fprintf(stderr, "SKIPPED: certificates_are_checked needs the openssl program\n");
        return;
    }
    int plain = port, secure = serve(certificate, key, "60");
    AUTO_FREE char *url = xstrf("https://127.0.0.1:%d/ok/x.tar.gz", secure);
    struct fetch_options options = {.attempts = 1};
    struct fetch_request r = fetch_from(url, NULL, NULL, &options);
    assert_failed(&r, ERR_FETCH, "SSL certificate");
    static const char *const names[] = {"CURL_CA_BUNDLE", "SSL_CERT_FILE"};
    for (size_t i = 0; i < 2; i++) {
        setenv(names[i], certificate, 1);
        r = fetch_from(url, NULL, NULL, &options);
        assert_came(&r);
        ck_assert_int_eq(unlink(out), 0);
        unsetenv(names[i]);
    }
    setenv("SSL_CERT_FILE", certificate, 1);
    AUTO_FREE char *down = xstrf("https://127.0.0.1:%d/to?http://127.0.0.1:%d/ok/x.tar.gz", secure, plain);
    r = fetch_from(down, NULL, NULL, &options);
    assert_failed(&r, ERR_FETCH, "redirects from https to http");
    AUTO_FREE char *up = xstrf("http://127.0.0.1:%d/to?https://127.0.0.1:%d/ok/x.tar.gz", plain, secure);
    r = fetch_from(up, NULL, NULL, &options);
    assert_came(&r);
    ck_assert_int_eq(unlink(out), 0);
    AUTO_FREE char *round =
        xstrf("http://127.0.0.1:%d/to?https://127.0.0.1:%d/to?http://127.0.0.1:%d/ok/x.tar.gz", plain, secure,
            plain);
    r = fetch_from(round, NULL, NULL, &options);
    assert_failed(&r, ERR_FETCH, "redirects from https to http");
    end_server();
}
END_TEST

START_TEST(a_fetch_leaves_no_descriptor_and_no_timer)
{
    AUTO_FREE char *url = xstrf("http://127.0.0.1:%d/cut/70000/x.tar.gz", port);
    struct fetch_request r = fetch_from(url, NULL, NULL, NULL); /* the first one loads libcurl */
    assert_came(&r);
    size_t before = entries("/proc/self/fd");
    r = fetch_from(url, NULL, NULL, NULL);
    assert_came(&r);
    ck_assert_uint_eq(entries("/proc/self/fd"), before);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(loop_run(loop, &e), 0); /* nothing is left to wait for */
    struct sigaction now;
    ck_assert_int_eq(sigaction(SIGPIPE, NULL, &now), 0);
    ck_assert(now.sa_handler == SIG_DFL);
}
END_TEST

Suite *fetch_suite(void)
{
    Suite *s = suite_create("fetch");
    TCase *t = tcase_create("fetch");
    tcase_add_unchecked_fixture(t, set_up_server, tear_down_server);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 40);
    tcase_add_loop_test(t, ways_that_lead_to_the_file, 0, 11);
    tcase_add_test(t, a_cut_transfer_goes_on_where_it_stopped);
    tcase_add_loop_test(t, a_part_that_does_not_come_is_given_up_for_the_whole, 0, 3);
    tcase_add_test(t, a_file_of_nothing_can_be_had);
    tcase_add_test(t, credentials_are_sent_and_never_shown);
    tcase_add_test(t, the_next_location_is_tried);
    tcase_add_test(t, an_old_file_is_replaced_as_a_whole);
    tcase_add_test(t, many_are_fetched_three_at_a_time);
    tcase_add_test(t, progress_is_told_at_most_ten_times_a_second);
    tcase_add_loop_test(t, failures_say_what_and_where, 0, 15);
    tcase_add_loop_test(t, a_server_that_stalls_is_given_up, 0, 3);
    tcase_add_test(t, retry_after_is_obeyed);
    tcase_add_test(t, bytes_without_end_are_stopped_at_the_limit);
    tcase_add_loop_test(t, fields_without_end_are_stopped_at_the_limit, 0, 2);
    tcase_add_test(t, nobody_there_is_told);
    tcase_add_test(t, a_name_without_address_is_asked_for_twice);
    tcase_add_test(t, what_is_no_location_is_told);
    tcase_add_test(t, a_folder_that_cannot_be_written_is_the_machines_fault);
    tcase_add_test(t, no_room_for_the_file_is_the_machines_fault);
    tcase_add_test(t, an_interrupt_leaves_nothing);
    tcase_add_loop_test(t, a_mirror_is_asked_first, 0, 4);
    tcase_add_test(t, a_mirror_is_not_believed);
    tcase_add_test(t, a_mirror_without_the_file_is_passed_over);
    tcase_add_test(t, offline_asks_nobody);
    tcase_add_test(t, files_are_copied);
    tcase_add_test(t, debian_locations_are_found_in_the_pool);
    tcase_add_loop_test(t, pypi_locations_are_found_on_the_index, 0, 2);
    tcase_add_test(t, a_proxy_is_used_unless_told_not_to);
    tcase_add_test(t, certificates_are_checked);
    tcase_add_test(t, a_fetch_leaves_no_descriptor_and_no_timer);
    suite_add_tcase(s, t);
    return s;
}
