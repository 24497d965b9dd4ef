/* Requests of helpers: what one side writes, the other side reads; and helpers that are forks of one process.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/helpers.h"
#include "sched/fork_server.h"
#include "sched/helper.h"
#include "sched/tasks.h"
#include "scratch.h"
#include "sys/path.h"
#include "sys/read.h"

struct request {
    const char *path, *note;
    struct strvec names;
    bool quick;
    uint64_t bytes_max;
};

static const struct field fields[] = {
    FIELD(TEXT, struct request, path),
    FIELD(TEXT_OR_NULL, struct request, note),
    FIELD(TEXTS, struct request, names),
    FIELD(BOOL, struct request, quick),
    FIELD(NUMBER, struct request, bytes_max),
};

static struct strbuf told;

static int tell(const void *request, struct err *e)
{
    const struct request *r = request;
    strbuf_clear(&told);
    strbuf_addf(&told, "%s|%s|%d|%llu", r->path, r->note ? r->note : "none", r->quick,
        (unsigned long long)r->bytes_max);
    for (size_t i = 0; i < r->names.len; i++)
        strbuf_addf(&told, "|%s", r->names.items[i]);
    return strcmp(r->path, "bad") == 0 ? err_set(e, ERR_BUILD, "that is bad") : 0;
}

static const struct helper helper = {.word = "internal-tell",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct request),
    .starts_nothing = true,
    .run = tell};

/* Gives the request through a command. */
static int pass_on(const struct request *r, struct err *e)
{
    struct commands list = {0};
    struct command *c = commands_add(&list, "tell");
    command_set_helper(c, &helper, r);
    ck_assert(c->itself && c->helper);
    ck_assert_uint_eq(c->argv.len, 2);
    ck_assert_str_eq(c->argv.items[1], "internal-tell");
    int status = helper_run(&helper, slice_of(c->input), e);
    commands_release(&list);
    return status;
}

START_TEST(what_is_written_is_read)
{
    AUTO(err) struct err e = ERR_INIT;
    char *names[] = {(char *)"a \"b\"\n", (char *)"", (char *)"\xff/\x01", NULL};
    struct request r = {"/tmp/\xe9t\xc3\xa9", NULL, {names, 3, 0}, true, (uint64_t)1 << 40};
    ck_assert_msg(pass_on(&r, &e) == 0, "%s", e.text);
    ck_assert_str_eq(strbuf_str(&told), "/tmp/\xe9t\xc3\xa9|none|1|1099511627776|a \"b\"\n||\xff/\x01");
    r = (struct request){.path = "", .note = ""};
    ck_assert_msg(pass_on(&r, &e) == 0, "%s", e.text);
    ck_assert_str_eq(strbuf_str(&told), "||0|0");
    r.path = "bad";
    ck_assert_int_eq(pass_on(&r, &e), -1);
    ck_assert_str_eq(e.text, "that is bad");
    strbuf_release(&told);
}
END_TEST

#define REST "\"names\": [], \"quick\": false, \"bytes_max\": 1"

START_TEST(what_does_not_fit_is_refused)
{
    static const struct {
        const char *request, *why;
    } cases[] = {
        {"", "internal-tell:1:1"},
        {"[]", "is not an object"},
        {"{" REST "}", "has no \"path\""},
        {"{\"path\": \"a\", \"names\": [], \"quick\": false}", "has no \"bytes_max\""},
        {"{\"path\": 1, " REST "}", "\"path\" is not a text"},
        {"{\"path\": {\"hex\": \"6\"}, " REST "}", "\"path\" is not a text"},
        {"{\"path\": {\"hex\": \"6g\"}, " REST "}", "\"path\" is not a text"},
        {"{\"path\": {\"hex\": \"00\"}, " REST "}", "\"path\" is not a text"},
        {"{\"path\": \"a\", \"note\": null, " REST "}", "\"note\" is not a text"},
        {"{\"path\": \"a\", \"other\": 1, " REST "}", "\"other\" is not known"},
        {"{\"path\": \"a\", \"names\": [1], \"quick\": false, \"bytes_max\": 1}", "is not a list of texts"},
        {"{\"path\": \"a\", \"names\": {}, \"quick\": false, \"bytes_max\": 1}", "is not a list of texts"},
        {"{\"path\": \"a\", \"names\": [], \"quick\": 0, \"bytes_max\": 1}", "is not true or false"},
        {"{\"path\": \"a\", \"names\": [], \"quick\": false, \"bytes_max\": -1}", "not negative"},
    };
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(helper_run(&helper, slice_of(cases[_i].request), &e), -1);
    ck_assert_msg(strstr(e.text, cases[_i].why) && str_starts(e.text, "internal-tell:"), "%s", e.text);
}
END_TEST

/* ---- the fork server ---- */

static char *folder;

static void make_folder(void)
{
    folder = scratch_make();
}

static void remove_folder(void)
{
    scratch_remove(folder);
}

static pid_t loaded_in;

static int load(struct err *e)
{
    (void)e;
    loaded_in = getpid();
    return 0;
}

