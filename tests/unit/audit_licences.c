/* Licence texts and bills of materials against what is inside. */
#include "audit/files.h"

#include "packed.h"

#define COMPONENT(rest) "{\"bomFormat\": \"CycloneDX\", \"components\": [{" rest "}]}"

static void audit_with(
    struct audited *r, const char *code, const char *flags, const struct member *more, size_t count)
{
    AUTO(built) struct built b = {0};
    build(&b, code, flags);
    struct member members[8] = {{MODULE, b.bytes, b.size}};
    for (size_t i = 0; i < count; i++)
        members[1 + i] = more[i];
    AUTO(packed) struct packed p = {0};
    pack(&p, TAG, false, members, 1 + count);
    audit_packed(&p, NAME, r);
}

static const struct {
    const char *path, *text; /* of the licence */
    bool named;              /* it is taken for zlib's as well */
} licences[] = {
    {"@licenses/LICENSE", "MIT, of a package", false},
    {"@licenses/LICENSE", "bundles zlib: ...", true},
    {"@licenses/LICENSE", "Copyright (C) 1995-2024 Jean-loup Gailly and Mark Adler", true},
    {"w/ThirdPartyNotices.txt", "ZLIB, here is what its authors ask for", true},
    {"w/3rdparty/README", "zlib", false},
    {"w/doc/cmzlib/COPYING", "as is, without any warranty", true},
    {"w/licences.py", "zlib", false},
};

START_TEST(licences_are_found_by_what_they_say)
{
    struct member more[] = {LICENCE, {licences[_i].path, licences[_i].text, strlen(licences[_i].text)}, SBOM};
    AUTO(audited) struct audited r;
    audit_with(&r, "const char *PyInit_m(void) { return \" deflate 1.2.13 Copyright 1995\"; }", fine_flags,
        strcmp(licences[_i].path, "@licenses/LICENSE") == 0 ? more + 1 : more,
        strcmp(licences[_i].path, "@licenses/LICENSE") == 0 ? 2 : 3);
    const struct finding *f = find_rule(&r, "no-licence");
    ck_assert_msg(!f == licences[_i].named, "%s: %s", licences[_i].path, f ? f->message : "nothing found");
    ck_assert(!f || (strstr(f->message, "zlib") && !strstr(f->message, "more)")));
}
END_TEST

static const struct {
    const char *sbom;
    bool asked; /* for a licence text */
} components[] = {
    {COMPONENT("\"name\": \"serde\""), true},
    {COMPONENT("\"name\": \"serde\", \"scope\": \"required\""), true},
    {COMPONENT("\"name\": \"cc\", \"scope\": \"excluded\""), false},
    {COMPONENT("\"name\": \"fribidi\", \"scope\": \"optional\""), false},
    {COMPONENT("\"name\": \"w._m\", \"purl\": \"pkg:pypi/w@1#c-ext/w._m\""), false},
    {COMPONENT("\"name\": \"x._m\", \"purl\": \"pkg:pypi/x@1#c-ext/x._m\""), true},
    {COMPONENT("\"name\": \"shim\", \"bom-ref\": \"pkg:pypi/w@1#thirdparty/shim\""), false},
    {COMPONENT("\"name\": \"memchr\", \"licenses\": [{\"expression\": \"Unlicense OR MIT\"}]"), false},
    {COMPONENT("\"name\": \"compat\", \"licenses\": [{\"license\": {\"id\": \"0BSD\"}}]"), false},
    {COMPONENT("\"name\": \"both\", \"licenses\": [{\"expression\": \"(Unlicense OR MIT) AND Apache-2.0\"}]"),
        true},
    {COMPONENT("\"name\": \"two\", \"licenses\": [{\"license\": {\"id\": \"MIT\"}}, {\"license\": {\"id\": "
               "\"0BSD\"}}]"),
        true},
};

#define CRATE(name, needed) "{\"ref\": \"registry#" name "@1.0\", \"dependsOn\": [" needed "]}"
#define REF(name) "\"registry#" name "@1.0\""

/* Of crates that depend on each other: which of them the wheel has inside. */
static const struct {
    const char *crate, *dependencies;
    bool inside;
} crates[] = {
    {"pyo3", CRATE("pyo3", REF("pyo3-macros")) "," CRATE("pyo3-macros", REF("quote")), true},
    {"pyo3-macros", CRATE("pyo3", REF("pyo3-macros")) "," CRATE("pyo3-macros", REF("quote")), false},
    {"quote", CRATE("pyo3-macros", REF("quote")), false},
    {"heck", CRATE("pyo3-macros", REF("quote") "," REF("heck")), false},
    {"heck", CRATE("pyo3-macros", REF("quote") "," REF("heck")) "," CRATE("w", REF("heck")), true},
    {"far", CRATE("m", REF("syn") "," REF("near")) "," CRATE("near", REF("far")), false},
    {"unquote", CRATE("w", REF("unquote")), true},
    {"alone", CRATE("w", REF("pyo3")), true},
};

