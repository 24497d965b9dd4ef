#include "audit/files.h"

#include "packed.h"
#include "told.h"

START_TEST(a_good_wheel_has_no_findings)
{
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct member members[] = {{MODULE, b.bytes, b.size}, {"w/__init__.py", "", 0}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 4);
    AUTO(audited) struct audited r;
    audit_packed(&p, NAME, &r);
    for (size_t i = 0; i < r.whole.finding_count; i++)
        ck_assert_msg(0, "%s: %s", r.whole.findings[i].rule->id, r.whole.findings[i].message);
    ck_assert_int_eq(r.kind, AUDITED_WHEEL);
    ck_assert_uint_eq(r.module_count, 1);
    ck_assert_str_eq(r.modules[0].subject, MODULE);
    ck_assert_uint_eq(r.modules[0].finding_count, 0);
    ck_assert(r.has_earned && r.has_claimed && r.passes);
    ck_assert_str_eq(r.earned.name, OLDEST);
    ck_assert_str_eq(r.claimed.name, "manylinux_2_28_" ARCH);
}
END_TEST

/* What is changed about the good wheel, and which rule has to say so. */
static const struct {
    const char *name, *tag;
    bool pure;
    struct member more;
    const char *module;
    bool without_licence;
    const char *rule, *says;
} wrong[] = {
    {NAME, TAG, true, {0}, MODULE, false, "purelib-with-code", "Purelib"},
    {"w-1-py3-none-any.whl", "py3-none-any", false, {0}, "w/m.so", false, "purelib-with-code", "any"},
    {NAME, "cp311-cp311-manylinux_2_17_" ARCH, false, {0}, MODULE, false, "wheel-tags", "WHEEL"},
    {"nonsense.whl", TAG, false, {0}, MODULE, false, "wheel-name", "nonsense.whl"},
    {"x-1-cp311-cp311-manylinux_2_28_" ARCH ".whl", TAG, false, {0}, MODULE, false, "wheel-name",
        "w-1.dist-info"},
    {"w-1-cp311-cp311-linux_" ARCH ".whl", "cp311-cp311-linux_" ARCH, false, {0}, MODULE, false,
        "index-refuses", "linux_" ARCH},
    {NAME, TAG, false, {0}, "w/m.cpython-310-x.so", false, "module-name", "cpython-310"},
    {NAME, TAG, false, {"-w/stray.py", "", 0}, MODULE, false, "record", "stray.py"},
    {NAME, TAG, false, {"w/lib.a", "!<arch>\n", 8}, MODULE, false, "object-shipped", "lib.a"},
    {NAME, TAG, false, {"w/x.pc", "", 0}, MODULE, false, "object-shipped", "x.pc"},
    {NAME, TAG, false, {"w/bad.so", "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0", 18}, MODULE, false,
        "member-unreadable", "bad.so"},
    {NAME, TAG, false, {0}, MODULE, true, "no-licence", "licence"},
    {NAME, TAG, false, {"@sboms/x.json", "{", 1}, MODULE, false, "sbom-unreadable", "x.json"},
    {NAME, TAG, false, {"@sboms/x.json", "{}", 2}, MODULE, false, "sbom-unreadable", "neither"},
    {NAME, TAG, false, {"@sboms/x.xml", "<html/>", 7}, MODULE, false, "sbom-unreadable", "x.xml"},
    {NAME, TAG, false, {"@sboms/x.spdx", "", 0}, MODULE, false, "sbom-unreadable", "x.spdx"},
};

