/* Runs tests/plan/NAME.test: recipes in, plan or mistakes out, compared as text. A file reads
 *
 *     @recipe recipes/lib/a.toml      the recipe follows, up to the next line that begins with @
 *     @ask recipes/x.toml             as on the command line; may stand several times
 *     @python 3.9 3.12                the interpreters of the machine
 *     @target manylinux_2_17_x86_64   what is built for, with a kit; native when it is not given
 *     @expect                         what must come out, up to the end of the file
 *
 * UPDATE_GOLDEN=1 writes what came out into the file, to be read before it is committed. */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "plan/plan.h"
#include "sys/fs.h"
#include "sys/path.h"

struct world {
    struct map files;   /* path -> struct slice */
    const char *target; /* NULL: native */
    struct arena arena;
};

static struct recipe_file *load(void *arg, struct arena *a, const char *path, struct err *e)
{
    struct world *w = arg;
    struct slice *text = map_get(&w->files, path);
    if (!text) {
        err_set(e, ERR_RECIPE, "%s: not there", path);
        return NULL;
    }
    return recipe_parse(a, path, text->ptr, text->len, e);
}

static bool exists(void *arg, const char *path)
{
    return map_get(&((struct world *)arg)->files, path) != NULL;
}

static void add_python(struct arena *a, struct interpreters *found, struct slice version)
{
    struct interpreter *p = &found->items[found->len++];
    bool threaded = version.ptr[version.len - 1] == 't';
    p->version = arena_strndup(a, version.ptr, version.len);
    sscanf(p->version, "%d.%d", &p->major, &p->minor);
    p->path = arena_strf(a, "/usr/bin/python%s", p->version);
    p->abi_tag = arena_strf(a, "cp%d%d%s", p->major, p->minor, threaded ? "t" : "");
    p->python_tag = arena_strf(a, "cp%d%d", p->major, p->minor);
    p->soabi = arena_strf(a, "cpython-%d%d", p->major, p->minor);
    p->free_threaded = threaded;
    p->has_headers = true;
}

static void plan_text(struct world *w, struct strvec *ask, struct interpreters *found, struct strbuf *out)
{
    struct arena *a = &w->arena;
    AUTO(err) struct err e = ERR_INIT;
    struct graph_request request = {.recipes = (const char *const *)ask->items,
        .recipes_len = ask->len,
        .installed = "recipes",
        .target = "linux-x86_64",
        .load = load,
        .exists = exists,
        .arg = w};
    struct graph *g = graph_resolve(a, &request, &e);
    struct plan *p = NULL;
    if (g) {
        struct interpreters *chosen = arena_alloc(a, g->len * sizeof *chosen);
        for (size_t i = 0; i < g->len; i++)
            if (g->nodes[i].recipe->kind == RECIPE_EXTENSION)
                chosen[i] = *found;
        struct plan_facts facts = {.toolchain = "cc gcc 12.2.0",
            .target = w->target,
            .kit_facts = w->target ? "libc 0123\n" : NULL,
            .platform = "linux-x86_64",
            .program_version = "0",
            .pythons = chosen,
            .source_date_epoch = -1};
        p = plan_make(a, g, &facts, &e);
    }
    if (p)
        plan_print(out, g, p, false);
    else
        strbuf_addf(out, "error %d\n%s\n", e.kind, e.text);
}

/* Reads the file into its parts; everything before "@expect\n" is returned as its head. */
static struct slice read_test(
    struct world *w, struct slice text, struct strvec *ask, struct interpreters *found, struct slice *head)
{
    struct slice rest = text;
    found->items = arena_alloc(&w->arena, 16 * sizeof *found->items);
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (slice_is(line, "@expect")) {
            *head = (struct slice){text.ptr, (size_t)(rest.ptr - text.ptr)};
            return rest;
        }
        struct slice words = line;
        struct slice verb = slice_cut(&words, ' ');
        if (slice_is(verb, "@ask")) {
            strvec_pushn(ask, words.ptr, words.len);
        } else if (slice_is(verb, "@target")) {
            w->target = arena_strndup(&w->arena, words.ptr, words.len);
        } else if (slice_is(verb, "@python")) {
            while (words.ptr)
                add_python(&w->arena, found, slice_cut(&words, ' '));
        } else if (slice_is(verb, "@recipe")) {
            struct slice *body = arena_new(&w->arena, struct slice);
            body->ptr = rest.ptr;
            while (rest.len && rest.ptr[0] != '@')
                slice_cut(&rest, '\n');
            body->len = (size_t)(rest.ptr - body->ptr);
            map_setn(&w->files, words.ptr, words.len, body);
        }
    }
    ck_abort_msg("no @expect");
    return rest;
}

START_TEST(plans_are_as_written)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tree_list("tests/plan", NULL, NULL, &names, &e), 0);
    ck_assert_uint_gt(names.len, 3);
    size_t wrong = 0;
    for (size_t i = 0; i < names.len; i++) {
        if (!str_ends(names.items[i], ".test"))
            continue;
        struct world w = {0};
        AUTO_FREE char *path = path_join("tests/plan", names.items[i]);
        AUTO(strbuf) struct strbuf text = {0};
        AUTO(strbuf) struct strbuf got = {0};
        AUTO(strvec) struct strvec ask = {0};
        struct interpreters found = {0};
        struct slice head = {0};
        ck_assert_int_eq(file_read(&text, path, 1 << 20, &e), 0);
        struct slice expected = read_test(&w, (struct slice){text.ptr, text.len}, &ask, &found, &head);
        plan_text(&w, &ask, &found, &got);
        if (!slice_is(expected, strbuf_str(&got))) {
            if (getenv("UPDATE_GOLDEN")) {
                AUTO(strbuf) struct strbuf fresh = {0};
                strbuf_add(&fresh, head.ptr, head.len);
                strbuf_adds(&fresh, strbuf_str(&got));
                ck_assert_int_eq(file_write(path, fresh.ptr, fresh.len, 0644, &e), 0);
            }
            fprintf(stderr, "%s: expected\n%.*s\ngot\n%s\n", path, (int)expected.len, expected.ptr,
                strbuf_str(&got));
            wrong++;
        }
        map_release(&w.files);
        arena_release(&w.arena);
    }
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

Suite *plan_suite(void)
{
    Suite *s = suite_create("plan");
    TCase *t = tcase_create("plan");
    tcase_add_test(t, plans_are_as_written);
    suite_add_tcase(s, t);
    return s;
}
