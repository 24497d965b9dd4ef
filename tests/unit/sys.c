#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/ask.h"
#include "sched/process.h"
#include "sys/clock.h"
#include "sys/dirs.h"
#include "sys/durable.h"
#include "sys/fs.h"
#include "sys/lock.h"
#include "sys/path.h"
#include "sys/signals.h"
#include "there.h"
#include "scratch.h"

static char *folder;

static void make_folder(void)
{
    folder = scratch_make();
}

static void remove_folder(void)
{
    struct err e = ERR_INIT;
    ck_assert_int_eq(tree_remove(folder, &e), 0);
    ck_assert(!there_is(folder));
    free(folder);
}

START_TEST(paths_are_cleaned_as_text)
{
    static const char *const cases[][2] = {
        {"/a/./b//c/", "/a/b/c"},
        {"/a/../../b", "/b"},
        {"a/../..", ".."},
        {"../x/../y", "../y"},
        {"", "."},
        {"/", "/"},
    };
    AUTO_FREE char *clean = path_clean(cases[_i][0]);
    ck_assert_str_eq(clean, cases[_i][1]);
}
END_TEST

START_TEST(only_relative_paths_without_dotdot_stay_inside)
{
    ck_assert(path_stays_inside("a/b") && path_stays_inside("a/..b/c") && path_stays_inside("..."));
    ck_assert(!path_stays_inside("/a") && !path_stays_inside("a/../b") && !path_stays_inside("..") &&
              !path_stays_inside(""));
}
END_TEST

START_TEST(the_cache_is_below_the_users_own_home)
{
    static const char *const homes[] = {NULL, "", "relative"};
    const struct passwd *self = getpwuid(geteuid());
    unsetenv("STATICBUILD_CACHE");
    setenv("XDG_CACHE_HOME", "relative", 1);
    setenv("HOME", "/a/home", 1);
    AUTO_FREE char *given = dirs_cache();
    ck_assert_str_eq(given, "/a/home/.cache/staticbuild");
    if (!homes[_i])
        unsetenv("HOME");
    else
        setenv("HOME", homes[_i], 1);
    AUTO_FREE char *expected = self ? path_join(self->pw_dir, ".cache/staticbuild") : NULL;
    AUTO_FREE char *found = dirs_cache();
    ck_assert_pstr_eq(found, expected);
}
END_TEST

START_TEST(a_user_without_a_home_has_no_place_for_a_cache)
{
    enum { NOBODYS = 1234567 };
    unsetenv("STATICBUILD_CACHE");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    pid_t pid = fork();
    if (pid == 0)
        _exit(getuid() != 0 || setuid(NOBODYS) != 0 || dirs_cache() == NULL ? 0 : 1);
    int status;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

/* Whoever may write in the folder can have laid a link at the name. */
START_TEST(a_durable_file_replaces_a_link)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *from = path_join(folder, "from");
    AUTO_FREE char *victim = path_join(folder, "victim");
    AUTO_FREE char *to = path_join(folder, "to");
    ck_assert_int_eq(file_write(from, "new", 3, 0600, &e), 0);
    ck_assert_int_eq(file_write(victim, "precious", 8, 0644, &e), 0);
    ck_assert_int_eq(symlink(_i < 2 ? victim : "/nowhere/at-all", to), 0);
    if (_i % 2)
        ck_assert_msg(file_copy_durably(from, to, 0644, &e) == 0, "%s", e.text);
    else
        ck_assert_msg(file_write_durably(to, "new", 3, 0644, &e) == 0, "%s", e.text);
    struct stat st;
    ck_assert_int_eq(lstat(to, &st), 0);
    ck_assert(S_ISREG(st.st_mode) && (st.st_mode & 0777) == 0644);
    AUTO(strbuf) struct strbuf text = {0};
    ck_assert_int_eq(file_read(&text, to, 100, &e), 0);
    ck_assert_int_eq(file_read(&text, victim, 100, &e), 0);
    ck_assert_str_eq(strbuf_str(&text), "newprecious");
    AUTO(strvec) struct strvec names = {0};
    ck_assert_int_eq(tree_list(folder, NULL, NULL, &names, &e), 0);
    ck_assert_uint_eq(names.len, 3); /* nothing is left beside it */
}
END_TEST

/* The C library's, with a note of their order. */
static char order[64];

static void note(char what)
{
    size_t len = strlen(order);
    if (len + 1 < sizeof order)
        order[len] = what;
}

