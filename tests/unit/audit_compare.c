/* Two releases of a wheel, or two builds of a module: what is told to be another. And what another tool would
 * say of a wheel. */
#include <check.h>

#include "audit/auditwheel.h"
#include "audit/diff.h"
#include "packed.h"

static void audit(struct audited *a, const char *name, const void *bytes, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    struct audit_options options = {.jobs = 1, .details = true};
    ck_assert_msg(audit_bytes(a, name, bytes, size, &options, &e) == 0, "%s", e.text);
}

/* The changes, a line each, but for sizes other than of the file itself, which depend on the linker. */
static char *changes_between(const struct audited *older, const struct audited *newer)
{
    struct strbuf out = {0};
    struct audit_diff d = {0};
    audit_diff_make(&d, older, newer);
    for (size_t i = 0; i < d.change_count; i++) {
        const struct audit_change *c = &d.changes[i];
        ck_assert(i == 0 || d.changes[i - 1].of <= c->of); /* in the order in which they are told */
        if (c->of == CHANGE_OF_SIZE)
            continue;
        strbuf_addf(&out, "%s %s%s%s: ", change_of_word(c->of), c->name, c->file ? " of " : "",
            c->file ? c->file : "");
        if (change_is_amount(c->of))
            strbuf_addf(&out, "%d -> %d (%s)\n", (int)c->amount_before, (int)c->amount_after, c->example);
        else
            strbuf_addf(&out, "%s -> %s\n", c->before ? c->before : "none", c->after ? c->after : "none");
    }
    audit_diff_release(&d);
    return strbuf_steal(&out);
}

static const struct audit_change *size_change(const struct audit_diff *d, const char *name)
{
    for (size_t i = 0; i < d->change_count; i++)
        if (d->changes[i].of == CHANGE_OF_SIZE && strcmp(d->changes[i].name, name) == 0)
            return &d->changes[i];
    return NULL;
}

#define FLAGS "-shared -fPIC -O1 -s -Wl,-z,relro,-z,now "

START_TEST(two_builds_of_a_module)
{
    AUTO(built) struct built old = {0}, new = {0};
    build(&old,
        "int PyInit_m(void) { return 1; }\nint other(void) { return 2; }\n"
        "const char *both(void) { return \" deflate 1.2.12 Copyright 1995\"; }",
        FLAGS "-Wl,-rpath,/opt/x:/opt/y");
    build(&new,
        "int PyInit_m(void) { return 1; }\nint another(void) { return 2; }\n"
        "const char *both(void) { return \" deflate 1.2.13 Copyright 1995\"; }",
        FLAGS "-Wl,-rpath,/opt/z -Wl,--no-as-needed -lm");
    AUTO(audited) struct audited a, b;
    audit(&a, "old.so", old.bytes, old.size);
    audit(&b, "new.so", new.bytes, new.size);
    AUTO_FREE char *changes = changes_between(&a, &b), *none = changes_between(&a, &a);
    ck_assert_str_eq(none, "");
    ck_assert_msg(strstr(changes, "library libm.so.6: none -> \n"
                                  "export another: none -> \n"
                                  "export other:  -> none\n"
                                  "inside zlib: 1.2.12 -> 1.2.13\n"),
        "%s", changes);
    ck_assert_msg(strstr(changes, "rule runpath: 2 -> 1 (DT_RUNPATH /opt/z"), "%s", changes);
    ck_assert_msg(strstr(changes, "rule unused-library: 0 -> 1 ("), "%s", changes);
    AUTO_FREE char *back = changes_between(&b, &a);
    ck_assert_msg(strstr(back, "library libm.so.6:  -> none\n"), "%s", back);
    ck_assert_msg(strstr(back, "rule unused-library: 1 -> 0 ("), "%s", back);
}
END_TEST

