/* Runs tests/plan/NAME.test: recipes in, plan or mistakes out, compared as text. A file begins as
 * tests/unit/plan_world.h says and ends with
 *
 *     @expect                         what must come out, up to the end of the file
 *
 * What comes out is each step, what it needs, and its list of facts, in which the key of another step is
 * written as
 * "<step 3>": what a result depends on can be read, and a change that moves no fact moves no file.
 * UPDATE_GOLDEN=1 writes what came out into the file, to be read before it is committed. */
#include "plan_world.h"

#include "sys/fs.h"
#include "sys/path.h"

/* A line with the keys of other steps replaced: they say no more than that the step is needed. */
static void show_line(struct strbuf *out, const struct plan *p, struct slice line)
{
    for (size_t at = 0; at < line.len;) {
        size_t known = 0;
        while (known < p->len && strncmp(line.ptr + at, p->steps[known].key.digest.hex, 64) != 0)
            known++;
        if (known < p->len)
            strbuf_addf(out, "<step %zu>", known + 1);
        else
            strbuf_addc(out, line.ptr[at]);
        at += known < p->len ? 64 : 1;
    }
    strbuf_addc(out, '\n');
}

/* As `plan --keys` prints it; instead of its key each step tells where its tree goes. */
static void show(struct strbuf *out, const struct plan *p)
{
    AUTO(strbuf) struct strbuf printed = {0};
    plan_print(&printed, p, true);
    struct slice rest = {strbuf_str(&printed), printed.len};
    size_t step = 0;
    while (rest.len) {
        struct slice line = slice_cut(&rest, '\n');
        AUTO_FREE char *key = xstrf("   key %s", step < p->len ? p->steps[step].key.digest.hex : "");
        const char *name = slice_is(line, key) ? p->steps[step++].name : NULL;
        if (name)
            strbuf_addf(out, "   in %s\n", name);
        else if (!slice_is(line, key))
            show_line(out, p, line);
    }
    ck_assert_uint_eq(step, p->len);
}

/* Reads the file into its parts; head is everything up to and with "@expect\n", what is returned all behind.
 */
static struct slice read_test(struct world *w, struct slice text, struct slice *head)
{
    struct slice rest = text;
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (slice_is(line, "@expect")) {
            *head = (struct slice){text.ptr, (size_t)(rest.ptr - text.ptr)};
            return rest;
        }
        ck_assert_msg(world_read_line(w, line, &rest), "%.*s", (int)line.len, line.ptr);
    }
    ck_abort_msg("no @expect");
    return rest;
}

static bool is_as_written(const char *path)
{
    struct world w;
    world_init(&w);
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf got = {0};
    struct slice head = {0};
    ck_assert_int_eq(file_read(&text, path, 1 << 20, &e), 0);
    struct slice expected = read_test(&w, (struct slice){text.ptr, text.len}, &head);
    struct plan *p = world_plan(&w, &e);
    if (p)
        show(&got, p);
    else
        strbuf_addf(&got, "error %d\n%s\n", e.kind, e.text);
    bool same = slice_is(expected, strbuf_str(&got));
    if (!same && getenv("UPDATE_GOLDEN")) {
        AUTO(strbuf) struct strbuf fresh = {0};
        strbuf_add(&fresh, head.ptr, head.len);
        strbuf_adds(&fresh, strbuf_str(&got));
        ck_assert_int_eq(file_write(path, fresh.ptr, fresh.len, 0644, &e), 0);
    }
    if (!same)
        fprintf(
            stderr, "%s: expected\n%.*s\ngot\n%s\n", path, (int)expected.len, expected.ptr, strbuf_str(&got));
    world_release(&w);
    return same;
}

START_TEST(plans_are_as_written)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tree_list("tests/plan", NULL, NULL, &names, &e), 0);
    size_t wrong = 0, seen = 0;
    for (size_t i = 0; i < names.len; i++) {
        if (!str_ends(names.items[i], ".test"))
            continue;
        AUTO_FREE char *path = path_join("tests/plan", names.items[i]);
        wrong += !is_as_written(path);
        seen++;
    }
    ck_assert_uint_gt(seen, 3);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* Whatever a key is made of, it is the SHA-256 of the text that is kept beside the tree and printed. */
START_TEST(a_key_is_the_hash_of_its_facts)
{
    struct world w;
    world_init(&w);
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    struct slice head = {0};
    ck_assert_int_eq(file_read(&text, "tests/plan/target.test", 1 << 20, &e), 0);
    read_test(&w, (struct slice){text.ptr, text.len}, &head);
    struct plan *p = world_plan(&w, &e);
    ck_assert_msg(p != NULL, "%s", e.text);
    ck_assert_uint_gt(p->len, 5);
    for (size_t i = 0; i < p->len; i++) {
        struct digest d;
        digest_bytes(&d, p->steps[i].key.text, strlen(p->steps[i].key.text));
        ck_assert_str_eq(d.hex, p->steps[i].key.digest.hex);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(d.hex, p->steps[k].key.digest.hex);
    }
    world_release(&w);
}
END_TEST

Suite *plan_suite(void)
{
    Suite *s = suite_create("plan");
    TCase *t = tcase_create("plan");
    tcase_add_test(t, plans_are_as_written);
    tcase_add_test(t, a_key_is_the_hash_of_its_facts);
    suite_add_tcase(s, t);
    return s;
}
