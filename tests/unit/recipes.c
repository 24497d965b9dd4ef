/* The recipes that come with the program: each loads without a mistake, in every version and feature. */
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "recipe/recipe.h"
#include "sys/fs.h"
#include "sys/path.h"

START_TEST(every_recipe_is_valid)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    ck_assert_int_eq(tree_list("recipes", NULL, NULL, &files, &e), 0);
    size_t count = 0;
    for (size_t i = 0; i < files.len; i++) {
        if (!str_ends(files.items[i], ".toml"))
            continue;
        AUTO_FREE char *path = path_join("recipes", files.items[i]);
        struct recipe_file *f = recipe_load(&a, path, &e);
        ck_assert_msg(f != NULL, "%s", e.text);
        struct texts versions = recipe_file_versions(f);
        for (size_t k = 0; k < versions.len; k++) {
            const struct recipe *r =
                recipe_variant(&a, f, versions.items[k], recipe_file_features(f), "linux-x86_64", &e);
            ck_assert_msg(r != NULL, "%s", e.text);
            ck_assert_msg(r->sources_len > 0 && r->license && r->license_files.len, "%s", path);
        }
        AUTO_FREE char *expected = xstrf("%s.toml", recipe_file_name(f));
        if (recipe_file_kind(f) != RECIPE_EXTENSION)
            ck_assert_str_eq(path_base(path), expected); /* or nobody finds it by its name */
        count++;
    }
    ck_assert_uint_ge(count, 4);
}
END_TEST

Suite *recipes_suite(void)
{
    Suite *s = suite_create("recipes");
    TCase *t = tcase_create("recipes");
    tcase_add_test(t, every_recipe_is_valid);
    suite_add_tcase(s, t);
    return s;
}