int fdatasync(int fd)
{
    note('d');
    return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    note('f');
    return (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
    note('r');
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

START_TEST(a_durable_file_is_on_the_disk_before_it_has_its_name)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *from = path_join(folder, "from");
    AUTO_FREE char *to = path_join(folder, "to");
    ck_assert_int_eq(file_write(from, "new", 3, 0644, &e), 0);
    memset(order, 0, sizeof order);
    ck_assert_int_eq(
        _i ? file_copy_durably(from, to, 0644, &e) : file_write_durably(to, "new", 3, 0644, &e), 0);
    ck_assert_str_eq(order, "drf");
}
END_TEST

START_TEST(a_durable_file_that_cannot_be_leaves_nothing)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *to = path_join(folder, "to");
    ck_assert_int_eq(mkdir(to, 0755), 0);
    ck_assert_int_eq(file_write_durably(to, "new", 3, 0644, &e), -1);
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err other = ERR_INIT;
    ck_assert_int_eq(tree_list(folder, NULL, NULL, &names, &other), 0);
    ck_assert_uint_eq(names.len, 0);
}
END_TEST

START_TEST(paths_are_seen_from_a_base)
{
    AUTO_FREE char *below = path_relative("/a/b/c", "/a/b");
    AUTO_FREE char *beside = path_relative("/a/bc", "/a/b");
    ck_assert_str_eq(below, "c");
    ck_assert_str_eq(beside, "/a/bc");
}
END_TEST

START_TEST(files_are_replaced_whole_and_read_back)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(folder, "f");
    ck_assert_int_eq(file_write(path, "one", 3, 0644, &e), 0);
    ck_assert_int_eq(file_write(path, "three", 5, 0600, &e), 0);
    ck_assert_int_eq(file_read(&text, path, 5, &e), 0);
    ck_assert_str_eq(text.ptr, "three");
    ck_assert_int_eq(file_read(&text, path, 4, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "larger than 4 bytes"));
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    AUTO(strvec) struct strvec names = {0};
    ck_assert_int_eq(tree_list(folder, NULL, NULL, &names, &e), 0);
    ck_assert_uint_eq(names.len, 1); /* nothing half-made stays */
}
END_TEST

START_TEST(an_unchanged_file_keeps_its_time)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, "f");
    struct file_identity before, after;
    file_write(path, "same", 4, 0644, &e);
    ck_assert_int_eq(file_identity_get(&before, path, &e), 1);
    ck_assert_int_eq(file_write_if_changed(path, "same", 4, 0644, &e), 0);
    ck_assert_int_eq(file_identity_get(&after, path, &e), 1);
    ck_assert_uint_eq(before.inode, after.inode);
    ck_assert_int_eq(file_write_if_changed(path, "else", 4, 0644, &e), 0);
    ck_assert_int_eq(file_identity_get(&after, path, &e), 1);
    ck_assert_uint_ne(before.inode, after.inode);
}
END_TEST

START_TEST(a_fifo_is_refused_without_hanging)
{
    AUTO(err) struct err e = ERR_INIT;
    struct mapping m = {0};
    AUTO_FREE char *path = path_join(folder, "fifo");
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(mapping_open(&m, path, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "is not a regular file"));
}
END_TEST

START_TEST(removing_a_tree_does_not_follow_links)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *kept = xstrf("%s/kept/file", folder), *keep = xstrf("%s/kept", folder);
    AUTO_FREE char *gone = xstrf("%s/gone/deep/er", folder), *root = xstrf("%s/gone", folder);
    AUTO_FREE char *link = xstrf("%s/gone/link", folder), *locked = xstrf("%s/gone/deep", folder);
    ck_assert_int_eq(folder_make(keep, &e) | folder_make(gone, &e), 0);
    ck_assert_int_eq(file_write(kept, "x", 1, 0644, &e), 0);
    ck_assert_int_eq(symlink(keep, link), 0);
    ck_assert_int_eq(chmod(locked, 0), 0);
    ck_assert_int_eq(tree_remove(root, &e), 0);
    ck_assert(there_is(kept) && !there_is(root));
    ck_assert_int_eq(tree_remove(root, &e), 0); /* not there is fine */
}
END_TEST

START_TEST(copying_keeps_links_and_modes)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *from = xstrf("%s/a", folder), *to = xstrf("%s/b", folder);
    AUTO_FREE char *tool = xstrf("%s/a/tool", folder), *link = xstrf("%s/a/l", folder);
    AUTO_FREE char *copy = xstrf("%s/b/tool", folder), *copied_link = xstrf("%s/b/l", folder);
    folder_make(from, &e);
    file_write(tool, "#!", 2, 0755, &e);
    ck_assert_int_eq(symlink("tool", link), 0);
    ck_assert_int_eq(tree_copy(from, to, &e), 0);
    struct stat st;
    ck_assert_int_eq(stat(copy, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0755);
    ck_assert_int_eq(lstat(copied_link, &st), 0);
    ck_assert(S_ISLNK(st.st_mode));
}
END_TEST

