/* Plans that are cut for several machines: what is where, and that all cut alike. */
#include "plan/shard.h"

#include "plan_world.h"

#define LIB(name, more)                                                                                   \
    "[recipe]\nname = \"" name "\"\nkind = \"library\"\nversion = \"1\"\nlicense = \"MIT\"\n[[source]]\n" \
    "urls = [\"https://e.org/" name ".tgz\"]\nsha256 = \"" name                                           \
    "00000000000000000000000000000000000000000000000000000000000000\"\n[build]\nsystem = \"make\"\n"      \
    "[provides]\narchives = [\"lib/lib" name ".a\"]\n" more
#define EXT(name, libraries)                                                                        \
    "[recipe]\nname = \"" name "\"\nkind = \"extension\"\nversion = \"1\"\nlicense = \"MIT\"\n"     \
    "[[source]]\npath = \".\"\n[requires]\nlibraries = [" libraries "]\n[[module]]\nname = \"" name \
    "\"\nsources = [\"" name ".c\"]\n"
#define PROJECT(name, libraries)                                                                       \
    "[recipe]\nname = \"" name "\"\nkind = \"extension\"\nversion = \"1\"\n[[source]]\npath = \".\"\n" \
    "[build]\nsystem = \"pep517\"\n[requires]\nlibraries = [" libraries "]\n"

/* e1 and e2 share aa, e3 and e4 share bb; all share cc. */
static const struct {
    const char *path, *text;
} recipes[] = {
    {"recipes/lib/aa.toml", LIB("aa", "[requires]\nlibraries = [\"cc\"]\n")},
    {"recipes/lib/bb.toml", LIB("bb", "[requires]\nlibraries = [\"cc\"]\n")},
    {"recipes/lib/cc.toml", LIB("cc", "")},
    {"recipes/e1.toml", EXT("e1", "\"aa\"")},
    {"recipes/e2.toml", EXT("e2", "\"aa\"")},
    {"recipes/e3.toml", EXT("e3", "\"bb\"")},
    {"recipes/e4.toml", EXT("e4", "\"bb\"")},
    {"recipes/p1.toml", PROJECT("p1", "\"aa\"")},
    {"recipes/p2.toml", PROJECT("p2", "\"bb\"")},
};

static struct world world;
static struct plan *plan;

static void plan_of(const char *asked)
{
    AUTO(err) struct err e = ERR_INIT;
    struct slice rest = slice_of(asked);
    strvec_clear(&world.ask);
    while (rest.ptr) {
        struct slice one = slice_cut(&rest, ' ');
        strvec_pushf(&world.ask, "recipes/%.*s.toml", (int)one.len, one.ptr);
    }
    plan = world_plan(&world, &e);
    ck_assert_msg(plan != NULL, "%s", e.text);
}

static void setup(void)
{
    world_init(&world);
    for (size_t i = 0; i < COUNT(recipes); i++)
        map_set(&world.files, recipes[i].path, (void *)recipes[i].text);
    world_add_pythons(&world, slice_of("3.11 3.12"));
    world.facts.target = "manylinux_2_17_x86_64";
    world.facts.kit_facts = "libc 0123\n";
}

static void teardown(void)
{
    world_release(&world);
}

/* Durations of this test, by slot. */
static double took(void *arg, const char *slot)
{
    const double *seconds = map_get(arg, slot);
    return seconds ? *seconds : -1;
}

static struct shards *cut(unsigned count)
{
    return plan_shard(&world.arena, plan, world.graph, count, NULL, NULL);
}

static size_t step_of(const char *label)
{
    for (size_t i = 0; i < plan->len; i++)
        if (strcmp(plan->steps[i].label, label) == 0)
            return i;
    ck_abort_msg("no step %s", label);
    return 0;
}

/* Each wheel and its try are asked for in one shard, together; a step that one shard asks for and needs is
 * its own, or made first, or is made anywhere. */
