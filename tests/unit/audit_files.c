#include "audit/files.h"

#include "compile.h"

struct seen {
    size_t calls, judged, other, unreadable;
    size_t last;
    char text[200];
    bool in_order;
};

static void look(void *arg, const struct audit_visit *visit)
{
    struct seen *s = arg;
    s->in_order &= visit->index == s->calls;
    s->calls++;
    s->judged += visit->outcome == AUDIT_JUDGED;
    s->other += visit->outcome == AUDIT_OTHER;
    s->unreadable += visit->outcome == AUDIT_UNREADABLE;
    if (visit->outcome == AUDIT_JUDGED)
        ck_assert_str_eq(visit->report->subject, visit->path);
    if (visit->outcome == AUDIT_UNREADABLE)
        snprintf(s->text, sizeof s->text, "%s", visit->error->text);
}

START_TEST(every_kind_of_file_in_order)
{
    AUTO(built) struct built b = {0};
    build(&b, "int PyInit_m(void) { return 1; }", "-shared -fPIC");
    char module[64], source[64], nothing[64];
    snprintf(module, sizeof module, "%s/out", b.dir);
    snprintf(source, sizeof source, "%s/in.c", b.dir);
    snprintf(nothing, sizeof nothing, "%s/not-there", b.dir);
    const char *paths[1000];
    for (size_t i = 0; i < 1000; i++)
        paths[i] = i % 5 == 1 ? source : i % 5 == 2 ? nothing : module;
    struct audit_context context = {0};
    for (unsigned jobs = 1; jobs <= 4; jobs += 3) {
        struct seen s = {.in_order = true};
        audit_paths(paths, 1000, &context, jobs, 0, look, &s);
        ck_assert(s.in_order);
        ck_assert_uint_eq(s.calls, 1000);
        ck_assert_uint_eq(s.judged, 600);
        ck_assert_uint_eq(s.other, 200);
        ck_assert_uint_eq(s.unreadable, 200);
        ck_assert_msg(strstr(s.text, "not-there"), "%s", s.text);
    }
}
END_TEST

START_TEST(odd_files_are_answered)
{
    AUTO(built) struct built b = {0};
    build(&b, "int x;", "-c");
    char odd[2][64];
    snprintf(odd[0], sizeof odd[0], "%s/map", b.dir);
    ck_assert_int_eq(mkfifo(odd[0], 0600), 0);
    snprintf(odd[1], sizeof odd[1], "%s/in.c", b.dir);
    ck_assert_int_eq(truncate(odd[1], 0), 0);
    const char *paths[] = {odd[0], "/dev/null", b.dir, odd[1]};
    struct audit_context context = {0};
    struct seen s = {.in_order = true};
    audit_paths(paths, 4, &context, 2, 0, look, &s);
    ck_assert_uint_eq(s.unreadable, 3);
    ck_assert_uint_eq(s.other, 1); /* the empty file */
    ck_assert_int_eq(truncate(odd[1], (off_t)4 << 30), 0);
    s = (struct seen){.in_order = true};
    audit_paths(&paths[3], 1, &context, 2, 0, look, &s);
    ck_assert_uint_eq(s.other, 1); /* 4 GiB of zeroes */
}
END_TEST

START_TEST(nothing_to_do)
{
    struct audit_context context = {0};
    struct seen s = {.in_order = true};
    audit_paths(NULL, 0, &context, 4, 0, look, &s);
    ck_assert_uint_eq(s.calls, 0);
}
END_TEST

Suite *audit_files_suite(void)
{
    Suite *s = suite_create("audit_files");
    TCase *t = tcase_create("audit_files");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_kind_of_file_in_order);
    tcase_add_test(t, odd_files_are_answered);
    tcase_add_test(t, nothing_to_do);
    suite_add_tcase(s, t);
    return s;
}
