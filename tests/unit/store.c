#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/wait.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"

static char *root;
static struct store store;
static struct key key;
static struct arena arena;

static struct key key_of(const char *text)
{
    struct key k = {0};
    fact_add(&k.facts, &arena, "recipe", text);
    key_seal(&k, &arena);
    return k;
}

static void setup(void)
{
    struct err e = ERR_INIT;
    root = scratch_make();
    AUTO_FREE char *cache = path_join(root, "cache");
    ck_assert_int_eq(store_open(&store, cache, &e), 0);
    key = key_of("zlib 1.3");
}

static void teardown(void)
{
    store_release(&store);
    arena_release(&arena);
    scratch_remove(root);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    ck_assert_msg(file_write(path, text, strlen(text), 0644, &e) == 0, "%s", e.text);
}

static void begin(struct tree_draft *d)
{
    struct err e = ERR_INIT;
    ck_assert_msg(tree_draft_begin(d, &store, "zlib", &key, &e) == DRAFT_BEGUN, "%s", e.text);
}

static bool has_tree(void)
{
    struct err e = ERR_INIT;
    return answer_of(store_has_tree(&store, "zlib", &key, &e), &e);
}

START_TEST(a_committed_tree_is_found_again)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    struct err e = ERR_INIT;
    ck_assert(!has_tree());
    begin(&d);
    ck_assert(there_as_folder(d.logs));
    write_file(d.stage, "libz.a", "x");
    write_file(d.work, "scratch", "x");
    ck_assert(!has_tree());
    ck_assert_int_eq(tree_draft_commit(&d, &key, &e), 0);
    ck_assert(has_tree());
    ck_assert(!there_is(d.work));
    AUTO_FREE char *file = path_join(d.final, "libz.a");
    ck_assert(there_as_file(file));
    tree_draft_release(&d);
    ck_assert_int_eq(tree_draft_begin(&d, &store, "zlib", &key, &e), DRAFT_READY);
}
END_TEST

START_TEST(a_tree_of_another_key_text_is_not_it)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    struct err e = ERR_INIT;
    begin(&d);
    ck_assert_int_eq(tree_draft_commit(&d, &key, &e), 0);
    tree_draft_release(&d);
    AUTO_FREE char *path = store_tree_path(&store, "zlib", &key);
    AUTO_FREE char *file = path_join(path, ".staticbuild/key");
    static const char *const others[] = {
        "", "recipe: zlib 1.3", "recipe: zlib 1.3\n\n", "recipe: zlib 1.2\n", "recipe zlib 1.3\n"};
    for (size_t i = 0; i < COUNT(others); i++) {
        ck_assert_int_eq(file_write(file, others[i], strlen(others[i]), 0644, &e), 0);
        ck_assert_msg(!has_tree(), "accepted \"%s\"", others[i]);
    }
    begin(&d); /* and such a tree is replaced, not added to */
    write_file(path, "stale", "x");
    ck_assert_int_eq(tree_draft_commit(&d, &key, &e), 0);
    ck_assert(has_tree());
    AUTO_FREE char *stale = path_join(path, "stale");
    ck_assert(!there_is(stale));
}
END_TEST

/* As if the machine had been started anew since: the mark is of another boot. */
static void start_anew(void)
{
    AUTO_FREE char *mark = store_named_path(&store, "unsynced", "zlib", &key);
    ck_assert(unlink(mark) == 0 || errno == ENOENT);
    ck_assert_int_eq(symlink("00000000-0000-0000-0000-000000000000", mark), 0);
}

START_TEST(a_tree_that_a_power_cut_may_have_emptied_is_made_again)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    struct err e = ERR_INIT;
    begin(&d);
    ck_assert_int_eq(tree_draft_commit(&d, &key, &e), 0);
    tree_draft_release(&d);
    ck_assert_int_eq(
        store_has_tree(&store, "zlib", &key, &e), 1); /* the memory of this boot knows what is in it */
    AUTO_FREE char *mark = store_named_path(&store, "unsynced", "zlib", &key);
    ck_assert_int_eq(path_exists(mark, &e), 1);
    start_anew();
    ck_assert_int_eq(store_has_tree(&store, "zlib", &key, &e), 0);
    ck_assert_int_eq(store_sync(&store, &e), 0); /* says nothing of what was lost before */
    ck_assert_int_eq(store_has_tree(&store, "zlib", &key, &e), 0);
    begin(&d);
    ck_assert_int_eq(tree_draft_commit(&d, &key, &e), 0);
    ck_assert_int_eq(store_has_tree(&store, "zlib", &key, &e), 1);
}
END_TEST

