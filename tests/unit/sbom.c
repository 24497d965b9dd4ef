#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "json/json.h"
#include "sbom/identifier.h"
#include "sbom/sbom.h"

static const char *url[] = {"https://user:pw@example.org/x y.tar.gz?key=secret", "debian:zeromq3/x.tar.gz",
    "file:///home/me/x.tar.gz"};
static const struct source source = {
    .urls = {url, 3}, .sha256 = "c593001a89f5a85dd2ddf564805deb860e02471171b3f204944857336295c3e5"};
static const struct source *const sources[] = {&source};
static const char *cve[] = {"CVE-2021-20236"};
static const struct patch patch = {.file = "/r/patches/fix.patch", .digest = {"ab"}, .fixes = {cve, 1}};
static const char *modules[] = {"zmq/_zmq.abi3.so"};
static const size_t needs_sodium[] = {1}, needs_zmq[] = {0};

static struct component components[3];
static struct component wheel;

static void set_up(void)
{
    components[0] = (struct component){.name = "libzmq",
        .version = "4.3.4",
        .license = "MPL-2.0",
        .cpe = "zeromq:libzmq",
        .homepage = "https://zeromq.org",
        .sources = sources,
        .source_count = 1,
        .patches = &patch,
        .patch_count = 1,
        .modules = {modules, 1},
        .needs = needs_sodium,
        .need_count = 1};
    components[1] = (struct component){.name = "libsodium", .version = "1.0.18", .license = "ISC"};
    component_from_runtime(&components[2], "libstdc++", "gcc 12.2.0");
    wheel = (struct component){
        .name = "PyZMQ", .version = "27.1.0", .license = "BSD-3-Clause", .needs = needs_zmq, .need_count = 1};
}

static struct json *document(int64_t epoch)
{
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct sbom_request r = {&wheel, components, 3, "gcc 12.2.0", epoch};
    sbom_write(&out, &r);
    struct json *bom = json_parse("sbom", out.ptr, out.len, &e);
    ck_assert_ptr_nonnull(bom);
    ck_assert_int_eq(out.ptr[out.len - 1], '\n');
    return bom;
}

/* Nobody said its version, so it has none; how it was found stands beside it. */
START_TEST(what_is_recognised_says_how)
{
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    const char *witnesses[] = {"exports XXH32", "exports XXH64"};
    struct component found = {.name = "xxhash", .version = "", .witnesses = witnesses, .witness_count = 2};
    struct component dated = {
        .name = "zlib", .version = "1.2.13", .witnesses = witnesses, .witness_count = 1, .likely = true};
    struct component both[] = {found, dated};
    sbom_write(&out, &(struct sbom_request){.wheel = &wheel, .components = both, .component_count = 2});
    AUTO_JSON struct json *bom = json_parse("sbom", out.ptr, out.len, &e);
    const struct json *list = json_get(bom, "components"), *first = json_at(list, 0),
                      *second = json_at(list, 1);
    ck_assert_ptr_null(json_get(first, "version"));
    ck_assert_str_eq(json_get_text(first, "purl"), "pkg:generic/xxhash");
    const struct json *identity = json_get(json_get(first, "evidence"), "identity");
    ck_assert_uint_eq(json_len(identity), 1);
    ck_assert_uint_eq(json_len(json_get(json_at(identity, 0), "methods")), 2);
    identity = json_get(json_get(second, "evidence"), "identity");
    ck_assert_str_eq(json_get_text(json_at(identity, 1), "field"), "version");
    ck_assert(json_number(json_get(json_at(identity, 1), "confidence"), 1) < 1);
}
END_TEST

