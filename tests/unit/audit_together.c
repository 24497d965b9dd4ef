/* What is installed beside each other: a folder of distributions, and wheels that are named together. */
#include <check.h>

#include "packed.h"
#include "scratch.h"
#include "sys/path.h"

static char *root;
static struct strbuf said; /* a line a finding of the whole, and indented its evidence; then its parts */

static void setup(void)
{
    root = scratch_make();
}

static void teardown(void)
{
    strbuf_release(&said);
    scratch_remove(root);
}

static void put(const char *path, const void *bytes, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *file = path_join(root, path), *folder = path_dir(file);
    ck_assert_msg(folder_make(folder, &e) == 0 && file_write(file, bytes, size, 0644, &e) == 0, "%s", e.text);
}

static void put_text(const char *path, const char *text)
{
    put(path, text, strlen(text));
}

static int take(struct audited *a, void *arg, struct err *e)
{
    (void)arg;
    (void)e;
    if (a->kind != AUDITED_ENVIRONMENT)
        return 0;
    for (size_t i = 0; i < a->whole.finding_count; i++) {
        const struct finding *f = &a->whole.findings[i];
        strbuf_addf(&said, "%s %s (%s): %s\n", severity_name(f->severity), f->rule->id,
            f->library ? f->library : f->symbol, f->message);
        for (size_t k = 0; k < f->evidence_count; k++)
            strbuf_addf(&said, "  %s\n", f->evidence[k]);
        ck_assert(f->remedy);
    }
    for (size_t i = 0; i < a->part_count; i++)
        strbuf_addf(&said, "%s %s of %s in %s\n", a->parts[i].name, a->parts[i].version, a->parts[i].source,
            a->parts[i].subject);
    return 0;
}

static void audit_with(const struct strvec *paths, bool together)
{
    AUTO(err) struct err e = ERR_INIT;
    struct audit_options options = {.jobs = 2, .together = together};
    struct audit_sink sink = {NULL, take, NULL};
    strbuf_clear(&said);
    ck_assert_msg(audit_paths(paths, &options, &sink, &e) == 0, "%s", e.text);
}

/* The folder that is named, and the one in which it lies. */
static void audit_site(void)
{
    AUTO(strvec) struct strvec named = {0}, above = {0};
    strvec_pushf(&named, "%s/site", root);
    strvec_push(&above, root);
    audit_with(&above, false);
    AUTO_FREE char *found = xstrdup(strbuf_str(&said));
    audit_with(&named, false);
    ck_assert_str_eq(strbuf_str(&said), found);
}

/* A library of that soname at these places of the site. */
static void put_library(const char *soname, const char *source, const char *const *places, size_t count)
{
    AUTO(built) struct built b = {0};
    AUTO_FREE char *flags = xstrf("-shared -fPIC -s -Wl,-soname,%s", soname);
    build(&b, source, flags);
    for (size_t i = 0; i < count; i++) {
        AUTO_FREE char *path = xstrf("site/%s/%s", places[i], soname);
        put(path, b.bytes, b.size);
    }
}

START_TEST(a_name_of_two_libraries)
{
    static const char *const both[] = {"one/libs", "two/libs"}, *const first[] = {"one/libs"};
    put_library("libshared.so.1", "int of_it(void) { return 1; }", both, 2);
    put_library("libother.so.1", "int of_it(void) { return 1; }", first, 1);
    put_library("libcopied-0123abcd.so.1", "int of_it(void) { return 1; }", both, 2);
    put_text(
        "site/one-1.dist-info/RECORD", "one/libs/libshared.so.1,,\none/libs/libcopied-0123abcd.so.1,,\n");
    put_text("site/two-2.0.dist-info/RECORD", "two/libs/libshared.so.1,,\n");
    audit_site();
    ck_assert_str_eq(strbuf_str(&said),
        "warning same-library-name (libshared.so.1): libshared.so.1 is the name of a library in each of one "
        "1, "
        "two 2.0: who is imported first gives his to the others\n"
        "  one 1: one/libs/libshared.so.1\n"
        "  two 2.0: two/libs/libshared.so.1\n"
        "note same-library-name (libcopied-0123abcd.so.1): libcopied-0123abcd.so.1 is the name of a library "
        "in "
        "each of one 1, two: who is imported first gives his to the others\n" /* no RECORD names the second */
        "  one 1: one/libs/libcopied-0123abcd.so.1\n"
        "  two: two/libs/libcopied-0123abcd.so.1\n");
}
END_TEST

