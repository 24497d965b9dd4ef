#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "toolchain/hardening.h"
#include "there.h"
#include "toolchain/internal.h"

static struct arena arena;
static struct toolchain toolchain;

static void setup(void)
{
    unsetenv("STATICBUILD_CC");
    unsetenv("STATICBUILD_CXX");
}

static void teardown(void)
{
    toolchain_release(&toolchain);
    arena_release(&arena);
}

static const struct target native = {.native = true};

static void open_with(const char *cc, const struct fact_memory *memory)
{
    AUTO(err) struct err e = ERR_INIT;
    if (cc)
        setenv("STATICBUILD_CC", cc, 1);
    ck_assert_msg(toolchain_open(&toolchain, &arena, &native, memory, &e) == 0, "%s", e.text);
}

START_TEST(the_machines_compiler_is_found_and_described)
{
    open_with(NULL, NULL);
    const char *const paths[] = {toolchain.cc, toolchain.ar, toolchain.ranlib, toolchain.strip};
    for (size_t i = 0; i < 4; i++)
        ck_assert_msg(paths[i][0] == '/' && there_as_file(paths[i]), "%s", paths[i]);
    ck_assert(str_starts(toolchain.version, toolchain.is_clang ? "clang " : "gcc "));
    ck_assert(str_starts(toolchain.cxx, "/"));
    ck_assert_ptr_nonnull(strstr(toolchain.identity, toolchain.version));
    ck_assert_ptr_nonnull(strstr(toolchain.identity, "cflags -O2 -fPIC"));
#ifdef __GLIBC__
    char here[32];
    snprintf(here, sizeof here, "%d.%d", __GLIBC__, __GLIBC_MINOR__);
    ck_assert_str_eq(toolchain.glibc, here);
#endif
#ifdef __x86_64__
    ck_assert_str_eq(toolchain.arch, "x86_64");
    ck_assert(strvec_has(&toolchain.cflags, "-march=x86-64"));
#endif
    ck_assert(!strvec_has(&toolchain.cflags, "-fvisibility-inlines-hidden"));
    ck_assert(strvec_has(&toolchain.cxxflags, "-fvisibility-inlines-hidden"));
}
END_TEST

static void compile(const char *compiler, const char *source_name, const char *source)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = folder_make_temporary("/tmp", "toolchain-test-", &e);
    AUTO_FREE char *file = path_join(folder, source_name);
    ck_assert_int_eq(file_write(file, source, strlen(source), 0644, &e), 0);
    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, compiler);
    strvec_push(&argv, "-Werror");
    strvec_push_all(&argv, &toolchain.cxxflags);
    strvec_push(&argv, source_name);
    strvec_push(&argv, "-o");
    strvec_push(&argv, "m.so");
    strvec_push_all(&argv, &toolchain.module_ldflags);
    struct process_spec spec = {.argv = argv.items, .dir = folder, .in = -1, .out = -1, .err = 2};
    struct process_end end;
    ck_assert_msg(process_run(&spec, NULL, 65536, 60000, &end, &e) == 0, "%s", e.text);
    ck_assert_int_eq(end.status, 0);
    ck_assert_int_eq(tree_remove(folder, &e), 0);
}

START_TEST(the_flags_make_a_module)
{
    static const char *const compilers[] = {"gcc", "clang"};
    AUTO_FREE char *there = program_there(compilers[_i]);
    if (!there) {
        fprintf(stderr, "skipped: no %s here\n", compilers[_i]);
        return;
    }
    open_with(compilers[_i], NULL);
    ck_assert_int_eq(toolchain.is_clang, _i == 1);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(toolchain_require_cxx(&toolchain, &e) == 0, "%s", e.text);
    compile(toolchain.cxx, "m.cc",
        "#include <string>\nextern \"C\" unsigned long f(const char *s) { return "
        "std::string(s).size(); }\n");
}
END_TEST

