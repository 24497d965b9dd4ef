/* Runs tests/plan/NAME.changes: what is made again when one thing changes. A file begins as
 * tests/unit/plan_world.h says; then, as often as there is something to change,
 *
 *     @change a title
 *     recipes/lib/a.toml: OLD => NEW  in that recipe, in which OLD stands once; \n begins a new line, NEW may
 * be missing
 *     @fact NAME VALUE                or with this fact
 *     again build a 1.0, wheels x 1.0     the steps whose key is not in the first plan, or "again nothing"
 *
 * Several lines before "again" make one change. UPDATE_GOLDEN=1 writes what came out into the file. */
#include "plan_world.h"

#include "base/vec.h"
#include "sys/fs.h"
#include "sys/path.h"

struct keys {
    struct map known; /* "name hex" */
};

static const char *tree_of(struct arena *a, const struct step *s)
{
    return arena_strf(a, "%s %s", s->name ? s->name : s->label, s->key.digest.hex);
}

static void read_head(struct world *w, struct slice *rest)
{
    while (rest->len && !str_starts(rest->ptr, "@change")) {
        struct slice line = slice_cut(rest, '\n');
        ck_assert_msg(world_read_line(w, line, rest), "%.*s", (int)line.len, line.ptr);
    }
}

/* The text with \n as a new line. */
static char *unescaped(struct slice text)
{
    AUTO(strbuf) struct strbuf out = {0};
    for (size_t i = 0; i < text.len; i++) {
        bool escaped = text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == 'n';
        strbuf_addc(&out, escaped ? '\n' : text.ptr[i]);
        i += escaped;
    }
    return strbuf_steal(&out);
}

static void edit(struct world *w, struct slice line)
{
    AUTO_FREE char *whole = unescaped(line);
    char *colon = strstr(whole, ": "), *arrow = strstr(whole, " =>");
    ck_assert_msg(colon && arrow && colon < arrow, "not FILE: OLD => NEW: %s", whole);
    *colon = *arrow = '\0';
    const char *old = colon + 2, *fresh = arrow + strlen(" =>");
    fresh += *fresh == ' ';
    const char *text = map_get(&w->files, whole);
    ck_assert_msg(text != NULL, "no recipe %s", whole);
    const char *at = strstr(text, old);
    ck_assert_msg(at && !strstr(at + 1, old), "%s: \"%s\" does not stand once", whole, old);
    map_set(
        &w->files, whole, arena_strf(&w->arena, "%.*s%s%s", (int)(at - text), text, fresh, at + strlen(old)));
}

static void read_keys(struct keys *keys, struct world *w)
{
    AUTO(err) struct err e = ERR_INIT;
    struct plan *p = world_plan(w, &e);
    ck_assert_msg(p != NULL, "%s", e.text);
    for (size_t i = 0; i < p->len; i++) {
        const char *tree = tree_of(&w->arena, &p->steps[i]);
        map_set(&keys->known, tree, (void *)tree);
    }
}

static bool is_new(const struct step *s, struct arena *a, const struct keys *keys)
{
    return !map_get(&keys->known, tree_of(a, s));
}

/* How many steps of that kind the recipe has, and how many of them are new. */
static size_t count_kind(
    const struct plan *p, const struct step *like, struct arena *a, const struct keys *keys, size_t *fresh)
{
    size_t all = 0;
    *fresh = 0;
    for (size_t i = 0; i < p->len; i++) {
        const struct step *s = &p->steps[i];
        if (s->kind != like->kind || s->node != like->node)
            continue;
        all++;
        *fresh += is_new(s, a, keys);
    }
    return all;
}

static bool is_first_of_kind(const struct plan *p, const struct step *s)
{
    for (const struct step *before = p->steps; before < s; before++)
        if (before->kind == s->kind && before->node == s->node)
            return false;
    return true;
}

static const char *plural_of(const struct step *s, struct arena *a)
{
    return s->kind == STEP_TRY ? "tries" : arena_strf(a, "%ss", step_kind_name(s->kind));
}