/* Tells what it was given: where it is, of whom, with what, and whether the server loaded for it. */
static int show(const void *request, struct err *e)
{
    const struct request *r = request;
    struct rlimit files = {0};
    AUTO_FREE char *here = getcwd(NULL, 0);
    char name[5] = "";
    getrlimit(RLIMIT_FSIZE, &files);
    printf("%s|%s|%s|%d|%d|%llu|%d|%zu\n", r->path, here, getenv("NAME"), (int)getppid(),
        getpgrp() == getpid(), (unsigned long long)files.rlim_cur, loaded_in > 0 && loaded_in != getpid(),
        fread(name, 1, 1, stdin));
    for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf("descriptor %d is open\n", fd);
    return strcmp(r->path, "bad") == 0 ? err_set(e, ERR_BUILD, "that is bad") : 0;
}

static const struct helper shown = {.word = "internal-show",
    .fields = fields,
    .field_count = COUNT(fields),
    .request_bytes = sizeof(struct request),
    .starts_nothing = true,
    .load = load,
    .run = show};

const struct helper *helper_of_tests(const char *word);
const struct helper *helper_of_tests(const char *word)
{
    return strcmp(word, shown.word) == 0 ? &shown : helper_find(word);
}

/* What fork_server_start gives for a helper of that word and path; what it wrote and how it ended. */
static int start_one(struct fork_server *s, const char *word, const char *path, const char *dir,
    struct strbuf *wrote, struct process_end *end, struct err *e)
{
    AUTO_FREE char *set = xstrf("NAME=%s", path);
    char program[] = "staticbuild", *env[] = {set, NULL};
    char *argv[] = {program, (char *)word, NULL};
    AUTO_FREE char *input = xstrf("{\"path\": \"%s\", " REST "}", path);
    AUTO_FREE char *log = path_join(folder, "log");
    AUTO_CLOSE int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct process p;
    const struct process_spec spec = {.argv = argv,
        .env = env,
        .dir = dir,
        .input = input,
        .in = -1,
        .out = fd,
        .err = fd,
        .file_bytes = 4096,
        .itself = true,
        .starts_nothing = true};
    int status = fork_server_start(s, &p, &spec, e);
    if (status != 1)
        return status;
    process_wait(&p, end);
    strbuf_clear(wrote);
    ck_assert_int_eq(file_read(wrote, log, 4096, e), 0);
    return 1;
}

START_TEST(a_fork_is_the_helper)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf wrote = {0};
    struct process_end end;
    struct fork_server s = {0};
    ck_assert_msg(start_one(&s, shown.word, "one", folder, &wrote, &end, &e) == 1, "%s", e.text);
    pid_t server = s.process.pid;
    AUTO_FREE char *expected = xstrf("one|%s|one|%d|1|4096|1|0\n", folder, (int)getpid());
    ck_assert_str_eq(strbuf_str(&wrote), expected);
    ck_assert_int_eq(end.status, 0);
    ck_assert_int_eq(start_one(&s, shown.word, "bad", folder, &wrote, &end, &e), 1);
    ck_assert_msg(strstr(strbuf_str(&wrote), "|bad|") && strstr(strbuf_str(&wrote), "error: that is bad\n"),
        "%s", strbuf_str(&wrote));
    ck_assert_int_eq(end.status, 1);
    ck_assert_int_eq(s.process.pid, server);
    fork_server_end(&s);
    ck_assert_int_eq(kill(server, 0), -1);
    ck_assert_int_eq(errno, ESRCH);
}
END_TEST

START_TEST(what_the_server_cannot_do_is_done_without_it)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf wrote = {0};
    struct process_end end;
    struct fork_server s = {0};
    ck_assert_int_eq(start_one(&s, "internal-other", "one", folder, &wrote, &end, &e), 0);
    ck_assert(s.is_refused && !s.is_there && !e.kind);
    ck_assert_int_eq(start_one(&s, shown.word, "one", folder, &wrote, &end, &e), 0);
    s = (struct fork_server){0};
    ck_assert_int_eq(start_one(&s, shown.word, "one", folder, &wrote, &end, &e), 1);
    kill(s.process.pid, SIGKILL);
    ck_assert_int_eq(poll(&(struct pollfd){s.process.pidfd, POLLIN, 0}, 1, 60000), 1);
    ck_assert_int_eq(start_one(&s, shown.word, "one", folder, &wrote, &end, &e), 0);
    ck_assert(!s.is_there && !e.kind);
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_told)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf wrote = {0};
    AUTO_FREE char *nowhere = path_join(folder, "nowhere");
    struct process_end end;
    struct fork_server s = {0};
    ck_assert_int_eq(start_one(&s, shown.word, "one", nowhere, &wrote, &end, &e), -1);
    ck_assert_msg(strstr(e.text, "cannot be started in ") && strstr(e.text, nowhere), "%s", e.text);
    fork_server_end(&s);
}
END_TEST

Suite *helper_suite(void);
Suite *helper_suite(void)
{
    Suite *s = suite_create("helper");
    TCase *c = tcase_create("requests");
    tcase_add_test(c, what_is_written_is_read);
    tcase_add_loop_test(c, what_does_not_fit_is_refused, 0, 14);
    suite_add_tcase(s, c);
    c = tcase_create("forks");
    tcase_add_checked_fixture(c, make_folder, remove_folder);
    tcase_add_test(c, a_fork_is_the_helper);
    tcase_add_test(c, what_the_server_cannot_do_is_done_without_it);
    tcase_add_test(c, a_folder_that_is_not_there_is_told);
    suite_add_tcase(s, c);
    return s;
}
