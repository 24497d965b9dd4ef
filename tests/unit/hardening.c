/* What the audit sees of how a file was hardened: each rule speaks of what was built without, and is silent
 * of what was built with it. */
#include "audited.h"
#include "told.h"

#define MODULE \
    "extern void *PyModule_Create2(void *, int); void *PyInit_m(void) { return PyModule_Create2(0, 1); }\n"
#define F(n)                                                                                                \
    "__attribute__((noinline)) static int f" n "(const char *t) { char c[40]; int i = 0; for (; t[i] && i " \
    "< 39; i++) c[i] = t[i]; c[i] = 0; return g(c) + 0x" n "; }\n"
#define T(n) F(n "0") F(n "1") F(n "2") F(n "3") F(n "4") F(n "5") F(n "6") F(n "7") F(n "8") F(n "9")
#define USE(n) " + f" n "(t)"
#define USES(n) \
    USE(n "0")  \
    USE(n "1") USE(n "2") USE(n "3") USE(n "4") USE(n "5") USE(n "6") USE(n "7") USE(n "8") USE(n "9")
/* A hundred functions that write to arrays. */
#define MANY                                                                                                \
    MODULE "extern int PyOS_x(const char *);\n#define g PyOS_x\n" T("0") T("1") T("2") T("3") T("4") T("5") \
        T("6") T("7") T("8") T("9") "int PyInit_many(const char *t) { return 0" USES("0") USES("1")         \
            USES("2") USES("3") USES("4") USES("5") USES("6") USES("7") USES("8") USES("9") "; }\n"
#define PRINTS \
    MODULE "#include <stdio.h>\nint PyInit_p(char *t, int n, int i) { return snprintf(t, n, \"%d\", i); }\n"
#define LARGE_FRAME \
    MODULE "extern int PyOS_x(char *);\nint PyInit_l(void) { char c[200000]; return PyOS_x(c); }\n"
#define FREES MODULE "void free(void *); void PyInit_f(void *p) { free(p); }\n"
/* Sixty functions that keep their frame pointer in two steps. */
#define SCHEDULED \
    "__asm__(\".text\\n.rept 60\\n.cfi_startproc\\npush %rbp\\nmov %rdi, %rax\\nmov %rsp, %rbp\\npop %rbp\\nret\\n\" \
    \".cfi_endproc\\n.endr\\n\");\n"
#define SHARED "-shared -fPIC -O2 -w -Wl,-z,relro,-z,now "

static const struct hardened {
    const char *what, *source, *flags, *rule;
    bool speaks;
} hardened[] = {
    {"no guard", MANY, SHARED "-fno-stack-protector", "unguarded-stack", true},
    {"a guard", MANY, SHARED "-fstack-protector-strong", "unguarded-stack", false},
    {"few functions", MODULE, SHARED "-fno-stack-protector", "unguarded-stack", false},
    {"told no size", PRINTS, SHARED "-U_FORTIFY_SOURCE", "unfortified", true},
    {"told the size", PRINTS, SHARED "-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2", "unfortified", false},
    {"nothing to be told", MODULE, SHARED "-U_FORTIFY_SOURCE", "unfortified", false},
    {"a symbol table", MODULE, SHARED, "symbol-table", true},
    {"no symbol table", MODULE, SHARED "-s", "symbol-table", false},
    {"writable after relocation", MODULE, SHARED "-Wl,-z,norelro", "relro", true},
    {"read-only after relocation", MODULE, SHARED, "relro", false},
    {"bound late", MODULE, SHARED "-fplt -Wl,-z,lazy", "lazy-binding", true},
    {"bound at once", MODULE, SHARED "-fplt", "lazy-binding", false},
#if HAS_MARKS
    {"a frame in one step", LARGE_FRAME, SHARED "-fno-stack-clash-protection", "stack-clash", true},
    {"a frame larger than most stacks",
        MODULE "extern int PyOS_x(char *);\nint PyInit_l(void) { char c[10000000]; return PyOS_x(c); }\n",
        SHARED "-fno-stack-clash-protection", "stack-clash", true},
    {"a frame page by page", LARGE_FRAME, SHARED "-fstack-clash-protection", "stack-clash", false},
    {"no frame pointers", MANY, SHARED "-fomit-frame-pointer", "no-frame-pointers", true},
    {"frame pointers", MANY, SHARED "-fno-omit-frame-pointer", "no-frame-pointers", false},
    {"frame pointers with something between", MODULE SCHEDULED, SHARED, "no-frame-pointers", false},
    {"too few to tell", MODULE, SHARED "-fomit-frame-pointer", "no-frame-pointers", false},
    {"without marks", FREES, SHARED NO_MARKS, "control-flow", true},
    {"with marks", FREES, SHARED MARKS, "control-flow", false},
#endif
};