START_TEST(a_lock_that_is_not_held_lets_nothing_go)
{
    struct lock none = {0};
    lock_release(&none);
    ck_assert_int_ge(fcntl(0, F_GETFD), 0); /* whose number is 0, too */
}
END_TEST

START_TEST(a_lock_is_held_by_one)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, "lock");
    struct lock first = {0}, second = {0};
    ck_assert_int_eq(lock_try(&first, path, &e), 0);
    ck_assert_int_eq(lock_try(&second, path, &e), 1);
    lock_release(&first);
    ck_assert_int_eq(lock_try(&second, path, &e), 0);
    lock_release(&second);
}
END_TEST

static int run(char *const *argv, char *const *env, struct strbuf *out, int timeout_ms, struct err *e)
{
    struct process_end end;
    struct process_spec spec = {.argv = argv, .env = env, .dir = folder, .in = -1, .err = -1};
    return process_run(&spec, out, 4096, timeout_ms, &end, e) < 0 ? -1 : end.status;
}

START_TEST(a_child_gets_exactly_what_it_was_given)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    char *env[] = {"PATH=/usr/bin:/bin", "ONLY=this one", NULL};
    char *argv[] = {
        "sh", "-c", "pwd; echo \"$ONLY|$HOME|$1\"; ls /proc/self/fd | wc -l; exit 7", "sh", "a b;c", NULL};
    setenv("HOME", "/leaks", 1);
    int leaked = open("/dev/null", O_RDONLY); /* without close-on-exec on purpose */
    ck_assert_int_eq(run(argv, env, &out, 5000, &e), 7);
    AUTO(strbuf) struct strbuf expected = {0};
    strbuf_addf(&expected, "%s\nthis one||a b;c\n4\n", folder); /* 0, 1, 2 and the folder ls reads */
    ck_assert_str_eq(strbuf_str(&out), expected.ptr);
    close(leaked);
}
END_TEST

static void do_nothing(int number)
{
    (void)number;
}

/* A signal is no answer: neither while the child prints nor when it has closed its output and still runs. */
START_TEST(a_signal_does_not_end_the_wait)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    struct sigaction action = {.sa_handler = do_nothing}, before;
    struct itimerval often = {{0, 20000}, {0, 20000}}, never = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, &before);
    setitimer(ITIMER_REAL, &often, NULL);
    char *argv[] = {"sh", "-c", "sleep 0.2; echo done; exec >&-; sleep 0.3", NULL};
    int status = run(argv, NULL, &out, 10000, &e);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    ck_assert_msg(status == 0, "%d: %s", status, e.text ? e.text : "");
    ck_assert_str_eq(strbuf_str(&out), "done\n");
}
END_TEST

/* With SIGCHLD ignored the kernel reaps children itself, and wait(2) has nothing to tell. */
START_TEST(a_wait_that_fails_is_a_failed_child)
{
    AUTO(err) struct err e = ERR_INIT;
    char *argv[] = {"sh", "-c", "sleep 0.2", NULL};
    struct process_spec spec = {.argv = argv, .in = -1, .out = -1, .err = -1};
    struct process_end end;
    struct process p;
    signal(SIGCHLD, SIG_IGN);
    ck_assert_int_eq(process_start(&p, &spec, &e), 0);
    process_wait(&p, &end);
    ck_assert_int_eq(end.status, 255);
    ck_assert_int_eq(end.lost, ECHILD);
    signals_reset();
    ck_assert_int_eq(run(argv, NULL, NULL, 10000, &e), 0);
}
END_TEST

START_TEST(what_a_parent_does_to_signals_is_undone)
{
    sigset_t some, now;
    struct sigaction action;
    sigemptyset(&some);
    sigaddset(&some, SIGTERM);
    sigprocmask(SIG_BLOCK, &some, NULL);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signals_reset();
    sigprocmask(SIG_BLOCK, NULL, &now);
    sigaction(SIGTERM, NULL, &action);
    ck_assert(!sigismember(&now, SIGTERM));
    ck_assert(action.sa_handler == SIG_DFL);
    sigaction(SIGHUP, NULL, &action);
    ck_assert_msg(action.sa_handler == SIG_IGN, "what nohup asked for is forgotten");
}
END_TEST