START_TEST(crates_of_the_compiler_are_no_part)
{
    char sbom[1024];
    snprintf(sbom, sizeof sbom,
        "{\"bomFormat\": \"CycloneDX\", \"dependencies\": [%s], \"components\": [{\"name\": \"%s\", "
        "\"bom-ref\": \"registry#%s@1.0\", \"scope\": \"required\"}]}",
        crates[_i].dependencies, crates[_i].crate, crates[_i].crate);
    struct member more[] = {LICENCE, {"@sboms/w.cdx.json", sbom, strlen(sbom)}};
    AUTO(audited) struct audited r;
    audit_with(&r, fine, fine_flags, more, 2);
    ck_assert_msg(!!find_rule(&r, "no-licence") == crates[_i].inside, "%s: %s", crates[_i].crate,
        crates[_i].dependencies);
}
END_TEST

START_TEST(components_that_ask_for_a_licence)
{
    struct member more[] = {LICENCE, {"@sboms/w.cdx.json", components[_i].sbom, strlen(components[_i].sbom)}};
    AUTO(audited) struct audited r;
    audit_with(&r, fine, fine_flags, more, 2);
    const struct finding *f = find_rule(&r, "no-licence");
    ck_assert_msg(!!f == components[_i].asked, "%s", components[_i].sbom);
}
END_TEST

/* A compiler's own code asks for no notice. */
START_TEST(a_tool_has_no_licence_to_ship)
{
    struct member more[] = {LICENCE, SBOM};
    AUTO(audited) struct audited r;
    audit_with(&r, "const char *PyInit_m(void) { return \"/rustc/0123456789abcdef/library/std/src/io.rs\"; }",
        fine_flags, more, 2);
    ck_assert_uint_eq(r.modules[0].embedded_count, 1);
    ck_assert_ptr_null(find_rule(&r, "no-licence"));
}
END_TEST

static const struct {
    const char *text, *sbom;
    bool differs;
} listed[] = {
    {"OpenSSL 3.0.14 4 Jun 2024", COMPONENT("\"name\": \"openssl-libs\", \"version\": \"3.0.14-1.el9\""),
        false},
    {"KRB5_BRAND: krb5-1.18.2-final 1.18.2 20201016",
        COMPONENT("\"name\": \"krb5-libs\", \"version\": \"1.18.2-34.el8_10\"}, {\"name\": \"libcom_err\", "
                  "\"version\": \"1.45.6\""),
        false},
    {"KRB5_BRAND: krb5-1.18.2-final 1.18.2 20201016",
        COMPONENT("\"name\": \"krb5-libs\", \"version\": \"1.19.1-3\""), true},
    {"libjpeg-turbo version 3.2.0 (build 20260301)",
        COMPONENT("\"name\": \"libjpeg / libjpeg-turbo\", \"version\": \"3.2.0\""), false},
    {" inflate 1.3.1 Copyright 1995",
        COMPONENT("\"name\": \"libz-rs-sys\", \"purl\": \"pkg:cargo/libz-rs-sys@0.5.5\""), false},
};

START_TEST(names_and_versions_of_a_bill)
{
    AUTO_FREE char *code = xstrf("const char *PyInit_m(void) { return \"%s\"; }", listed[_i].text);
    struct member more[] = {LICENCE, {"@sboms/w.cdx.json", listed[_i].sbom, strlen(listed[_i].sbom)}};
    AUTO(audited) struct audited r;
    audit_with(&r, code, fine_flags, more, 2);
    ck_assert_uint_eq(r.modules[0].embedded_count, 1);
    const struct finding *f = find_rule(&r, "sbom-differs");
    ck_assert_msg(!!f == listed[_i].differs, "%s: %s", listed[_i].text, f ? f->message : "nothing found");
}
END_TEST