/* What the changed world makes that the first one did not; "modules x 1.0" are all of them. */
static void show_again(struct strbuf *out, struct world *w, const struct keys *keys)
{
    AUTO(err) struct err e = ERR_INIT;
    struct plan *p = world_plan(w, &e);
    if (!p)
        strbuf_addf(out, "error %s", e.text);
    for (size_t i = 0; p && i < p->len; i++) {
        const struct step *s = &p->steps[i];
        size_t fresh, all = count_kind(p, s, &w->arena, keys, &fresh);
        bool together = all > 1 && fresh == all;
        if (!is_new(s, &w->arena, keys) || (together && !is_first_of_kind(p, s)))
            continue;
        strbuf_adds(out, out->len ? ", " : "");
        if (together)
            strbuf_addf(out, "%s %.*s", plural_of(s, &w->arena),
                (int)(strrchr(s->label, ' ') - strchr(s->label, ' ') - 1), strchr(s->label, ' ') + 1);
        else
            strbuf_adds(out, s->label);
    }
    if (!out->len)
        strbuf_adds(out, "nothing");
}

/* One change, from its title to its "again"; adds the same text to fresh, with what really came out. */
static bool is_made_again_as_written(
    struct slice head, const struct keys *keys, struct slice *rest, struct strbuf *fresh)
{
    struct world w;
    world_init(&w);
    read_head(&w, &head);
    struct slice title = slice_cut(rest, '\n'), line = {0};
    strbuf_addf(fresh, "%.*s\n", (int)title.len, title.ptr);
    for (;;) {
        ck_assert_msg(rest->ptr && rest->len, "no \"again\" below %.*s", (int)title.len, title.ptr);
        line = slice_cut(rest, '\n');
        if (str_starts(line.ptr, "again "))
            break;
        strbuf_addf(fresh, "%.*s\n", (int)line.len, line.ptr);
        if (!str_starts(line.ptr, "@fact ") || !world_read_line(&w, line, rest))
            edit(&w, line);
    }
    AUTO(strbuf) struct strbuf again = {0};
    show_again(&again, &w, keys);
    strbuf_addf(fresh, "again %s\n", strbuf_str(&again));
    struct slice written = {line.ptr + strlen("again "), line.len - strlen("again ")};
    bool same = slice_is(written, strbuf_str(&again));
    if (!same)
        fprintf(stderr, "%.*s\n  written  %.*s\n  happened %s\n", (int)title.len, title.ptr, (int)written.len,
            written.ptr, strbuf_str(&again));
    world_release(&w);
    return same;
}

/* Gives how many changes the file has. */
static size_t check_changes(const char *path, size_t *wrong)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf fresh = {0};
    ck_assert_int_eq(file_read(&text, path, 1 << 20, &e), 0);
    struct world w;
    world_init(&w);
    struct slice rest = {strbuf_str(&text), text.len};
    read_head(&w, &rest);
    struct slice head = {text.ptr, (size_t)(rest.ptr - text.ptr)};
    strbuf_add(&fresh, head.ptr, head.len);
    struct keys keys = {0};
    read_keys(&keys, &w);
    size_t changes = 0, before = *wrong;
    for (; rest.len; changes++)
        *wrong += !is_made_again_as_written(head, &keys, &rest, &fresh);
    if (*wrong > before && getenv("UPDATE_GOLDEN"))
        ck_assert_int_eq(file_write(path, fresh.ptr, fresh.len, 0644, &e), 0);
    map_release(&keys.known);
    world_release(&w);
    return changes;
}

START_TEST(what_changes_is_made_again_and_nothing_else)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tree_list("tests/plan", NULL, NULL, &names, &e), 0);
    size_t wrong = 0, changes = 0;
    for (size_t i = 0; i < names.len; i++) {
        if (!str_ends(names.items[i], ".changes"))
            continue;
        AUTO_FREE char *path = path_join("tests/plan", names.items[i]);
        changes += check_changes(path, &wrong);
    }
    ck_assert_uint_ge(changes, 60);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

Suite *changes_suite(void)
{
    Suite *s = suite_create("changes");
    TCase *t = tcase_create("changes");
    tcase_add_test(t, what_changes_is_made_again_and_nothing_else);
    suite_add_tcase(s, t);
    return s;
}
