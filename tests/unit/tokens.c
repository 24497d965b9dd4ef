/* The pool of tokens: what is in it, who is told of it and how, and whose it is. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/tokens.h"
#include "sys/fs.h"
#include "scratch.h"

static char *folder, *fifo;

static void set_up(void)
{
    folder = scratch_make();
    fifo = xstrf("%s/tokens", folder);
}

static void tear_down(void)
{
    scratch_remove(folder);
    free(fifo);
}

static unsigned take_all(struct job_tokens *t)
{
    unsigned count = 0;
    while (tokens_take(t))
        count++;
    return count;
}

/* As a child does that was given these descriptors. */
static bool child_takes(const struct job_tokens *t)
{
    AUTO(strvec) struct strvec env = {0};
    int pool[2];
    char byte;
    tokens_tell(t, TOKENS_PIPE, 0, &env, pool);
    return read(pool[0], &byte, 1) == 1;
}

static void child_gives(const struct job_tokens *t)
{
    AUTO(strvec) struct strvec env = {0};
    int pool[2];
    tokens_tell(t, TOKENS_PIPE, 0, &env, pool);
    ck_assert_int_eq(write(pool[1], "x", 1), 1);
}

START_TEST(there_are_as_many_as_were_asked_for)
{
    AUTO(err) struct err e = ERR_INIT;
    struct job_tokens *t = tokens_new(3, fifo, &e);
    ck_assert_ptr_nonnull(t);
    ck_assert_uint_eq(take_all(t), 3);
    ck_assert_uint_eq(tokens_left(t), 0);
    tokens_give(t);
    ck_assert_uint_eq(take_all(t), 1);
    for (int i = 0; i < 3; i++)
        tokens_give(t);
    ck_assert_uint_eq(tokens_left(t), 3);
    tokens_free(t);
    ck_assert_int_eq(access(fifo, F_OK), -1);
}
END_TEST

START_TEST(what_commands_keep_is_made_good)
{
    AUTO(err) struct err e = ERR_INIT;
    struct job_tokens *t = tokens_new(4, NULL, &e);
    ck_assert(tokens_take(t) && child_takes(t) && child_takes(t));
    ck_assert_uint_eq(tokens_lent(t), 2);
    tokens_level(t);
    ck_assert_uint_eq(tokens_left(t), 3);
    for (int i = 0; i < 5; i++)
        child_gives(t);
    tokens_level(t);
    ck_assert_uint_eq(tokens_left(t), 3);
    tokens_give(t);
    tokens_free(t);
}
END_TEST

static const struct {
    unsigned forms, load;
    bool named, passes;
    const char *flags; /* @: the FIFO */
} told[] = {
    {TOKENS_PIPE, 0, true, true, "MAKEFLAGS= -j4 --jobserver-auth=3,4"},
    {TOKENS_PIPE, 7, false, true, "MAKEFLAGS= -j4 -l7 --jobserver-auth=3,4"},
    {TOKENS_FIFO, 0, true, false, "MAKEFLAGS= -j4 --jobserver-auth=fifo:@"},
    {TOKENS_PIPE | TOKENS_FIFO, 0, true, false, "MAKEFLAGS= -j4 --jobserver-auth=fifo:@"},
    {TOKENS_PIPE | TOKENS_FIFO, 0, false, true, "MAKEFLAGS= -j4 --jobserver-auth=3,4"},
};

START_TEST(each_is_told_in_a_form_that_it_knows)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec env = {0};
    int pass[2];
    struct job_tokens *t = tokens_new(4, told[_i].named ? fifo : NULL, &e);
    ck_assert(tokens_reach(t, told[_i].forms));
    tokens_tell(t, told[_i].forms, told[_i].load, &env, pass);
    const char *at = strchr(told[_i].flags, '@');
    AUTO_FREE char *expected =
        at ? xstrf("%.*s%s", (int)(at - told[_i].flags), told[_i].flags, fifo) : xstrdup(told[_i].flags);
    ck_assert_uint_eq(env.len, 1);
    ck_assert_str_eq(env.items[0], expected);
    ck_assert_int_eq(pass[0] >= 0, told[_i].passes);
    tokens_free(t);
}
END_TEST

