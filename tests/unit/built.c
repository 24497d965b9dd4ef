/* The modules that a step made, as a fact of its manifest. */
#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "store/manifest.h"

START_TEST(what_is_put_can_be_read)
{
    AUTO(arena) struct arena a = {0};
    AUTO_JSON struct json *facts = json_new_object();
    const char *entries[] = {"PyInit__m"}, *exports[] = {"api_*", "table"}, *unmarked[] = {"libz.a(crc.o)"};
    struct built_archive archives[] = {{"trees/z-1-0123456789abcdef/lib/libz.a", 3, 1000, 8},
        {"/usr/lib/gcc/x86_64-linux-gnu/12/libgcc.a", 1, 20, 0}};
    struct built_module modules[] = {
        {"x._m", "x/_m.abi3.so", "modules/x/_m.abi3.so", "maps/x._m.map", "debug/.build-id/ab/cd.debug",
            {entries, 1}, {exports, 2}, {unmarked, 1}, 12, archives, 2, false, {NULL, 0}},
        {.name = "n", .file = "n.so", .path = "modules/n.so", .shared_copy = true, .shares = {exports, 1}}};
    const char *texts_of_z[] = {"doc/LICENSE", "COPYING"};
    struct built_library z = {"z", "1", {texts_of_z, 2}};
    struct built_crate serde = {"serde", "1.0", "MIT OR Apache-2.0", {texts_of_z, 1}};
    struct built_absent absent = {"speed", "only faster", "x.c:1: error: no"};
    built_put(facts, &(struct built){modules, 2, &absent, 1, &z, 1, &serde, 1});
    AUTO(strbuf) struct strbuf text = {0};
    json_write(facts, JSON_ONE_LINE, &text);
    ck_assert_str_eq(strbuf_str(&text),
        "{\"modules\":[{\"name\":\"x._m\",\"file\":\"x/_m.abi3.so\",\"path\":\"modules/x/_m.abi3.so\","
        "\"map\":\"maps/x._m.map\",\"debug\":\"debug/.build-id/ab/"
        "cd.debug\",\"entries\":[\"PyInit__m\"],\"exports\":[\"api_*\",\"table\"],\"unmarked\":[\"libz.a(crc."
        "o)\"],"
        "\"abi3-minor\":12,\"archives\":[{\"path\":\"trees/z-1-0123456789abcdef/lib/libz.a\",\"members\":3,"
        "\"size\":1000,\"writable\":8},{\"path\":\"/usr/lib/gcc/x86_64-linux-gnu/12/libgcc.a\",\"members\":1,"
        "\"size\":20,\"writable\":0}]},{\"name\":\"n\",\"file\":\"n.so\",\"path\":\"modules/n.so\","
        "\"map\":null,\"debug\":null,\"entries\":[],\"exports\":[],\"unmarked\":[],\"abi3-minor\":0,\"shared-"
        "copy\":true,\"shares\":[\"api_*\"],"
        "\"archives\":[]}],"
        "\"libraries\":[{"
        "\"name\":\"z\",\"version\":\"1\",\"license-files\":["
        "\"doc/"
        "LICENSE\",\"COPYING\"]}],\"crates\":[{\"name\":\"serde\",\"version\":\"1.0\",\"license\":\"MIT OR "
        "Apache-2.0\","
        "\"license-files\":[\"doc/LICENSE\"]}],\"absent-modules\":[{\"name\":\"speed\",\"reason\":\"only "
        "faster\","
        "\"why\":\"x.c:1: error: no\"}]}");
    struct built back;
    ck_assert(built_get(&back, &a, facts));
    AUTO_JSON struct json *again = json_new_object();
    AUTO(strbuf) struct strbuf second = {0};
    built_put(again, &back);
    json_write(again, JSON_ONE_LINE, &second);
    ck_assert_str_eq(strbuf_str(&second), strbuf_str(&text));
}
END_TEST

static const struct {
    const char *modules;
    bool whole;
} texts[] = {
    {"[]", true},
    {"[{\"name\":\"m\",\"file\":\"m.so\",\"path\":\"modules/m.so\",\"map\":\"maps/m.map\"}]", true},
    {"[{\"name\":\"m\",\"file\":\"m.so\",\"path\":\"modules/m.so\"}]", true},
    {"[{\"name\":\"m\",\"file\":\"n.so\",\"path\":\"modules/n.so\"}]", false}, /* is not in the tree */
    {"[{\"name\":\"m\",\"file\":\"m.so\",\"path\":\"modules/m.so\",\"map\":\"maps/n.map\"}]", false},
    {"[{\"name\":\"m\",\"file\":\"m.so\",\"path\":\"modules/m.so\",\"debug\":\"debug/n\"}]", false},
    {"[{\"name\":\"m\",\"file\":\"m.so\"}]", false},
    {"[{\"name\":\"m\",\"path\":\"modules/m.so\"}]", false},
    {"[{\"file\":\"m.so\",\"path\":\"modules/m.so\"}]", false},
    {"[1]", false},
};

START_TEST(a_manifest_names_what_is_in_it)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct manifest_entry entries[] = {{.path = "maps/m.map"}, {.path = "modules/m.so"}};
    struct manifest m = {.arena = &a, .facts = json_new_object(), .entries = entries, .entry_count = 2};
    struct store store = {.root = "/cache"};
    struct run r = {.arena = &a, .store = store};
    struct step s = {.name = "x-1-mod"};
    json_set(m.facts, "modules", json_parse("", texts[_i].modules, strlen(texts[_i].modules), &e));
    json_set_array(m.facts, "libraries");
    key_seal(&s.key, &a);
    AUTO_FREE char *tree = step_tree(&r, &s);
    map_set(&r.manifests, tree, &m);
    struct built b;
    ck_assert_int_eq(built_read(&b, &r, &s, &e), texts[_i].whole ? 0 : -1);
    ck_assert(texts[_i].whole || str_starts(e.text, tree));
    run_forget_manifests(&r);
}
END_TEST

START_TEST(no_fact_is_not_no_module)
{
    AUTO(arena) struct arena a = {0};
    AUTO_JSON struct json *facts = json_new_object();
    struct built b;
    ck_assert(!built_get(&b, &a, facts));
    json_set_array(facts, "modules");
    ck_assert(!built_get(&b, &a, facts));
    struct json *libraries = json_set_array(facts, "libraries");
    ck_assert(built_get(&b, &a, facts));
    json_set_text(json_add_object(libraries), "name", "z"); /* and no version */
    ck_assert(!built_get(&b, &a, facts));
}
END_TEST

Suite *built_suite(void);
Suite *built_suite(void)
{
    Suite *s = suite_create("built");
    TCase *t = tcase_create("built");
    tcase_add_test(t, what_is_put_can_be_read);
    tcase_add_loop_test(t, a_manifest_names_what_is_in_it, 0, (int)(COUNT(texts)));
    tcase_add_test(t, no_fact_is_not_no_module);
    suite_add_tcase(s, t);
    return s;
}