START_TEST(a_name_of_many_libraries)
{
    static const char *const all[] = {"a", "b", "c", "d.libs", "e", "f"};
    put_library("libshared.so.1", "int of_it(void) { return 1; }", all, COUNT(all));
    put_text("site/a-1.dist-info/RECORD", "");
    audit_site();
    ck_assert_msg(strstr(strbuf_str(&said), " in each of a, b, c, d and 2 more: "), "%s", strbuf_str(&said));
    ck_assert_msg(strstr(strbuf_str(&said), "\n  f: f/libshared.so.1\n"), "%s", strbuf_str(&said));
}
END_TEST

#define UNIQUE(name)                                                                \
    "__asm__(\".globl " name "\\n.type " name ",@gnu_unique_object\\n.data\\n" name \
    ": .long 0\\n.size " name ",4\\n.previous\");\n"

/* What the C++ library's own headers make of themselves is no fault of theirs. */
START_TEST(symbols_that_are_one_in_the_process)
{
    static const char *const names[] = {"one", "two"};
    for (size_t i = 0; i < 2; i++) {
        AUTO(built) struct built b = {0};
        AUTO_FREE char *source =
            xstrf("%svoid *PyInit_%s(void) { return 0; }\n" UNIQUE("counter") UNIQUE("_ZNSt5thing"),
                i ? "" : UNIQUE("of_one"), names[i]);
        AUTO_FREE char *path = xstrf("site/%s/%s.so", names[i], names[i]);
        AUTO_FREE char *record = xstrf("site/%s-1.dist-info/RECORD", names[i]);
        AUTO_FREE char *line = xstrf("%s/%s.so,,\n", names[i], names[i]);
        build(&b, source, "-shared -fPIC -s");
        put(path, b.bytes, b.size);
        put_text(record, line);
    }
    audit_site();
    ck_assert_str_eq(strbuf_str(&said),
        "warning same-unique-symbol (counter): one 1, two 1 have symbols that are one in the whole process "
        "(STB_GNU_UNIQUE): who is imported first gives his to the others\n"
        "  counter\n");
}
END_TEST

#define ZLIB "const char *PyInit_m(void) { return \" deflate 1.2.13 Copyright 1995\"; }"

START_TEST(a_library_inside_two)
{
    AUTO(built) struct built b = {0};
    build(&b, ZLIB, "-shared -fPIC -s");
    put("site/one/m.so", b.bytes, b.size);
    put("site/two/m.so", b.bytes, b.size);
    put_text("site/one-1.dist-info/RECORD", "one/m.so,,\n");
    put_text("site/two-1.dist-info/RECORD", "two/m.so,,\n");
    audit_site();
    ck_assert_str_eq(strbuf_str(&said),
        "warning library-twice (zlib): zlib is inside 2 distributions: one 1 (1.2.13), two 1 (1.2.13)\n"
        "  one 1: zlib 1.2.13 in one/m.so\n"
        "  two 1: zlib 1.2.13 in two/m.so\n"
        "zlib 1.2.13 of one 1 in one/m.so\n"
        "zlib 1.2.13 of two 1 in two/m.so\n");
}
END_TEST

START_TEST(wheels_that_are_named_together)
{
    AUTO(built) struct built b = {0};
    AUTO(strvec) struct strvec paths = {0};
    build(&b, ZLIB, "-shared -fPIC -s");
    struct member members[] = {{MODULE, b.bytes, b.size}, LICENCE, SBOM};
    for (int i = 1; i <= 2; i++) {
        AUTO(packed) struct packed p = {0};
        AUTO_FREE char *name = xstrf("w-%d-" TAG ".whl", i);
        pack(&p, TAG, false, members, 3);
        put(name, p.bytes, p.size);
        strvec_pushf(&paths, "%s/%s", root, name);
    }
    audit_with(&paths, true);
    const char *text = strbuf_str(&said);
    ck_assert_msg(strstr(text, "zlib is inside 2 distributions: w 1 (1.2.13), w 2 (1.2.13)\n"), "%s", text);
    ck_assert_msg(strstr(text, "zlib 1.2.13 of w 2 in " MODULE "\n"), "%s", text);
    audit_with(&paths, false);
    ck_assert_str_eq(strbuf_str(&said), "");
}
END_TEST

Suite *audit_together_suite(void);
Suite *audit_together_suite(void)
{
    Suite *s = suite_create("audit_together");
    TCase *t = tcase_create("audit_together");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_name_of_two_libraries);
    tcase_add_test(t, a_name_of_many_libraries);
    tcase_add_test(t, symbols_that_are_one_in_the_process);
    tcase_add_test(t, a_library_inside_two);
    tcase_add_test(t, wheels_that_are_named_together);
    suite_add_tcase(s, t);
    return s;
}
