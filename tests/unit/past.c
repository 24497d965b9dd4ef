/* The version of a store, and what is read of the trees that it has. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/past.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "scratch.h"

static char *root;
static struct store store;
static struct arena arena;

static void setup(void)
{
    struct err e = ERR_INIT;
    root = scratch_make();
    ck_assert_int_eq(store_open(&store, root, &e), 0);
}

static void teardown(void)
{
    store_release(&store);
    arena_release(&arena);
    scratch_remove(root);
}

static void put(const char *name, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(root, name);
    AUTO_FREE char *folder = path_dir(path);
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_msg(file_write(path, text, strlen(text), 0644, &e) == 0, "%s", e.text);
}

static int take_over(void)
{
    AUTO(err) struct err e = ERR_INIT;
    int result = store_take_over(&store, &e);
    ck_assert_msg(result >= 0, "%s", e.text);
    return result;
}

START_TEST(an_empty_store_says_nothing)
{
    ck_assert_int_eq(take_over(), 0);
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(root, "version");
    ck_assert_int_eq(file_read(&text, path, 100, &e), 0);
    ck_assert_str_eq(strbuf_str(&text), "staticbuild-store 3\n");
    put("trees/b-1/.staticbuild/key", "step: build b\n");
    ck_assert_int_eq(take_over(), 0);
}
END_TEST

START_TEST(what_an_older_program_left_is_told_once)
{
    put("trees/b-1/.staticbuild/key", "step build, rules 1\n");
    if (_i)
        put("version", "staticbuild-store 1\n");
    ck_assert_int_eq(take_over(), 1);
    ck_assert_int_eq(take_over(), 0);
    AUTO(err) struct err e = ERR_INIT;
    struct past past;
    ck_assert_int_eq(store_past(&past, &arena, &store, &e), 0);
    ck_assert_uint_eq(past.count, 0);
}
END_TEST

static const struct {
    const char *text, *why;
} refused[] = {
    {"staticbuild-store 4\n",
        "/version: a newer staticbuild keeps its cache there (version 4, this one knows 3)"},
    {"staticbuild-store 0\n", "/version: is not \"staticbuild-store 3\""},
    {"staticbuild-store 3", "/version: is not \"staticbuild-store 3\""},
    {"staticbuild-store 3x\n", "/version: is not"},
    {"staticbuild-store \n", "/version: is not"},
    {"2\n", "/version: is not"},
    {"", "/version: is not"},
};

START_TEST(what_another_program_keeps_is_refused)
{
    put("version", refused[_i].text);
    AUTO(err) struct err e = ERR_INIT;
    struct store again;
    ck_assert_int_eq(store_open(&again, root, &e), -1);
    ck_assert_int_eq(e.kind, ERR_ENVIRONMENT);
    ck_assert_msg(
        str_starts(e.text, root) && str_starts(e.text + strlen(root), refused[_i].why), "%s", e.text);
    ck_assert_ptr_nonnull(strstr(e.text, "STATICBUILD_CACHE"));
}
END_TEST

/* What is in the way is named, and nothing is taken for a version or for facts. */
START_TEST(a_folder_in_place_of_a_file_is_named)
{
    AUTO(err) struct err e = ERR_INIT, other = ERR_INIT;
    AUTO_FREE char *version = path_join(root, "version"), *tree = path_join(root, "trees/a-1");
    AUTO_FREE char *key = path_join(tree, ".staticbuild/key");
    struct past_tree past;
    ck_assert(folder_make(version, &e) == 0 && folder_make(key, &e) == 0);
    ck_assert_int_eq(store_check_version(&store, &e), -1);
    ck_assert_msg(strstr(e.text, version) && !strstr(e.text, "STATICBUILD_CACHE"), "%s", e.text);
    ck_assert_int_eq(past_tree_read(&past, &arena, tree, &other), -1);
    ck_assert_msg(strstr(other.text, key), "%s", other.text);
}
END_TEST

START_TEST(a_file_is_no_store)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *file = path_join(root, "file");
    struct store other;
    put("file", "");
    ck_assert_int_eq(store_open(&other, file, &e), -1);
    ck_assert_msg(strstr(e.text, file) && strstr(e.text, "is not a folder"), "%s", e.text);
}
END_TEST

static void put_tree(const char *name, const char *text, time_t made)
{
    AUTO_FREE char *key = xstrf("trees/%s/.staticbuild/key", name);
    AUTO_FREE char *path = path_join(root, key);
    const struct timespec times[2] = {{.tv_sec = made}, {.tv_sec = made}};
    put(key, text);
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

START_TEST(trees_come_newest_first)
{
    put_tree("a-1", "step: a\nx: old\n", 1000);
    put_tree("a-2", "step: a\nx: new\n", 3000);
    put_tree("b-1", "step: b\n", 2000);
    put_tree("b-2", "step: c\n", 2000);
    put_tree("c-1", "no list\n", 4000);
    put("trees/d-1/file", "x");
    put("trees/.part/.staticbuild/key", "step: part\n");
    AUTO(err) struct err e = ERR_INIT;
    struct past past;
    ck_assert_int_eq(store_past(&past, &arena, &store, &e), 0);
    static const char *const want[] = {"step: a\nx: new\n", "step: b\n", "step: c\n", "step: a\nx: old\n"};
    ck_assert_uint_eq(past.count, COUNT(want));
    for (size_t i = 0; i < past.count; i++)
        ck_assert_str_eq(past.items[i].text, want[i]);
    ck_assert_int_eq(past.items[0].made_ns, 3000ll * 1000000000);
    ck_assert_str_eq(fact_value(&past.items[0].facts, "x"), "new");
}
END_TEST

START_TEST(trees_that_cannot_be_listed_are_named)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *trees = path_join(root, "trees");
    struct past past;
    ck_assert_int_eq(rmdir(trees), 0);
    ck_assert_int_eq(store_past(&past, &arena, &store, &e), -1);
    ck_assert_msg(e.kind == ERR_MISSING && str_starts(e.text, trees), "%s", e.text);
}
END_TEST

Suite *past_suite(void)
{
    Suite *s = suite_create("past");
    TCase *t = tcase_create("past");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, an_empty_store_says_nothing);
    tcase_add_loop_test(t, what_an_older_program_left_is_told_once, 0, 2);
    tcase_add_loop_test(t, what_another_program_keeps_is_refused, 0, COUNT(refused));
    tcase_add_test(t, a_folder_in_place_of_a_file_is_named);
    tcase_add_test(t, a_file_is_no_store);
    tcase_add_test(t, trees_come_newest_first);
    tcase_add_test(t, trees_that_cannot_be_listed_are_named);
    suite_add_tcase(s, t);
    return s;
}