START_TEST(each_rule_about_wheels_speaks)
{
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct member members[5] = {{wrong[_i].module, b.bytes, b.size}, SBOM};
    size_t len = 2;
    if (!wrong[_i].without_licence)
        members[len++] = (struct member)LICENCE;
    if (wrong[_i].more.name)
        members[len++] = wrong[_i].more;
    AUTO(packed) struct packed p = {0};
    pack(&p, wrong[_i].tag, wrong[_i].pure, members, len);
    AUTO(audited) struct audited r;
    audit_packed(&p, wrong[_i].name, &r);
    const struct finding *f = find_rule(&r, wrong[_i].rule);
    ck_assert_msg(f != NULL, "%s is silent", wrong[_i].rule);
    bool said = strstr(f->message, wrong[_i].says) || strstr(f->subject, wrong[_i].says);
    for (size_t i = 0; i < f->evidence_count; i++)
        said |= strstr(f->evidence[i], wrong[_i].says) != NULL;
    ck_assert_msg(said, "%s", f->message);
    expect_told("audit_wheels", wrong[_i].says, f);
    for (size_t i = 0; i < r.whole.finding_count;
         i++) /* METADATA and tags may disagree with a name in two ways */
        ck_assert_msg(
            r.whole.findings[i].rule == f->rule || str_starts(r.whole.findings[i].rule->id, "wheel-"),
            "%s: %s", r.whole.findings[i].rule->id, r.whole.findings[i].message);
}
END_TEST

START_TEST(bytes_that_are_not_as_recorded)
{
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    struct member members[] = {
        {MODULE, b.bytes, b.size}, LICENCE, SBOM, {"w/text.py", "x = 1 # the quick brown fox", 27}};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 4);
    char *text = memmem(p.bytes, p.size, "quick brown fox", 15);
    ck_assert_ptr_nonnull(text);
    *text ^= 1;
    AUTO(audited) struct audited r;
    audit_packed(&p, NAME, &r);
    const struct finding *f = find_rule(&r, "member-unreadable");
    ck_assert_ptr_nonnull(f);
    ck_assert_str_eq(f->subject, "w/text.py");
}
END_TEST

START_TEST(modules_of_one_wheel_are_compared)
{
    AUTO(built) struct built a = {0}, b = {0};
    build(&a,
        "int inflate(void) { return 1; } const char *PyInit_a(void) { return \"OpenSSL 3.0.1 1 Jan 2020\"; }",
        fine_flags);
    build(&b,
        "int inflate(void) { return 2; } const char *PyInit_b(void) { return \"OpenSSL 3.0.2 1 Feb 2020\"; }",
        fine_flags);
    struct member members[] = {
        {"w/a." MIDDLE ".so", a.bytes, a.size}, {"w/b." MIDDLE ".so", b.bytes, b.size}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 4);
    AUTO(audited) struct audited r;
    audit_packed(&p, NAME, &r);
    const struct finding *same = find_rule(&r, "duplicate-export"), *twice = find_rule(&r, "duplicate-state");
    ck_assert_ptr_nonnull(same);
    ck_assert_str_eq(same->message, "exports inflate, as w/a." MIDDLE ".so does");
    ck_assert_str_eq(same->subject, "w/b." MIDDLE ".so");
    ck_assert_ptr_nonnull(twice);
    ck_assert_str_eq(twice->library, "openssl");
    ck_assert_int_eq(same->severity, SEVERITY_NOTE); /* each module sees its own */
    ck_assert_uint_eq(r.errors, 0);
    ck_assert_uint_eq(r.warnings, 6); /* state, two exports, the licence text, two that the SBOM lacks */
}
END_TEST

/* A wheel promises to run on each platform of its tags. */
START_TEST(of_several_tags_the_oldest_counts)
{
    static const char *const names[] = {"w-1-cp311-cp311-manylinux_2_28_" ARCH ".manylinux_2_35_" ARCH
                                        ".manylinux_2_17_" ARCH ".whl",
        "w-1-cp311-cp311-manylinux_2_17_" ARCH ".manylinux_2_28_" ARCH ".manylinux_2_35_" ARCH ".whl"};
    AUTO(built) struct built b = {0};
    build(&b,
        "double pow(double, double);\nextern void *PyModule_Create2(void *, int);\ndouble x = 2;\n"
        "void *PyInit_m(void) { x = pow(x, x); return PyModule_Create2(0, 1); }\n",
        "-shared -fPIC -O2 -Wl,-z,relro,-z,now -lm");
    struct member members[] = {{MODULE, b.bytes, b.size}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 3);
    AUTO(audited) struct audited r;
    audit_packed(&p, names[_i], &r);
    ck_assert_uint_eq(r.claim_count, 3);
    ck_assert_str_eq(r.claimed.name, "manylinux_2_17_" ARCH);
    ck_assert(!r.passes);
    const struct audit_report *m = &r.modules[0];
    bool said = false;
    for (size_t i = 0; i < m->finding_count; i++)
        said |=
            strstr(m->findings[i].message, "pow@GLIBC_2.29") || strstr(m->findings[i].message, "GLIBC_2.29");
    ck_assert(said);
}
END_TEST

