/* Short questions: several at once, no more than there are slots, and the first that fails ends the others.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/ask.h"
#include "sys/clock.h"
#include "sys/fs.h"
#include "scratch.h"

enum { QUESTIONS_MAX = 8 };

static struct question questions[QUESTIONS_MAX];
static char *words[QUESTIONS_MAX][5];
static char *folder;

static void set_up(void)
{
    folder = scratch_make();
}

static void tear_down(void)
{
    scratch_remove(folder);
}

/* The same script so many times, with its number in $0. */
static void pose(const char *script, size_t count)
{
    static const char *const numbers[QUESTIONS_MAX] = {"0", "1", "2", "3", "4", "5", "6", "7"};
    for (size_t i = 0; i < count; i++) {
        char *argv[] = {
            (char *)"/bin/sh", (char *)"-c", (char *)(uintptr_t)script, (char *)(uintptr_t)numbers[i]};
        memcpy(words[i], argv, sizeof argv);
        questions[i] =
            (struct question){.spec = {.argv = words[i], .dir = folder, .in = -1, .out = -1, .err = -1},
                .bytes_max = 4096,
                .timeout_ms = 20000};
    }
}

static void forget(size_t count)
{
    for (size_t i = 0; i < count; i++)
        question_release(&questions[i]);
}

START_TEST(each_has_its_own_answer)
{
    AUTO(err) struct err e = ERR_INIT;
    pose("read line; echo \"$0 $line\"; echo \"bad $0\" >&2; exit \"$0\"", 4);
    for (size_t i = 0; i < 4; i++) {
        questions[i].spec.input = "hello\n";
        questions[i].keeps_errors = i != 3;
    }
    ck_assert_msg(questions_ask(questions, 4, 4, &e) == 0, "%s", e.text);
    for (size_t i = 0; i < 4; i++) {
        AUTO_FREE char *out = xstrf("%zu hello\n", i), *said = i == 3 ? xstrdup("") : xstrf("bad %zu\n", i);
        ck_assert_str_eq(strbuf_str(&questions[i].out), out);
        ck_assert_str_eq(strbuf_str(&questions[i].said), said);
        ck_assert_int_eq(questions[i].end.status, (int)i);
    }
    forget(4);
}
END_TEST

/* Each leaves a file while it runs, and counts them. */
static size_t most_at_once(unsigned slots)
{
    AUTO(err) struct err e = ERR_INIT;
    size_t most = 0;
    pose("touch run-$0; sleep 0.3; set -- run-*; echo $#; rm run-$0", 6);
    ck_assert_msg(questions_ask(questions, 6, slots, &e) == 0, "%s", e.text);
    for (size_t i = 0; i < 6; i++) {
        size_t seen = (size_t)atoi(strbuf_str(&questions[i].out));
        most = seen > most ? seen : most;
    }
    forget(6);
    return most;
}

START_TEST(no_more_run_than_there_are_slots)
{
    ck_assert_uint_eq(most_at_once(1), 1);
    ck_assert_uint_eq(most_at_once(0), 1);
    size_t two = most_at_once(2);
    ck_assert_msg(two == 1 || two == 2, "%zu", two);
    ck_assert_uint_gt(most_at_once(6), 2);
}
END_TEST

START_TEST(a_failure_ends_the_others)
{
    static const struct {
        const char *script, *why;
    } cases[] = {
        {"test $0 != 1 || exec sleep 60; sleep 60", "/bin/sh: gave no answer in time"},
        {"exec >&- 2>&-; sleep 60", "/bin/sh: did not end in time"},
        {"test $0 != 1 || yes; sleep 60", "/bin/sh: printed more than 4096 bytes"},
    };
    AUTO(err) struct err e = ERR_INIT;
    int64_t begin = clock_monotonic_ns();
    pose(cases[_i].script, 3);
    questions[1].timeout_ms = 1000;
    ck_assert_int_eq(questions_ask(questions, 3, 3, &e), -1);
    ck_assert_str_eq(e.text, cases[_i].why);
    ck_assert_int_lt(clock_monotonic_ns() - begin, 15000000000LL);
    forget(3);
}
END_TEST

START_TEST(what_cannot_be_started_ends_the_others)
{
    AUTO(err) struct err e = ERR_INIT;
    char *argv[] = {(char *)"/no/such/program", NULL};
    pose("sleep 60", 2);
    questions[1].spec.argv = argv;
    ck_assert_int_eq(questions_ask(questions, 2, 2, &e), -1);
    ck_assert_msg(strstr(e.text, "/no/such/program"), "%s", e.text);
    ck_assert_int_eq(questions[0].end.signal, SIGKILL);
    forget(2);
}
END_TEST

Suite *ask_suite(void);
Suite *ask_suite(void)
{
    Suite *s = suite_create("ask");
    TCase *c = tcase_create("ask");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, each_has_its_own_answer);
    tcase_add_test(c, no_more_run_than_there_are_slots);
    tcase_add_loop_test(c, a_failure_ends_the_others, 0, 3);
    tcase_add_test(c, what_cannot_be_started_ends_the_others);
    suite_add_tcase(s, c);
    return s;
}