START_TEST(a_synced_tree_outlives_a_power_cut)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    struct err e = ERR_INIT;
    begin(&d);
    ck_assert_int_eq(tree_draft_commit(&d, &key, &e), 0);
    ck_assert_int_eq(store_sync(&store, &e), 0);
    AUTO_FREE char *mark = store_named_path(&store, "unsynced", "zlib", &key);
    ck_assert_int_eq(path_exists(mark, &e), 0);
    ck_assert_int_eq(store_has_tree(&store, "zlib", &key, &e), 1);
}
END_TEST

START_TEST(a_failed_build_keeps_its_work_until_the_next_try)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    begin(&d);
    write_file(d.work, "config.log", "x");
    AUTO_FREE char *log = path_join(d.work, "config.log");
    tree_draft_release(&d);
    ck_assert(there_as_file(log));
    ck_assert(!has_tree());
    begin(&d);
    ck_assert(!there_is(log));
}
END_TEST

START_TEST(a_run_that_dies_leaves_nothing_finished)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct tree_draft d;
        begin(&d);
        write_file(d.stage, "libz.a", "half");
        raise(SIGKILL);
    }
    int status;
    waitpid(pid, &status, 0);
    ck_assert(WIFSIGNALED(status));
    ck_assert(!has_tree());
    struct err e = ERR_INIT;
    AUTO(tree_draft) struct tree_draft d = {0};
    ck_assert_int_eq(tree_draft_try(&d, &store, "zlib", &key, &e), DRAFT_BEGUN);
    AUTO_FREE char *half = path_join(d.stage, "libz.a");
    ck_assert(!there_is(half));
}
END_TEST

static size_t entries(const char *name)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(store.root, name);
    ck_assert_int_eq(folder_names(&names, path, &e), 1);
    return names.len;
}

/* As a run does that is killed. */
static void die_with(const char *name, const struct key *k)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct tree_draft d;
        struct err e = ERR_INIT;
        tree_draft_try(&d, &store, name, k, &e);
        raise(SIGKILL);
    }
    int status;
    waitpid(pid, &status, 0);
    ck_assert(WIFSIGNALED(status));
}

START_TEST(what_dead_runs_left_is_removed_by_any_other)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    AUTO(strvec) struct strvec gone = {0};
    struct err e = ERR_INIT;
    struct key other = key_of("another");
    die_with("zlib", &key);
    die_with("bzip2", &other);
    ck_assert_uint_eq(entries("work"), 2);
    ck_assert_uint_eq(entries("locks"), 4);
    ck_assert_int_eq(tree_draft_try(&d, &store, "xz", &key, &e), DRAFT_BEGUN);
    store_tidy(&store, UINT64_MAX, &gone);
    ck_assert_uint_eq(entries("work"), 1);
    ck_assert_uint_eq(entries("locks"), 2);
    ck_assert(there_as_folder(d.logs)); /* its own is not */
    ck_assert_int_eq(tree_draft_commit(&d, &key, &e), 0);
    tree_draft_release(&d);
    ck_assert_uint_eq(entries("work"), 0);
    ck_assert_uint_eq(entries("locks"), 0);
}
END_TEST

START_TEST(what_a_failed_step_left_stays_until_it_is_made_again)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    AUTO(strvec) struct strvec gone = {0};
    struct err e = ERR_INIT;
    struct key other = key_of("another");
    begin(&d);
    tree_draft_release(&d);
    store_tidy(&store, UINT64_MAX, &gone);
    ck_assert_uint_eq(entries("work"), 1);
    ck_assert_int_eq(tree_draft_try(&d, &store, "zlib-ng", &other, &e), DRAFT_BEGUN);
    tree_draft_discard(&d);
    ck_assert_uint_eq(entries("work"), 1);
    ck_assert_int_eq(tree_draft_try(&d, &store, "zlib", &other, &e), DRAFT_BEGUN);
    ck_assert_uint_eq(entries("work"), 1); /* of the other key, but what was left there is of no more use */
    tree_draft_discard(&d);
    ck_assert_uint_eq(entries("work"), 0);
    ck_assert_uint_eq(entries("locks"), 0);
}
END_TEST

/* Starts a child that holds the draft until it reads from ask, then commits or gives up. */
static pid_t hold_draft(int told[2], int ask[2], bool commit)
{
    ck_assert(pipe(told) == 0 && pipe(ask) == 0);
    pid_t pid = fork();
    if (pid)
        return pid;
    struct tree_draft d;
    struct err e = ERR_INIT;
    char c = 0;
    begin(&d);
    if (write(told[1], &c, 1) != 1 || read(ask[0], &c, 1) != 1)
        _exit(1);
    usleep(100000); /* so that the other one really waits */
    if (commit && tree_draft_commit(&d, &key, &e) < 0)
        _exit(1);
    tree_draft_release(&d);
    _exit(0);
}

