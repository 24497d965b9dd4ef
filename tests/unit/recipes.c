/* The recipes that come with the program: each loads without a mistake, in every version and feature. */
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "recipe/project_row.h"
#include "recipe/recipe.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "template/template.h"

START_TEST(every_recipe_is_valid)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    ck_assert_int_eq(tree_list("recipes", NULL, NULL, &files, &e), 0);
    size_t count = 0;
    for (size_t i = 0; i < files.len; i++) {
        if (!str_ends(files.items[i], ".toml") || str_starts(files.items[i], "data/"))
            continue;
        AUTO_FREE char *path = path_join("recipes", files.items[i]);
        struct recipe_file *f = recipe_load(&a, path, &e);
        ck_assert_msg(f != NULL, "%s", e.text);
        struct texts versions = recipe_file_versions(f);
        for (size_t k = 0; k < versions.len; k++) {
            const struct recipe *r =
                recipe_variant(&a, f, versions.items[k], recipe_file_features(f), "linux-x86_64", &e);
            ck_assert_msg(r != NULL, "%s", e.text);
            bool is_shipped =
                r->kind != RECIPE_PYTHON_ABI; /* whose headers say how a module asks, and stay here */
            ck_assert_msg(
                r->source_count > 0 && r->license && (!is_shipped || r->license_files.len), "%s", path);
            bool has_code = r->kind == RECIPE_LIBRARY && r->provides.archives.len;
            ck_assert_msg(!has_code || r->provides.state != STATE_UNSAID, "%s: no state", path);
        }
        AUTO_FREE char *expected = xstrf("%s.toml", recipe_file_name(f));
        if (!recipe_kind_has_wheel(recipe_file_kind(f)))
            ck_assert_str_eq(path_base(path), expected); /* or nobody finds it by its name */
        count++;
    }
    ck_assert_uint_ge(count, 4);
}
END_TEST

/* One is asked for, all are checked. */
START_TEST(every_known_project_is_valid)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    struct project_row row;
    ck_assert_msg(project_row_read(&row, &a, "recipes/data/projects.toml", "lxml", &e) == 0, "%s", e.text);
    ck_assert_uint_ge(row.libraries.len, 2);
    ck_assert_uint_gt(row.at.line, 0);
}
END_TEST

START_TEST(every_example_is_valid)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    ck_assert_int_eq(tree_list("examples", NULL, NULL, &files, &e), 0);
    size_t count = 0;
    for (size_t i = 0; i < files.len; i++) {
        if (!str_ends(files.items[i], ".toml"))
            continue;
        AUTO_FREE char *path = path_join("examples", files.items[i]);
        ck_assert_msg(recipe_load(&a, path, &e) != NULL, "%s", e.text);
        count++;
    }
    ck_assert_uint_ge(count, 2);
}
END_TEST

/* A skeleton needs a name and a hash, nothing else. */
START_TEST(every_skeleton_makes_a_recipe)
{
    static const char empty[] = "sha256 = \"\"";
    AUTO(strvec) struct strvec files = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(arena) struct arena a = {0};
    AUTO(map) struct map values = {0};
    template_set(&values, "name", "thing");
    template_set(&values, "module", "thing");
    template_set(&values, "stem", "thing");
    template_set(&values, "version", "1.0");
    template_set(&values, "license", "MIT");
    template_set(&values, "license-note", " # a note");
    template_set(&values, "license-files", "\"LICENSE\"");
    template_set(&values, "source", "urls = [\"https://example.org/thing-1.0.tar.gz\"]\nsha256 = \"\"");
    ck_assert_int_eq(tree_list("templates/recipes", NULL, NULL, &files, &e), 0);
    ck_assert(strvec_has(&files, "library.toml"));
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *path = path_join("templates/recipes", files.items[i]);
        AUTO(strbuf) struct strbuf text = {0};
        AUTO(strbuf) struct strbuf filled = {0};
        AUTO(strbuf) struct strbuf hashed = {0};
        ck_assert_int_eq(file_read(&text, path, 1 << 16, &e), 0);
        struct slice all = {text.ptr, text.len};
        ck_assert_msg(template_fill(&filled, path, all, &values, TEMPLATE_PLAIN, &e) == 0, "%s", e.text);
        const char *at = strstr(strbuf_str(&filled), empty);
        if (at) {
            ck_assert_ptr_null(recipe_parse(&a, path, filled.ptr, filled.len, &e));
            ck_assert_msg(strstr(e.text, "sha256") && !strchr(e.text, '\n'), "%s", e.text);
            err_release(&e);
            strbuf_add(&hashed, filled.ptr, (size_t)(at - filled.ptr));
            strbuf_addf(&hashed, "sha256 = \"%064d\"", 0);
            strbuf_adds(&hashed, at + sizeof empty - 1);
        } else {
            strbuf_adds(&hashed, strbuf_str(&filled));
        }
        ck_assert_msg(recipe_parse(&a, path, hashed.ptr, hashed.len, &e) != NULL, "%s", e.text);
    }
}
END_TEST

Suite *recipes_suite(void)
{
    Suite *s = suite_create("recipes");
    TCase *t = tcase_create("recipes");
    tcase_add_test(t, every_recipe_is_valid);
    tcase_add_test(t, every_known_project_is_valid);
    tcase_add_test(t, every_example_is_valid);
    tcase_add_test(t, every_skeleton_makes_a_recipe);
    suite_add_tcase(s, t);
    return s;
}
