/* Each fuzz target still takes every input that is kept of it in tests/fixtures/fuzz, what once was a crash
 * among them. tests/fuzz/replay.c gives them to it, in a process of its own. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"

static const char *const targets[] = {
#define FUZZ(name) #name,
#include "fuzz.inc"
#undef FUZZ
};
enum { TARGETS = COUNT(targets) };

START_TEST(kept_inputs_are_taken)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf said = {0};
    AUTO_FREE char *self = realpath("/proc/self/exe", NULL);
    AUTO_FREE char *here = path_dir(self);
    AUTO_FREE char *program = xstrf("%s/replay/%s", here, targets[_i]);
    AUTO_FREE char *folder = xstrf("tests/fixtures/fuzz/%s", targets[_i]);
    char *argv[] = {program, folder, NULL};
    struct process_end end = {0};
    struct process_spec spec = {.argv = argv, .in = -1, .out = -1, .err = STDERR_FILENO};
    ck_assert_msg(path_is_folder(folder, &e) == 1, "%s: no input is kept", folder);
    ck_assert_msg(process_run(&spec, &said, 1 << 20, 120000, &end, &e) == 0, "%s", e.text);
    ck_assert_msg(
        end.status == 0, "%s: status %d, at the last of:\n%s", targets[_i], end.status, strbuf_str(&said));
    ck_assert_uint_ne(said.len, 0);
}
END_TEST

Suite *fuzzed_suite(void);

Suite *fuzzed_suite(void)
{
    Suite *s = suite_create("fuzzed");
    TCase *t = tcase_create("fuzzed");
    tcase_set_timeout(t, 150);
    tcase_add_loop_test(t, kept_inputs_are_taken, 0, TARGETS);
    suite_add_tcase(s, t);
    return s;
}
