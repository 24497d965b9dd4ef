/* Options that a build system does not know: told from what it says, and only those of the recipe. */
#include <check.h>

#include "base/cleanup.h"
#include "build/backend.h"

static struct option options[] = {
    {.key = "ZLIB", .type = OPTION_BOOL, .yes = true, .at = {NULL, 10, 1}},
    {.key = "ZLIB_DIR:PATH", .text = "x", .at = {NULL, 11, 1}},
    {.key = "enable-gzip", .type = OPTION_BOOL, .at = {NULL, 12, 1}},
    {.key = "with-z", .text = "no", .at = {NULL, 13, 1}},
    {.key = "gzip", .type = OPTION_BOOL, .yes = true, .at = {"extra.toml", 14, 1}},
};

#define CMAKE_WARNING "CMake Warning:\n  Manually-specified variables were not used by the project:\n\n"

static const struct {
    enum build_system system;
    const char *log, *want; /* NULL: nothing is wrong */
} rows[] = {
    {BUILD_CMAKE, "", NULL},
    {BUILD_CMAKE, "-- ZLIB found\n-- Configuring done\n", NULL},
    {BUILD_CMAKE, CMAKE_WARNING "    BUILD_TESTING\n    MY_ZLIB\n\n\n-- Build files: ZLIB\n", NULL},
    {BUILD_CMAKE, CMAKE_WARNING "    BUILD_TESTING\n    ZLIB\n\n\n",
        "r.toml:10:1: [build] options: CMake of this source does not know \"ZLIB\""},
    {BUILD_CMAKE, CMAKE_WARNING "    ZLIB_DIR\n    ZLIB\n",
        "r.toml:10:1: [build] options: CMake of this source does not know \"ZLIB\"\n"
        "r.toml:11:1: [build] options: CMake of this source does not know \"ZLIB_DIR:PATH\""},
    {BUILD_AUTOTOOLS, "configure: WARNING: unrecognized options: --enable-static, --with-zz\n", NULL},
    {BUILD_AUTOTOOLS, "configure: WARNING: unrecognized options: --with-pic, --disable-gzip, --with-z\n",
        "r.toml:12:1: [build] options: configure of this source does not know \"enable-gzip\"\n"
        "r.toml:13:1: [build] options: configure of this source does not know \"with-z\""},
    {BUILD_MESON, "meson.build:1:0: ERROR: Unknown options: \"b_x, gzip\"\n",
        "extra.toml:14:1: [build] options: Meson of this source does not know \"gzip\""},
    {BUILD_MESON, "meson.build:1:0: ERROR: In subproject a: Unknown options: \"a:gzip\"\n", NULL},
    {BUILD_MAKE, "unrecognized options: --with-z\n" CMAKE_WARNING "    ZLIB\n", NULL},
};

START_TEST(unknown_options_of_the_recipe_are_told)
{
    AUTO(err) struct err e = ERR_INIT;
    struct recipe r = {
        .file = "r.toml", .build = {.system = rows[_i].system, .options = options, .option_count = 5}};
    int status = backend_check_options(&r, rows[_i].log, &e);
    ck_assert_int_eq(status, rows[_i].want ? -1 : 0);
    if (rows[_i].want) {
        ck_assert_str_eq(e.text, rows[_i].want);
        ck_assert_int_eq(e.kind, ERR_RECIPE);
    }
}
END_TEST

Suite *options_suite(void);

Suite *options_suite(void)
{
    Suite *s = suite_create("options");
    TCase *t = tcase_create("options");
    tcase_add_loop_test(t, unknown_options_of_the_recipe_are_told, 0, COUNT(rows));
    suite_add_tcase(s, t);
    return s;
}
