/* Headers of a kit: what the target lacks is not declared, and anybody may define it; what compat brings is
 * declared, and in C anybody may define it all the same; nothing else compiles differently. Needs a compiler;
 * the walk over declarations needs none. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/declared.h"
#include "kit/hiding.h"
#include "kit/internal.h"
#include "scratch.h"

static const struct {
    const char *text, *found; /* "NAME FILE", macros with "#", each followed by ";" */
} walks[] = {
    {"# 1 \"/a.h\"\nextern int one (int two);\n# 9 \"/b.h\" 1\nvoid *(two) (void); int three[2];\n",
        "one /a.h;three /b.h;"},
    {"# 1 \"/a.h\"\nstruct one { int two; };\nstatic inline int three (void) { return one (); }\n",
        "three /a.h;"},
    {"# 1 \"/a.h\"\nunion one *two (struct three *x);\n", "two /a.h;"},
    {"# 1 \"/a.h\"\nint two __attribute__ ((alias (\"one\"))); char c = '{', *three = \"}\\\"{\";\n",
        "two /a.h;three /a.h;"},
    {"# 1 \"/a.h\"\n#define one(x) two\n#define four 3\n#undef two\nint three;\n", "one /a.h#;three /a.h;"},
    {"# 1 \"/a.h\"\n/* one { */ int two; // three\n", "two /a.h;"},
    {"int one;\n", ""}, /* of no file */
    {"# 1 \"/a.h\"\nint one_more, x1e5 = 1e5 + 0x1p3, a = 1'000;\nint three;", "three /a.h;"},
};

enum { WALKS = COUNT(walks) };

START_TEST(declarations_are_those_at_file_scope)
{
    AUTO(arena) struct arena a = {0};
    AUTO(map) struct map names = {0};
    AUTO(strbuf) struct strbuf got = {0};
    static const char *const looked_for[] = {"one", "two", "three"};
    for (size_t i = 0; i < 3; i++)
        map_set(&names, looked_for[i], &names);
    struct declared d = {.arena = &a, .names = &names};
    declared_read(&d, slice_of(walks[_i].text));
    vec_each (&d.found, f)
        strbuf_addf(&got, "%s %s%s;", f->name, f->file, f->is_macro ? "#" : "");
    ck_assert_str_eq(strbuf_str(&got), walks[_i].found);
    declared_release(&d);
}
END_TEST

/* A check that nothing brings fails the kit when the target has what it checks. */
START_TEST(checks_that_nothing_brings_are_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    struct platform target;
    ck_assert(platform_find(&target, "manylinux_2_17_x86_64"));
    struct kit_request request = {.target = &target};
    struct hiding h = {.request = &request};
    struct declared d = {.arena = &h.arena};
    static const char *const newer[] = {"__old_chk", "__new_chk", "new"};
    for (size_t i = 0; i < 3; i++) {
        map_set(&h.newer, newer[i], (void *)"GLIBC_2.99");
        map_set(&h.lacking, newer[i], (void *)"GLIBC_2.99");
    }
    vec_push(
        &d.found, ((struct declaration){"__new_chk", "/x.h", false})); /* its function is hidden as well */
    vec_push(&d.found, ((struct declaration){"__old_chk", "/x.h", true}));
    ck_assert_msg(hiding_refuse_checks(&h, &d, &e) == 0, "%s", e.text);
    vec_push(&d.found, ((struct declaration){"__old_chk", "/x.h", false}));
    ck_assert_int_eq(hiding_refuse_checks(&h, &d, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "__old_chk (GLIBC_2.99) in /x.h"));
    ck_assert_ptr_null(strstr(e.text, "__new_chk"));
    map_release(&h.newer);
    map_release(&h.lacking);
    declared_release(&d);
}
END_TEST

#if defined __GLIBC__ && defined __LP64__ && (defined __x86_64__ || defined __aarch64__)

#ifdef __x86_64__
#define TARGET "manylinux_2_17_x86_64"
#else
#define TARGET "manylinux_2_17_aarch64"
#endif

static struct arena arena;
static struct toolchain toolchain;
static struct platform target;
static char *folder, *kit;

