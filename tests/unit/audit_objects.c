#include "audit/files.h"

#include "compile.h"
#include "told.h"

static const struct finding *find_rule(const struct audited *a, const char *id)
{
    for (size_t i = 0; i < a->whole.finding_count; i++)
        if (strcmp(a->whole.findings[i].rule->id, id) == 0)
            return &a->whole.findings[i];
    return NULL;
}

static void audit_built(const struct built *b, struct audited *a)
{
    AUTO(err) struct err e = ERR_INIT;
    struct audit_options options = {.jobs = 1};
    ck_assert_msg(audit_bytes(a, "libx.a", b->bytes, b->size, &options, &e) == 0, "%s", e.text);
}

static const struct {
    const char *flags;
    const char *rule;
    enum severity severity;
    const char *says;
} objects[] = {
    {"-c -O2 -fPIC", NULL, 0, NULL},
    {"-c -O2 -fno-pic -fno-pie", "not-pic", SEVERITY_ERROR, "position-independent: R_"},
    {"-c -O2 -fPIC -flto -fno-fat-lto-objects", "lto-object", SEVERITY_WARNING, "no machine code"},
    {"-c -O2 -fPIC -flto -ffat-lto-objects", "lto-object", SEVERITY_WARNING, "beside machine code"},
    {"-c -O2 -fPIC -g", "debug-object", SEVERITY_NOTE, NULL},
};

START_TEST(objects_are_judged)
{
    AUTO(built) struct built b = {0};
    build(
        &b, "extern int far; static int tab[3]; int *f(int i) { return i ? &far : tab; }", objects[_i].flags);
    AUTO(audited) struct audited r;
    audit_built(&b, &r);
    ck_assert_int_eq(r.kind, AUDITED_OBJECT);
    if (!objects[_i].rule) {
        ck_assert_uint_eq(r.whole.finding_count, 0);
        return;
    }
    ck_assert_uint_eq(r.whole.finding_count, 1);
    const struct finding *f = find_rule(&r, objects[_i].rule);
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(f->severity, objects[_i].severity);
    expect_told("audit_objects", objects[_i].flags, f);
    if (objects[_i].says)
        ck_assert_msg(strstr(f->message, objects[_i].says), "%s", f->message);
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
    AUTO(audited) struct audited r;
    audit_built(&b, &r);
    ck_assert_int_eq(r.kind, AUDITED_ARCHIVE);
    ck_assert_uint_eq(r.members, 2);
    ck_assert_uint_eq(r.errors, 1);
    const struct finding *f = find_rule(&r, "not-pic");
    ck_assert_msg(str_starts(f->message, "bad_with_a_rather_long_name.o: not position-independent: R_"), "%s",
        f->message);

    /* The machine of the second member is changed by hand. */
    static const char magic[] = "\177ELF";
    unsigned char *second = memmem(b.bytes, b.size, magic, 4);
    second = memmem(second + 4, b.size - (size_t)(second + 4 - b.bytes), magic, 4);
    second[18] = EM_S390;
    AUTO(audited) struct audited mixed;
    audit_built(&b, &mixed);
    ck_assert_ptr_nonnull(find_rule(&mixed, "mixed-machines"));
    second[4] = 9; /* no such class */
    AUTO(audited) struct audited damaged;
    audit_built(&b, &damaged);
    ck_assert(strstr(find_rule(&damaged, "damaged-object")->message, "class 9"));
}
END_TEST

/* Hand-written assembly refers to what another member defines hidden without saying so itself. */
START_TEST(names_that_another_member_hides)
{
    AUTO(built) struct built b = {0};
#if defined __x86_64__
    static const char use[] = "__asm__(\".globl use\\nuse: leaq table(%rip), %rax\\nret\\n"
                              ".section .note.GNU-stack,\\\"\\\"\");";
#else
    static const char use[] = "__asm__(\".globl use\\nuse: adrp x0, table\\nret\\n"
                              ".section .note.GNU-stack,\\\"\\\"\");";
#endif
    build(&b, use, "-c");
    archive(&b, "use.o");
    read_built(&b, "out.a");
    AUTO(audited) struct audited alone;
    audit_built(&b, &alone);
    ck_assert_ptr_nonnull(find_rule(&alone, "not-pic"));
    build(&b, "__attribute__((visibility(\"hidden\"))) int table[4];", "-c -fPIC");
    archive(&b, "table.o");
    read_built(&b, "out.a");
    AUTO(audited) struct audited both;
    audit_built(&b, &both);
    ck_assert_ptr_null(find_rule(&both, "not-pic"));
}
END_TEST

START_TEST(another_machine_than_the_target)
{
    AUTO(built) struct built b = {0};
    build(&b, "int good(void) { return 1; }", "-c -O2 -fPIC");
    struct platform p;
    ck_assert(platform_find(&p, "manylinux_2_28_s390x"));
    struct audit_options options = {.target = &p, .jobs = 1};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(audited) struct audited r;
    ck_assert_int_eq(audit_bytes(&r, "x.o", b.bytes, b.size, &options, &e), 0);
    ck_assert(strstr(find_rule(&r, "mixed-machines")->message, "not for s390x"));
}
END_TEST

START_TEST(other_bytes_are_an_error)
{
    struct audit_options options = {.jobs = 1};
    AUTO(err) struct err e = ERR_INIT;
    struct audited a;
    ck_assert_int_eq(audit_bytes(&a, "x.a", "text", 4, &options, &e), -1);
    err_release(&e);
    ck_assert_int_eq(audit_bytes(&a, "x.a", "\177ELF\2\1\1", 7, &options, &e), -1);
    err_release(&e);
    AUTO(audited) struct audited cut;
    ck_assert_int_eq(audit_bytes(&cut, "x.a", "!<arch>\nshort", 13, &options, &e), 0);
    ck_assert(strstr(find_rule(&cut, "damaged-object")->message, "cut off"));
}
END_TEST

Suite *audit_objects_suite(void)
{
    Suite *s = suite_create("audit_objects");
    TCase *t = tcase_create("audit_objects");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, objects_are_judged, 0, COUNT(objects));
    tcase_add_test(t, members_of_archives_are_named);
    tcase_add_test(t, names_that_another_member_hides);
    tcase_add_test(t, another_machine_than_the_target);
    tcase_add_test(t, other_bytes_are_an_error);
    suite_add_tcase(s, t);
    return s;
}