START_TEST(what_is_missing_is_a_note_and_strictly_an_error)
{
    const struct hardened *h = &hardened[_i];
    AUTO(built) struct built b = {0};
    build(&b, h->source, h->flags);
    for (int strict = 0; strict < 2; strict++) {
        struct audit_context context = {.subject = "m.so", .strict = strict};
        AUTO(audit_report) struct audit_report r;
        audit_built(&b, &context, &r);
        const struct finding *f = find_rule(&r, h->rule);
        ck_assert_msg((f != NULL) == h->speaks, "%s: %s", h->what, f ? f->message : "nothing is said");
        if (!f)
            continue;
        enum severity mild = strcmp(h->rule, "relro") == 0 ? SEVERITY_WARNING : SEVERITY_NOTE;
        ck_assert_msg(
            f->severity == (strict ? SEVERITY_ERROR : mild), "%s: severity %d", h->what, f->severity);
        ck_assert_ptr_nonnull(f->remedy);
        if (!strict)
            expect_told("hardening", h->what, f);
    }
}
END_TEST

/* What the distribution compiled so is a note, however strict. */
START_TEST(a_cxx_runtime_has_no_guards)
{
    AUTO(built) struct built b = {0};
    build(&b, MODULE,
        SHARED "-fno-stack-protector -Wl,-Bstatic,-u,_ZNSt13runtime_errorC1EPKc,-lstdc++,-Bdynamic");
    struct audit_context context = {.subject = "m.so", .strict = true};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    const struct finding *f = find_rule(&r, "unguarded-stack");
    ck_assert_ptr_nonnull(f);
    ck_assert_ptr_nonnull(strstr(f->message, "nor does the C++ runtime inside"));
    ck_assert_int_eq(f->severity, SEVERITY_NOTE);
}
END_TEST

/* What a link map told stands behind the finding. */
START_TEST(what_has_no_marks_is_named)
{
    static const char *const unmarked[] = {"libjump.a(jump.o)"};
    AUTO(built) struct built b = {0};
    build(&b, FREES, SHARED NO_MARKS);
    struct audit_context context = {.subject = "m.so", .unmarked = unmarked, .unmarked_count = 1};
    AUTO(audit_report) struct audit_report r;
    audit_built(&b, &context, &r);
    const struct finding *f = find_rule(&r, "control-flow");
    ck_assert_msg(
        !HAS_MARKS || (f && says(f, "libjump.a(jump.o)")), "%s", f ? f->message : "nothing is said");
}
END_TEST

Suite *hardening_suite(void);
Suite *hardening_suite(void)
{
    Suite *s = suite_create("hardening");
    TCase *t = tcase_create("hardening");
    tcase_add_loop_test(
        t, what_is_missing_is_a_note_and_strictly_an_error, 0, (int)(sizeof hardened / sizeof *hardened));
    tcase_add_test(t, a_cxx_runtime_has_no_guards);
    tcase_add_test(t, what_has_no_marks_is_named);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}