static void make_kit(void)
{
    AUTO(err) struct err e = ERR_INIT;
    struct target native;
    unsetenv("STATICBUILD_CC");
    unsetenv("STATICBUILD_CXX");
    folder = folder_make_temporary("/tmp", "hiding-test-", &e);
    kit = path_join(folder, "kit");
    ck_assert(platform_find(&target, TARGET));
    ck_assert_msg(target_choose(&native, "native", target.arch->name, &e) == 0 &&
                      toolchain_open(&toolchain, &arena, &native, NULL, &e) == 0,
        "%s", e.text);
    struct kit_request r = {
        .target = &target,
        .cc = toolchain.cc,
        .cxx = toolchain.cxx,
        .ar = toolchain.ar,
        .is_clang = toolchain.is_clang,
        .compiler_line = toolchain.version,
        .glibc = toolchain.glibc,
        .templates = "templates",
    };
    ck_assert_msg(folder_make(kit, &e) == 0 && kit_make(&r, kit, &e) == 0, "%s", e.text);
}

static void drop_kit(void)
{
    scratch_remove(folder);
    free(kit);
    toolchain_release(&toolchain);
    arena_release(&arena);
}

static void push_words(struct strvec *argv, const char *words)
{
    for (struct slice rest = slice_of(words); rest.ptr && rest.len;) {
        struct slice word = slice_cut(&rest, ' ');
        strvec_pushn(argv, word.ptr, word.len);
    }
}

/* What a compiler says of the text, "" when it takes it. */
static char *said(const char *compiler, const char *words, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    bool cxx = str_ends(compiler, "c++") || str_ends(compiler, "g++");
    AUTO_FREE char *source = path_join(folder, cxx ? "t.cc" : "t.c");
    AUTO_FREE char *log = path_join(folder, "log");
    ck_assert_int_eq(file_write(source, text, strlen(text), 0644, &e), 0);
    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, compiler);
    push_words(&argv, words);
    strvec_push(&argv, source);
    AUTO_FCLOSE FILE *f = fopen(log, "w+");
    struct process_spec spec = {.argv = argv.items, .dir = folder, .in = -1, .out = -1, .err = fileno(f)};
    struct process_end end;
    struct strbuf out = {0};
    ck_assert_msg(process_run(&spec, NULL, 1 << 20, 120000, &end, &e) == 0, "%s", e.text);
    ck_assert_int_eq(file_read(&out, log, 1 << 24, &e), 0);
    ck_assert_msg(end.status == 0 || out.len, "%s: status %d", compiler, end.status);
    return strbuf_steal(&out);
}

/* What the overlays of the kit hide: "NAME" of `#define NAME(...) __target_lacks_NAME`. */
static void read_hidden(struct map *names, struct map *in_c_only)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *include = path_join(kit, "include");
    AUTO(strvec) struct strvec files = {0};
    ck_assert_int_eq(tree_list(include, NULL, NULL, &files, &e), 0);
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *path = path_join(include, files.items[i]);
        AUTO(strbuf) struct strbuf text = {0};
        ck_assert_int_eq(file_read(&text, path, 1 << 20, &e), 0);
        bool only_c = false;
        for (struct slice rest = slice_of(strbuf_str(&text)); rest.ptr && rest.len;) {
            struct slice line = slice_cut(&rest, '\n');
            only_c = slice_is(line, "#ifndef __cplusplus") || (only_c && !slice_is(line, "#endif"));
            const char *lacks = memmem(line.ptr, line.len, "__target_lacks_", 15);
            if (!lacks || line.len < 8 || memcmp(line.ptr, "#define ", 8) != 0)
                continue;
            size_t len = strcspn(line.ptr + 8, "( ");
            map_setn(only_c ? in_c_only : names, line.ptr + 8, len, names);
        }
    }
}

/* All headers that are here. */
static void add_headers(struct strbuf *text)
{
    for (size_t i = 0; public_headers[i]; i++)
        strbuf_addf(
            text, "#if __has_include(<%s>)\n#include <%s>\n#endif\n", public_headers[i], public_headers[i]);
}

