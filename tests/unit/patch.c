/* Patches of sources. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/patch.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"

static char *root, *into; /* root/into is patched, root/patch the patch, and nothing else may appear */

static void setup(void)
{
    struct err e = ERR_INIT;
    root = scratch_make();
    into = path_join(root, "into");
    ck_assert_int_eq(folder_make(into, &e), 0);
}

static void teardown(void)
{
    struct err e = ERR_INIT;
    ck_assert_msg(tree_remove(root, &e) == 0, "%s", e.text);
    free(root);
    free(into);
}

/* Neither .orig nor .rej, and nothing outside of the folder. */
static void expect_no_other_files(void)
{
    struct err e = ERR_INIT;
    AUTO(strvec) struct strvec files = {0};
    ck_assert_msg(tree_list(root, NULL, NULL, &files, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(files.len, 2);
    ck_assert(strvec_has(&files, "into/file") && strvec_has(&files, "patch"));
}
/* The patch changes "one" to "two" in a/file. */
#define PATCH "--- a/file\n+++ b/file\n@@ -1,3 +1,3 @@\n before\n-one\n+two\n after\n"

START_TEST(patches_apply_exactly_or_not_at_all)
{
    static const struct {
        const char *patch, *content, *after; /* NULL: refused, and content is as it was */
    } cases[] = {
        {PATCH, "before\none\nafter\n", "before\ntwo\nafter\n"},
        {PATCH, "other\none\nafter\n", NULL},                                     /* fuzz would take it */
        {PATCH, "before\ntwo\nafter\n", NULL},                                    /* applied already */
        {"--- a/../../evil\n+++ b/../../evil\n@@ -0,0 +1 @@\n+x\n", "x\n", NULL}, /* leaves the folder */
    };
    AUTO_FREE char *found = program_there("patch");
    if (!found) {
        fprintf(stderr, "skipped: no patch here\n");
        return;
    }
    AUTO_FREE char *file = path_join(into, "file");
    AUTO_FREE char *source = path_join(root, "patch");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = ERR_INIT;
        struct process_end end = {0};
        struct command c = {0};
        AUTO(strbuf) struct strbuf after = {0};
        ck_assert_int_eq(file_write(source, cases[i].patch, strlen(cases[i].patch), 0644, &e), 0);
        ck_assert_int_eq(file_write(file, cases[i].content, strlen(cases[i].content), 0644, &e), 0);
        patch_command(&c, source, into, 1, NULL);
        struct process_spec spec = {
            .argv = c.argv.items, .env = c.env.items, .dir = c.dir, .in = -1, .out = -1, .err = -1};
        ck_assert_int_eq(process_run(&spec, NULL, 1 << 16, 20000, &end, &e), 0);
        ck_assert_msg((end.status == 0) == (cases[i].after != NULL), "case %zu: status %d", i, end.status);
        ck_assert_int_eq(file_read(&after, file, 4096, &e), 0);
        ck_assert_str_eq(after.ptr, cases[i].after ? cases[i].after : cases[i].content);
        expect_no_other_files();
        strvec_release(&c.argv);
        strvec_release(&c.env);
        free(c.dir);
    }
}
END_TEST

Suite *patch_suite(void);
Suite *patch_suite(void)
{
    Suite *s = suite_create("patch");
    TCase *c = tcase_create("patch");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, patches_apply_exactly_or_not_at_all);
    suite_add_tcase(s, c);
    return s;
}