START_TEST(a_program_that_is_not_there_is_an_error_here)
{
    AUTO(err) struct err e = ERR_INIT;
    char *argv[] = {"no-such-program", NULL};
    ck_assert_int_eq(run(argv, NULL, NULL, 1000, &e), -1);
    ck_assert_str_eq(e.text, "no-such-program: program not found");
    ck_assert_int_eq(e.kind, ERR_MISSING);
}
END_TEST

START_TEST(a_relative_program_is_the_one_in_its_folder)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    AUTO_FREE char *path = path_join(folder, "configure");
    static const char script[] = "#!/bin/sh\necho $0\n";
    ck_assert_int_eq(file_write(path, script, sizeof script - 1, 0755, &e), 0);
    char *argv[] = {"./configure", NULL};
    ck_assert_int_eq(run(argv, NULL, &out, 5000, &e), 0);
    ck_assert_str_eq(strbuf_str(&out), "./configure\n");
}
END_TEST

START_TEST(a_child_that_hangs_is_ended_with_its_children)
{
    AUTO(err) struct err e = ERR_INIT;
    char *argv[] = {"sh", "-c", "sleep 100 & wait", NULL};
    int64_t begin = clock_monotonic_ns();
    ck_assert_int_eq(run(argv, NULL, NULL, 100, &e), -1);
    ck_assert_int_lt(clock_monotonic_ns() - begin, 5000000000LL);
    ck_assert_ptr_nonnull(strstr(e.text, "gave no answer in time"));
}
END_TEST

START_TEST(words_can_be_pasted_into_a_shell)
{
    char *argv[] = {"cc", "-DX=\"a b\"", "it's", "", NULL};
    AUTO_FREE char *words = process_words(argv);
    ck_assert_str_eq(words, "cc '-DX=\"a b\"' 'it'\\''s' ''");
}
END_TEST

START_TEST(source_date_epoch_is_checked)
{
    AUTO(err) struct err e = ERR_INIT;
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    ck_assert_int_eq(clock_source_date_epoch(&e), 1700000000);
    setenv("SOURCE_DATE_EPOCH", "", 1);
    ck_assert_int_eq(clock_source_date_epoch(&e), -1);
    setenv("SOURCE_DATE_EPOCH", "17e8", 1);
    ck_assert_int_eq(clock_source_date_epoch(&e), -2);
    ck_assert_int_eq(e.kind, ERR_USAGE);
    char text[32];
    clock_format_utc(1700000000, text);
    ck_assert_str_eq(text, "2023-11-14T22:13:20Z");
}
END_TEST

Suite *sys_suite(void)
{
    Suite *s = suite_create("sys");
    TCase *t = tcase_create("sys");
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_loop_test(t, paths_are_cleaned_as_text, 0, 6);
    tcase_add_test(t, only_relative_paths_without_dotdot_stay_inside);
    tcase_add_loop_test(t, the_cache_is_below_the_users_own_home, 0, 3);
    tcase_add_test(t, a_user_without_a_home_has_no_place_for_a_cache);
    tcase_add_test(t, paths_are_seen_from_a_base);
    tcase_add_loop_test(t, a_durable_file_replaces_a_link, 0, 4);
    tcase_add_loop_test(t, a_durable_file_is_on_the_disk_before_it_has_its_name, 0, 2);
    tcase_add_test(t, a_durable_file_that_cannot_be_leaves_nothing);
    tcase_add_test(t, files_are_replaced_whole_and_read_back);
    tcase_add_test(t, an_unchanged_file_keeps_its_time);
    tcase_add_test(t, a_fifo_is_refused_without_hanging);
    tcase_add_test(t, removing_a_tree_does_not_follow_links);
    tcase_add_test(t, copying_keeps_links_and_modes);
    tcase_add_test(t, a_lock_that_is_not_held_lets_nothing_go);
    tcase_add_test(t, a_lock_is_held_by_one);
    tcase_add_test(t, a_child_gets_exactly_what_it_was_given);
    tcase_add_test(t, a_signal_does_not_end_the_wait);
    tcase_add_test(t, a_wait_that_fails_is_a_failed_child);
    tcase_add_test(t, what_a_parent_does_to_signals_is_undone);
    tcase_add_test(t, a_program_that_is_not_there_is_an_error_here);
    tcase_add_test(t, a_relative_program_is_the_one_in_its_folder);
    tcase_add_test(t, a_child_that_hangs_is_ended_with_its_children);
    tcase_add_test(t, words_can_be_pasted_into_a_shell);
    tcase_add_test(t, source_date_epoch_is_checked);
    suite_add_tcase(s, t);
    return s;
}
