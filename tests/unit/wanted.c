/* Which steps a run does: what the goal asks for and what that needs, without what the store has. */
#include "plan_world.h"
#include "scratch.h"

#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static char *root;
static struct world world;
static struct store store;
static struct plan *plan;

static void setup(void)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    root = folder_make_temporary("/tmp", "wanted-test-", &e);
    ck_assert_ptr_nonnull(root);
    ck_assert_int_eq(store_open(&store, root, &e), 0);
    ck_assert_int_eq(file_read(&text, "tests/plan/target.test", 1 << 20, &e), 0);
    world_init(&world);
    struct slice rest = {strbuf_str(&text), text.len};
    while (!str_starts(rest.ptr, "@expect")) {
        struct slice line = slice_cut(&rest, '\n');
        ck_assert(world_read_line(&world, line, &rest));
    }
    plan = world_plan(&world, &e);
    ck_assert_msg(plan != NULL, "%s", e.text);
}

static void teardown(void)
{
    store_release(&store);
    world_release(&world);
    scratch_remove(root);
}

static void put_download(const struct step *s)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = store_download_path(&store, s->source->sha256), *folder = path_dir(path);
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_int_eq(file_write(path, "", 0, 0644, &e), 0);
}

static void put(const struct step *s)
{
    AUTO(err) struct err e = ERR_INIT;
    struct tree_draft d;
    if (s->kind == STEP_DOWNLOAD) {
        put_download(s);
        return;
    }
    ck_assert_int_eq(tree_draft_begin(&d, &store, s->name, &s->key, &e), DRAFT_BEGUN);
    ck_assert_int_eq(tree_draft_commit(&d, &s->key, &e), 0);
    tree_draft_release(&d);
}

/* Steps by their first word and recipe: k the kit, c, b, t, then x's source s, module m, wheel w and its try
 * y; in capitals the downloads before c, b, t and s. */
static const char letters[] = "kCcBbTtXsmwy";

static const struct {
    enum pipeline_goal goal;
    const char *there, *wanted;
} cases[] = {
    {GOAL_WHEEL, "", "kCcBbTtXsmwy"}, {GOAL_WHEEL, "kCcBbTtXsmwy", ""},
    {GOAL_WHEEL, "wy", ""},           /* what it needed is nobody's concern any more */
    {GOAL_WHEEL, "w", "y"},           /* it is tried as it is */
    {GOAL_WHEEL, "y", "kCcBbTtXsmw"}, /* what was tried is not there any more */
    {GOAL_WHEEL, "m", "TtXswy"}, {GOAL_WHEEL, "ms", "wy"}, {GOAL_WHEEL, "kcbts", "mwy"},
    {GOAL_WHEEL, "mT", "tXswy"}, {GOAL_WHEEL, "mTX", "tswy"}, /* what was fetched is not fetched again */
    {GOAL_WHEEL, "c", "kBbTtXsmwy"},
    {GOAL_WHEEL, "b", "kCcTtXsmwy"}, /* a module links what its libraries link */
    {GOAL_PLAN, "kcb", "TtXsmwy"}, {GOAL_BUILD, "", "kCcBbTt"}, {GOAL_BUILD, "b", "kCcTt"},
    {GOAL_BUILD, "kcbt", ""}, {GOAL_FETCH, "", "CBTX"},
    {GOAL_FETCH, "Bcwy", "CTX"}, /* every source, whoever is finished */
};

START_TEST(what_is_there_is_not_made)
{
    AUTO(err) struct err e = ERR_INIT;
    struct pipeline_request request = {.goal = cases[_i].goal};
    struct run r = {
        .request = &request, .arena = &world.arena, .store = store, .plan = plan, .graph = world.graph};
    ck_assert_uint_eq(plan->len, strlen(letters));
    for (size_t i = 0; i < plan->len; i++)
        if (strchr(cases[_i].there, letters[i]))
            put(&plan->steps[i]);
    ck_assert_int_eq(run_mark_wanted(&r, &e), 0);
    char wanted[sizeof letters] = "";
    for (size_t i = 0; i < plan->len; i++)
        if (r.wanted[i])
            wanted[strlen(wanted)] = letters[i];
    ck_assert_str_eq(wanted, cases[_i].wanted);
    run_forget_manifests(&r);
}
END_TEST

