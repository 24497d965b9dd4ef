#include "audit/objects.h"

#include "compile.h"

static const struct finding *find_rule(const struct audit_report *r, const char *id)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (strcmp(r->findings[i].rule->id, id) == 0)
            return &r->findings[i];
    return NULL;
}

static void audit_built(const struct built *b, struct audit_report *r)
{
    AUTO(err) struct err e = ERR_INIT;
    struct audit_context context = {.subject = "libx.a"};
    ck_assert_msg(audit_objects(b->bytes, b->size, &context, r, &e) == 0, "%s", e.text);
}

static const struct {
    const char *flags;
    const char *rule;
    enum severity severity;
    const char *evidence;
} objects[] = {
    {"-c -O2 -fPIC", NULL, 0, NULL},
    {"-c -O2 -fno-pic -fno-pie", "not-pic", SEVERITY_ERROR, "R_"},
    {"-c -O2 -fPIC -flto -fno-fat-lto-objects", "lto-object", SEVERITY_WARNING, "no machine code"},
    {"-c -O2 -fPIC -flto -ffat-lto-objects", "lto-object", SEVERITY_WARNING, "beside machine code"},
    {"-c -O2 -fPIC -g", "debug-object", SEVERITY_NOTE, NULL},
};

START_TEST(objects_are_judged)
{
    AUTO(built) struct built b = {0};
    build(
        &b, "extern int far; static int tab[3]; int *f(int i) { return i ? &far : tab; }", objects[_i].flags);
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &r);
    ck_assert_int_eq(r.role, AUDIT_OBJECT);
    ck_assert_uint_eq(r.object_count, 1);
    if (!objects[_i].rule) {
        ck_assert_uint_eq(r.finding_count, 0);
        return;
    }
    ck_assert_uint_eq(r.finding_count, 1);
    const struct finding *f = find_rule(&r, objects[_i].rule);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(f->severity, objects[_i].severity);
    if (objects[_i].evidence)
        ck_assert_msg(strstr(f->evidence[0], objects[_i].evidence), "%s", f->evidence[0]);
}
END_TEST

/* Puts the object that was built into out.a under a name. */
static void archive(struct built *b, const char *member)
{
    char from[64], to[64], path[64];
    snprintf(from, sizeof from, "%s/out", b->dir);
    snprintf(to, sizeof to, "%s/%s", b->dir, member);
    snprintf(path, sizeof path, "%s/out.a", b->dir);
    ck_assert_int_eq(rename(from, to), 0);
    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, "ar");
    strvec_push(&argv, "rcs");
    strvec_push(&argv, path);
    strvec_push(&argv, to);
    run_argv(argv.items);
    ck_assert_int_eq(unlink(to), 0);
}

START_TEST(members_of_archives_are_named)
{
    AUTO(built) struct built b = {0};
    build(&b, "int good(void) { return 1; }", "-c -O2 -fPIC");
    archive(&b, "good.o");
    build(&b, "extern int far; int *bad(void) { return &far; }", "-c -O2 -fno-pic -fno-pie");
    archive(&b, "bad_with_a_rather_long_name.o");
    read_built(&b, "out.a");
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &r);
    ck_assert_int_eq(r.role, AUDIT_ARCHIVE);
    ck_assert_uint_eq(r.object_count, 2);
    ck_assert_uint_eq(r.errors, 1);
    const struct finding *f = find_rule(&r, "not-pic");
    ck_assert(str_starts(f->message, "1 of 2 objects"));
    ck_assert(str_starts(f->evidence[0], "bad_with_a_rather_long_name.o: R_"));

    /* The machine of the second member is changed by hand. */
    static const char magic[] = "\177ELF";
    unsigned char *second = memmem(b.bytes, b.size, magic, 4);
    second = memmem(second + 4, b.size - (size_t)(second + 4 - b.bytes), magic, 4);
    second[18] = EM_S390;
    AUTO(audit_report) struct audit_report mixed;
    audit_built(&b, &mixed);
    ck_assert_ptr_nonnull(find_rule(&mixed, "mixed-machines"));
    second[4] = 9; /* no such class */
    AUTO(audit_report) struct audit_report damaged;
    audit_built(&b, &damaged);
    ck_assert(strstr(find_rule(&damaged, "damaged-object")->evidence[0], "class 9"));
}
END_TEST

START_TEST(another_machine_than_the_target)
{
    AUTO(built) struct built b = {0};
    build(&b, "int good(void) { return 1; }", "-c -O2 -fPIC");
    struct platform p;
    ck_assert(platform_find(&p, "manylinux_2_28_s390x"));
    struct audit_context context = {.subject = "x.o", .target = &p};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(audit_report) struct audit_report r;
    ck_assert_int_eq(audit_objects(b.bytes, b.size, &context, &r, &e), 0);
    ck_assert(strstr(find_rule(&r, "mixed-machines")->message, "not for manylinux_2_28_s390x"));
}
END_TEST

START_TEST(other_bytes_are_an_error)
{
    struct audit_context context = {.subject = "x.a"};
    AUTO(err) struct err e = ERR_INIT;
    struct audit_report r;
    ck_assert_int_eq(audit_objects("text", 4, &context, &r, &e), -1);
    audit_report_release(&r);
    err_release(&e);
    ck_assert_int_eq(audit_objects("!<arch>\nshort", 13, &context, &r, &e), -1);
    ck_assert(str_starts(e.text, "x.a: archive cut off"));
    audit_report_release(&r);
}
END_TEST

Suite *audit_objects_suite(void)
{
    Suite *s = suite_create("audit_objects");
    TCase *t = tcase_create("audit_objects");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, objects_are_judged, 0, sizeof objects / sizeof *objects);
    tcase_add_test(t, members_of_archives_are_named);
    tcase_add_test(t, another_machine_than_the_target);
    tcase_add_test(t, other_bytes_are_an_error);
    suite_add_tcase(s, t);
    return s;
}
