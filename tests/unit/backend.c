/* Recipe to commands. Runs tests/fixtures/build/NAME.test: a recipe in, argument vectors or mistakes out,
 * compared as text. A file reads
 *
 *     @library NAME      a library that it may look into, in /store/NAME
 *     @tool NAME         a tool, in /store/NAME
 *     @recipe            the recipe follows
 *     @expect            what must come out, up to the end of the file
 *
 * UPDATE_GOLDEN=1 writes what came out into the file, to be read before it is committed. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/backend.h"
#include "build/internal.h"
#include "sched/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static struct toolchain compilers = {
    .cc = "/usr/bin/cc", .cxx = "/usr/bin/c++", .ar = "/usr/bin/ar", .ranlib = "/usr/bin/ranlib"};

static void make_toolchain(void)
{
    strvec_push(&compilers.cflags, "-O2");
    strvec_push(&compilers.cflags, "-fPIC");
    strvec_push(&compilers.cxxflags, "-O2");
    strvec_push(&compilers.cxxflags, "-fPIC");
    strvec_push(&compilers.ldflags, "-Wl,-z,relro");
}

static void release_toolchain(void)
{
    strvec_release(&compilers.cflags);
    strvec_release(&compilers.cxxflags);
    strvec_release(&compilers.ldflags);
}

static struct build_request request_of(const struct recipe *r, const struct build_input *inputs, size_t len)
{
    return (struct build_request){.recipe = r,
        .toolchain = &compilers,
        .src = "/draft/src",
        .work = "/draft/build",
        .destdir = "/draft/dest",
        .prefix = BUILD_PREFIX "/x",
        .logs = "/draft/logs",
        .home = "/draft/home",
        .inputs = inputs,
        .input_count = len,
        .source_date_epoch = 1700000000,
        .path = "/store/cython/bin:/usr/bin",
        .python = "/usr/bin/python3"};
}

static const struct recipe *parse(struct arena *a, struct slice text, struct err *e)
{
    struct recipe_file *f = recipe_parse(a, "x.toml", text.ptr, text.len, e);
    if (!f)
        return NULL;
    return recipe_variant(a, f, recipe_file_versions(f).items[0], recipe_file_features(f), "linux-x86_64", e);
}

/* One word a line, with what this command has in its environment that the build's has not. */
static void print_commands(struct strbuf *out, const struct commands *c, const struct strvec *common)
{
    for (size_t i = 0; i < c->len; i++) {
        const struct command *k = &c->items[i];
        strbuf_addf(out, "%s in %s, log %s\n", k->phase, k->dir, path_base(k->log));
        for (size_t j = 0; j < k->env.len; j++)
            if (!strvec_has(common, k->env.items[j]))
                strbuf_addf(out, "    %s\n", k->env.items[j]);
        for (size_t j = 0; j < k->argv.len; j++)
            strbuf_addf(out, "  %s\n", k->argv.items[j]);
    }
}

static void commands_text(
    struct arena *a, struct slice recipe, const struct build_input *inputs, size_t len, struct strbuf *out)
{
    AUTO(err) struct err e = ERR_INIT;
    const struct recipe *r = parse(a, recipe, &e);
    ck_assert_msg(r != NULL, "%s", e.text);
    struct build_request request = request_of(r, inputs, len);
    AUTO(commands) struct commands list = {0};
    AUTO(strvec) struct strvec common = {0};
    backend_environment(&request, &common);
    if (backend_commands(&request, 4, &list, &e) < 0)
        strbuf_addf(out, "error %d\n%s\n", e.kind, e.text);
    else
        print_commands(out, &list, &common);
}

