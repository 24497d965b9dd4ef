/* Lists of requirements. */
#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "project/listed.h"

#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B64 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* What comes out: line, name or path, version, how many hashes, marker. */
static const struct {
    const char *text, *want;
} lists[] = {
    {"", ""},
    {"# nothing\n\n   \n", ""},
    {"lxml==6.1.3\n", "1 lxml 6.1.3 0\n"},
    {"lxml\nPillow[extra] == 13.0 # why\n", "1 lxml - 0\n2 Pillow 13.0 0\n"},
    {"a==1 --hash=sha256:" A64 " --hash=sha256:" B64 "\n", "1 a 1 2\n"},
    {"a==1 \\\n    --hash=sha256:" A64 " \\\n    --hash=sha256:" B64 "\n    # via b\nb==2",
        "1 a 1 2\n5 b 2 0\n"},
    {"a==1 --hash=sha512:00\n", "1 a 1 0\n"},
    {"a==1; python_version < '3.12'\n", "1 a 1 0 python_version < '3.12'\n"},
    {"./folder\n/x/a-1.tar.gz\nb-2.zip\n", "1 ./folder - 0\n2 /x/a-1.tar.gz - 0\n3 b-2.zip - 0\n"},
    {"a==1.0.0RC1\n", "1 a 1.0.0rc1 0\n"},
    {"a==1 \\", "1 a 1 0\n"},
};

START_TEST(a_line_is_a_project)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf got = {0};
    AUTO(listed) struct listed_projects listed = {0};
    ck_assert_int_eq(listed_read(&listed, &a, "list.txt", lists[_i].text, &e), 0);
    vec_each (&listed.list, l)
        strbuf_addf(&got, "%u %s %s %zu%s%s\n", l->line, l->name ? l->name : l->path,
            l->version ? l->version : "-", l->sha256.len, l->marker ? " " : "", l->marker ? l->marker : "");
    ck_assert_str_eq(strbuf_str(&got), lists[_i].want);
}
END_TEST

static const struct {
    const char *text, *error;
} wrong[] = {
    {"a>=1\n", "list.txt:1: a>=1: write NAME or NAME==VERSION: what is built is one version"},
    {"a==1.*\n", "list.txt:1: a==1.*: write NAME or NAME==VERSION: what is built is one version"},
    {"a==1,<2\n", "list.txt:1: a==1,<2: write NAME or NAME==VERSION: what is built is one version"},
    {"a===1\n", "list.txt:1: a===1: write NAME or NAME==VERSION: what is built is one version"},
    {"b\n--index-url x\n", "list.txt:2: --index-url x: options of pip are not read here: the index is that "
                           "of pip's own settings"},
    {"a==1 --hash=nothing\n", "list.txt:1: a==1 --hash=nothing: a hash is written --hash=sha256:DIGITS"},
};

START_TEST(what_cannot_be_built_is_told)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(listed) struct listed_projects listed = {0};
    ck_assert_int_eq(listed_read(&listed, &a, "list.txt", wrong[_i].text, &e), -1);
    ck_assert_int_eq(e.kind, ERR_USAGE);
    ck_assert_str_eq(e.text, wrong[_i].error);
}
END_TEST

Suite *listed_suite(void);
Suite *listed_suite(void)
{
    Suite *s = suite_create("listed");
    TCase *t = tcase_create("listed");
    tcase_add_loop_test(t, a_line_is_a_project, 0, COUNT(lists));
    tcase_add_loop_test(t, what_cannot_be_built_is_told, 0, COUNT(wrong));
    suite_add_tcase(s, t);
    return s;
}
