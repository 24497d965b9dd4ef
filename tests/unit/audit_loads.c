/* What the loader finds of a wheel's own libraries, and what it makes of names that two of its files have. */
#include "packed.h"

/* A module that needs liba.so.1, which needs libb.so.1. */
struct chain {
    struct built built;
    struct member module, a, b;
};

static void chain_release(struct chain *c)
{
    free((void *)c->a.bytes);
    free((void *)c->b.bytes);
    built_release(&c->built);
}

/* Keeps what was built last, and lets the next one be linked with it. */
static struct member keep_built(struct built *b, const char *name)
{
    char from[64], to[64];
    void *bytes = xmalloc(b->size);
    memcpy(bytes, b->bytes, b->size);
    snprintf(from, sizeof from, "%s/out", b->dir);
    snprintf(to, sizeof to, "%s/dep.so", b->dir);
    ck_assert_int_eq(rename(from, to), 0);
    return (struct member){name, bytes, b->size};
}

static void build_chain(struct chain *c, const char *source, const char *paths)
{
    char flags[300];
    build(&c->built, "int libb(void) { return 2; }", "-shared -fPIC -Wl,-z,now -Wl,-soname,libb.so.1");
    c->b = keep_built(&c->built, "w.libs/libb.so.1");
    build(&c->built, "extern int libb(void); int liba(void) { return libb(); }",
        "-shared -fPIC -Wl,-z,now -Wl,-soname,liba.so.1 @/dep.so");
    c->a = keep_built(&c->built, "w.libs/liba.so.1");
    snprintf(flags, sizeof flags, "%s -Wl,--allow-shlib-undefined @/dep.so %s", fine_flags, paths);
    build(&c->built, source, flags);
    c->module = (struct member){MODULE, c->built.bytes, c->built.size};
}

static void audit_chain(const struct chain *c, struct audited *r)
{
    struct member members[] = {c->module, c->a, c->b, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 5);
    audit_packed(&p, NAME, r);
}

#define NEEDS_A                                                            \
    "extern int liba(void); extern void *PyModule_Create2(void *, int);\n" \
    "void *PyInit_m(void) { return liba() ? PyModule_Create2(0, 1) : 0; }\n"

/* DT_RPATH of what is loaded first counts for what that needs; DT_RUNPATH does not. */
START_TEST(paths_are_inherited)
{
    static const struct {
        const char *paths, *lost;
    } cases[] = {
        {"-Wl,-rpath,$ORIGIN/../w.libs -Wl,--disable-new-dtags", NULL},
        {"-Wl,-rpath,$ORIGIN/../w.libs -Wl,--enable-new-dtags", "libb.so.1"},
        {"-Wl,-rpath,$ORIGIN/elsewhere -Wl,--disable-new-dtags", "liba.so.1"},
    };
    AUTO(chain) struct chain c = {0};
    build_chain(&c, NEEDS_A, cases[_i].paths);
    AUTO(audited) struct audited r;
    audit_chain(&c, &r);
    const struct finding *f = find_rule(&r, "sibling-unreachable");
    if (!cases[_i].lost)
        ck_assert_msg(!f, "%s", f ? f->message : "");
    else
        ck_assert_msg(f && strcmp(f->library, cases[_i].lost) == 0, "%s is not missed", cases[_i].lost);
}
END_TEST

/* The interpreter has libm, libdl and libpthread, whatever is in the wheel; nobody has the other. */
START_TEST(what_is_there_before_is_no_librarys_fault)
{
    static const struct {
        const char *symbol;
        bool missing;
    } cases[] = {{"floor", false}, {"dlsym", false}, {"pthread_create", false}, {"getpid", false},
        {"shm_open", true}, {"nobody", true}};
    char source[400], flags[200];
    snprintf(source, sizeof source, NEEDS_A "extern int %s(); void *PyInit_x(void) { return (void *)&%s; }",
        cases[_i].symbol, cases[_i].symbol);
    AUTO(chain) struct chain c = {0};
    snprintf(flags, sizeof flags, "-nostdlib -fno-builtin -w -Wl,-rpath,$ORIGIN/../w.libs");
    build_chain(&c, source, flags);
    AUTO(audited) struct audited r;
    audit_chain(&c, &r);
    const struct finding *f = find_rule(&r, "undefined-in-wheel");
    ck_assert_msg((f != NULL) == cases[_i].missing, "%s", f ? f->message : "nothing is said");
}
END_TEST

#if defined __x86_64__
#define UNIQUE                                                                                        \
    "__asm__(\".globl only\\n.type only,@gnu_unique_object\\n.data\\nonly: .long 0\\n.size only,4\\n" \
    ".previous\");"

/* Two modules of one name each see their own; the loader makes one of what is unique. */
START_TEST(one_name_in_two_modules)
{
    static const struct {
        const char *more;
        enum severity severity;
    } cases[] = {{"int only;", SEVERITY_NOTE}, {UNIQUE, SEVERITY_WARNING}};
    for (size_t i = 0; i < 2; i++) {
        char source[500];
        AUTO(built) struct built a = {0}, b = {0};
        snprintf(source, sizeof source, "void *PyInit_a(void) { return 0; } %s", cases[i].more);
        build(&a, source, fine_flags);
        snprintf(source, sizeof source, "void *PyInit_b(void) { return 0; } %s", cases[i].more);
        build(&b, source, fine_flags);
        struct member members[] = {
            {"w/a." MIDDLE ".so", a.bytes, a.size}, {"w/b." MIDDLE ".so", b.bytes, b.size}, LICENCE, SBOM};
        AUTO(packed) struct packed p = {0};
        pack(&p, TAG, false, members, 4);
        AUTO(audited) struct audited r;
        audit_packed(&p, NAME, &r);
        const struct finding *f = find_rule(&r, "duplicate-export");
        ck_assert_ptr_nonnull(f);
        ck_assert_msg(f->severity == cases[i].severity, "%s", f->message);
    }
}
END_TEST
#endif

Suite *audit_loads_suite(void)
{
    Suite *s = suite_create("audit_loads");
    TCase *t = tcase_create("audit_loads");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, paths_are_inherited, 0, 3);
    tcase_add_loop_test(t, what_is_there_before_is_no_librarys_fault, 0, 6);
#if defined __x86_64__
    tcase_add_test(t, one_name_in_two_modules);
#endif
    suite_add_tcase(s, t);
    return s;
}
