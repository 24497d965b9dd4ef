#include "loader/definition.h"

#include "compile.h"

/* libd: `many` at two versions (V_2 is the default), `old` at V_1 only and hidden, `base` without a version,
 * `kept` hidden, `inner` at V_2, `two` at the third version. */
#define LIBRARY                                                           \
    "int many_1(void) { return 1; } int many_2(void) { return 2; }\n"     \
    "__asm__(\".symver many_1,many@V_1\\n.symver many_2,many@@V_2\");\n"  \
    "int old_1(void) { return 3; } __asm__(\".symver old_1,old@V_1\");\n" \
    "int inner(void) { return 4; } int two(void) { return 5; }\n"         \
    "int kept(void) { return 6; }\n"                                      \
    "int local_one(void) { return 7; }\n"

static struct built lib, plain;
static struct arena arena;
static struct elf_image image, plain_image;

static void build_libraries(void)
{
    build(
        &lib, "V_1 { global: none; }; V_2 { global: inner; local: kept; } V_1; V_3 { two; } V_2;\n", "-E -P");
    char map[64], to[64];
    snprintf(map, sizeof map, "%s/out", lib.dir);
    snprintf(to, sizeof to, "%s/map", lib.dir);
    ck_assert_int_eq(rename(map, to), 0);
    build(&lib, LIBRARY, "-shared -fPIC -Wl,--version-script,@/map");
    build(&plain,
        "int inner(void) { return 1; } __attribute__((visibility(\"hidden\"))) int local_one(void) { return "
        "2; }",
        "-shared -fPIC -Wl,-soname,libp.so");
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(elf_open(&image, &arena, lib.bytes, lib.size, &e) == 0, "%s", e.text);
    ck_assert_msg(elf_open(&plain_image, &arena, plain.bytes, plain.size, &e) == 0, "%s", e.text);
}

static void remove_libraries(void)
{
    built_release(&lib);
    built_release(&plain);
    arena_release(&arena);
}

static const struct {
    const char *name, *version;
    bool musl;
    enum definition_fit fit;
    const char *at; /* the version of what fits, or NULL */
} references[] = {
    {"many", "V_2", false, DEFINES_IT, "V_2"},
    {"many", "V_1", false, DEFINES_IT, "V_1"}, /* hidden versions are for those who name them */
    {"many", "V_9", false, DEFINES_OTHER, NULL},
    {"many", NULL, false, DEFINES_IT, "V_1"},  /* without a version: the oldest (dl-lookup.c, check_match) */
    {"inner", NULL, false, DEFINES_IT, "V_2"}, /* the only one */
    {"inner", "V_1", false, DEFINES_OTHER, "V_2"},
    {"two", NULL, false, DEFINES_IT, "V_3"},
    {"old", "V_1", false, DEFINES_IT, "V_1"},
    {"old", "V_2", false, DEFINES_OTHER, "V_1"},
    {"local_one", "V_1", false, DEFINES_IT, NULL}, /* of no version: fits any */
    {"local_one", NULL, false, DEFINES_IT, NULL},
    {"kept", NULL, false, DEFINES_NOT, NULL},
    {"nobody", NULL, false, DEFINES_NOT, NULL},
    {"many", "V_9", true, DEFINES_IT, "V_2"}, /* musl takes the default one */
    {"old", NULL, true, DEFINES_OTHER, "V_1"},
    {"", NULL, false, DEFINES_NOT, NULL},
};

static void check_fit(const struct definition *d, int i)
{
    ck_assert_int_eq(d->fit, references[i].fit);
    if (d->fit != DEFINES_IT)
        return;
    const struct elf_version *v = d->symbol.version;
    ck_assert_pstr_eq(v && !(v->flags & VER_FLG_BASE) ? v->name : NULL, references[i].at);
}

START_TEST(versions_are_matched)
{
    struct definition_index index;
    definition_index_build(&index, &arena, &image);
    struct definition d =
        definition_find(&image, references[_i].name, references[_i].version, references[_i].musl);
    check_fit(&d, _i);
    d = definition_lookup(&index, references[_i].name, references[_i].version, references[_i].musl);
    check_fit(&d, _i);
}
END_TEST

START_TEST(a_library_without_versions_fits_any)
{
    ck_assert_int_eq(definition_find(&plain_image, "inner", "V_77", false).fit, DEFINES_IT);
    ck_assert_int_eq(definition_find(&plain_image, "local_one", NULL, false).fit, DEFINES_NOT);
}
END_TEST

Suite *definition_suite(void)
{
    Suite *s = suite_create("definition");
    TCase *t = tcase_create("definition");
    tcase_add_unchecked_fixture(t, build_libraries, remove_libraries);
    tcase_add_loop_test(t, versions_are_matched, 0, COUNT(references));
    tcase_add_test(t, a_library_without_versions_fits_any);
    suite_add_tcase(s, t);
    return s;
}
