/* What of finished wheels is copied into dist: those that were tried, each as it was made, and only where it
 * is not there already. */
#include "plan_world.h"
#include "scratch.h"

#include <sys/stat.h>
#include <unistd.h>

#include "hash/hash.h"
#include "json/json.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static char *root, *dist;
static struct world world;
static struct pipeline_request request;
static struct pipeline_result result;
static struct run run;

static const char recipe[] = "[recipe]\nname = \"x\"\nkind = \"extension\"\nversion = \"1\"\nlicense = "
                             "\"MIT\"\n[[source]]\npath = \".\"\n"
                             "[[module]]\nname = \"x\"\nsources = [\"x.c\"]\n[wheel]\nmodules = [\"x\"]\n";

static void setup(void)
{
    AUTO(err) struct err e = ERR_INIT;
    root = folder_make_temporary("/tmp", "place-test-", &e);
    ck_assert_ptr_nonnull(root);
    dist = path_join(root, "dist");
    world_init(&world);
    strvec_push(&world.ask, "recipes/x.toml");
    map_set(&world.files, "recipes/x.toml", (void *)(uintptr_t)recipe);
    world_add_pythons(&world, slice_of("3.11 3.12"));
    struct plan *plan = world_plan(&world, &e);
    ck_assert_msg(plan != NULL, "%s", e.text);
    request = (struct pipeline_request){.goal = GOAL_WHEEL, .dist = dist};
    result = (struct pipeline_result){0};
    run = (struct run){.request = &request,
        .result = &result,
        .arena = &world.arena,
        .plan = plan,
        .graph = world.graph,
        .wanted = arena_alloc(&world.arena, plan->len)};
    AUTO_FREE char *cache = path_join(root, "cache");
    ck_assert_int_eq(store_open(&run.store, cache, &e), 0);
}

static void teardown(void)
{
    run_forget_manifests(&run);
    store_release(&run.store);
    world_release(&world);
    free(dist);
    scratch_remove(root);
}

/* The step of that kind for the first or the second interpreter. */
static const struct step *step_of(enum step_kind kind, size_t which)
{
    const struct step *s = run.plan->steps;
    while (s->kind != kind || which--)
        s++;
    return s;
}

static void put(const struct step *s, const char *fact, const char *file, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(tree_draft) struct tree_draft d = {0};
    ck_assert_int_eq(tree_draft_begin(&d, &run.store, s->name, &s->key, &e), DRAFT_BEGUN);
    json_set(d.facts, s->kind == STEP_WHEEL ? "wheel" : "smoke", json_parse("", fact, strlen(fact), &e));
    AUTO_FREE char *path = file ? path_join(d.stage, file) : NULL;
    ck_assert(!path || file_write(path, text, strlen(text), 0644, &e) == 0);
    ck_assert_int_eq(tree_draft_commit(&d, &s->key, &e), 0);
}

static const char *const names[] = {"x-1-cp311.whl", "x-1-cp312.whl"};

static void put_wheel(size_t which)
{
    struct digest d;
    digest_bytes(&d, names[which], strlen(names[which]));
    AUTO_FREE char *fact = xstrf("{\"file\":\"%s\",\"sha256\":\"%s\",\"size\":13}", names[which], d.hex);
    put(step_of(STEP_WHEEL, which), fact, names[which], names[which]);
}

static void put_try(size_t which, const char *outcome)
{
    AUTO_FREE char *fact =
        xstrf("[{\"python\":\"3.1%zu\",\"path\":\"/p\",\"outcome\":\"%s\"}]", which + 1, outcome);
    put(step_of(STEP_TRY, which), fact, NULL, NULL);
}

static bool is_placed(size_t which)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(dist, names[which]);
    if (path_exists(path, &e) != 1)
        return false;
    ck_assert_int_eq(file_read(&text, path, 100, &e), 0);
    ck_assert_str_eq(strbuf_str(&text), names[which]);
    return true;
}

