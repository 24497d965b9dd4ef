/* The strongest speaks first, so whatever is there already stays. */
#include "project/said.h"

#include <string.h>

#include "base/cleanup.h"
#include "toml/toml.h"

void said_library(struct project_said *s, const char *requirement, const char *by)
{
    vec_each (&s->libraries, it)
        if (strcmp(it->value.text, requirement) == 0)
            return;
    struct option value = {.text = arena_strdup(s->arena, requirement)};
    vec_push(&s->libraries, ((struct said_word){NULL, value, by}));
}

static bool is_said(const struct said_word *words, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i].key, key) == 0)
            return true;
    return false;
}

/* What is said more than once is a list, as with pip and build. */
static bool list_earlier(struct project_said *s, const char *name)
{
    bool was_said = false;
    vec_each (&s->settings, it)
        if (strcmp(it->key, name) == 0) {
            it->value.is_listed = true;
            was_said = true;
        }
    return was_said;
}

int said_setting(struct project_said *s, const char *setting, const char *by, struct err *e)
{
    struct slice value = slice_of(setting), key = slice_cut(&value, '=');
    if (!value.ptr)
        return err_set(e, ERR_USAGE, "--config-setting %s: write KEY=VALUE", setting);
    const char *name = arena_strndup(s->arena, key.ptr, key.len);
    bool is_listed = list_earlier(s, name);
    struct option option = {.text = arena_strdup(s->arena, value.ptr), .is_listed = is_listed};
    vec_push(&s->settings, ((struct said_word){name, option, by}));
    return 0;
}

static void add_env(struct project_said *s, const struct pairs *env, const char *by)
{
    for (size_t i = 0; i < env->len; i++)
        if (!is_said(s->env.items, s->env.len, env->items[i].key))
            vec_push(&s->env, ((struct said_word){env->items[i].key, {.text = env->items[i].value}, by}));
}

static void add_settings(struct project_said *s, const struct option *settings, size_t len, const char *by)
{
    size_t before = s->settings.len;
    for (size_t i = 0; i < len; i++)
        if (!is_said(s->settings.items, before, settings[i].key))
            vec_push(&s->settings, ((struct said_word){settings[i].key, settings[i], by}));
}

static void add_libraries(struct project_said *s, const struct requirements *libraries, const char *by)
{
    for (size_t i = 0; i < libraries->len; i++)
        said_library(s, libraries->items[i].text, by);
}

static void join(struct arena *a, struct texts *to, const struct texts *more)
{
    const char **all = arena_alloc(a, (to->len + more->len + 1) * sizeof *all);
    struct texts joined = {all, 0};
    for (size_t i = 0; i < to->len; i++)
        all[joined.len++] = to->items[i];
    for (size_t i = 0; i < more->len; i++)
        if (!texts_have(&joined, more->items[i]))
            all[joined.len++] = more->items[i];
    *to = joined;
}

static void add_test(struct project_said *s, const struct test_spec *test, const char *by)
{
    bool has_run = s->script || s->command.len;
    join(s->arena, &s->imports, &test->imports);
    for (size_t i = 0; i < test->requires.len; i++)
        join(s->arena, &s->test_requires, &(struct texts){&test->requires.items[i].text, 1});
    if (!has_run) {
        s->script = test->script;
        s->command = test->command;
    }
    if (!s->test_by && (test->imports.len || test->script || test->command.len || test->requires.len))
        s->test_by = by;
}

void said_row(struct project_said *s, const struct project_row *row, const char *by)
{
    add_libraries(s, &row->libraries, by);
    add_env(s, &row->env, by);
    add_settings(s, row->settings, row->setting_count, by);
    if (row->patch_count) {
        s->patches = row->patches;
        s->patch_count = row->patch_count;
    }
    if (row->abi3 && !s->abi3) {
        s->abi3 = row->abi3;
        s->abi3_by = by;
    }
    add_test(s, &row->test, by);
}

void said_recipe(struct project_said *s, const struct recipe *r, const char *by)
{
    add_libraries(s, &r->libraries, by);
    if (r->build.system != BUILD_PEP517)
        return;
    add_env(s, &r->build.env, by);
    add_settings(s, r->build.options, r->build.option_count, by);
    if (r->python.abi3 && !s->abi3) {
        s->abi3 = r->python.abi3;
        s->abi3_by = by;
    }
    join(s->arena, &s->imports, &r->test.imports);
}

/* "libxml2" of "dep:generic/libxml2@>=2.9", or of the older "pkg:generic/…"; NULL for compilers and the like.
 */
static const char *external_name(struct arena *a, const char *text)
{
    static const char *const schemes[] = {"dep:generic/", "pkg:generic/"};
    for (size_t i = 0; i < COUNT(schemes); i++)
        if (str_starts(text, schemes[i])) {
            const char *name = text + strlen(schemes[i]);
            return arena_strndup(a, name, strcspn(name, "@?#; "));
        }
    return NULL;
}

void said_external(struct project_said *s, const struct toml_node *external, const char *by,
    bool (*exists)(void *arg, const char *name), void *arg)
{
    const struct toml_node *list = toml_get(external, "host-requires");
    if (!list || list->type != TOML_ARRAY)
        return;
    toml_each (list, it) {
        const char *name = it->type == TOML_STRING ? external_name(s->arena, it->string) : NULL;
        if (!name)
            continue;
        const char *names[] = {name, arena_strf(s->arena, "lib%s", name)};
        for (size_t i = 0; i < COUNT(names); i++)
            if (exists(arg, names[i])) {
                said_library(s, names[i], by);
                break;
            }
    }
}

static void add_part(struct strbuf *out, const char *what, const char *key, const char *by)
{
    strbuf_addf(out, "%s%s%s (%s)", out->len ? ", " : "", what, key, by);
}

void said_text(struct strbuf *out, const struct project_said *s)
{
    vec_each (&s->libraries, it)
        add_part(out, "", it->value.text, it->by);
    vec_each (&s->settings, it)
        if (!is_said(s->settings.items, (size_t)(it - s->settings.items), it->key))
            add_part(out, "setting ", it->key, it->by);
    vec_each (&s->env, it)
        add_part(out, "variable ", it->key, it->by);
    for (size_t i = 0; i < s->patch_count; i++)
        strbuf_addf(out, "%spatch %s", out->len ? ", " : "", s->patches[i].file);
    if (s->abi3)
        add_part(out, "abi3 of ", s->abi3, s->abi3_by);
    if (s->test_by)
        add_part(out, "", "test", s->test_by);
}

void project_said_release(struct project_said *s)
{
    vec_release(&s->libraries);
    vec_release(&s->env);
    vec_release(&s->settings);
}