static bool run_test(const char *path, struct err *e)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(strbuf) struct strbuf got = {0};
    ck_assert_int_eq(file_read(&text, path, 1 << 20, e), 0);
    struct build_input inputs[8];
    size_t input_count = 0;
    struct slice recipe = {0}, rest = {text.ptr, text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice words = line, verb = slice_cut(&words, ' ');
        bool tool = slice_is(verb, "@tool");
        if (slice_is(line, "@recipe"))
            recipe.ptr = rest.ptr;
        if (slice_is(line, "@expect"))
            break;
        if (!tool && !slice_is(verb, "@library"))
            continue;
        ck_assert_uint_lt(input_count, 8);
        struct recipe *r = arena_new(&a, struct recipe);
        r->name = arena_strndup(&a, words.ptr, words.len);
        r->provides.python_path = (struct texts){arena_alloc(&a, sizeof(char *)), tool};
        r->provides.python_path.items[0] = "lib";
        inputs[input_count++] = (struct build_input){.name = r->name,
            .tree = arena_strf(&a, "/store/%s", r->name),
            .recipe = r,
            .role = tool ? INPUT_TOOL : INPUT_LIBRARY};
    }
    ck_assert_msg(recipe.ptr && rest.ptr, "%s: no @recipe or no @expect", path);
    recipe.len = (size_t)(rest.ptr - recipe.ptr) - strlen("@expect\n");
    commands_text(&a, recipe, inputs, input_count, &got);
    if (slice_is(rest, strbuf_str(&got)))
        return true;
    fprintf(stderr, "%s: expected\n%.*s\ngot\n%s\n", path, (int)rest.len, rest.ptr, strbuf_str(&got));
    if (getenv("UPDATE_GOLDEN")) {
        AUTO(strbuf) struct strbuf fresh = {0};
        strbuf_add(&fresh, text.ptr, (size_t)(rest.ptr - text.ptr));
        strbuf_adds(&fresh, strbuf_str(&got));
        ck_assert_int_eq(file_write(path, fresh.ptr, fresh.len, 0644, e), 0);
    }
    return false;
}

START_TEST(commands_are_as_written)
{
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tree_list("tests/fixtures/build", NULL, NULL, &names, &e), 0);
    size_t ran = 0, wrong = 0;
    for (size_t i = 0; i < names.len; i++) {
        if (!str_ends(names.items[i], ".test"))
            continue;
        AUTO_FREE char *path = path_join("tests/fixtures/build", names.items[i]);
        ran++;
        wrong += !run_test(path, &e);
    }
    ck_assert_uint_ge(ran, 6);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

static const char *environment_value(const struct strvec *env, const char *name)
{
    size_t len = strlen(name);
    const char *found = NULL;
    for (size_t i = 0; i < env->len; i++)
        if (strncmp(env->items[i], name, len) == 0 && env->items[i][len] == '=') {
            ck_assert_msg(!found, "%s stands twice", name);
            found = env->items[i] + len + 1;
        }
    return found;
}

START_TEST(the_environment_is_complete_and_ours)
{
    struct recipe tool = {.name = "cython"}, none = {.name = "x"};
    const char *folder = "lib";
    tool.provides.python_path = (struct texts){&folder, 1};
    struct build_input inputs[] = {
        {"zlib", "/store/zlib", &none, INPUT_LIBRARY},
        {"headers", "/store/headers", &none, INPUT_BUILD},
        {"cython", "/store/cython", &tool, INPUT_TOOL},
    };
    struct build_request r = request_of(&none, inputs, 3);
    setenv("CFLAGS", "-DLEAKED", 1);
    AUTO(strvec) struct strvec env = {0};
    backend_environment(&r, &env);
    static const struct {
        const char *name, *value;
    } expected[] = {
        {"PATH", "/store/cython/bin:/usr/bin"},
        {"HOME", "/draft/home"},
        {"TMPDIR", "/draft/home"},
        {"LC_ALL", "C"},
        {"TZ", "UTC"},
        {"SOURCE_DATE_EPOCH", "1700000000"},
        {"CC", "/usr/bin/cc"},
        {"CXX", "/usr/bin/c++"},
        {"AR", "/usr/bin/ar"},
        {"RANLIB", "/usr/bin/ranlib"},
        {"CFLAGS", "-O2 -fPIC -ffile-prefix-map=/draft/src=. -ffile-prefix-map=/draft/build=. "
                   "-ffile-prefix-map=/store/zlib=/opt/staticbuild/zlib "
                   "-ffile-prefix-map=/store/headers=/opt/staticbuild/headers"},
        {"CPPFLAGS", "-I/store/zlib/include -I/store/headers/include"},
        {"LDFLAGS", "-Wl,-z,relro -L/store/zlib/lib -L/store/headers/lib"},
        {"PKG_CONFIG_LIBDIR", "/store/zlib/lib/pkgconfig:/store/zlib/share/pkgconfig:"
                              "/store/headers/lib/pkgconfig:/store/headers/share/pkgconfig"},
        {"PYTHONPATH", "/store/cython/lib"},
        {"PYTHONHASHSEED", "0"},
    };
    for (size_t i = 0; i < COUNT(expected); i++) {
        const char *value = environment_value(&env, expected[i].name);
        ck_assert_msg(value != NULL, "%s is missing", expected[i].name);
        ck_assert_str_eq(value, expected[i].value);
    }
    unsetenv("CFLAGS");
}
END_TEST