/* A library that was asked for is a goal of its own. */
START_TEST(a_library_that_is_asked_for_is_made)
{
    AUTO(err) struct err e = ERR_INIT;
    world_release(&world);
    world_init(&world);
    strvec_push(&world.ask, "a");
    map_set(&world.files, "recipes/lib/a.toml",
        "[recipe]\nname = \"a\"\nkind = \"library\"\nversion = \"1\"\nlicense = \"MIT\"\n[[source]]\npath = "
        "\".\"\n"
        "[requires]\nlibraries = [\"b\"]\n[provides]\nheaders = [\"a.h\"]\n");
    map_set(&world.files, "recipes/lib/b.toml",
        "[recipe]\nname = \"b\"\nkind = \"library\"\nversion = \"1\"\nlicense = \"MIT\"\n[[source]]\npath = "
        "\".\"\n"
        "[provides]\nheaders = [\"b.h\"]\n");
    plan = world_plan(&world, &e);
    ck_assert_msg(plan != NULL, "%s", e.text);
    struct pipeline_request request = {.goal = GOAL_WHEEL};
    struct run r = {
        .request = &request, .arena = &world.arena, .store = store, .plan = plan, .graph = world.graph};
    ck_assert_uint_eq(plan->len, 2);
    put(&plan->steps[0]);
    ck_assert_int_eq(run_mark_wanted(&r, &e), 0);
    ck_assert(!r.wanted[0] && r.wanted[1]);
    put(&plan->steps[1]);
    ck_assert_int_eq(run_mark_wanted(&r, &e), 0);
    ck_assert(!r.wanted[0] && !r.wanted[1]);
    run_forget_manifests(&r);
}
END_TEST

static char told[1024];

static void hear(struct sink *sink, const struct event *event)
{
    (void)sink;
    snprintf(told, sizeof told, "%s", event->message);
}

/* It is moved away by what makes something, and left where it is by what only looks. */
START_TEST(what_is_damaged_is_made_again)
{
    AUTO(err) struct err e = ERR_INIT;
    const struct step *c = &plan->steps[2];
    struct sink sink = {hear};
    struct pipeline_request request = {.goal = GOAL_PLAN};
    struct run r = {.request = &request,
        .arena = &world.arena,
        .store = store,
        .plan = plan,
        .graph = world.graph,
        .sink = &sink};
    for (size_t i = 0; i < 7; i++)
        put(&plan->steps[i]);
    AUTO_FREE char *tree = store_tree_path(&store, c->name, &c->key);
    AUTO_FREE char *file = path_join(tree, "added");
    ck_assert_int_eq(file_write(file, "", 0, 0644, &e), 0);
    ck_assert_int_eq(run_mark_wanted(&r, &e), 0);
    ck_assert(r.wanted[2] && !r.wanted[0] && !r.wanted[1] && !r.wanted[4] && !r.wanted[6]);
    AUTO_FREE char *said =
        xstrf("%s: its finished tree is damaged (added: was added): it is made again", c->label);
    ck_assert_str_eq(told, said);
    ck_assert_int_eq(path_exists(tree, &e), 1);
    request.goal = GOAL_WHEEL;
    ck_assert_int_eq(run_mark_wanted(&r, &e), 0);
    ck_assert(r.wanted[2]);
    ck_assert_int_eq(path_exists(tree, &e), 0);
    ck_assert_msg(str_starts(told, said) && str_ends(told, "/damaged"), "%s", told);
    ck_assert_int_eq(path_exists(strstr(told, root), &e), 1);
    run_forget_manifests(&r);
}
END_TEST

Suite *wanted_suite(void)
{
    Suite *s = suite_create("wanted");
    TCase *t = tcase_create("wanted");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, what_is_there_is_not_made, 0, COUNT(cases));
    tcase_add_test(t, a_library_that_is_asked_for_is_made);
    tcase_add_test(t, what_is_damaged_is_made_again);
    suite_add_tcase(s, t);
    return s;
}