static char *kit_compiler(const char *name)
{
    return xstrf("%s/bin/%s", kit, name);
}

static const char *const c_ways[] = {"-O0", "-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2",
    "-O2 -std=c11 -D_GNU_SOURCE", "-O2 -std=gnu2x -D_FILE_OFFSET_BITS=64", "-O2 -std=gnu89"};

enum { C_WAYS = COUNT(c_ways) };

static bool is_brought(const char *name)
{
    struct kit_request request = {.target = &target};
    struct hiding h = {.request = &request};
    map_set(&h.newer, name, &h);
    bool offered = is_offered(&h, name, NULL);
    map_release(&h.newer);
    return offered;
}

/* As a project has them that was told by configure that there are none. */
START_TEST(hidden_names_are_everybodys_in_c)
{
    AUTO(map) struct map names = {0};
    AUTO(map) struct map c_only = {0};
    AUTO(strbuf) struct strbuf text = {0};
    read_hidden(&names, &c_only);
    ck_assert_uint_ge(names.len, 100);
    strbuf_adds(&text, "#define _GNU_SOURCE\n");
    add_headers(&text);
    strbuf_adds(&text, "struct own_;\n");
    for (size_t i = 0; i < names.len + c_only.len; i++) {
        const char *name = i < names.len ? names.entries[i].key : c_only.entries[i - names.len].key;
        if (!is_brought(name))
            strbuf_addf(&text, "#undef %s\nstatic int %s(int a, struct own_ *b) { return a + (b != 0); }\n",
                name, name);
    }
    AUTO_FREE char *cc = kit_compiler("cc");
    AUTO_FREE char *words = xstrf("-w -fsyntax-only -U_GNU_SOURCE %s", c_ways[_i]);
    AUTO_FREE char *got = said(cc, words, strbuf_str(&text));
    ck_assert_str_eq(got, "");
}
END_TEST

START_TEST(what_is_brought_is_declared_and_gives_way)
{
    static const char *const sources[] = {
        /* by version, as for years before */
        "#include <unistd.h>\n#include <sys/mman.h>\n#include <string.h>\n#include <stdlib.h>\n"
        "static inline pid_t gettid(void) { return 7; }\n"
        "static int close_range(unsigned a, unsigned b, int c) { return (int)(a + b) + c; }\n"
        "static int memfd_create(const char *n, unsigned f) { return n[f]; }\n"
        "static size_t strlcpy(char *d, const char *s, size_t n) { return d[n] + s[n]; }\n"
        "int main(void) { char t[2] = \"\"; return gettid() + close_range(0, 0, 0) + memfd_create(t, 0) +\n"
        " (int)strlcpy(t, t, 0) != 7; }\n",
        /* by configure: a function for all files */
        "#include <unistd.h>\nint getentropy(void *p, size_t n) { return p && n ? 0 : -1; }\n"
        "int main(void) { int x; return getentropy(&x, sizeof x); }\n",
        /* used, its address too */
        "#include <unistd.h>\n#include <string.h>\nint (*f)(unsigned, unsigned, int) = close_range;\n"
        "int main(void) { char t[4]; return gettid() != getpid() || strlcpy(t, \"abcde\", sizeof t) != 5 ||\n"
        " strcmp(t, \"abc\") != 0 || (f(900, 800, 0) == 0); }\n",
        /* declared once more */
        "#include <unistd.h>\nextern pid_t gettid(void);\nint close_range(unsigned, unsigned, int);\n"
        "int main(void) { return gettid() != getpid(); }\n",
    };
    AUTO_FREE char *program = path_join(folder, "a.out");
    AUTO_FREE char *cc = kit_compiler("cc");
    for (size_t i = 0; i < COUNT(sources); i++) {
        AUTO_FREE char *words =
            xstrf("-Wall -Wextra -Werror -D_GNU_SOURCE %s -o %s", _i ? "-O2" : "-O0", program);
        AUTO_FREE char *got = said(cc, words, sources[i]);
        ck_assert_str_eq(got, "");
        AUTO(err) struct err e = ERR_INIT;
        char *argv[] = {program, NULL};
        struct process_spec spec = {.argv = argv, .dir = folder, .in = -1, .out = -1, .err = 2};
        struct process_end end;
        ck_assert_int_eq(process_run(&spec, NULL, 1 << 10, 60000, &end, &e), 0);
        ck_assert_msg(end.status == 0, "program %zu: status %d", i, end.status);
    }
}
END_TEST

