/* Runs that share a server: what one gave another takes, and a server that fails is a loss of time and of
 * nothing else. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "sched/process.h"
#include "story.h"

static struct process server;
static char *share;

/* The server of the cli tests: the first part of a path says how it misbehaves. */
static void serve(const char *how)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *program = path_join(before, "tests/cli/cache_server.py");
    char *argv[] = {
        (char *)(uintptr_t)PYTHON, program, (char *)(uintptr_t) "kept", (char *)(uintptr_t) "port", NULL};
    AUTO_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const struct process_spec spec = {.argv = argv, .in = -1, .out = null, .err = null};
    ck_assert_msg(process_start(&server, &spec, &e) == 0, "%s", e.text);
    for (int i = 0; i < 1000 && access("port", R_OK) != 0; i++)
        poll(NULL, 0, 20);
    AUTO(strbuf) struct strbuf port = {0};
    ck_assert_msg(file_read(&port, "port", 20, &e) == 0, "%s", e.text);
    share = xstrf("http://127.0.0.1:%d/%s", atoi(strbuf_str(&port)), how);
    request.share = share;
}

static void end_server(void)
{
    struct process_end end;
    process_kill(&server, SIGKILL);
    process_wait(&server, &end);
    free(share);
    share = NULL;
}

static void make_well(const char *recipe)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(make(recipe, &e) == 0, "%s", e.text);
}

static size_t files_in(const char *folder)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    return folder_names(&names, folder, &e) == 1 ? names.len : 0;
}

static void put_all(void)
{
    put_library("1.0");
    put_extension("Asks", "import tiny\nassert tiny.answer() == 42\n");
}

START_TEST(what_one_gave_another_takes)
{
    put_all();
    serve("ok");
    make_well("tiny");
    AUTO_FREE char *sha256 = xstrdup(result.wheels[0].sha256);
    ck_assert(begun("build libtiny 1.0") && begun_kind("wheel"));
    size_t given = files_in("kept/ac");
    ck_assert_uint_eq(given, files_in("cache/trees")); /* a receipt each */
    request.cache = "cache-2";
    request.dist = "dist-2";
    make_well("tiny");
    ck_assert_uint_eq(result.wheel_count, 1);
    ck_assert_str_eq(result.wheels[0].sha256, sha256);
    ck_assert_uint_eq(files_in("cache-2/trees"), 2); /* the wheel and its try */
    ck_assert(!begun_kind("build") && !begun_kind("module") && !begun_kind("source"));
    ck_assert_uint_gt(result.fetched_bytes, 0);
    ck_assert_uint_eq(files_in("cache-2/work"), 0);
    ck_assert_str_eq(strbuf_str(&recorder.said), "");
    request.cache = "cache-3";
    request.dist = "dist-3";
    request.share_read_only = true;
    put_extension("Asks more", "import tiny\nassert tiny.answer() == 42\n");
    make_well("tiny");
    ck_assert(begun_kind("wheel") && !begun_kind("module") && !begun_kind("build"));
    ck_assert_uint_eq(files_in("kept/ac"), given); /* nothing was given */
    end_server();
}
END_TEST

/* A server without its bodies, or with others: what it has is made here. */
static const char *const harms[] = {"wrong", "cut", "garbage", "swapped"};

START_TEST(what_is_not_as_it_was_given_is_made_again)
{
    put_all();
    serve("ok");
    make_well("tiny");
    AUTO_FREE char *sha256 = xstrdup(result.wheels[0].sha256), *at = xstrdup(share);
    *strrchr(at, '/') = '\0';
    AUTO_FREE char *harmed = xstrf("%s/%s", at, harms[_i]);
    request.share = harmed;
    request.cache = "cache-2";
    request.dist = "dist-2";
    make_well("tiny");
    ck_assert_str_eq(result.wheels[0].sha256, sha256);
    ck_assert_msg(begun("build libtiny 1.0") && begun_kind("wheel"), "%s", strbuf_str(&recorder.begun));
    ck_assert_str_ne(strbuf_str(&recorder.said), "");
    ck_assert_uint_eq(files_in("cache-2/work"), 0);
    end_server();
}
END_TEST

/* It is said once, and the rest of the run does without. */
static const struct {
    const char *how, *says;
} down[] = {{"broken", "/broken: status 500"}, {"refused", "not used any more"},
    {"full", "/full is given nothing more: status 507"}};

START_TEST(a_server_that_fails_is_left_alone)
{
    put_all();
    serve(down[_i].how);
    make_well("tiny");
    ck_assert_uint_eq(result.wheel_count, 1);
    const char *said = strstr(strbuf_str(&recorder.said), down[_i].says);
    ck_assert_msg(
        said && !strstr(said + strlen(down[_i].says), down[_i].says), "%s", strbuf_str(&recorder.said));
    end_server();
}
END_TEST

Suite *story_remote_suite(void);
Suite *story_remote_suite(void)
{
    Suite *s = suite_create("story_remote");
    if (access(PYTHON, X_OK) == 0) {
        STORY(s, what_one_gave_another_takes);
        STORY_LOOP(s, what_is_not_as_it_was_given_is_made_again, COUNT(harms));
        STORY_LOOP(s, a_server_that_fails_is_left_alone, COUNT(down));
    }
    return s;
}