#define STATE(n) "int state_" n " = " n ";\n"

/* The same names of variables are chance, unless there are three. */
START_TEST(common_variables_are_counted)
{
    static const char *const state[] = {STATE("1"), STATE("1") STATE("2"), STATE("1") STATE("2") STATE("3")};
    AUTO_FREE char *first = xstrf("%sconst char *PyInit_a(void) { return (char *)&state_1; }", state[_i]);
    AUTO_FREE char *second = xstrf("%sconst char *PyInit_b(void) { return (char *)&state_1; }", state[_i]);
    AUTO(built) struct built a = {0}, b = {0};
    static const char unstripped[] = "-shared -fPIC -O2 -Wl,-z,relro,-z,now";
    build(&a, first, unstripped);
    build(&b, second, unstripped);
    struct member members[] = {
        {"w/a." MIDDLE ".so", a.bytes, a.size}, {"w/b." MIDDLE ".so", b.bytes, b.size}, LICENCE, SBOM};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 4);
    AUTO(audited) struct audited r;
    audit_packed(&p, NAME, &r);
    const struct finding *f = find_rule(&r, "duplicate-state");
    ck_assert_msg(!f == (_i < 2), "%d: %s", _i + 1, f ? f->message : "silent");
    ck_assert_msg(
        !f || strstr(f->message, "holds 3 variables that w/a." MIDDLE ".so has too"), "%s", f->message);
}
END_TEST

#define PART(name, more)                                                                                     \
    "{\"name\": \"" name "\", \"version\": \"1.2\", \"properties\": [" LINKED("a") ", " LINKED("b") more "]" \
                                                                                                         "}"
#define LINKED(module) "{\"name\": \"staticbuild:linked-into\", \"value\": \"w/" module "." MIDDLE ".so\"}"
#define VARIABLES(module) \
    ", {\"name\": \"staticbuild:variables-in\", \"value\": \"w/" module "." MIDDLE ".so\"}"

#define NAMES_OPENSSL(name) "const char *PyInit_" name "(void) { return \"OpenSSL 3.0.1 1 Jan 2020\"; }"

#define SHARED(file) ", {\"name\": \"staticbuild:shared-copy\", \"value\": \"" file "\"}"
#define COPY "w.libs/libw_1.so"

/* That all modules have something in one file is proved by what is in the files. */
START_TEST(a_shared_copy_is_what_the_bill_says)
{
    static const struct {
        const char *component, *function; /* what the copy exports, in assembler's words */
        const char *says;                 /* NULL: nothing is found */
    } cases[] = {
        {PART("kept", SHARED(COPY)), "take.w_1", NULL},
        {PART("kept", SHARED(COPY)), "take", "exports take under the name that others have for it"},
        {PART("kept", SHARED(COPY)), "take.w_2", "exports take.w_2 under the name"},
        {PART("kept", SHARED("w.libs/gone.so")), "take.w_1", "is said to be in w.libs/gone.so"},
        {PART("kept", VARIABLES("a") SHARED(COPY)), "take.w_1", "has variables of kept inside"},
        {PART("kept", ""), "take", NULL},
    };
    AUTO(built) struct built a = {0}, copy = {0};
    build(&a, "const char *PyInit_a(void) { return \"a\"; }", fine_flags);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AUTO_FREE char *source =
            xstrf("int take(void) __asm__(\"%s\"); int take(void) { return 1; }", cases[i].function);
        build(&copy, source, fine_flags);
        AUTO_FREE char *sbom =
            xstrf("{\"bomFormat\": \"CycloneDX\", \"components\": [%s]}", cases[i].component);
        struct member members[] = {{"w/a." MIDDLE ".so", a.bytes, a.size}, {COPY, copy.bytes, copy.size},
            LICENCE, {"@sboms/w.cdx.json", sbom, strlen(sbom)}};
        AUTO(packed) struct packed p = {0};
        pack(&p, TAG, false, members, 4);
        AUTO(audited) struct audited r;
        audit_packed(&p, NAME, &r);
        const struct finding *f = find_rule(&r, "shared-copy");
        ck_assert_msg(!f == !cases[i].says, "case %zu: %s", i, f ? f->message : "nothing found");
        ck_assert_msg(!f || (strstr(f->message, cases[i].says) && f->severity == SEVERITY_ERROR),
            "case %zu: %s", i, f ? f->message : "");
    }
}
END_TEST