static void check_whole(const struct shards *s)
{
    for (size_t i = 0; i < plan->len; i++) {
        unsigned asking = 0;
        for (unsigned k = 1; k <= s->count; k++)
            asking += shard_asks(s, plan, k, i);
        bool is_goal = plan->steps[i].kind == STEP_WHEEL || plan->steps[i].kind == STEP_TRY;
        ck_assert_msg(asking == (is_goal          ? 1u
                                    : asking <= 1 ? asking
                                                  : 2u),
            "%s: %u", plan->steps[i].label, asking);
        if (plan->steps[i].kind == STEP_TRY)
            ck_assert_uint_eq(s->goals[i - 1], s->of[i]);
        for (size_t k = 0; k < plan->steps[i].need_count; k++) {
            unsigned user = s->of[i], of = s->of[plan->steps[i].needs[k]];
            ck_assert_msg(of == user || of == SHARD_FIRST || of == SHARD_ANY,
                "%s is of shard %u, and needs a step of %u", plan->steps[i].label, user, of);
        }
    }
}

START_TEST(every_goal_is_in_one_shard)
{
    plan_of("e1 e2 e3 e4");
    for (unsigned count = 1; count <= 12; count++) {
        const struct shards *s = cut(count);
        ck_assert_uint_eq(s->count, count);
        check_whole(s);
    }
}
END_TEST

START_TEST(one_shard_is_the_whole_plan)
{
    plan_of("e1 e4");
    const struct shards *s = cut(1);
    for (size_t i = 0; i < plan->len; i++)
        ck_assert(s->of[i] == 1 || s->of[i] == SHARD_ANY);
}
END_TEST

START_TEST(goals_that_share_are_together_and_what_all_share_is_first)
{
    plan_of("e1 e3 e2 e4"); /* as named they alternate */
    const struct shards *s = cut(2);
    check_whole(s);
    ck_assert_uint_eq(s->goals[step_of("wheel e1 1 cp311")], s->goals[step_of("wheel e2 1 cp312")]);
    ck_assert_uint_eq(s->goals[step_of("wheel e3 1 cp312")], s->goals[step_of("wheel e4 1 cp311")]);
    ck_assert_uint_ne(s->goals[step_of("wheel e1 1 cp311")], s->goals[step_of("wheel e3 1 cp311")]);
    ck_assert_uint_eq(s->of[step_of("build cc 1")], SHARD_FIRST);
    ck_assert_uint_eq(s->of[step_of("build aa 1")], s->goals[step_of("wheel e1 1 cp311")]);
    ck_assert(shard_asks(s, plan, 0, step_of("build cc 1")));
    ck_assert(!shard_asks(s, plan, 0, step_of("build aa 1")));
    /* A kit names places of the machine that it is made on, and a download is nothing that is made. */
    ck_assert_uint_eq(s->of[step_of("toolchain manylinux_2_17_x86_64")], SHARD_ANY);
    ck_assert_uint_eq(s->of[step_of("fetch cc.tgz")], SHARD_ANY);
}
END_TEST

START_TEST(what_is_known_to_take_long_is_alone)
{
    AUTO(map) struct map durations = {0};
    double long_seconds = 1000, short_seconds = 1;
    plan_of("e1 e2 e3 e4");
    for (size_t i = 0; i < plan->len; i++)
        map_set(&durations, plan->steps[i].slot, &short_seconds);
    map_set(&durations, "module e3 cp312", &long_seconds);
    const struct shards *s = plan_shard(&world.arena, plan, world.graph, 2, took, &durations);
    check_whole(s);
    unsigned alone = s->goals[step_of("wheel e3 1 cp312")];
    size_t beside = 0;
    for (size_t i = 0; i < plan->len; i++)
        beside += plan->steps[i].kind == STEP_WHEEL && s->goals[i] == alone;
    ck_assert_uint_le(beside, 4);
    ck_assert(s->seconds[alone] >= 1000 && s->seconds[3 - alone] < 100);
}
END_TEST

