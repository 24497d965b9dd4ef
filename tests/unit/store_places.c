/* Where the store keeps what, who waits for whom, and what is said when something cannot be put there. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "store/wait.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "scratch.h"

static char *root;
static struct store store;
static struct arena arena;
static struct key key;

static void setup(void)
{
    struct err e = ERR_INIT;
    root = scratch_make();
    ck_assert_int_eq(store_open(&store, root, &e), 0);
    fact_add(&key.facts, &arena, "step", "build zlib");
    key_seal(&key, &arena);
}

static void teardown(void)
{
    store_release(&store);
    arena_release(&arena);
    key = (struct key){0};
    scratch_remove(root);
}

static struct tree_draft begin(void)
{
    struct err e = ERR_INIT;
    struct tree_draft d;
    ck_assert_msg(tree_draft_begin(&d, &store, "zlib-1.3", &key, &e) == DRAFT_BEGUN, "%s", e.text);
    return d;
}

START_TEST(a_tree_is_called_by_its_name_and_its_key)
{
    AUTO_FREE char *tree = store_tree_path(&store, "zlib-1.3", &key);
    AUTO_FREE char *want = xstrf("%s/trees/zlib-1.3-%.16s", root, key.digest.hex);
    ck_assert_str_eq(tree, want);
    AUTO(tree_draft) struct tree_draft d = begin();
    AUTO_FREE char *work = xstrf("%s/work/zlib-1.3-%.16s-", root, key.digest.hex);
    AUTO_FREE char *stage = path_join(d.work, "stage");
    AUTO_FREE char *logs = path_join(stage, ".staticbuild/logs");
    ck_assert_msg(str_starts(d.work, work), "%s", d.work);
    ck_assert_str_eq(d.stage, stage);
    ck_assert_str_eq(d.logs, logs);
    ck_assert_str_eq(d.final, want);
}
END_TEST

/* The facts stand in the tree as they are hashed. */
START_TEST(a_tree_has_its_facts)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(tree_draft) struct tree_draft d = begin();
    AUTO_FREE char *file = path_join(d.final, ".staticbuild/key");
    ck_assert_int_eq(tree_draft_commit(&d, &key, &e), 0);
    ck_assert_int_eq(file_read(&text, file, 1000, &e), 0);
    ck_assert_str_eq(strbuf_str(&text), "step: build zlib\n");
    struct digest digest;
    digest_bytes(&digest, text.ptr, text.len);
    AUTO_FREE char *start = xstrndup(digest.hex, 16);
    ck_assert(str_ends(file, ".staticbuild/key") && strstr(file, start));
}
END_TEST

static void expect_unfinished(struct tree_draft *d, const char *said)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tree_draft_commit(d, &key, &e), -1);
    ck_assert_int_eq(e.kind, ERR_MISSING);
    ck_assert_msg(str_starts(e.text, "finishing zlib-1.3-") && strstr(e.text, said), "%s", e.text);
}

START_TEST(what_cannot_be_finished_says_so)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(tree_draft) struct tree_draft d = begin();
    AUTO_FREE char *trees = path_join(root, "trees");
    ck_assert_int_eq(rmdir(trees), 0);
    ck_assert_int_eq(file_write(trees, "", 0, 0644, &e), 0); /* in the way */
    expect_unfinished(&d, trees);
    ck_assert_int_eq(unlink(trees), 0);
    expect_unfinished(&d, trees); /* there is no place at all */
    ck_assert_int_eq(mkdir(trees, 0700), 0);
    ck_assert_int_eq(tree_remove(d.stage, &e), 0);
    expect_unfinished(&d, d.stage);
    ck_assert_int_eq(store_has_tree(&store, "zlib-1.3", &key, &e), 0);
}
END_TEST

START_TEST(waiting_ends_when_nobody_holds_the_lock)
{
    struct commands commands = {0};
    struct command *c = commands_add(&commands, "wait");
    store_wait_command(c, &store, "zlib-1.3", &key);
    ck_assert_uint_eq(c->argv.len, 2);
    ck_assert_str_eq(c->argv.items[1], "internal-wait");
    AUTO_FREE char *lock = store_named_path(&store, "locks", "zlib-1.3", &key);
    ck_assert_ptr_nonnull(strstr(c->input, lock));
    ck_assert(strvec_has(&c->env, "LC_ALL=C") && c->helper);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(helper_run(&store_wait_helper, slice_of(c->input), &e), 0);
    struct lock l = {0};
    ck_assert_int_eq(lock_try(&l, lock, &e), 0); /* it was let go */
    lock_release(&l);
    commands_release(&commands);
}
END_TEST

START_TEST(a_lock_that_cannot_be_had_is_told)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *nowhere = path_join(root, "nowhere/lock");
    AUTO_FREE char *request = xstrf("{\"lock\": \"%s\"}", nowhere);
    ck_assert_int_eq(helper_run(&store_wait_helper, slice_of(request), &e), -1);
    ck_assert_msg(str_starts(e.text, "internal-wait: ") && strstr(e.text, nowhere), "%s", e.text);
}
END_TEST

/* A mebibyte with its first line is what is remembered of a file. */
START_TEST(facts_that_are_too_long_are_not_remembered)
{
    enum { MOST = 1 << 20 };
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *file = path_join(root, "subject");
    AUTO_FREE char *text = xmalloc(MOST + 1);
    ck_assert_int_eq(file_write(file, "x", 1, 0644, &e), 0);
    memset(text, 'a', MOST);
    text[MOST] = '\0';
    store_fact_set(&store, "kind", file, text);
    ck_assert_ptr_null(store_fact_get(&store, "kind", file));
    text[MOST - 1000] = '\0';
    store_fact_set(&store, "kind", file, text);
    AUTO_FREE char *back = store_fact_get(&store, "kind", file);
    ck_assert(back && strcmp(back, text) == 0);
    ck_assert_ptr_null(store_fact_get(&store, "other", file));
    AUTO_FREE char *missing = path_join(root, "missing");
    store_fact_set(&store, "kind", missing, "text");
    ck_assert_ptr_null(store_fact_get(&store, "kind", missing));
}
END_TEST

Suite *store_places_suite(void)
{
    Suite *s = suite_create("store_places");
    TCase *t = tcase_create("places");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_tree_is_called_by_its_name_and_its_key);
    tcase_add_test(t, a_tree_has_its_facts);
    tcase_add_test(t, what_cannot_be_finished_says_so);
    tcase_add_test(t, waiting_ends_when_nobody_holds_the_lock);
    tcase_add_test(t, a_lock_that_cannot_be_had_is_told);
    tcase_add_test(t, facts_that_are_too_long_are_not_remembered);
    suite_add_tcase(s, t);
    return s;
}