START_TEST(two_runs_on_one_store_wait_for_each_other)
{
    bool commit = _i == 0;
    int told[2], ask[2];
    pid_t pid = hold_draft(told, ask, commit);
    char c = 0;
    struct err e = ERR_INIT;
    AUTO(tree_draft) struct tree_draft d = {0};
    ck_assert_int_eq(read(told[0], &c, 1), 1);
    ck_assert_int_eq(tree_draft_try(&d, &store, "zlib", &key, &e), DRAFT_BUSY);
    struct key other = key_of("another");
    ck_assert_int_eq(tree_draft_try(&d, &store, "zlib", &other, &e), DRAFT_BEGUN);
    tree_draft_release(&d);
    ck_assert_int_eq(write(ask[1], &c, 1), 1);
    ck_assert_int_eq(tree_draft_begin(&d, &store, "zlib", &key, &e), commit ? DRAFT_READY : DRAFT_BEGUN);
    int status;
    waitpid(pid, &status, 0);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(the_wait_command_ends_when_the_lock_is_free)
{
    int told[2], ask[2];
    pid_t pid = hold_draft(told, ask, true);
    char c = 0;
    ck_assert_int_eq(read(told[0], &c, 1), 1);
    struct command cmd = {0};
    store_wait_command(&cmd, &store, "zlib", &key);
    ck_assert_str_eq(cmd.argv.items[1], "internal-wait");
    ck_assert_int_eq(write(ask[1], &c, 1), 1);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(helper_run(&store_wait_helper, slice_of(cmd.input), &e), 0);
    ck_assert(has_tree());
    waitpid(pid, NULL, 0);
    strvec_release(&cmd.argv);
    strvec_release(&cmd.env);
    free(cmd.input);
}
END_TEST

/* Opens the store as a user who is not root, for whom no folder is read-only; exits 0 when the error is
 * right.
 */
static _Noreturn void open_as_somebody(void)
{
    struct store s;
    struct err e = ERR_INIT;
    if (getuid() == 0 && setuid(65534) != 0)
        _exit(2);
    if (store_open(&s, store.root, &e) == 0)
        _exit(3);
    bool named = strstr(e.text, store.root) && strstr(e.text, "STATICBUILD_CACHE");
    _exit(e.kind == ERR_REFUSED && named ? 0 : 4);
}

START_TEST(a_store_that_cannot_be_written_is_named)
{
    if (_i == 0) { /* the folder itself is read-only */
        ck_assert_int_eq(chmod(store.root, 0555), 0);
    } else { /* one inside is */
        AUTO_FREE char *trees = path_join(store.root, "trees");
        ck_assert_int_eq(chmod(trees, 0555), 0);
    }
    ck_assert_int_eq(chmod(root, 0755), 0);
    pid_t pid = fork();
    if (pid == 0)
        open_as_somebody();
    int status;
    waitpid(pid, &status, 0);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(chmod(store.root, 0755), 0);
}
END_TEST

/* What is wrong with the folder itself (0) or one inside (1), and what mends it. */
static void assert_refused(const char *changed, const char *why, const char *remedy)
{
    struct store s;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(store_open(&s, store.root, &e), -1);
    ck_assert_int_eq(e.kind, ERR_REFUSED);
    AUTO_FREE char *command = xstrf("%s %s", remedy, changed);
    ck_assert_msg(str_starts(e.text, changed) && strstr(e.text, why) && strstr(e.text, command) &&
                      strstr(e.text, "STATICBUILD_CACHE"),
        "%s", e.text);
}

START_TEST(a_store_is_private)
{
    static const char *const folders[] = {
        "", "/downloads", "/trees", "/work", "/facts", "/locks", "/unsynced"};
    struct stat st;
    struct store s;
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = xstrf("%s%s", store.root, folders[_i]);
    ck_assert_int_eq(stat(folder, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0700);
    static const mode_t modes[] = {0775, 0702, 01777};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(chmod(folder, modes[i]), 0);
        assert_refused(folder, "others may write to it", "chmod go-w");
    }
    ck_assert_int_eq(chmod(folder, 0755), 0);
    ck_assert_msg(store_open(&s, store.root, &e) == 0, "%s", e.text);
    store_release(&s);
}
END_TEST

START_TEST(a_store_of_another_user_is_refused)
{
    AUTO_FREE char *folder = xstrf("%s%s", store.root, _i ? "/trees" : "");
    if (chown(folder, 65534, (gid_t)-1) < 0)
        return; /* only root can make one */
    assert_refused(folder, "belongs to another user (65534)", "chown -R 0");
    ck_assert_int_eq(chown(folder, geteuid(), (gid_t)-1), 0);
}
END_TEST

START_TEST(a_file_in_the_way_of_the_store_is_named)
{
    struct store s;
    AUTO(err) struct err e = ERR_INIT;
    write_file(root, "file", "x");
    AUTO_FREE char *path = path_join(root, "file/cache");
    ck_assert_int_eq(store_open(&s, path, &e), -1);
    ck_assert_int_eq(e.kind, ERR_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(e.text, path));
}
END_TEST

START_TEST(downloads_are_named_by_hash)
{
    const char *sha = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    AUTO_FREE char *path = store_download_path(&store, sha);
    ck_assert_str_eq(path_base(path), sha);
    ck_assert(!store_has_download(&store, sha));
    AUTO_FREE char *folder = path_dir(path);
    write_file(folder, sha, "x");
    ck_assert(store_has_download(&store, sha));
}
END_TEST

START_TEST(facts_hold_while_the_file_is_the_same)
{
    AUTO_FREE char *tool = path_join(root, "tool");
    write_file(root, "tool", "one");
    ck_assert_ptr_null(store_fact_get(&store, "python", tool));
    store_fact_set(&store, "python", tool, "{\"version\": \"3.11\"}\nmore");
    char *text = store_fact_get(&store, "python", tool);
    ck_assert_str_eq(text, "{\"version\": \"3.11\"}\nmore");
    free(text);
    ck_assert_ptr_null(store_fact_get(&store, "compiler", tool));

    write_file(root, "tool", "two"); /* same size, another inode */
    ck_assert_ptr_null(store_fact_get(&store, "python", tool));
    store_fact_set(&store, "python", tool, "");
    text = store_fact_get(&store, "python", tool);
    ck_assert_str_eq(text, "");
    free(text);
    unlink(tool);
    ck_assert_ptr_null(store_fact_get(&store, "python", tool));
}
END_TEST

START_TEST(a_damaged_fact_is_no_fact)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *tool = path_join(root, "tool");
    write_file(root, "tool", "one");
    store_fact_set(&store, "python", tool, "text");
    AUTO_FREE char *facts = path_join(store.root, "facts");
    AUTO(strvec) struct strvec files = {0};
    ck_assert_int_eq(tree_list(facts, NULL, NULL, &files, &e), 0);
    ck_assert_uint_eq(files.len, 1);
    AUTO_FREE char *file = path_join(facts, files.items[0]);
    AUTO(strbuf) struct strbuf whole = {0};
    ck_assert_int_eq(file_read(&whole, file, 4096, &e), 0);
    for (size_t len = 0; len < whole.len - strlen("text"); len++) {
        ck_assert_int_eq(file_write(file, whole.ptr, len, 0644, &e), 0);
        ck_assert_ptr_null(store_fact_get(&store, "python", tool));
    }
    ck_assert_int_eq(file_write(file, "a\0b", 3, 0644, &e), 0);
    ck_assert_ptr_null(store_fact_get(&store, "python", tool));
}
END_TEST