/* What a header says by constants must be true of the target, too. */
START_TEST(constants_are_those_of_the_target)
{
    static const char text[] =
        "#include <limits.h>\n#include <pthread.h>\n#include <signal.h>\n#include <spawn.h>\n"
        "#ifndef __STDC_NO_THREADS__\n#error \"glibc 2.17 has no <threads.h>\"\n#endif\n"
        "#ifdef POSIX_SPAWN_SETSID\n#error \"glibc 2.17 refuses this flag\"\n#endif\n"
        "#ifdef POSIX_SPAWN_SETCGROUP\n#error \"glibc 2.17 refuses this flag\"\n#endif\n"
        "char one[SIGSTKSZ], two[MINSIGSTKSZ], three[PTHREAD_STACK_MIN];\n"
        "int four = POSIX_SPAWN_SETSIGDEF;\n";
    AUTO_FREE char *cc = kit_compiler("cc");
    AUTO_FREE char *cxx = kit_compiler("c++");
    AUTO_FREE char *c = said(cc, "-std=c11 -D_GNU_SOURCE -fsyntax-only -Wall -Werror", text);
    ck_assert_str_eq(c, "");
    AUTO_FREE char *cplusplus = said(cxx, "-fsyntax-only -Wall -Werror", text);
    ck_assert_str_eq(cplusplus, "");
}
END_TEST

/* Headers of glibc 2.42 have the rates as numbers, which the cfsetospeed() of before refuses. */
START_TEST(baud_rates_are_those_of_the_target)
{
    static const char rates[] =
        "#define B0 0U\n#define B9600 9600U\n#define B115200 115200U\n#define B7200 7200U\n";
    static const struct {
        const char *glibc;
        bool written;
    } cases[] = {{"2.41", false}, {"2.42", true}};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *host = path_join(folder, "of-2.42");
    AUTO_FREE char *include = path_join(folder, "overlay");
    AUTO_FREE char *header = path_join(host, "bits/termios-baud.h");
    AUTO_FREE char *overlay = path_join(include, "bits/termios-baud.h");
    AUTO_FREE char *bits = path_dir(header);
    ck_assert_int_eq(folder_make(bits, &e), 0);
    ck_assert_int_eq(file_write(header, rates, sizeof rates - 1, 0644, &e), 0);
    for (size_t i = 0; i < 2; i++) {
        struct kit_request r = {.target = &target, .glibc = cases[i].glibc, .templates = "templates"};
        ck_assert_msg(overlay_write(&r, include, &e) == 0, "%s", e.text);
        ck_assert_int_eq(path_exists(overlay, &e), cases[i].written);
    }
    AUTO_FREE char *words = xstrf("-fsyntax-only -isystem %s -isystem %s", include, host);
    AUTO_FREE char *got = said(toolchain.cc, words,
        "#include <bits/termios-baud.h>\n"
        "_Static_assert(B0 == 0 && B9600 == 015 && B115200 == 010002, \"\");\n"
        "#ifdef B7200\n#error \"this one has no code\"\n#endif\n");
    ck_assert_str_eq(got, "");
}
END_TEST

/* A configure script asks for the declaration. */
START_TEST(declared_is_what_can_be_linked)
{
    static const struct {
        const char *name, *header;
        bool declared;
    } cases[] = {{"gettid", "unistd.h", true}, {"strlcpy", "string.h", true},
        {"arc4random", "stdlib.h", true}, {"statx", "sys/stat.h", true}, {"getrandom", "sys/random.h", true},
        {"mallinfo2", "malloc.h", true}, {"sem_clockwait", "semaphore.h", true},
        {"pkey_alloc", "sys/mman.h", false}, {"fspick", "sys/mount.h", false}, {"roundeven", "math.h", false},
        {"thrd_create", "threads.h", false}, {"memcpy", "string.h", true}};
    AUTO_FREE char *cc = kit_compiler("cc");
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO_FREE char *text =
            xstrf("#include <%s>\nint main(void) {\n#ifndef %s\n (void)%s;\n#endif\n return 0; }\n",
                cases[i].header, cases[i].name, cases[i].name);
        AUTO_FREE char *got = said(cc, "-w -D_GNU_SOURCE -fsyntax-only", text);
        ck_assert_msg(!*got == cases[i].declared, "%s: %s", cases[i].name, got);
    }
}
END_TEST