START_TEST(flags_follow_the_architecture)
{
    static const struct {
        const char *triplet, *arch, *flag;
    } cases[] = {
        {"x86_64-linux-gnu", "x86_64", "-march=x86-64"},
        {"x86_64-pc-linux-gnu", "x86_64", "-march=x86-64"},
        {"x86_64-alpine-linux-musl", "x86_64", "-march=x86-64"},
        {"i386-redhat-linux", "i686", "-march=i686"},
        {"aarch64-redhat-linux", "aarch64", "-march=armv8-a"},
        {"arm-linux-gnueabihf", "armv7l", "-mfloat-abi=hard"},
        {"powerpc64le-linux-gnu", "ppc64le", "-mcpu=power8"},
        {"s390x-linux-gnu", "s390x", "-march=z196"},
        {"riscv64-linux-gnu", "riscv64", "-march=rv64gc"},
        {"x86_64-linux-gnux32", NULL, NULL},
        {"sparc64-linux-gnu", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        const struct arch *found = arch_of_triplet(cases[i].triplet);
        const char *arch = found ? found->name : NULL;
        struct toolchain t = {.cc = "/usr/bin/cc", .triplet = cases[i].triplet, .arch = arch};
        int failed = toolchain_set_flags(&t, &e);
        if (cases[i].arch) {
            ck_assert_str_eq(arch, cases[i].arch);
            ck_assert(strvec_has(&t.cflags, cases[i].flag) && strvec_has(&t.cflags, "-fPIC"));
        } else {
            ck_assert(failed && !arch && e.kind == ERR_ENVIRONMENT);
        }
        toolchain_release(&t);
    }
}
END_TEST

START_TEST(flags_harden_as_far_as_the_compiler_can)
{
    static const struct {
        const char *arch, *version;
        const char *has, *lacks;
    } cases[] = {
        {"x86_64", "gcc 12.2.0", "-fcf-protection=full", "-mbranch-protection=standard"},
        {"x86_64", "gcc 12.2.0", "-D_FORTIFY_SOURCE=3", "-D_FORTIFY_SOURCE=2"},
        {"x86_64", "gcc 11.4.0", "-D_FORTIFY_SOURCE=2", "-D_FORTIFY_SOURCE=3"},
        {"x86_64", "clang 14.0.6", "-D_FORTIFY_SOURCE=3", "-D_FORTIFY_SOURCE=2"},
        {"x86_64", "clang 14.0.6", "-fstack-clash-protection", NULL},
        {"aarch64", "clang 14.0.6", "-mbranch-protection=standard", "-fstack-clash-protection"},
        {"aarch64", "clang 18.1.8", "-fstack-clash-protection", "-fcf-protection=full"},
        {"aarch64", "gcc 12.2.0", "-mno-omit-leaf-frame-pointer", "-fcf-protection=full"},
        {"s390x", "gcc 12.2.0", "-mbackchain", "-fno-omit-frame-pointer"},
        {"ppc64le", "gcc 12.2.0", "-fstack-protector-strong", "-fno-omit-frame-pointer"},
        {"riscv64", "gcc 12.2.0", "-fno-omit-frame-pointer", "-mno-omit-leaf-frame-pointer"},
        {"armv7l", "gcc 12.2.0", "-marm", "-fstack-clash-protection"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        struct toolchain t = {.cc = "cc",
            .triplet = "",
            .arch = cases[i].arch,
            .version = cases[i].version,
            .is_clang = str_starts(cases[i].version, "clang")};
        ck_assert_int_eq(toolchain_set_flags(&t, &e), 0);
        ck_assert_msg(strvec_has(&t.cflags, cases[i].has) && strvec_has(&t.cxxflags, cases[i].has), "%s: %s",
            cases[i].version, cases[i].has);
        ck_assert_msg(!cases[i].lacks || !strvec_has(&t.cflags, cases[i].lacks), "%s: %s", cases[i].version,
            cases[i].lacks);
        ck_assert(strvec_has(&t.module_ldflags, "-Wl,-z,now") && strvec_has(&t.ldflags, "-Wl,-z,relro"));
        toolchain_release(&t);
    }
}
END_TEST

/* What a recipe turns off is off also where a distribution's compiler has it on. */
START_TEST(a_recipe_turns_off_what_it_names)
{
    static const struct {
        const char *word, *gone, *instead; /* instead NULL: nothing */
    } cases[] = {
        {"stack-protector", "-fstack-protector-strong", "-fno-stack-protector"},
        {"fortify", "-D_FORTIFY_SOURCE=3", "-U_FORTIFY_SOURCE"},
        {"stack-clash", "-fstack-clash-protection", "-fno-stack-clash-protection"},
        {"control-flow", "-fcf-protection=full", "-fcf-protection=none"},
        {"frame-pointers", "-fno-omit-frame-pointer", "-fomit-frame-pointer"},
        {"frame-pointers", "-mno-omit-leaf-frame-pointer", NULL},
        {"relro", "-Wl,-z,relro", "-Wl,-z,norelro"},
        {"bind-now", "-Wl,-z,now", "-Wl,-z,lazy"},
    };
    AUTO(err) struct err e = ERR_INIT;
    struct toolchain t = {.cc = "cc", .triplet = "", .arch = "x86_64", .version = "gcc 12.2.0"};
    ck_assert_int_eq(toolchain_set_flags(&t, &e), 0);
    AUTO(strvec) struct strvec all = {0};
    strvec_push_all(&all, &t.cflags);
    strvec_push_all(&all, &t.ldflags);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pair off = {cases[i].word, "it cannot"};
        struct recipe r = {.unhardened = {&off, 1}};
        AUTO(strvec) struct strvec got = {0};
        AUTO(strvec) struct strvec same = {0};
        hardening_flags_of(&got, &all, &r);
        ck_assert_msg(strvec_has(&all, cases[i].gone), "%s", cases[i].gone);
        ck_assert_msg(!strvec_has(&got, cases[i].gone), "%s", cases[i].gone);
        ck_assert_msg(!cases[i].instead || strvec_has(&got, cases[i].instead), "%s", cases[i].instead);
        hardening_flags_of(&same, &all, &(struct recipe){0});
        ck_assert_uint_eq(same.len, all.len);
    }
    toolchain_release(&t);
}
END_TEST

/* Only where the platform promises no libgcc_s. */
START_TEST(the_unwinder_is_inside_for_musl_only)
{
    static const struct {
        const char *glibc;
        bool inside;
    } cases[] = {{"2.36", false}, {"", true}};
    for (size_t i = 0; i < 2; i++) {
        AUTO(err) struct err e = ERR_INIT;
        struct toolchain t = {.cc = "cc",
            .triplet = "x86_64-linux-gnu",
            .arch = "x86_64",
            .glibc = cases[i].glibc,
            .target = native};
        ck_assert_int_eq(toolchain_set_flags(&t, &e), 0);
        ck_assert(strvec_has(&t.module_ldflags, "-static-libgcc") == cases[i].inside);
        ck_assert(strvec_has(&t.module_ldflags, "-static-libstdc++"));
        toolchain_release(&t);
    }
}
END_TEST

START_TEST(what_the_preprocessor_says_is_read)
{
    static const struct {
        const char *text, *version, *glibc, *features;
        bool is_clang;
    } cases[] = {
        {"# 1 \"<stdin>\"\n# 1 \"/usr/include/features.h\" 1 3 4\nstaticbuild_glibc\n# 2 \"<stdin>\" 3 4\n "
         "2\n# 2 \"<stdin>\"\n . 36\nstaticbuild_gcc "
         "12 . 2 "
         ". 0\nstaticbuild_clang __clang_major__ . __clang_minor__ . __clang_patchlevel__\n",
            "12.2.0", "2.36", "/usr/include/features.h", false},
        {"# 1 \"/sysroot/usr/include/features.h\" 1 3\nstaticbuild_glibc 2 . 17\nstaticbuild_gcc 4 . 2 . "
         "1\nstaticbuild_clang 14 . 0 . 6",
            "14.0.6", "2.17", "/sysroot/usr/include/features.h", true},
        {"# 1 \"/usr/include/features.h\" 1 3\nstaticbuild_glibc __GLIBC__ . "
         "__GLIBC_MINOR__\nstaticbuild_gcc 13 . 2 "
         ". 1\n",
            "13.2.1", "", "/usr/include/features.h", false},
        {"", NULL, NULL, NULL, false},
        {"staticbuild_gcc __GNUC__ . x", NULL, NULL, NULL, false},
        {"#\nstaticbuild_gcc", NULL, NULL, NULL, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        struct compiler c = {.path = "cc"};
        int failed = compiler_read_probe(&c, &arena, cases[i].text, &e);
        ck_assert_int_eq(failed, cases[i].version ? 0 : -1);
        if (failed)
            continue;
        ck_assert_str_eq(c.version, cases[i].version);
        ck_assert_str_eq(c.glibc, cases[i].glibc);
        ck_assert_str_eq(c.features, cases[i].features);
        ck_assert_int_eq(c.is_clang, cases[i].is_clang);
    }
}
END_TEST

START_TEST(a_compiler_that_is_none_is_named)
{
    static const struct {
        const char *variable, *value, *says;
        enum err_kind kind;
    } cases[] = {
        {"STATICBUILD_CC", "no-such-compiler", "STATICBUILD_CC names \"no-such-compiler\"", ERR_MISSING},
        {"STATICBUILD_CC", "/etc/passwd", "STATICBUILD_CC", ERR_MISSING},
        {"STATICBUILD_CC", "true", "STATICBUILD_CC", ERR_ENVIRONMENT},
        {"STATICBUILD_CC", "false", "cannot compile", ERR_ENVIRONMENT},
        {"STATICBUILD_CXX", "no-such-compiler", "STATICBUILD_CXX names", ERR_MISSING},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        setup();
        setenv(cases[i].variable, cases[i].value, 1);
        ck_assert_int_eq(toolchain_open(&toolchain, &arena, &native, NULL, &e), -1);
        ck_assert_int_eq(e.kind, cases[i].kind);
        ck_assert_msg(strstr(e.text, cases[i].says) != NULL, "%s", e.text);
    }
}
END_TEST

static struct map facts;
static size_t asked, missed;

static char *recall(void *arg, const char *kind, const char *path)
{
    (void)arg;
    AUTO_FREE char *key = xstrf("%s %s", kind, path);
    const char *text = map_get(&facts, key);
    asked++;
    missed += !text;
    return text ? xstrdup(text) : NULL;
}

static void keep(void *arg, const char *kind, const char *path, const char *text)
{
    (void)arg;
    AUTO_FREE char *key = xstrf("%s %s", kind, path);
    map_set(&facts, key, arena_strdup(&arena, text));
}

START_TEST(remembered_facts_give_the_same_toolchain)
{
    const struct fact_memory memory = {recall, keep, NULL};
    open_with(NULL, &memory);
    const char *identity = toolchain.identity, *cxx = toolchain.cxx;
    ck_assert_uint_gt(missed, 0);
    toolchain_release(&toolchain);
    missed = 0;
    open_with(NULL, &memory);
    ck_assert_uint_eq(missed, 0);
    ck_assert_str_eq(toolchain.identity, identity);
    ck_assert_str_eq(toolchain.cxx, cxx);
    map_release(&facts);
}
END_TEST

START_TEST(damaged_facts_are_asked_anew)
{
    const struct fact_memory memory = {recall, keep, NULL};
    open_with(NULL, &memory);
    AUTO_FREE char *identity = xstrdup(toolchain.identity);
    AUTO_FREE char *key = xstrf("compiler-2 %s", toolchain.cc);
    static const char *const texts[] = {
        "", "gcc\n", "gcc\na\nb\nc\nd\n", "gcc\na\nb\nc\n/x\n/x\n/x\n/x\n/x\n/x\n/x\n"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        toolchain_release(&toolchain);
        map_set(&facts, key, arena_strdup(&arena, texts[i]));
        open_with(NULL, &memory);
        ck_assert_str_eq(toolchain.identity, identity);
    }
    map_release(&facts);
}
END_TEST

Suite *toolchain_suite(void);
Suite *toolchain_suite(void)
{
    Suite *s = suite_create("toolchain");
    TCase *c = tcase_create("toolchain");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, the_machines_compiler_is_found_and_described);
    tcase_add_test(c, flags_harden_as_far_as_the_compiler_can);
    tcase_add_test(c, a_recipe_turns_off_what_it_names);
    tcase_add_loop_test(c, the_flags_make_a_module, 0, 2);
    tcase_add_test(c, flags_follow_the_architecture);
    tcase_add_test(c, the_unwinder_is_inside_for_musl_only);
    tcase_add_test(c, what_the_preprocessor_says_is_read);
    tcase_add_test(c, a_compiler_that_is_none_is_named);
    tcase_add_test(c, remembered_facts_give_the_same_toolchain);
    tcase_add_test(c, damaged_facts_are_asked_anew);
    suite_add_tcase(s, c);
    return s;
}
