/* The tries are real, with /bin/sh and python3 in the place of what they would import. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "sched/loop.h"
#include "smoke/smoke.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"
#include "slots.h"

static char *folder;
static struct arena arena;

static void make_folder(void)
{
    folder = scratch_make();
}

static void remove_folder(void)
{
    scratch_remove(folder);
    arena_release(&arena);
}

static int give(void *arg, unsigned slots, struct commands *out, const char **why, struct err *e)
{
    (void)slots, (void)why, (void)e;
    vec_push(out, *(struct command *)arg);
    *(struct command *)arg = (struct command){0}; /* it is theirs now */
    return 0;
}

/* Runs the command to its end, in a loop. */
static void run(struct command *c)
{
    struct err e = ERR_INIT;
    struct loop *loop = loop_new();
    struct task task = {.label = "try", .arg = c, .prepare = give};
    ck_assert_msg(tasks_run(loop, &task, 1, 1, false, NULL, NULL, &e) == 0, "%s", e.text);
    loop_free(loop);
}

/* Tries the words for at most so long. */
static enum smoke_outcome try(int64_t timeout_ms, const char **why, char **argv)
{
    AUTO_FREE char *log = path_join(folder, "log");
    struct command_end end = {0};
    struct command c = {
        .phase = xstrdup("import"), .log = xstrdup(log), .timeout_ms = timeout_ms, .end = &end};
    for (size_t i = 0; argv[i]; i++)
        strvec_push(&c.argv, argv[i]);
    run(&c);
    return smoke_read(&arena, &end, log, why);
}
#define TRY(seconds, why, ...) try(seconds * 1000, why, (char *[]){__VA_ARGS__, NULL})

START_TEST(what_ends_well_has_passed)
{
    const char *why = "";
    ck_assert_int_eq(TRY(20, &why, "/bin/sh", "-c", "echo fine"), SMOKE_PASSED);
    ck_assert_ptr_null(why);
}
END_TEST

START_TEST(a_failure_says_what_was_printed_last)
{
    const char *why;
    ck_assert_int_eq(
        TRY(20, &why, "/bin/sh", "-c", "echo first; echo wrong thing >&2; exit 3"), SMOKE_FAILED);
    ck_assert_str_eq(why, "wrong thing");
}
END_TEST

START_TEST(a_signal_and_a_hang_are_failures)
{
    const char *why;
    ck_assert_int_eq(TRY(20, &why, "/bin/sh", "-c", "kill -SEGV $$"), SMOKE_FAILED);
    ck_assert_ptr_nonnull(strstr(why, "signal 11"));
    ck_assert_int_eq(TRY(1, &why, "/bin/sh", "-c", "sleep 60 & wait"), SMOKE_FAILED);
    ck_assert_str_eq(why, "not finished after 120 seconds");
}
END_TEST

START_TEST(what_cannot_start_was_not_run)
{
    const char *why;
    ck_assert_int_eq(TRY(20, &why, "/no/such/python"), SMOKE_NOT_RUN);
    ck_assert_ptr_nonnull(strstr(why, "/no/such/python"));
    ck_assert_int_eq(TRY(20, &why, "/bin/sh", "-c", "echo needs numpy; exit 77"), SMOKE_NOT_RUN);
    ck_assert_str_eq(why, "needs numpy");
}
END_TEST

START_TEST(nothing_written_is_not_passed)
{
    const char *why;
    ck_assert_int_eq(smoke_read(&arena, &(struct command_end){0}, "/no/log", &why), SMOKE_NOT_RUN);
    ck_assert_ptr_nonnull(why);
}
END_TEST

