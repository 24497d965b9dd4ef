/* What the store says that it holds, what makes room in it and what stays, and what is found to be damaged.
 */
#include "store/inventory.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/collect.h"
#include "store/internal.h"
#include "store/used.h"
#include "store/verify.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"

#define HOUR 3600LL
#define NS 1000000000LL

static char *root;
static struct store store;
static struct arena arena;
static struct inventory stock;

static void setup(void)
{
    struct err e = ERR_INIT;
    root = folder_make_temporary("/tmp", "store-test-", &e);
    AUTO_FREE char *cache = path_join(root, "cache");
    ck_assert_msg(store_open(&store, cache, &e) == 0, "%s", e.text);
}

static void teardown(void)
{
    store_release(&store);
    arena_release(&arena);
    scratch_remove(root);
}

static void set_used(const char *path, int64_t seconds_ago)
{
    time_t then = time(NULL) - (time_t)seconds_ago;
    const struct timespec times[2] = {{.tv_sec = then}, {.tv_sec = then}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void write_in(const char *folder, const char *name, size_t size)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    AUTO_FREE char *bytes = xcalloc(size + 1, 1);
    ck_assert_msg(file_write(path, bytes, size, 0644, &e) == 0, "%s", e.text);
}

static struct key key_of(const char *recipe)
{
    struct key k = {0};
    fact_add(&k.facts, &arena, "step", arena_strf(&arena, "build %s", recipe));
    fact_add(&k.facts, &arena, "version", "1.0");
    fact_add(&k.facts, &arena, "toolchain.target", "native");
    key_seal(&k, &arena);
    return k;
}

/* A tree "RECIPE-1.0" of that many bytes and its key, used so long ago; gives its path, in the arena. */
static const char *make_tree(const char *recipe, size_t size, int64_t seconds_ago)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    struct err e = ERR_INIT;
    struct key k = key_of(recipe);
    const char *name = arena_strf(&arena, "%s-1.0", recipe);
    ck_assert_int_eq(tree_draft_begin(&d, &store, name, &k, &e), DRAFT_BEGUN);
    write_in(d.stage, "lib.a", size);
    const char *path = arena_strdup(&arena, d.final);
    ck_assert_msg(tree_draft_commit(&d, &k, &e) == 0, "%s", e.text);
    set_used(path, seconds_ago);
    return path;
}

static const char *make_download(size_t size, int64_t seconds_ago)
{
    struct digest d;
    AUTO_FREE char *bytes = xcalloc(size + 1, 1);
    digest_bytes(&d, bytes, size);
    AUTO_FREE char *path = store_download_path(&store, d.hex);
    AUTO_FREE char *folder = path_dir(path);
    write_in(folder, d.hex, size);
    set_used(path, seconds_ago);
    return arena_strdup(&arena, path);
}

/* The folder of a step that failed so long ago. */
static void fail_step(const char *recipe, size_t size, int64_t seconds_ago)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    struct err e = ERR_INIT;
    struct key k = key_of(recipe);
    ck_assert_int_eq(tree_draft_begin(&d, &store, recipe, &k, &e), DRAFT_BEGUN);
    write_in(d.work, "log", size);
    AUTO_FREE char *mark = path_join(d.work, ".kept");
    tree_draft_release(&d);
    set_used(mark, seconds_ago);
}

static void take_stock(void)
{
    struct err e = ERR_INIT;
    ck_assert_msg(inventory_take(&stock, &arena, &store, &e) == 0, "%s", e.text);
}

/* The names of what is there, parted by blanks. */
static const char *names_there(void)
{
    AUTO(strbuf) struct strbuf out = {0};
    take_stock();
    for (size_t i = 0; i < stock.count; i++)
        strbuf_addf(&out, "%s%.8s", i ? " " : "", stock.items[i].name);
    return arena_strdup(&arena, strbuf_str(&out));
}

static struct room_made make_room(struct room_limits limits)
{
    struct room_made made = {0};
    struct err e = ERR_INIT;
    take_stock();
    ck_assert_msg(store_make_room(&made, &arena, &store, &stock, &limits, &e) == 0, "%s", e.text);
    return made;
}