START_TEST(what_was_made_and_tried)
{
    AUTO(err) struct err e = ERR_INIT;
    put_wheel(0);
    put_try(0, "passed");
    put_wheel(1); /* made, and its try said no: another run keeps going */
    run.wanted[step_of(STEP_TRY, 0) - run.plan->steps] = true;
    ck_assert_msg(run_place_wheels(&run, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(result.wheel_count, 1);
    ck_assert(is_placed(0) && !is_placed(1));
    ck_assert_uint_eq(result.wheels[0].smoke_count, 1);
    ck_assert_int_eq(result.wheels[0].smoke[0].outcome, SMOKE_PASSED);
    ck_assert(!result.wheels[0].up_to_date); /* it was tried just now */
    run.wanted[step_of(STEP_TRY, 0) - run.plan->steps] = false;
    result.wheel_count = 0;
    ck_assert_int_eq(run_place_wheels(&run, &e), 0);
    ck_assert(result.wheel_count == 1 && result.wheels[0].up_to_date);
}
END_TEST

START_TEST(a_try_alone_places_nothing)
{
    AUTO(err) struct err e = ERR_INIT;
    put_try(0, "passed");
    ck_assert_int_eq(run_place_wheels(&run, &e), 0);
    ck_assert_uint_eq(result.wheel_count, 0);
}
END_TEST

START_TEST(what_is_not_tried_is_refused_when_that_is_asked)
{
    AUTO(err) struct err e = ERR_INIT;
    put_wheel(0);
    put_try(0, "not-run");
    put_wheel(1);
    put_try(1, "passed");
    request.require_tried = true;
    ck_assert_int_eq(run_place_wheels(&run, &e), -1);
    ck_assert_int_eq(e.kind, ERR_FINDINGS);
    ck_assert_msg(strstr(e.text, "x-1-cp311.whl: was not tried with CPython 3.11") != NULL, "%s", e.text);
    ck_assert(!is_placed(0) && is_placed(1)); /* what is wrong with one is not the other's fault */
    err_release(&e);
    request.require_tried = false;
    result.wheel_count = 0;
    ck_assert_int_eq(run_place_wheels(&run, &e), 0);
    ck_assert(is_placed(0) && result.wheel_count == 2);
}
END_TEST

START_TEST(what_stands_there_is_replaced)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(dist, names[0]), *other = path_join(root, "other");
    put_wheel(0);
    put_try(0, "passed");
    ck_assert_int_eq(folder_make(dist, &e), 0);
    ck_assert_int_eq(file_write(path, "older", 5, 0644, &e), 0);
    ck_assert_int_eq(run_place_wheels(&run, &e), 0);
    ck_assert(is_placed(0) && !result.wheels[0].up_to_date);
    ck_assert_int_eq(file_write(other, names[0], strlen(names[0]), 0644, &e), 0);
    ck_assert(unlink(path) == 0 && symlink(other, path) == 0); /* the same bytes, elsewhere */
    ck_assert_int_eq(run_place_wheels(&run, &e), 0);
    struct stat st;
    ck_assert(lstat(path, &st) == 0 && S_ISREG(st.st_mode) && is_placed(0));
}
END_TEST

/* The kernel does not know that a disk lost bytes: times and size are as they were. */
START_TEST(what_is_damaged_is_set_aside)
{
    AUTO(err) struct err e = ERR_INIT;
    put_wheel(0);
    put_try(0, "passed");
    const struct step *wheel = step_of(STEP_WHEEL, 0);
    AUTO_FREE char *tree = step_tree(&run, wheel), *file = path_join(tree, names[0]);
    ck_assert(chmod(tree, 0755) == 0 && chmod(file, 0644) == 0);
    ck_assert_int_eq(file_write(file, "x-1-cp31?.whl", 13, 0644, &e), 0);
    ck_assert_int_eq(run_place_wheels(&run, &e), -1);
    ck_assert_int_eq(e.kind, ERR_DAMAGED);
    ck_assert_msg(strstr(e.text, "x-1-cp311.whl: is damaged") != NULL, "%s", e.text);
    ck_assert(!is_placed(0));
    ck_assert_int_eq(store_has_tree(&run.store, wheel->name, &wheel->key, &e), 0);
}
END_TEST

Suite *place_suite(void)
{
    Suite *s = suite_create("place");
    TCase *t = tcase_create("place");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_was_made_and_tried);
    tcase_add_test(t, a_try_alone_places_nothing);
    tcase_add_test(t, what_is_not_tried_is_refused_when_that_is_asked);
    tcase_add_test(t, what_stands_there_is_replaced);
    tcase_add_test(t, what_is_damaged_is_set_aside);
    suite_add_tcase(s, t);
    return s;
}