/* The command that smoke_command makes, run. */
static enum smoke_outcome import_as(
    bool guessed, struct texts with, const char *module, const char *source, const char **why)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *site = path_join(folder, "site"), *scratch = path_join(folder, "scratch");
    AUTO_FREE char *log = path_join(folder, "log");
    AUTO_FREE char *file = xstrf("%s/wheelmod.py", site);
    ck_assert_int_eq(folder_make(site, &e) | folder_make(scratch, &e), 0);
    ck_assert_int_eq(file_write(file, source, strlen(source), 0644, &e), 0);
    struct interpreter python = {.path = "/usr/bin/python3", .version = "3"};
    const char *modules[] = {module}, *named[] = {"othermod"};
    struct test_spec test = {.imports = {named, with.len}};
    struct command_end end = {0};
    struct command c = {.phase = xstrdup("import")};
    const struct smoke_request request = {
        &python, &test, modules, 1, site, with, guessed, scratch, log, &end};
    ck_assert_msg(smoke_command(&c, &request, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(c.timeout_ms, SMOKE_SECONDS * 1000);
    ck_assert_uint_eq(c.file_bytes, 1 << 30);
    run(&c);
    return smoke_read(&arena, &end, log, why);
}

static enum smoke_outcome import_with(
    struct texts with, const char *module, const char *source, const char **why)
{
    return import_as(false, with, module, source, why);
}

static enum smoke_outcome import(const char *module, const char *source, const char **why)
{
    return import_with((struct texts){0}, module, source, why);
}

START_TEST(modules_must_come_from_the_wheel)
{
    const char *why;
    if (!there_as_file("/usr/bin/python3")) {
        fprintf(stderr, "skip modules_must_come_from_the_wheel: no /usr/bin/python3\n");
        return;
    }
    ck_assert_int_eq(import("wheelmod", "value = 1\n", &why), SMOKE_PASSED);
    ck_assert_int_eq(import("json", "", &why), SMOKE_FAILED); /* Python's own, not the wheel's */
    ck_assert_ptr_nonnull(strstr(why, "not from the wheel"));
    ck_assert_int_eq(import("wheelmod", "import not_there\n", &why), SMOKE_FAILED);
    ck_assert_ptr_nonnull(strstr(why, "imports not_there, which is neither in the wheel"));
    ck_assert_int_eq(import("wheelmod", "raise ValueError('broken')\n", &why), SMOKE_FAILED);
    ck_assert_ptr_nonnull(strstr(why, "wheelmod.py:1: in <module>"));
    ck_assert_ptr_null(strstr(why, "import.py")); /* our own frames tell a reader nothing */
}
END_TEST

/* It reads the main program again, which must not import the wheel again. */
/* Of what nobody said that it can be imported: for want of another distribution it is not tried, also where
 * an extension tells so in its own words; anything else that is wrong is. */
START_TEST(what_wants_others_is_not_tried)
{
    static const struct {
        const char *source;
        enum smoke_outcome outcome;
        const char *why;
    } rows[] = {
        {"import absent_x.y\n", SMOKE_NOT_RUN,
            "importing wheelmod wants absent_x, which is not part of the wheel"},
        {"try:\n    import absent_x.core\nexcept ImportError:\n    raise ImportError('absent_x.core failed "
         "to "
         "import') from None\n",
            SMOKE_NOT_RUN, "importing wheelmod wants absent_x, which is not part of the wheel"},
        {"try:\n    import absent_x\nexcept ImportError:\n    pass\nraise ImportError('another reason')\n",
            SMOKE_FAILED, "another reason"},
        {"try:\n    import absent_x\nexcept ImportError:\n    raise ImportError('absent_x', path='m.so') "
         "from None\n",
            SMOKE_FAILED, "absent_x"},
        {"import wheelmod.deeper\n", SMOKE_FAILED, "wheelmod.deeper"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why;
        ck_assert_int_eq(
            import_as(true, (struct texts){0}, "wheelmod", rows[i].source, &why), rows[i].outcome);
        ck_assert_msg(strstr(why, rows[i].why) != NULL, "%s", why);
    }
    const char *why;
    ck_assert_int_eq(import("wheelmod", rows[0].source, &why), SMOKE_FAILED);
}
END_TEST

START_TEST(a_module_may_start_processes)
{
    const char *why = "";
    if (!there_as_file("/usr/bin/python3")) {
        fprintf(stderr, "skip a_module_may_start_processes: no /usr/bin/python3\n");
        return;
    }
    static const char source[] = "import multiprocessing, time\n"
                                 "child = multiprocessing.get_context('spawn').Process(target=time.time)\n"
                                 "child.start()\n"
                                 "child.join()\n"
                                 "assert child.exitcode == 0\n";
    ck_assert_msg(import("wheelmod", source, &why) == SMOKE_PASSED, "%s", why);
}
END_TEST

/* What the test requires is there, and is not taken for what is tried; what the machine has is not there. */
START_TEST(only_what_is_required_is_there_besides)
{
    const char *why;
    struct err e = ERR_INIT;
    AUTO_FREE char *other = path_join(folder, "other"), *file = xstrf("%s/othermod.py", other);
    if (!there_as_file("/usr/bin/python3")) {
        fprintf(stderr, "skip only_what_is_required_is_there_besides: no /usr/bin/python3\n");
        return;
    }
    ck_assert_int_eq(folder_make(other, &e) | file_write(file, "value = 2\n", 10, 0644, &e), 0);
    const char *folders[] = {other};
    struct texts with = {folders, 1};
    ck_assert_int_eq(import("wheelmod", "import othermod\n", &why), SMOKE_FAILED);
    ck_assert_int_eq(import_with(with, "wheelmod", "import othermod\n", &why), SMOKE_PASSED);
    ck_assert_int_eq(import_with(with, "othermod", "", &why), SMOKE_FAILED);
    ck_assert_ptr_nonnull(strstr(why, "not from the wheel"));
    ck_assert_int_eq(
        import_with(with, "wheelmod",
            "import sys\nassert not [p for p in sys.path if p.endswith('-packages')], sys.path\n", &why),
        SMOKE_PASSED);
}
END_TEST

START_TEST(errors_of_the_loader_are_explained)
{
    static const struct {
        const char *text, *plain;
    } cases[] = {
        {"ImportError: /s/m.so: undefined symbol: deflateInit_\n", "symbol deflateInit_,"},
        {"ImportError: libfoo.so.3: cannot open shared object file: No such file or directory\n",
            "shared library libfoo.so.3,"},
        {"ImportError: /lib/libc.so.6: version `GLIBC_2.38' not found (required by m.so)\n",
            "GLIBC_2.38, which is newer"},
        {"ImportError: dynamic module does not define module export function (PyInit_x)\n", "entry point"},
        {"ImportError: m.so: cannot allocate memory in static TLS block\n", "thread-local"},
        {"ModuleNotFoundError: No module named 'attr'\n", "imports attr,"},
    };
    const char *said = smoke_explain(&arena, cases[_i].text);
    ck_assert_ptr_nonnull(said);
    ck_assert_msg(strstr(said, cases[_i].plain) != NULL, "%s", said);
    ck_assert_ptr_null(smoke_explain(&arena, "AssertionError: 1 != 2\n"));
}
END_TEST

Suite *smoke_suite(void)
{
    Suite *s = suite_create("smoke");
    TCase *t = tcase_create("smoke");
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_set_timeout(t, 30);
    tcase_add_test(t, what_ends_well_has_passed);
    tcase_add_test(t, a_failure_says_what_was_printed_last);
    tcase_add_test(t, a_signal_and_a_hang_are_failures);
    tcase_add_test(t, what_cannot_start_was_not_run);
    tcase_add_test(t, nothing_written_is_not_passed);
    tcase_add_test(t, modules_must_come_from_the_wheel);
    tcase_add_test(t, what_wants_others_is_not_tried);
    tcase_add_test(t, a_module_may_start_processes);
    tcase_add_test(t, only_what_is_required_is_there_besides);
    tcase_add_loop_test(t, errors_of_the_loader_are_explained, 0, 6);
    suite_add_tcase(s, t);
    return s;
}