START_TEST(what_there_is_is_told)
{
    make_tree("zlib", 1000, HOUR);
    const char *download = make_download(50, 2 * HOUR);
    fail_step("xz", 300, 3 * HOUR);
    take_stock();
    ck_assert_uint_eq(stock.count, 3);
    const struct stored *tree = &stock.items[0], *source = &stock.items[1], *failed = &stock.items[2];
    ck_assert_str_eq(tree->name, "zlib-1.0");
    ck_assert_uint_eq(strlen(tree->key), KEY_DIGITS);
    ck_assert_str_eq(tree->group, "build");
    ck_assert_str_eq(tree->made_for, "build zlib 1.0, native");
    ck_assert_uint_ge(tree->size_bytes, 1000);
    ck_assert_uint_lt(tree->size_bytes, 1200); /* its key too */
    ck_assert_int_lt(tree->used_ns / NS, time(NULL) - HOUR + 60);
    ck_assert_int_gt(tree->made_ns / NS, time(NULL) - 60);
    ck_assert_str_eq(source->entry, path_base(download));
    ck_assert_uint_eq(source->size_bytes, 50);
    ck_assert_str_eq(failed->name, "xz");
    ck_assert_str_eq(failed->group, "failed");
    ck_assert_uint_ge(failed->size_bytes, 300);
    ck_assert(stored_is_called(tree, "zlib") && stored_is_called(tree, "zlib-1.0"));
    ck_assert(!stored_is_called(tree, "zli") && !stored_is_called(tree, "zlib-1"));
    AUTO_FREE char *digits = xstrndup(source->name, 8);
    ck_assert(stored_is_called(source, digits));
    digits[7] = '\0';
    ck_assert(!stored_is_called(source, digits));
}
END_TEST

/* Whose source a download is, is known by the trees that were made of it. */
START_TEST(a_download_is_told_by_who_has_it)
{
    AUTO(tree_draft) struct tree_draft d = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *download = make_download(50, HOUR);
    struct key k = {0};
    fact_add(&k.facts, &arena, "step", "build zlib");
    fact_add(&k.facts, &arena, "version", "1.3");
    fact_add(&k.facts, &arena, "source[.]", path_base(download));
    key_seal(&k, &arena);
    ck_assert_int_eq(tree_draft_begin(&d, &store, "zlib-1.3", &k, &e), DRAFT_BEGUN);
    ck_assert_msg(tree_draft_commit(&d, &k, &e) == 0, "%s", e.text);
    make_download(60, HOUR);
    take_stock();
    ck_assert_uint_eq(stock.count, 3);
    for (size_t i = 1; i < 3; i++)
        ck_assert_str_eq(
            stock.items[i].made_for, stock.items[i].size_bytes == 50 ? "source of zlib 1.3" : "");
}
END_TEST

/* A process that uses one tree in a run, and makes another, until its standard input ends. */
static pid_t run_elsewhere(const char *used, const char *making, int until[2])
{
    int begun[2];
    char byte;
    ck_assert(pipe(begun) == 0 && pipe(until) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct store own = {.root = store.root};
        struct tree_draft d = {0};
        struct err e = ERR_INIT;
        struct key k = key_of(used), other = key_of(making);
        close(until[1]);
        bool good = store_run_begin(&own, &e) == 0;
        store_used_tree(&own, arena_strf(&arena, "%s-1.0", used), &k);
        good = good &&
               tree_draft_begin(&d, &own, arena_strf(&arena, "%s-1.0", making), &other, &e) == DRAFT_BEGUN;
        good = good && write(begun[1], "x", 1) == 1 && read(until[0], &byte, 1) == 0;
        _exit(!good);
    }
    close(until[0]);
    ck_assert_int_eq(read(begun[0], &byte, 1), 1);
    close(begun[0]);
    close(begun[1]);
    return pid;
}