/* What it earns, and what was wrong with it: the most serious first. */
START_TEST(a_verdict_changes)
{
    AUTO(built) struct built old = {0}, new = {0};
    build(&old, "int PyInit_m(void) { return 1; }", "-shared -fPIC -O1 -Wl,-z,execstack");
    build(&new, "extern int nobody(void);\nint PyInit_m(void) { return nobody(); }",
        FLAGS "-Wl,--no-as-needed,-soname,m.so");
    AUTO(audited) struct audited a, b;
    audit(&a, "m.so", old.bytes, old.size);
    audit(&b, "m.so", new.bytes, new.size);
    AUTO_FREE char *changes = changes_between(&a, &b);
    const char *gone = strstr(changes, "rule executable-stack: 1 -> 0 ("),
               *come = strstr(changes, "rule undefined-symbol: 0 -> 1 (needs nobody");
    const char *mild = strstr(changes, "rule symbol-table: 1 -> 0 (");
    ck_assert_msg(gone && come && mild && gone < mild && come < mild, "%s", changes);
#if defined __x86_64__
    build(&new, "#include <math.h>\ndouble PyInit_m(double a) { return pow(a, a); }", FLAGS "-lm");
    AUTO(audited) struct audited c;
    audit(&c, "m.so", new.bytes, new.size);
    AUTO_FREE char *earned = changes_between(&a, &c);
    ck_assert_msg(str_starts(earned, "tag earns: manylinux_2_5_x86_64 -> manylinux_2_31_x86_64\n"
                                     "tag verdict: does not pass -> passes\n"),
        "%s", earned);
#endif
}
END_TEST

START_TEST(sizes_are_told)
{
    AUTO(built) struct built old = {0}, new = {0};
    build(&old, "int PyInit_m(void) { return 1; }\nchar data[100] = {1};", FLAGS);
    build(&new, "int PyInit_m(void) { return 1; }\nchar data[50100] = {1};", FLAGS);
    AUTO(audited) struct audited a, b;
    audit(&a, "m.so", old.bytes, old.size);
    audit(&b, "m.so", new.bytes, new.size);
    struct audit_diff d = {0};
    audit_diff_make(&d, &a, &b);
    const struct audit_change *data = size_change(&d, ".data"), *file = size_change(&d, "file");
    ck_assert(data && file);
    ck_assert_uint_eq(data->amount_after - data->amount_before, 50000);
    ck_assert_uint_eq(file->amount_before, old.size);
    ck_assert_uint_eq(file->amount_after, new.size);
    ck_assert_ptr_null(size_change(&d, ".text"));
    audit_diff_release(&d);
}
END_TEST

/* A release is for another Python, and a copied library has another hash in its name: they are the same
 * files. */
START_TEST(tables_have_every_symbol)
{
    static const char *const names[] = {"PyOne", "PyTwo", "PyInit_m", "more"};
    AUTO(built) struct built b = {0};
    AUTO(audited) struct audited a;
    build(&b,
        "extern int PyOne(void), PyTwo(void); int PyInit_m(void) { return PyOne() + PyTwo(); } int more;",
        FLAGS "-nostdlib");
    audit(&a, "m.so", b.bytes, b.size);
    const struct audit_report *r = &a.modules[0];
    ck_assert_uint_eq(r->table_count, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        bool there = false;
        for (size_t k = 0; k < r->table_count; k++)
            there |= strcmp(r->table[k].symbol, names[i]) == 0 && r->table[k].defined == (i >= 2);
        ck_assert_msg(there, "%s", names[i]);
        ck_assert(i == 0 || r->table[i - 1].defined <= r->table[i].defined); /* imports first */
    }
}
END_TEST

START_TEST(two_releases_of_a_wheel)
{
    AUTO(built) struct built b = {0}, library = {0};
    AUTO(packed) struct packed p = {0}, q = {0};
    AUTO(audited) struct audited old, new;
    build(&b, fine, fine_flags);
    build(&library, "int of_it(void) { return 1; }", "-shared -fPIC -s -Wl,-soname,libtiff.so.6");
    struct member before[] = {{"w/m.cpython-310-x86_64-linux-gnu.so", b.bytes, b.size},
        {"w/gone.so", b.bytes, b.size}, {"w.libs/libtiff-01234567.so.6", library.bytes, library.size},
        LICENCE, SBOM};
    struct member after[] = {{"w/m.cpython-311-x86_64-linux-gnu.so", b.bytes, b.size},
        {"w/come.so", library.bytes, library.size},
        {"w.libs/libtiff-76543210.so.6", library.bytes, library.size}, LICENCE, SBOM};
    pack(&p, "cp310-cp310-manylinux_2_28_" ARCH, false, before, COUNT(before));
    pack(&q, TAG, false, after, COUNT(after));
    audit(&old, "w-1-cp310-cp310-manylinux_2_28_" ARCH ".whl", p.bytes, p.size);
    audit(&new, NAME, q.bytes, q.size);
    AUTO_FREE char *changes = changes_between(&old, &new);
    ck_assert_msg(
        strstr(changes, "tag claims: cp310-cp310-manylinux_2_28_" ARCH " -> " TAG "\n"), "%s", changes);
    ck_assert_msg(strstr(changes, "file w/come.so: none -> \n"
                                  "file w/gone.so:  -> none\n"),
        "%s", changes);
    ck_assert_msg(!strstr(changes, "file w/m.") && !strstr(changes, "file w.libs"), "%s", changes);
}
END_TEST