/* An empty PKG_CONFIG_LIBDIR would mean the machine's own folders. */
START_TEST(without_libraries_pkg_config_finds_nothing)
{
    struct recipe none = {.name = "x"};
    struct build_request r = request_of(&none, NULL, 0);
    AUTO(strvec) struct strvec env = {0};
    backend_environment(&r, &env);
    ck_assert_str_eq(environment_value(&env, "PKG_CONFIG_LIBDIR"), "/draft/home");
    ck_assert_ptr_null(environment_value(&env, "PYTHONPATH"));
}
END_TEST

START_TEST(autoreconf_runs_only_without_configure)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *src = folder_make_temporary("/tmp", "staticbuild-test-", &e);
    AUTO_FREE char *configure = path_join(src, "configure");
    struct recipe recipe = {.name = "x", .file = "x.toml", .build = {.system = BUILD_AUTOTOOLS}};
    struct build_request r = request_of(&recipe, NULL, 0);
    r.src = src;
    for (int with = 0; with < 2; with++) {
        if (with)
            ck_assert_int_eq(file_write(configure, "", 0, 0755, &e), 0);
        AUTO(commands) struct commands list = {0};
        ck_assert_int_eq(backend_commands(&r, 1, &list, &e), 0);
        ck_assert_str_eq(list.items[0].phase, with ? "configure" : "autoreconf");
        ck_assert_uint_eq(list.len, with ? 3 : 4);
    }
    ck_assert_int_eq(tree_remove(src, &e), 0);
}
END_TEST

static const struct {
    enum build_system system;
    const char *tool, *version;
    unsigned forms;
} shared_by[] = {
    {BUILD_MAKE, "make", "3.82", 0},
    {BUILD_MAKE, "make", "4.1", 0},
    {BUILD_MAKE, "make", "4.3", TOKENS_PIPE},
    {BUILD_MAKE, "make", "4.4.1", TOKENS_PIPE | TOKENS_FIFO},
    {BUILD_MAKE, "make", "", 0},
    {BUILD_MAKE, "ninja", "1.13.0", 0},
    {BUILD_CMAKE, "ninja", "1.11.1", 0},
    {BUILD_CMAKE, "ninja", "1.13.0", TOKENS_FIFO},
    {BUILD_MESON, "ninja", "1.13.2", TOKENS_FIFO},
};