/* Where the bill of materials says what is in which module, texts and symbol tables are not asked. */
START_TEST(libraries_that_two_modules_hold)
{
    static const struct {
        const char *component; /* or NULL: the bill says nothing of modules */
        const char *says;      /* NULL: nothing is found */
        enum severity severity;
    } cases[] = {
        {NULL, "holds openssl 3.0.1, as", SEVERITY_WARNING},
        {PART("zlib", ""), NULL, 0},
        {PART("zlib", VARIABLES("a")), NULL, 0},
        {PART("libsodium", VARIABLES("a") VARIABLES("b")), "holds libsodium 1.2, as", SEVERITY_WARNING},
        {PART("libsodium", VARIABLES("b") VARIABLES("b") VARIABLES("gone")), NULL, 0},
        {PART("libstdc++", VARIABLES("a") VARIABLES("b")), "holds libstdc++ 1.2, as", SEVERITY_NOTE},
    };
    AUTO(built) struct built a = {0}, b = {0};
    build(&a, NAMES_OPENSSL("a"), fine_flags);
    build(&b, NAMES_OPENSSL("b"), fine_flags);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *sbom = xstrf("{\"bomFormat\": \"CycloneDX\", \"components\": [%s]}",
            cases[i].component ? cases[i].component : "");
        struct member members[] = {{"w/a." MIDDLE ".so", a.bytes, a.size},
            {"w/b." MIDDLE ".so", b.bytes, b.size}, LICENCE, {"@sboms/w.cdx.json", sbom, strlen(sbom)}};
        AUTO(packed) struct packed p = {0};
        pack(&p, TAG, false, members, 4);
        AUTO(audited) struct audited r;
        audit_packed(&p, NAME, &r);
        const struct finding *f = find_rule(&r, "duplicate-state");
        ck_assert_msg(!f == !cases[i].says, "case %zu: %s", i, f ? f->message : "silent");
        ck_assert_msg(!f || (strstr(f->message, cases[i].says) && f->severity == cases[i].severity),
            "case %zu: %s", i, f->message);
    }
}
END_TEST

/* A copy that a repairer of wheels named: it is that library, in the version that it says, and not inside
 * itself; what was compiled with its headers, and needs it, does not hold it. */
START_TEST(copies_of_repairers)
{
    AUTO(built) struct built l = {0}, m = {0};
    build(&l, "const char *SSL_x(void) { return \"OpenSSL 3.0.19 27 Jan 2026\"; }",
        "-shared -fPIC -s -Wl,-z,now -Wl,-soname,libcrypto-7c3c55df.so.3");
    build(&m, "const char *PyInit_m(void) { return \"OpenSSL 3.0.14 4 Jun 2024\"; }", fine_flags);
    struct member members[] = {
        {MODULE, m.bytes, m.size}, {"w.libs/libcrypto-7c3c55df.so.3", l.bytes, l.size}, LICENCE};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 3);
    AUTO(audited) struct audited r;
    audit_packed(&p, NAME, &r);
    ck_assert_uint_eq(r.module_count, 2);
    const struct audit_report *library = &r.modules[r.modules[0].role == AUDIT_LIBRARY ? 0 : 1];
    ck_assert_str_eq(library->itself.name, "openssl");
    ck_assert_str_eq(library->itself.version, "3.0.19");
    ck_assert_uint_eq(library->embedded_count, 0);
    const struct finding *twice =
        find_rule(&r, "duplicate-state"); /* the module has one of its own as well */
    ck_assert(twice && strstr(twice->message, "holds openssl 3.0.14, as w.libs/"));
    for (size_t i = 0; i < r.part_count; i++)
        ck_assert(strcmp(r.parts[i].version, "3") != 0);
}
END_TEST