#if defined __x86_64__
static char *joined(const struct strvec *words)
{
    struct strbuf out = {0};
    strbuf_add_joined(&out, words, "", ", ");
    return strbuf_steal(&out);
}

static const struct auditwheel_versions *versions_of(const struct auditwheel *w, const char *library)
{
    for (size_t i = 0; i < w->versions.len; i++)
        if (strcmp(w->versions.items[i].library, library) == 0)
            return &w->versions.items[i];
    return NULL;
}

/* A library that nobody promises keeps it from every policy; its symbols alone would do for one. */
START_TEST(as_another_tool_says_it)
{
    AUTO(built) struct built b = {0};
    AUTO(packed) struct packed p = {0};
    AUTO(audited) struct audited a;
    char from[64], to[64];
    build(&b, "int far(void) { return 1; }", "-shared -fPIC -Wl,-soname,libdep.so.7");
    snprintf(from, sizeof from, "%s/out", b.dir);
    snprintf(to, sizeof to, "%s/dep.so", b.dir);
    ck_assert_int_eq(rename(from, to), 0);
    build(&b,
        "#include <math.h>\nextern int far(void); extern int PyFPE_jbuf;\n"
        "double PyInit_m(double a) { return pow(a, a) + far(); }",
        "-shared -fPIC -O2 -s @/dep.so -lm");
    struct member members[] = {{MODULE, b.bytes, b.size}, LICENCE, SBOM};
    pack(&p, TAG, false, members, 3);
    audit(&a, NAME, p.bytes, p.size);
    struct auditwheel w;
    auditwheel_make(&w, &a);
    ck_assert(!w.pure && w.has_tags && !w.pyfpe && !w.ucs2 && !w.unsupported_isa);
    ck_assert_str_eq(w.overall.name, "linux_x86_64");
    ck_assert_str_eq(w.by_symbols.name, "manylinux_2_31_x86_64");
    AUTO_FREE char *external = joined(&w.external), *least = joined(&w.upgrades.items[0].libraries);
    ck_assert_str_eq(external, "libdep.so.7");
    ck_assert_str_eq(least, "libdep.so.7");
    ck_assert_ptr_nonnull(versions_of(&w, "libm.so.6"));
    ck_assert_str_eq(versions_of(&w, "libm.so.6")->versions.items[0], "GLIBC_2.29");
    for (size_t i = 1; i < w.upgrades.len; i++)
        ck_assert(platform_compare(&w.upgrades.items[i - 1].policy, &w.upgrades.items[i].policy) > 0);
    auditwheel_release(&w);
}
END_TEST
#endif

START_TEST(a_wheel_of_text_alone)
{
    AUTO(packed) struct packed p = {0};
    AUTO(audited) struct audited a;
    struct member members[] = {{"w/__init__.py", "", 0}, LICENCE, SBOM};
    pack(&p, "py3-none-any", true, members, 3);
    audit(&a, "w-1-py3-none-any.whl", p.bytes, p.size);
    struct auditwheel w;
    auditwheel_make(&w, &a);
    ck_assert(w.pure && !w.has_tags);
    auditwheel_release(&w);
}
END_TEST

Suite *audit_compare_suite(void);
Suite *audit_compare_suite(void)
{
    Suite *s = suite_create("audit_compare");
    TCase *t = tcase_create("audit_compare");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, two_builds_of_a_module);
    tcase_add_test(t, a_verdict_changes);
    tcase_add_test(t, sizes_are_told);
    tcase_add_test(t, tables_have_every_symbol);
    tcase_add_test(t, two_releases_of_a_wheel);
#if defined __x86_64__
    tcase_add_test(t, as_another_tool_says_it);
#endif
    tcase_add_test(t, a_wheel_of_text_alone);
    suite_add_tcase(s, t);
    return s;
}