START_TEST(hidden_names_are_undeclared_in_cxx)
{
    AUTO(map) struct map names = {0};
    AUTO(map) struct map c_only = {0};
    AUTO(strbuf) struct strbuf text = {0};
    static const char *const headers[] = {"cstdlib", "cmath", "cstring", "string", "thread", "mutex",
        "algorithm", "filesystem", "shared_mutex", "cwchar", "cuchar", "cinttypes", "random", "complex"};
    size_t hidden = 0, refused = 0;
    read_hidden(&names, &c_only);
    for (size_t i = 0; i < COUNT(headers); i++)
        strbuf_addf(&text, "#include <%s>\n", headers[i]);
    add_headers(&text);
    for (size_t i = 0; i < names.len; i++) {
        const char *name = names.entries[i].key;
        if (map_get(&c_only, name) || is_brought(name))
            continue;
        strbuf_addf(&text, "#undef %s\nnamespace t%zu { using ::%s; }\n", name, i, name);
        hidden++;
    }
    AUTO_FREE char *cxx = kit_compiler("c++");
    AUTO_FREE char *got = said(cxx, "-std=gnu++17 -w -fsyntax-only -fmax-errors=0", strbuf_str(&text));
    for (const char *p = got; (p = strstr(p, "has not been declared")); p++)
        refused++;
    ck_assert_uint_ge(hidden, 100);
    ck_assert_msg(refused == hidden, "%zu hidden, %zu refused:\n%s", hidden, refused, got);
}
END_TEST

/* The C++ library finds what it uses. */
START_TEST(the_cxx_library_finds_what_it_uses)
{
    AUTO_FREE char *program = path_join(folder, "a.out");
    AUTO_FREE char *cxx = kit_compiler("c++");
    AUTO_FREE char *words = xstrf("-std=c++20 -O1 -Wall -Wextra -Werror -o %s -pthread", program);
    AUTO_FREE char *got = said(cxx, words,
        "#include <chrono>\n#include <condition_variable>\n#include <cstdlib>\n#include <cuchar>\n#include "
        "<mutex>\n"
        "#include <random>\n#include <shared_mutex>\n#include <unistd.h>\n"
        "int main() { std::mutex m; std::condition_variable c; std::unique_lock<std::mutex> l(m);\n"
        "c.wait_for(l, std::chrono::milliseconds(1)); std::shared_timed_mutex s;\n"
        "std::timed_mutex t; std::random_device d;\n"
        "return !s.try_lock_for(std::chrono::milliseconds(1)) || "
        "!t.try_lock_for(std::chrono::milliseconds(1)) ||\n"
        "(d() == d() && d() == d()) || ::gettid() != ::getpid() || (::arc4random() == ::arc4random() &&\n"
        "arc4random() == arc4random()); }\n");
    ck_assert_str_eq(got, "");
}
END_TEST