START_TEST(the_document_says_what_is_inside)
{
    AUTO_JSON struct json *bom = document(1706702400);
    ck_assert_str_eq(json_get_text(bom, "specVersion"), "1.6");
    struct json *metadata = json_get(bom, "metadata");
    ck_assert_str_eq(json_get_text(metadata, "timestamp"), "2024-01-31T12:00:00Z");
    ck_assert_str_eq(json_get_text(json_get(metadata, "component"), "purl"), "pkg:pypi/pyzmq@27.1.0");
    ck_assert_uint_eq(json_len(json_get(bom, "components")), 3);
    struct json *zmq = json_at(json_get(bom, "components"), 0);
    ck_assert_str_eq(json_get_text(zmq, "cpe"), "cpe:2.3:a:zeromq:libzmq:4.3.4:*:*:*:*:*:*:*");
    ck_assert_str_eq(json_get_text(json_at(json_get(zmq, "licenses"), 0), "expression"), "MPL-2.0");
    ck_assert_str_eq(json_get_text(zmq, "purl"),
        "pkg:generic/libzmq@4.3.4?checksum=sha256:"
        "c593001a89f5a85dd2ddf564805deb860e02471171b3f204944857336295c3e5&"
        "download_url=https://example.org/x%20y.tar.gz%3F...");
    struct json *fixed = json_at(json_get(json_get(zmq, "pedigree"), "patches"), 0);
    ck_assert_str_eq(json_get_text(fixed, "type"), "backport");
    ck_assert_str_eq(json_get_text(json_at(json_get(fixed, "resolves"), 0), "id"), "CVE-2021-20236");
    struct json *from = json_at(json_get(zmq, "externalReferences"), 2);
    ck_assert_str_eq(json_get_text(from, "url"), url[1]);
    ck_assert_str_eq(json_get_text(json_at(json_get(zmq, "externalReferences"), 1), "url"),
        "https://example.org/x y.tar.gz?...");
    ck_assert_str_eq(json_get_text(json_at(json_get(zmq, "externalReferences"), 3), "url"), "file:x.tar.gz");
    ck_assert_str_eq(json_get_text(json_at(json_get(from, "hashes"), 0), "content"), source.sha256);
    struct json *runtime = json_at(json_get(bom, "components"), 2);
    ck_assert_str_eq(json_get_text(runtime, "version"), "12.2.0");
    ck_assert_str_eq(json_get_text(json_at(json_get(runtime, "licenses"), 0), "expression"),
        "GPL-3.0-or-later WITH GCC-exception-3.1");
}
END_TEST

/* Every reference of the dependency graph is the bom-ref of something, and each is there once. */
START_TEST(the_dependency_graph_is_closed)
{
    AUTO_JSON struct json *bom = document(0);
    AUTO(strvec) struct strvec refs = {0};
    strvec_push(&refs, json_get_text(json_get(json_get(bom, "metadata"), "component"), "bom-ref"));
    for (size_t i = 0; i < 3; i++) {
        const char *ref = json_get_text(json_at(json_get(bom, "components"), i), "bom-ref");
        ck_assert(!strvec_has(&refs, ref));
        strvec_push(&refs, ref);
    }
    struct json *graph = json_get(bom, "dependencies");
    ck_assert_uint_eq(json_len(graph), 4);
    for (size_t i = 0; i < 4; i++) {
        struct json *one = json_at(graph, i), *on = json_get(one, "dependsOn");
        ck_assert(strvec_has(&refs, json_get_text(one, "ref")));
        for (size_t j = 0; j < json_len(on); j++)
            ck_assert(strvec_has(&refs, json_text(json_at(on, j))));
    }
    ck_assert_str_eq(json_text(json_at(json_get(json_at(graph, 1), "dependsOn"), 0)), refs.items[2]);
}
END_TEST

START_TEST(the_serial_number_follows_the_content)
{
    AUTO_JSON struct json *one = document(0);
    AUTO_JSON struct json *same = document(0);
    AUTO_JSON struct json *other = document(60);
    const char *serial = json_get_text(one, "serialNumber");
    ck_assert_uint_eq(strlen(serial), strlen("urn:uuid:") + 36);
    ck_assert_int_eq(serial[strlen("urn:uuid:") + 14], '5'); /* the version of the UUID */
    ck_assert_str_eq(serial, json_get_text(same, "serialNumber"));
    ck_assert_str_ne(serial, json_get_text(other, "serialNumber"));
}
END_TEST

static const struct {
    const char *cpe, *version, *text;
} cpes[] = {
    {"gnu:libiconv", "1.17", "cpe:2.3:a:gnu:libiconv:1.17:*:*:*:*:*:*:*"},
    {"a:b++", "1:2+x*", "cpe:2.3:a:a:b\\+\\+:1\\:2\\+x\\*:*:*:*:*:*:*:*"},
    {"A:B", "1.0RC1", "cpe:2.3:a:a:b:1.0rc1:*:*:*:*:*:*:*"},
    {"nocolon", "1", NULL},
    {":b", "1", NULL},
    {"a:", "1", NULL},
    {"a:b:c", "1", NULL},
    {NULL, "1", NULL},
};

START_TEST(cpe_names_are_quoted)
{
    AUTO_FREE char *text = cpe_format(cpes[_i].cpe, cpes[_i].version);
    if (cpes[_i].text)
        ck_assert_str_eq(text, cpes[_i].text);
    else
        ck_assert_ptr_null(text);
}
END_TEST

Suite *sbom_suite(void)
{
    Suite *s = suite_create("sbom");
    TCase *t = tcase_create("sbom");
    tcase_add_checked_fixture(t, set_up, NULL);
    tcase_add_test(t, the_document_says_what_is_inside);
    tcase_add_test(t, what_is_recognised_says_how);
    tcase_add_test(t, the_dependency_graph_is_closed);
    tcase_add_test(t, the_serial_number_follows_the_content);
    tcase_add_loop_test(t, cpe_names_are_quoted, 0, COUNT(cpes));
    suite_add_tcase(s, t);
    return s;
}