/* Equal goals without anything shared: the parts differ by one goal at most. */
START_TEST(shards_weigh_the_same)
{
    enum { EXTENSIONS = 40 };
    AUTO(strbuf) struct strbuf asked = {0};
    for (size_t i = 0; i < EXTENSIONS; i++) {
        const char *text = arena_strf(&world.arena,
            "[recipe]\nname = \"x%zu\"\nkind = \"extension\"\nversion = \"1\"\nlicense = "
            "\"MIT\"\n[[source]]\n"
            "path = \".\"\n[[module]]\nname = \"x%zu\"\nsources = [\"x.c\"]\n",
            i, i);
        map_set(&world.files, arena_strf(&world.arena, "recipes/x%zu.toml", i), (void *)text);
        strbuf_addf(&asked, "%sx%zu", i ? " " : "", i);
    }
    world_add_pythons(&world, slice_of("3.11"));
    plan_of(strbuf_str(&asked));
    const struct shards *s = cut(7);
    check_whole(s);
    unsigned goals[8] = {0};
    for (size_t i = 0; i < plan->len; i++)
        goals[plan->steps[i].kind == STEP_WHEEL ? s->goals[i] : 0]++;
    for (unsigned k = 1; k <= 7; k++)
        ck_assert_msg(goals[k] == 5 || goals[k] == 6, "shard %u has %u goals", k, goals[k]);
}
END_TEST

/* What a backend answered is known on one machine and not on another. */
START_TEST(answers_of_backends_cut_nothing_else)
{
    static const char *const slots[] = {"backend p1 cp311", "requirements p1 cp311", "backend p2 cp312",
        "backend p1 cp312", "requirements p1 cp312"};
    unsigned before[8];
    static const char *const labels[] = {"backend p1 1 cp311", "backend p1 1 cp312", "backend p2 1 cp311",
        "backend p2 1 cp312", "wheel e1 1 cp311", "wheel e1 1 cp312", "build aa 1", "build cc 1"};
    plan_of("p1 e1 p2");
    const struct shards *s = cut(3);
    for (size_t i = 0; i < COUNT(labels); i++)
        before[i] = s->of[step_of(labels[i])];
    size_t len = plan->len;
    for (size_t i = 0; i < COUNT(slots); i++)
        map_set(&world.locks, slots[i], (void *)"");
    plan_of("p1 e1 p2");
    ck_assert_uint_gt(plan->len, len);
    s = cut(3);
    check_whole(s);
    for (size_t i = 0; i < COUNT(labels); i++)
        ck_assert_uint_eq(s->of[step_of(labels[i])], before[i]);
    ck_assert_uint_eq(s->goals[step_of("wheel p1 1 cp311")], before[0]);
    ck_assert(shard_asks(s, plan, before[0], step_of("requirements p1 1 cp311")));
}
END_TEST

static const struct {
    const char *text;
    unsigned number, count; /* count 0: is refused */
} choices[] = {
    {"1/1", 1, 1},
    {"0/4", 0, 4},
    {"4/4", 4, 4},
    {"4096/4096", 4096, 4096},
    {"5/4", 0, 0},
    {"1/0", 0, 0},
    {"1/4097", 0, 0},
    {"-1/4", 0, 0},
    {"1/4x", 0, 0},
    {"1", 0, 0},
    {"1/", 0, 0},
    {"/4", 0, 0},
    {" 1/4", 0, 0},
    {"", 0, 0},
    {"99999999999999999999/4", 0, 0},
};

START_TEST(a_choice_is_one_of_how_many)
{
    AUTO(err) struct err e = ERR_INIT;
    struct shard_choice choice;
    int status = shard_choice_parse(&choice, choices[_i].text, &e);
    ck_assert_int_eq(status, choices[_i].count ? 0 : -1);
    if (status == 0)
        ck_assert(choice.number == choices[_i].number && choice.count == choices[_i].count);
    else
        ck_assert_int_eq(e.kind, ERR_USAGE);
}
END_TEST

Suite *shard_suite(void)
{
    Suite *s = suite_create("shard");
    TCase *t = tcase_create("shard");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, every_goal_is_in_one_shard);
    tcase_add_test(t, one_shard_is_the_whole_plan);
    tcase_add_test(t, goals_that_share_are_together_and_what_all_share_is_first);
    tcase_add_test(t, what_is_known_to_take_long_is_alone);
    tcase_add_test(t, shards_weigh_the_same);
    tcase_add_test(t, answers_of_backends_cut_nothing_else);
    tcase_add_loop_test(t, a_choice_is_one_of_how_many, 0, COUNT(choices));
    suite_add_tcase(s, t);
    return s;
}