/* One library in two files is one thing that the bill lacks. */
START_TEST(a_library_is_told_once)
{
    AUTO(built) struct built l = {0};
    build(
        &l, "int SSL_x(void) { return 1; }", "-shared -fPIC -s -Wl,-z,now -Wl,-soname,libssl-7c3c55df.so.3");
    struct member more[] = {{"w.libs/libssl-7c3c55df.so.3", l.bytes, l.size}, LICENCE,
        {"@sboms/w.cdx.json", COMPONENT("\"name\": \"other\""), strlen(COMPONENT("\"name\": \"other\""))}};
    AUTO(audited) struct audited r;
    audit_with(
        &r, "const char *PyInit_m(void) { return \"OpenSSL 3.0.14 4 Jun 2024\"; }", fine_flags, more, 3);
    size_t told = 0;
    for (size_t i = 0; i < r.whole.finding_count; i++)
        told += strcmp(r.whole.findings[i].rule->id, "sbom-differs") == 0;
    ck_assert_uint_eq(told, 1);
    const struct finding *f = find_rule(&r, "sbom-differs");
    ck_assert_str_eq(
        f->message, "holds openssl 3.0.14, as 1 more file does, which the bill of materials does not list");
    ck_assert_uint_eq(f->evidence_count, 2);
}
END_TEST

/* What a repairer copied, and what is known, is of others; a package's own library beside its modules is not.
 */
START_TEST(whose_library_it_is)
{
    static const struct {
        const char *path;
        bool asked;
    } cases[] = {
        {"w.libs/libnobody-7c3c55df.so.3", true}, {"w/libw_core.so", false}, {"w/libssl.so.3", true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(built) struct built l = {0};
        build(&l, "int nobody_x(void) { return 1; }", "-shared -fPIC -s -Wl,-z,now");
        struct member more[] = {{cases[i].path, l.bytes, l.size}, LICENCE, SBOM};
        AUTO(audited) struct audited r;
        audit_with(&r, fine, fine_flags, more, 3);
        ck_assert_msg(!!find_rule(&r, "no-licence") == cases[i].asked, "%s", cases[i].path);
    }
}
END_TEST

#ifdef __x86_64__
#define BROTLI "const char *PyInit_m(void) { return \"EXUBERANT_NIBBLE\"; } "

/* A function that returns nothing but a number says the version, where one number alone can be it. */
START_TEST(versions_that_functions_return)
{
    static const struct {
        const char *code, *version;
    } cases[] = {
        {BROTLI, ""},
        {BROTLI "unsigned version(void) { return 0x1001000; }", "1.1.0"},
        {BROTLI "unsigned version(void) { return 0x1001000; } unsigned other(void) { return 0x4002345; }",
            "1.1.0"},
        {BROTLI "unsigned version(void) { return 0x1001000; } unsigned other(void) { return 0x1000009; }",
            ""},
        {"const char *PyInit_m(void) { return \"missing \\\"=\\\" after \\\"%s\\\" in connection info "
         "string\"; } int version(void) { "
         "return 170012; }",
            "17.12"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct member more[] = {LICENCE, SBOM};
        AUTO(audited) struct audited r;
        audit_with(&r, cases[i].code, "-shared -fPIC -O1 -s -fcf-protection=none", more, 2);
        ck_assert_uint_eq(r.modules[0].embedded_count, 1);
        ck_assert_str_eq(r.modules[0].embedded[0].version, cases[i].version);
    }
}
END_TEST
#endif

/* libssh says which OpenSSL's headers it was compiled with; that is no OpenSSL. */
START_TEST(a_text_of_headers)
{
    static const char ssh[] = "SSH-2.0-libssh_0.11.5", ssl[] = "OpenSSL 3.5.6 7 Apr 2026";
    AUTO_FREE char *code =
        xstrf("const char *PyInit_m(void) { return \"%s\"; } const char *PyInit_n(void) { return \"%s\"; }",
            ssh, ssl);
    struct member more[] = {LICENCE, SBOM};
    AUTO(audited) struct audited r;
    audit_with(&r, code, fine_flags, more, 2);
    ck_assert_uint_eq(r.modules[0].embedded_count, 1);
    ck_assert_str_eq(r.modules[0].embedded[0].name, "libssh");
}
END_TEST

Suite *audit_licences_suite(void)
{
    Suite *s = suite_create("audit_licences");
    TCase *t = tcase_create("audit_licences");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, licences_are_found_by_what_they_say, 0, COUNT(licences));
    tcase_add_loop_test(t, crates_of_the_compiler_are_no_part, 0, COUNT(crates));
    tcase_add_loop_test(t, components_that_ask_for_a_licence, 0, COUNT(components));
    tcase_add_test(t, a_tool_has_no_licence_to_ship);
    tcase_add_loop_test(t, names_and_versions_of_a_bill, 0, COUNT(listed));
    tcase_add_test(t, a_library_is_told_once);
    tcase_add_test(t, whose_library_it_is);
    tcase_add_test(t, a_text_of_headers);
#ifdef __x86_64__
    tcase_add_test(t, versions_that_functions_return);
#endif
    suite_add_tcase(s, t);
    return s;
}