/* How many jobs there are, each tool is told in the way that it knows. */
START_TEST(tools_share_tokens_by_their_version)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(commands) struct commands list = {0};
    struct recipe recipe = {.name = "x", .file = "x.toml", .build = {.system = shared_by[_i].system}};
    struct host_tool tool = {.name = shared_by[_i].tool, .version = shared_by[_i].version};
    struct host_tools tools = {&tool, 1};
    struct build_request r = request_of(&recipe, NULL, 0);
    r.tools = &tools;
    ck_assert_int_eq(backend_commands(&r, 3, &list, &e), 0);
    const struct command *build = NULL;
    for (size_t i = 0; i < list.len; i++) {
        build = strcmp(list.items[i].phase, "build") == 0 ? &list.items[i] : build;
        ck_assert(strcmp(list.items[i].phase, "build") == 0 || !list.items[i].tokens);
    }
    ck_assert_ptr_nonnull(build);
    ck_assert_uint_eq(build->tokens, shared_by[_i].forms);
}
END_TEST

/* Without the number, once it takes tokens. */
START_TEST(the_words_of_the_number_can_be_left_out)
{
    static const enum build_system systems[] = {BUILD_MAKE, BUILD_CMAKE, BUILD_MESON};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(commands) struct commands list = {0};
    struct recipe recipe = {.name = "x", .file = "x.toml", .build = {.system = systems[_i]}};
    struct build_request r = request_of(&recipe, NULL, 0);
    ck_assert_int_eq(backend_commands(&r, 7, &list, &e), 0);
    for (size_t i = 0; i < list.len; i++) {
        command_drop_jobs(&list.items[i]);
        AUTO_FREE char *words = process_words(list.items[i].argv.items);
        ck_assert_msg(
            !strchr(words, '7') && !strstr(words, "-j") && !strstr(words, "--parallel"), "%s", words);
    }
}
END_TEST

/* What recipes run themselves takes part where it would take all processors by itself, and only there. */
START_TEST(commands_of_recipes_share_tokens)
{
    static const struct {
        const char *program, *value;
        unsigned forms;
    } commands[] = {
        {"cargo", "", TOKENS_PIPE | TOKENS_FIFO},
        {"/usr/bin/cargo", "", TOKENS_PIPE | TOKENS_FIFO},
        {"cargo", "-j{jobs}", 0},
        {"make", "", 0},
        {"sh", "", 0},
    };
    AUTO(err) struct err e = ERR_INIT;
    AUTO(commands) struct commands list = {0};
    const char *words[] = {commands[_i].program, "build"};
    struct texts step = {words, 2};
    struct recipe_fact fact = {.name = "build.steps", .value = commands[_i].value};
    struct recipe recipe = {.name = "x",
        .file = "x.toml",
        .facts = &fact,
        .fact_count = 1,
        .build = {.system = BUILD_COMMANDS, .steps = &step, .step_count = 1}};
    struct host_tool tool = {.name = "make", .version = "4.3"};
    struct host_tools tools = {&tool, 1};
    struct build_request r = request_of(&recipe, NULL, 0);
    r.tools = &tools;
    ck_assert_int_eq(backend_commands(&r, 3, &list, &e), 0);
    ck_assert_uint_eq(list.items[0].tokens, commands[_i].forms);
    ck_assert_int_eq(backend_has_number(&recipe), commands[_i].value[0] != '\0');
}
END_TEST

START_TEST(paths_that_build_systems_split_are_refused)
{
    static const char *const bad[] = {"/a b", "/a:b", "/a;b", "/a'b", "/a$b", "/a#b", "/a=b", "/a\nb"};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(commands) struct commands list = {0};
    struct recipe recipe = {.name = "x", .file = "x.toml", .build = {.system = BUILD_CMAKE}};
    struct build_input input = {"zlib", bad[_i], &recipe, INPUT_LIBRARY};
    struct build_request as_input = request_of(&recipe, &input, 1), as_source = request_of(&recipe, NULL, 0);
    as_source.src = bad[_i];
    ck_assert_int_eq(backend_commands(&as_input, 1, &list, &e), -1);
    ck_assert_int_eq(e.kind, ERR_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(e.text, "STATICBUILD_CACHE"));
    err_release(&e);
    ck_assert_int_eq(backend_commands(&as_source, 1, &list, &e), -1);
    ck_assert_uint_eq(list.len, 0);
}
END_TEST