Suite *store_suite(void);
Suite *store_suite(void)
{
    Suite *s = suite_create("store");
    TCase *c = tcase_create("store");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, a_committed_tree_is_found_again);
    tcase_add_test(c, a_tree_of_another_key_text_is_not_it);
    tcase_add_test(c, a_tree_that_a_power_cut_may_have_emptied_is_made_again);
    tcase_add_test(c, a_synced_tree_outlives_a_power_cut);
    tcase_add_test(c, a_failed_build_keeps_its_work_until_the_next_try);
    tcase_add_test(c, what_dead_runs_left_is_removed_by_any_other);
    tcase_add_test(c, what_a_failed_step_left_stays_until_it_is_made_again);
    tcase_add_test(c, a_run_that_dies_leaves_nothing_finished);
    tcase_add_loop_test(c, two_runs_on_one_store_wait_for_each_other, 0, 2);
    tcase_add_test(c, the_wait_command_ends_when_the_lock_is_free);
    tcase_add_test(c, a_file_in_the_way_of_the_store_is_named);
    tcase_add_loop_test(c, a_store_that_cannot_be_written_is_named, 0, 2);
    tcase_add_loop_test(c, a_store_is_private, 0, 7);
    tcase_add_loop_test(c, a_store_of_another_user_is_refused, 0, 2);
    tcase_add_test(c, downloads_are_named_by_hash);
    tcase_add_test(c, facts_hold_while_the_file_is_the_same);
    tcase_add_test(c, a_damaged_fact_is_no_fact);
    suite_add_tcase(s, c);
    return s;
}