/* What somebody else makes again meanwhile stays, and he is named. */
START_TEST(what_is_being_made_stays)
{
    int until[2], status;
    make_tree("a", 1000, 3 * HOUR);
    make_tree("c", 1000, 3 * HOUR);
    AUTO(err) struct err e = ERR_INIT;
    struct key k = key_of("c");
    AUTO_FREE char *tree = store_tree_path(&store, "c-1.0", &k), *aside = xstrf("%s/aside", root);
    ck_assert_msg(tree_move(tree, aside, &e) == 0, "%s", e.text);
    pid_t pid = run_elsewhere("a", "c", until); /* it found no c */
    ck_assert_msg(tree_move(aside, tree, &e) == 0, "%s", e.text);
    struct room_made made = make_room((struct room_limits){.has_size = true});
    ck_assert_int_eq(made.process, pid);
    ck_assert_uint_eq(made.gone_count, 0);
    ck_assert_int_eq(access(tree, F_OK), 0);
    close(until[1]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
}
END_TEST

START_TEST(using_a_tree_is_remembered)
{
    make_tree("zlib", 10, 9 * HOUR);
    struct key k = key_of("zlib");
    store_used_tree(&store, "zlib-1.0", &k);
    take_stock();
    ck_assert_int_gt(stock.items[0].used_ns / NS, time(NULL) - 60);
    struct err e = ERR_INIT;
    ck_assert_int_eq(store_has_tree(&store, "zlib-1.0", &k, &e), 1);
}
END_TEST

START_TEST(least_recently_used_goes_first)
{
    make_tree("a", 1000, 3 * HOUR);
    make_tree("b", 1000, 5 * HOUR);
    make_tree("c", 1000, HOUR);
    make_download(1000, 4 * HOUR);
    fail_step("d", 1000, 6 * HOUR);
    struct room_made made = make_room((struct room_limits){.has_size = true, .size_max = 2500});
    ck_assert_str_eq(names_there(), "a-1.0 c-1.0");
    ck_assert_uint_eq(made.gone_count, 3);
    ck_assert_str_eq(made.gone[0]->name, "d");
    ck_assert_str_eq(made.gone[1]->name, "b-1.0");
    ck_assert_uint_eq(made.left_bytes, inventory_size(&stock));
    make_room((struct room_limits){.has_size = true});
    ck_assert_str_eq(names_there(), "");
    ck_assert_uint_eq(made.in_use_count, 0);
}
END_TEST

START_TEST(of_two_the_larger_goes_first)
{
    const char *paths[] = {make_tree("a", 100, 0), make_tree("c", 90000, 0), make_tree("b", 5000, 0)};
    const struct timespec once[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
    for (size_t i = 0; i < COUNT(paths); i++)
        ck_assert_int_eq(utimensat(AT_FDCWD, paths[i], once, 0), 0);
    struct room_made made = make_room((struct room_limits){.has_size = true, .only_tell = true});
    ck_assert_uint_eq(made.gone_count, 3);
    ck_assert_str_eq(made.gone[0]->name, "c-1.0");
    ck_assert_str_eq(made.gone[1]->name, "b-1.0");
}
END_TEST

/* What would go is told as it would go, folders of failed steps too. */
START_TEST(what_would_go_is_told)
{
    make_tree("a", 1000, 3 * HOUR);
    fail_step("d", 1000, 6 * HOUR);
    struct room_made made = make_room((struct room_limits){.has_size = true, .only_tell = true});
    ck_assert_uint_eq(made.gone_count, 2);
    ck_assert_uint_eq(made.in_use_count, 0);
    ck_assert_str_eq(names_there(), "a-1.0 d");
    ck_assert_uint_eq(inventory_size(&stock), made.left_bytes + made.gone_bytes);
}
END_TEST

/* A folder that is worked in run after run: what came to an end in it is found again, anything else is not.
 */
START_TEST(a_folder_is_worked_in_again)
{
    AUTO(err) struct err e = ERR_INIT;
    struct work_folder w, other;
    ck_assert_int_eq(work_open_again(&w, &store, "kept", &e), 1);
    AUTO_FREE char *file = path_join(w.path, "file");
    write_in(w.path, "file", 10);
    work_keep(&w);
    ck_assert_int_eq(work_open_again(&w, &store, "kept", &e), 1);
    ck_assert_int_eq(access(file, F_OK), 0);
    ck_assert_int_eq(work_open_again(&other, &store, "kept", &e), 0); /* somebody is in it */
    ck_assert_ptr_null(other.path);
    lock_release(&w.lock); /* as a run that dies */
    free(w.path);
    ck_assert_int_eq(work_open_again(&w, &store, "kept", &e), 1);
    ck_assert_int_ne(access(file, F_OK), 0);
    ck_assert_int_eq(work_remove(&w, &e), 0);
}
END_TEST

START_TEST(what_was_not_used_for_long_goes)
{
    make_tree("a", 1000, 3 * HOUR);
    make_tree("b", 1000, 5 * HOUR);
    int64_t since = (time(NULL) - 4 * HOUR) * NS;
    struct room_made made =
        make_room((struct room_limits){.has_age = true, .used_since_ns = since, .only_tell = true});
    ck_assert_uint_eq(made.gone_count, 1);
    ck_assert_str_eq(names_there(), "a-1.0 b-1.0");
    make_room((struct room_limits){.has_age = true, .used_since_ns = since});
    ck_assert_str_eq(names_there(), "a-1.0");
}
END_TEST

START_TEST(what_a_run_uses_stays)
{
    int until[2], status;
    make_tree("a", 1000, 3 * HOUR);
    make_tree("b", 1000, 3 * HOUR);
    pid_t pid = run_elsewhere("a", "c", until);
    struct room_made made = make_room((struct room_limits){.has_size = true});
    ck_assert_str_eq(names_there(), "a-1.0 c-1.0"); /* c in work/ */
    ck_assert_uint_eq(made.in_use_count, 2);
    ck_assert_int_eq(made.process, pid);
    ck_assert_str_eq(made.gone[0]->name, "b-1.0");
    close(until[1]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    AUTO(strvec) struct strvec gone = {0};
    store_tidy(&store, 0, &gone);
    make_room((struct room_limits){.has_size = true});
    ck_assert_str_eq(names_there(), "");
}
END_TEST

START_TEST(what_is_named_goes)
{
    AUTO(strvec) struct strvec names = {0};
    struct room_made made = {0};
    struct err e = ERR_INIT;
    make_tree("zlib", 10, 0);
    make_tree("xz", 10, 0);
    fail_step("zlib", 10, 0);
    take_stock();
    strvec_push(&names, "zlib");
    ck_assert_int_eq(store_drop(&made, &arena, &store, &stock, &names, &e), 0);
    ck_assert_uint_eq(made.gone_count, 2);
    ck_assert_str_eq(names_there(), "xz-1.0");
}
END_TEST

START_TEST(all_that_differs_is_named_and_set_aside)
{
    struct verification v;
    struct err e = ERR_INIT;
    const char *tree = make_tree("zlib", 1000, 0), *download = make_download(50, 0);
    make_tree("xz", 10, 0);
    take_stock();
    ck_assert_int_eq(store_verify(&v, &arena, &store, &stock, &e), 0);
    ck_assert_uint_eq(v.count, 0);
    ck_assert_uint_eq(v.tree_count, 2);
    ck_assert_uint_eq(v.download_count, 1);
    AUTO_FREE char *library = path_join(tree, "lib.a");
    ck_assert_int_eq(chmod(tree, 0755), 0);
    ck_assert_int_eq(chmod(library, 0644), 0);
    AUTO_FREE char *folder = path_dir(download);
    write_in(tree, "lib.a", 999);
    write_in(tree, "more", 1);
    write_in(folder, path_base(download), 49);
    ck_assert_int_eq(store_verify(&v, &arena, &store, &stock, &e), 0);
    ck_assert_uint_eq(v.count, 2);
    ck_assert_uint_eq(v.items[0].difference_count, 2);
    ck_assert_str_eq(v.items[0].differences[0], "lib.a: has other content");
    ck_assert_str_eq(v.items[0].differences[1], "more: was added");
    ck_assert_uint_eq(v.items[1].difference_count, 1);
    ck_assert(there_as_folder(v.items[0].place) && there_as_file(v.items[1].place));
    ck_assert(!there_is(tree) && !there_is(download));
    struct key k = key_of("zlib");
    ck_assert_int_eq(store_has_tree(&store, "zlib-1.0", &k, &e), 0);
    take_stock();
    ck_assert_str_eq(stock.items[stock.count - 1].group, "damaged");
}
END_TEST

/* Under the name of another, a tree would be taken for that. */
START_TEST(a_tree_under_the_name_of_another)
{
    struct verification v;
    struct err e = ERR_INIT;
    const char *tree = make_tree("zlib", 1000, 0);
    AUTO_FREE char *other = path_join(store.root, "trees/zlib-1.0-0123456789abcdef");
    ck_assert_int_eq(tree_move(tree, other, &e), 0);
    take_stock();
    ck_assert_int_eq(store_verify(&v, &arena, &store, &stock, &e), 0);
    ck_assert_uint_eq(v.count, 1);
    ck_assert_str_eq(v.items[0].differences[0], ".staticbuild/key: is of another tree");
}
END_TEST

START_TEST(failed_folders_stay_within_bounds)
{
    AUTO(strvec) struct strvec gone = {0};
    fail_step("a", 1000, 3 * HOUR);
    fail_step("b", 1000, HOUR);
    fail_step("c", 1000, 2 * HOUR);
    store_tidy(&store, 5000, &gone);
    ck_assert_uint_eq(gone.len, 0);
    store_tidy(&store, 2500, &gone);
    ck_assert_str_eq(names_there(), "b c");
    ck_assert_uint_eq(gone.len, 1);
    ck_assert_int_eq(strncmp(gone.items[0], "a-", 2), 0);
    store_tidy(&store, 0, &gone);
    ck_assert_str_eq(names_there(), "b"); /* the newest is what somebody wants to see */
}
END_TEST

Suite *inventory_suite(void)
{
    Suite *s = suite_create("inventory");
    TCase *t = tcase_create("inventory");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_there_is_is_told);
    tcase_add_test(t, a_download_is_told_by_who_has_it);
    tcase_add_test(t, what_is_being_made_stays);
    tcase_add_test(t, using_a_tree_is_remembered);
    tcase_add_test(t, least_recently_used_goes_first);
    tcase_add_test(t, of_two_the_larger_goes_first);
    tcase_add_test(t, what_would_go_is_told);
    tcase_add_test(t, a_folder_is_worked_in_again);
    tcase_add_test(t, what_was_not_used_for_long_goes);
    tcase_add_test(t, what_a_run_uses_stays);
    tcase_add_test(t, what_is_named_goes);
    tcase_add_test(t, all_that_differs_is_named_and_set_aside);
    tcase_add_test(t, a_tree_under_the_name_of_another);
    tcase_add_test(t, failed_folders_stay_within_bounds);
    suite_add_tcase(s, t);
    return s;
}