START_TEST(each_system_names_its_tools)
{
    static const struct {
        enum build_system system;
        const char *first;
    } rows[] = {{BUILD_AUTOTOOLS, "make"}, {BUILD_CMAKE, "cmake"}, {BUILD_MESON, "meson"},
        {BUILD_MAKE, "make"}, {BUILD_COMMANDS, NULL}, {BUILD_NONE, NULL}};
    struct recipe r = {.build = {.system = rows[_i].system}};
    const char *const *tools = backend_tools(&r);
    if (rows[_i].first)
        ck_assert_str_eq(tools[0], rows[_i].first);
    else
        ck_assert_ptr_null(tools[0]);
}
END_TEST

/* A recipe for a build system, and what a kit adds to its first command. */
static const struct {
    const char *system;
    bool cross;
    const char *has, *lacks;
} kits[] = {
    {"cmake", false, "-DCMAKE_TOOLCHAIN_FILE=/store/kit/toolchain.cmake", "-DCMAKE_C_COMPILER"},
    {"meson", false, "--native-file=/store/kit/meson.ini", "cross"},
    {"meson", true, "--cross-file=/store/kit/meson.ini", "native"},
    {"autotools", false, "--prefix", "--host"},
    {"autotools", true, "--host=aarch64-linux-gnu", NULL},
};

START_TEST(a_kit_is_told_to_build_systems)
{
    AUTO(arena) struct arena a = {0};
    AUTO(strbuf) struct strbuf recipe = {0};
    AUTO(strbuf) struct strbuf got = {0};
    strbuf_addf(&recipe,
        "[recipe]\nname = \"x\"\nkind = \"library\"\nversion = \"1\"\nlicense = \"MIT\"\n[[source]]\n"
        "path = \".\"\n[build]\nsystem = \"%s\"\n[provides]\narchives = [\"lib/libx.a\"]\n",
        kits[_i].system);
    compilers.kit = "/store/kit";
    compilers.cross = kits[_i].cross;
    compilers.triplet = "aarch64-linux-gnu";
    commands_text(&a, (struct slice){recipe.ptr, recipe.len}, NULL, 0, &got);
    ck_assert_msg(strstr(got.ptr, kits[_i].has) != NULL, "%s", got.ptr);
    ck_assert_msg(!kits[_i].lacks || !strstr(got.ptr, kits[_i].lacks), "%s", got.ptr);
    AUTO(strvec) struct strvec env = {0};
    struct build_request request = request_of(NULL, NULL, 0);
    backend_environment(&request, &env);
    ck_assert(strvec_has(&env, "PKG_CONFIG=/store/kit/bin/pkg-config"));
    compilers.kit = NULL;
    compilers.cross = false;
}
END_TEST

Suite *backend_suite(void)
{
    Suite *s = suite_create("backend");
    TCase *t = tcase_create("backend");
    tcase_add_checked_fixture(t, make_toolchain, release_toolchain);
    tcase_add_test(t, commands_are_as_written);
    tcase_add_test(t, the_environment_is_complete_and_ours);
    tcase_add_test(t, without_libraries_pkg_config_finds_nothing);
    tcase_add_test(t, autoreconf_runs_only_without_configure);
    tcase_add_loop_test(t, tools_share_tokens_by_their_version, 0, COUNT(shared_by));
    tcase_add_loop_test(t, the_words_of_the_number_can_be_left_out, 0, 3);
    tcase_add_loop_test(t, commands_of_recipes_share_tokens, 0, 5);
    tcase_add_loop_test(t, paths_that_build_systems_split_are_refused, 0, 8);
    tcase_add_loop_test(t, each_system_names_its_tools, 0, 6);
    tcase_add_loop_test(t, a_kit_is_told_to_build_systems, 0, COUNT(kits));
    suite_add_tcase(s, t);
    return s;
}