/* Traps that others fell into. */
START_TEST(what_users_do_to_names_stays)
{
    static const struct {
        const char *words, *text;
    } cases[] = {
        {"-Werror", "#define gettid my_gettid\n#include <unistd.h>\n"
                    "static int gettid(void) { return 5; }\nint main(void) { return my_gettid(); }\n"},
        {"-Werror -Dgettid=rpl_gettid", "#include <unistd.h>\nstatic int gettid(void) { return 5; }\nint "
                                        "main(void) { return rpl_gettid(); }\n"},
        {"-Werror",
            "#define pkey_free(a) (a)\n#include <sys/mman.h>\nint main(void) { return pkey_free(0); }\n"},
        {"-Werror", "#include <sys/stat.h>\n#include <linux/stat.h>\n#include <malloc.h>\n"
                    "int main(void) { struct statx s = {0}; struct mallinfo2 m = {0}; return (int)s.stx_mask "
                    "+ (int)m.arena; }\n"},
        {"", "#include <unistd.h>\n#include <string.h>\n#pragma GCC poison strlcpy gettid pkey_free\n"
             "#include <string.h>\n#include <unistd.h>\nint main(void) { return 0; }\n"},
        {"-std=c89 -pedantic-errors -Werror", "#include <unistd.h>\n#include <stdio.h>\n#include <math.h>\n"
                                              "int main(void) { return 0; }\n"},
        {"-O2 -ffast-math", "#include <math.h>\n#include <tgmath.h>\nint main(int c, char **v) { (void)v; "
                            "return (int)sqrt((float)c); }\n"},
    };
    AUTO_FREE char *cc = kit_compiler("cc");
    AUTO_FREE char *words = xstrf("-D_GNU_SOURCE -Wall -Wextra -fsyntax-only %s", cases[_i].words);
    AUTO_FREE char *got = said(cc, words, cases[_i].text);
    ck_assert_str_eq(got, "");
}
END_TEST

static const struct {
    bool cxx;
    const char *words;
} compared[] = {{false, "-O2 -D_GNU_SOURCE"}, {false, "-O2 -std=c99"}, {false, "-std=c89"},
    {false, "-O2 -std=gnu11 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -D_FILE_OFFSET_BITS=64"},
    {true, "-O2 -std=gnu++17"}, {true, "-O2 -std=c++20 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"},
    {true, "-std=c++11"}};

enum { COMPARED = COUNT(compared) };

/* With the kit and without: the same words about every header, read twice. */
START_TEST(headers_compile_as_without)
{
    AUTO(strbuf) struct strbuf text = {0};
    add_headers(&text);
    add_headers(&text);
    if (compared[_i].cxx)
        strbuf_adds(&text, "#include <cstdlib>\n#include <cmath>\n#include <complex>\n#include <string>\n"
                           "#include <thread>\n#include <random>\n");
    AUTO_FREE char *words = xstrf("-Wall -Wextra -pedantic -fsyntax-only %s", compared[_i].words);
    AUTO_FREE char *mine = kit_compiler(compared[_i].cxx ? "c++" : "cc");
    AUTO_FREE char *with = said(mine, words, strbuf_str(&text));
    AUTO_FREE char *without = said(compared[_i].cxx ? toolchain.cxx : toolchain.cc, words, strbuf_str(&text));
    ck_assert_str_eq(with, without);
}
END_TEST

#endif

Suite *hiding_suite(void)
{
    Suite *s = suite_create("hiding");
    TCase *t = tcase_create("walk");
    tcase_add_loop_test(t, declarations_are_those_at_file_scope, 0, WALKS);
    tcase_add_test(t, checks_that_nothing_brings_are_refused);
    suite_add_tcase(s, t);
#if defined __GLIBC__ && defined __LP64__ && (defined __x86_64__ || defined __aarch64__)
    TCase *headers = tcase_create("headers");
    tcase_set_timeout(headers, 120);
    tcase_add_unchecked_fixture(headers, make_kit, drop_kit);
    tcase_add_loop_test(headers, hidden_names_are_everybodys_in_c, 0, C_WAYS);
    tcase_add_loop_test(headers, what_is_brought_is_declared_and_gives_way, 0, 2);
    tcase_add_test(headers, constants_are_those_of_the_target);
    tcase_add_test(headers, baud_rates_are_those_of_the_target);
    tcase_add_test(headers, declared_is_what_can_be_linked);
    tcase_add_test(headers, hidden_names_are_undeclared_in_cxx);
    tcase_add_test(headers, the_cxx_library_finds_what_it_uses);
    tcase_add_loop_test(headers, what_users_do_to_names_stays, 0, 7);
    tcase_add_loop_test(headers, headers_compile_as_without, 0, COMPARED);
    suite_add_tcase(s, headers);
#endif
    return s;
}