START_TEST(who_knows_no_form_is_not_told)
{
    AUTO(err) struct err e = ERR_INIT;
    struct job_tokens *named = tokens_new(2, fifo, &e), *nameless = tokens_new(2, NULL, &e);
    ck_assert(!tokens_reach(named, 0) && !tokens_reach(nameless, 0));
    ck_assert(tokens_reach(named, TOKENS_FIFO) && !tokens_reach(nameless, TOKENS_FIFO));
    tokens_free(named);
    tokens_free(nameless);
}
END_TEST

/* A parent made it with two bytes besides the one that we run on. */
static int make_outer(int ends[2])
{
    return pipe(ends) == 0 && write(ends[1], "ab", 2) == 2 ? 0 : -1;
}

START_TEST(tokens_of_a_parent_are_borrowed)
{
    int ends[2];
    char bytes[4], *why;
    ck_assert_int_eq(make_outer(ends), 0);
    AUTO_FREE char *flags = xstrf("k -j3 --jobserver-auth=%d,%d -- CC=cc", ends[0], ends[1]);
    struct job_tokens *t = tokens_of_parent(flags, 9, &why);
    ck_assert_ptr_nonnull(t);
    ck_assert(tokens_count(t) == 3 && tokens_left(t) == 3);
    ck_assert_uint_eq(take_all(t), 3);
    tokens_give(t); /* the last that was taken */
    ck_assert_int_eq(read(ends[0], bytes, sizeof bytes), 1);
    ck_assert_int_eq(bytes[0], 'b');
    ck_assert(!(fcntl(ends[0], F_GETFL) & O_NONBLOCK)); /* how the parent reads is its own business */
    tokens_free(t);
    ck_assert_int_eq(read(ends[0], bytes, sizeof bytes), 1);
    ck_assert_int_eq(bytes[0], 'a');
    close(ends[0]);
    close(ends[1]);
}
END_TEST

START_TEST(also_by_the_name_of_a_fifo)
{
    AUTO(err) struct err e = ERR_INIT;
    char *why;
    struct job_tokens *outer = tokens_new(2, fifo, &e);
    AUTO_FREE char *flags = xstrf(" --jobserver-auth=fifo:%s", fifo);
    struct job_tokens *t = tokens_of_parent(flags, 5, &why);
    ck_assert_ptr_nonnull(t);
    ck_assert_uint_eq(tokens_count(t), 5);
    ck_assert_str_eq(tokens_path(t), fifo);
    ck_assert_uint_eq(take_all(t), 3);
    ck_assert_uint_eq(tokens_left(outer), 0);
    tokens_free(t);
    ck_assert_uint_eq(tokens_left(outer), 2);
    tokens_free(outer);
}
END_TEST

static const struct {
    const char *flags, *why;
} without[] = {
    {NULL, NULL},
    {"", NULL},
    {"-j4", NULL},
    {"k -- --jobserver-auth=0,1", NULL},
    {" -j4 --jobserver-auth=-2,-2", NULL},
    {" -j4 --jobserver-auth=900,901", "descriptors 900,901 are not open"},
    {" -j4 --jobserver-fds=900,901", "descriptors 900,901 are not open"},
    {" --jobserver-auth=fifo:/nowhere/fifo", "/nowhere/fifo"},
    {" --jobserver-auth=fifo:/dev/null", "no FIFO"},
};

START_TEST(no_parent_has_any)
{
    char *why;
    ck_assert_ptr_null(tokens_of_parent(without[_i].flags, 4, &why));
    if (without[_i].why)
        ck_assert_msg(why && strstr(why, without[_i].why), "%s", why);
    else
        ck_assert_ptr_null(why);
    free(why);
}
END_TEST

Suite *tokens_suite(void)
{
    Suite *s = suite_create("tokens");
    TCase *t = tcase_create("tokens");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, there_are_as_many_as_were_asked_for);
    tcase_add_test(t, what_commands_keep_is_made_good);
    tcase_add_loop_test(t, each_is_told_in_a_form_that_it_knows, 0, COUNT(told));
    tcase_add_test(t, who_knows_no_form_is_not_told);
    tcase_add_test(t, tokens_of_a_parent_are_borrowed);
    tcase_add_test(t, also_by_the_name_of_a_fifo);
    tcase_add_loop_test(t, no_parent_has_any, 0, COUNT(without));
    suite_add_tcase(s, t);
    return s;
}