/* hiredis has hiredis inside: what is no package of the index is a library, the wheel itself is none. */
START_TEST(a_library_called_like_the_wheel)
{
    AUTO(built) struct built b = {0};
    build(&b, fine, fine_flags);
    static const char sbom[] =
        "{\"bomFormat\": \"CycloneDX\", \"components\": [{\"name\": \"W\", \"version\": \"7\", "
        "\"purl\": \"pkg:generic/w@7\"}, {\"name\": \"w\", \"version\": \"1\", \"purl\": "
        "\"pkg:pypi/w@1\"}, {\"name\": \"w\", \"version\": \"2\"}]}";
    struct member members[] = {{MODULE, b.bytes, b.size}, LICENCE, {"@sboms/w.cdx.json", sbom, strlen(sbom)}};
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 3);
    AUTO(audited) struct audited r;
    audit_packed(&p, NAME, &r);
    ck_assert_uint_eq(r.part_count, 1);
    ck_assert_str_eq(r.parts[0].version, "7");
}
END_TEST

START_TEST(code_that_the_sbom_does_not_list)
{
    AUTO(built) struct built b = {0};
    build(&b, "const char *PyInit_m(void) { return \" deflate 1.2.13 Copyright 1995\"; }", fine_flags);
    static const struct {
        const char *sbom;
        bool found;
    } cases[] = {{"{\"bomFormat\": \"CycloneDX\", \"components\": [{\"name\": \"other\"}]}", true},
        {"{\"bomFormat\": \"CycloneDX\", \"components\": [{\"name\": \"zlib\"}]}", false},
        {"{\"bomFormat\": \"CycloneDX\", \"components\": [{\"name\": \"x\", \"components\": [{\"name\": "
         "\"ZLIB\"}]}]}",
            false},
        {"{\"bomFormat\": \"CycloneDX\", \"components\": [{\"name\": \"zlib1g\", \"version\": "
         "\"1:1.2.13.dfsg-1\"}]}",
            false},
        {"{\"bomFormat\": \"CycloneDX\", \"components\": [{\"name\": \"zlib1g\", \"version\": "
         "\"1:1.2.11-1\"}]}",
            true},
        {"{\"bomFormat\": \"CycloneDX\", \"components\": [{\"name\": \"z\", \"version\": \"1.1.8+1.2.13\", "
         "\"purl\": "
         "\"pkg:cargo/libz-sys@1.1.8\"}]}",
            false},
        {"{\"bomFormat\": \"CycloneDX\", \"components\": [{\"name\": \"z\", \"version\": \"11.2.13\", "
         "\"purl\": "
         "\"pkg:cargo/libz-sys@11.2.13\"}]}",
            true},
        {"{}", false}, {"[]", false},
        /* In another format: its parts are not known here. */
        {"SPDXVersion: SPDX-2.3\n", false}, {"<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"/>", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool json = strchr("{[", *cases[i].sbom);
        struct member members[] = {{MODULE, b.bytes, b.size}, LICENCE,
            {json ? "@sboms/w.cdx.json" : "@sboms/w.bom", cases[i].sbom, strlen(cases[i].sbom)}};
        AUTO(packed) struct packed p = {0};
        pack(&p, TAG, false, members, 3);
        AUTO(audited) struct audited r;
        audit_packed(&p, NAME, &r);
        const struct finding *f = find_rule(&r, "sbom-differs");
        ck_assert_int_eq(f != NULL, cases[i].found);
        ck_assert(json || !find_rule(&r, "sbom-unreadable"));
        ck_assert(!f || strcmp(f->library, "zlib") == 0);
    }
}
END_TEST

START_TEST(the_claim_is_held_against_the_newest_member)
{
#ifdef __x86_64__
    AUTO(built) struct built a = {0}, b = {0};
    build(&a, fine, fine_flags);
    build(&b, "extern double pow(double, double); double PyInit_b(double x) { return pow(x, x); }",
        "-shared -fPIC -O2 -Wl,-z,relro,-z,now -lm");
    struct member members[] = {
        {"w/a." MIDDLE ".so", a.bytes, a.size}, {"w/b." MIDDLE ".so", b.bytes, b.size}, LICENCE, SBOM};
    static const struct {
        const char *name, *tag;
        bool holds;
    } cases[] = {{"w-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
                     "cp311-cp311-manylinux2014_x86_64\nTag: cp311-cp311-manylinux_2_17_x86_64", false},
        {"w-1-cp311-cp311-manylinux_2_31_x86_64.whl", "cp311-cp311-manylinux_2_31_x86_64", true}};
    for (size_t i = 0; i < 2; i++) {
        AUTO(packed) struct packed p = {0};
        pack(&p, cases[i].tag, false, members, 4);
        AUTO(audited) struct audited r;
        audit_packed(&p, cases[i].name, &r);
        ck_assert_str_eq(r.earned.name, "manylinux_2_31_x86_64");
        ck_assert_int_eq(r.passes, cases[i].holds);
        ck_assert_int_eq(r.errors == 0, cases[i].holds);
    }
#endif
}
END_TEST

/* What the tags say decides which functions of Python a module may use. */
START_TEST(tags_of_python_are_understood)
{
    static const struct {
        const char *tag;
        bool fits; /* a module that uses what 3.12 was the first to have in its stable ABI */
    } cases[] = {
        {"cp311-abi3", false},
        {"cp312-abi3", true},
        {"cp312-cp312", true},
        {"cp39-cp39", false},
        {"cp315-abi3t", true},
        {"cp315-abi3.abi3t", true},
    };
    AUTO(built) struct built b = {0};
    build(&b,
        "extern void *PyObject_GetTypeData(void *, void *);\n"
        "void *PyInit_m(void) { return PyObject_GetTypeData(0, 0); }",
        fine_flags);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct member members[] = {{"w/m.so", b.bytes, b.size}, LICENCE, SBOM};
        AUTO_FREE char *tag = xstrf("%s-manylinux_2_28_" ARCH, cases[i].tag);
        AUTO_FREE char *name = xstrf("w-1-%s.whl", tag);
        AUTO(packed) struct packed p = {0};
        pack(&p, tag, false, members, 3);
        AUTO(audited) struct audited r;
        audit_packed(&p, name, &r);
        ck_assert_msg((r.modules[0].errors == 0) == cases[i].fits, "%s: %s", name,
            r.modules[0].finding_count ? r.modules[0].findings[0].message : "nothing found");
    }
}
END_TEST

Suite *audit_wheels_suite(void)
{
    Suite *s = suite_create("audit_wheels");
    TCase *t = tcase_create("audit_wheels");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_good_wheel_has_no_findings);
    tcase_add_loop_test(t, each_rule_about_wheels_speaks, 0, COUNT(wrong));
    tcase_add_test(t, bytes_that_are_not_as_recorded);
    tcase_add_test(t, modules_of_one_wheel_are_compared);
    tcase_add_loop_test(t, of_several_tags_the_oldest_counts, 0, 2);
    tcase_add_loop_test(t, common_variables_are_counted, 0, 3);
    tcase_add_test(t, a_shared_copy_is_what_the_bill_says);
    tcase_add_test(t, libraries_that_two_modules_hold);
    tcase_add_test(t, copies_of_repairers);
    tcase_add_test(t, a_library_called_like_the_wheel);
    tcase_add_test(t, code_that_the_sbom_does_not_list);
    tcase_add_test(t, the_claim_is_held_against_the_newest_member);
    tcase_add_test(t, tags_of_python_are_understood);
    suite_add_tcase(s, t);
    return s;
}
