/* What a kit is known by, and its linker scripts; with a compiler that is a shell script. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/internal.h"
#include "there.h"
#include "scratch.h"

static char *folder, *compiler;
static struct platform target;
static struct kit_request request;

static void write_text(const char *name, const char *text, mode_t mode)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    ck_assert_msg(file_write(path, text, strlen(text), mode, &e) == 0, "%s", e.text);
}

static void remove_file(const char *name)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    ck_assert_int_eq(tree_remove(path, &e), 0);
}

/* Finds what is in the folder, and counts how often it is asked. */
static void write_compiler(void)
{
    AUTO_FREE char *text = xstrf(
        "#!/bin/sh\n"
        "if [ \"$1\" = -E ]; then\n"
        "printf '#include <...> search starts here:\\n %%s\\nEnd of search list.\\n' '%s' >&2\nexit\nfi\n"
        "name=${1#-print-file-name=}\n"
        "echo \"$name\" >>'%s/asked'\n"
        "if [ -e '%s'/\"$name\" ]; then echo '%s'/\"$name\"; else echo \"$name\"; fi\n",
        folder, folder, folder, folder);
    write_text("cc", text, 0755);
}

static void setup(void)
{
    static const char *const files[] = {"libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "libc_nonshared.a",
        "libgcc.a", "libgcc_eh.a", "libstdc++.a"};
    folder = scratch_make();
    compiler = path_join(folder, "cc");
    write_compiler();
    for (size_t i = 0; i < COUNT(files); i++)
        write_text(files[i], files[i], 0644);
    ck_assert(platform_find(&target, "manylinux_2_17_x86_64"));
    request = (struct kit_request){.target = &target,
        .cc = compiler,
        .cxx = compiler,
        .ar = "/usr/bin/ar",
        .compiler_line = "cc (test) 12.2.0",
        .glibc = "2.36",
        .templates = "templates"};
}

static void teardown(void)
{
    scratch_remove(folder);
    free(compiler);
}

/* The caller frees it. */
static char *identity(void)
{
    struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(kit_identity(&out, &request, &e) == 0, "%s", e.text);
    return strbuf_steal(&out);
}

static char *get_fact(void *arg, const char *kind, const char *path)
{
    AUTO_FREE char *key = xstrf("%s %s", kind, path);
    const char *text = map_get(arg, key);
    return text ? xstrdup(text) : NULL;
}

static void set_fact(void *arg, const char *kind, const char *path, const char *text)
{
    AUTO_FREE char *key = xstrf("%s %s", kind, path);
    free(map_set(arg, key, xstrdup(text)));
}

START_TEST(what_decides_a_kit_is_in_its_identity)
{
    AUTO_FREE char *first = identity();
    ck_assert_ptr_null(strchr(first, '/'));
    static const char *const parts[] = {"manylinux_2_17_x86_64", "cc (test) 12.2.0", "\nlibc.so.6 ",
        "\nld-linux-x86-64.so.2 ", "\nlibc_nonshared.a ", "\nlibgcc.a ", "\nlibgcc_eh.a ", "\nlibstdc++.a ",
        "\nheaders ", "\ntemplates "};
    for (size_t i = 0; i < COUNT(parts); i++)
        ck_assert_msg(strstr(first, parts[i]) != NULL, "no %s in\n%s", parts[i], first);
    AUTO_FREE char *again = identity();
    ck_assert_str_eq(first, again);

    write_text("libgcc_eh.a", "another", 0644);
    AUTO_FREE char *archive = identity();
    ck_assert_str_ne(first, archive);
    write_text("libgcc_eh.a", "libgcc_eh.a", 0644);
    ck_assert(platform_find(&target, "manylinux_2_28_x86_64"));
    AUTO_FREE char *newer = identity();
    ck_assert_str_ne(first, newer);
    ck_assert(platform_find(&target, "manylinux_2_17_x86_64"));
    request.templates = folder; /* which has none */
    AUTO_FREE char *templates = identity();
    ck_assert_str_ne(first, templates);
}
END_TEST

/* Of the C library's headers, remembered or not: a package that changes them alone gives another kit. */
START_TEST(the_headers_decide_a_kit)
{
    AUTO(map) struct map facts = {0};
    const struct fact_memory memory = {get_fact, set_fact, &facts};
    request.memory = &memory;
    write_text("features.h", "#define A 1\n", 0644);
    write_text("unistd.h", "int a(void);\n", 0644);
    write_text("of_others.h", "int c(void);\n", 0644);
    AUTO_FREE char *first = identity();
    AUTO_FREE char *again = identity();
    ck_assert_str_eq(first, again);
    write_text("unistd.h", "int a(void), b(void);\n", 0644);
    AUTO_FREE char *changed = identity();
    ck_assert_str_ne(first, changed);
    write_text("of_others.h", "int c(void), d(void);\n", 0644);
    AUTO_FREE char *other = identity();
    ck_assert_str_eq(changed, other);
    write_text("unistd.h", "int a(void);\n", 0644);
    AUTO_FREE char *back = identity();
    ck_assert_str_eq(first, back);
    for (size_t i = 0; i < facts.len; i++)
        free(facts.entries[i].value);
}
END_TEST

START_TEST(without_a_cxx_compiler_there_is_no_libstdcxx)
{
    request.cxx = "";
    remove_file("libstdc++.a");
    AUTO_FREE char *text = identity();
    ck_assert_ptr_null(strstr(text, "libstdc++"));
}
END_TEST

static const struct {
    const char *target, *glibc, *removed;
    const char *says[2];
} mistakes[] = {
    {"manylinux_2_17_x86_64", "2.36", "libstdc++.a", {"libstdc++.a", "g++"}},
    {"manylinux_2_17_x86_64", "2.36", "libgcc_eh.a", {"libgcc_eh.a", "gcc"}},
    {"manylinux_2_17_x86_64", "2.36", "libc.so.6", {"finds no libc.so.6", "gcc"}},
    {"manylinux_2_17_x86_64", "2.36", "ld-linux-x86-64.so.2", {"ld-linux-x86-64.so.2", "not beside"}},
    {"manylinux_2_34_x86_64", "2.31", NULL, {"glibc 2.31, which is older than", "choose an older target"}},
    {"manylinux_2_17_x86_64", "", NULL, {"another C library than glibc", "manylinux_2_17_x86_64"}},
};

enum { MISTAKES = COUNT(mistakes) };

START_TEST(what_lacks_is_said)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    ck_assert(platform_find(&target, mistakes[_i].target));
    request.glibc = mistakes[_i].glibc;
    if (mistakes[_i].removed)
        remove_file(mistakes[_i].removed);
    ck_assert_int_eq(kit_identity(&out, &request, &e), -1);
    ck_assert_int_eq(e.kind, mistakes[_i].removed ? ERR_MISSING : ERR_ENVIRONMENT);
    for (size_t i = 0; i < 2; i++)
        ck_assert_msg(strstr(e.text, mistakes[_i].says[i]) != NULL, "%s", e.text);
}
END_TEST

START_TEST(what_is_remembered_is_not_asked_again)
{
    AUTO(map) struct map facts = {0};
    const struct fact_memory memory = {get_fact, set_fact, &facts};
    request.memory = &memory;
    AUTO_FREE char *first = identity();
    remove_file("asked");
    AUTO_FREE char *again = identity();
    ck_assert_str_eq(first, again);
    AUTO_FREE char *asked = path_join(folder, "asked");
    ck_assert(!there_is(asked));
    remove_file("libgcc.a"); /* what is gone is looked for */
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf out = {0};
    ck_assert_int_eq(kit_identity(&out, &request, &e), -1);
    ck_assert(there_is(asked));
    for (size_t i = 0; i < facts.len; i++)
        free(facts.entries[i].value);
}
END_TEST

/* The script, the folder of the compiler's files written as @. */
static char *script(const char *name)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    struct strbuf out = {0};
    AUTO_FREE char *path = xstrf("%s/lib/%s", folder, name);
    ck_assert_msg(file_read(&text, path, 65536, &e) == 0, "%s", e.text);
    for (const char *p = text.ptr; *p;) {
        bool at = str_starts(p, folder);
        strbuf_addc(&out, at ? '@' : *p);
        p += at ? strlen(folder) : 1;
    }
    return strbuf_steal(&out);
}

static void write_scripts(void)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *lib = path_join(folder, "lib");
    ck_assert_int_eq(folder_make(lib, &e), 0);
    ck_assert_msg(scripts_write(&request, lib, &e) == 0, "%s", e.text);
}

#define BESIDE "libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libanl.so.1 libresolv.so.2 "
#define LOADER "ld-linux-x86-64.so.2"

static const struct {
    const char *target, *name, *text;
} scripts[] = {
    {"manylinux_2_17_x86_64", "libc.so",
        "GROUP ( libc.so.6 libstaticbuild_compat.a \"@/libc_nonshared.a\" AS_NEEDED ( " BESIDE LOADER " ) )"},
    {"manylinux_2_17_x86_64", "libm.so", "GROUP ( libm.so.6 )"},
    {"manylinux_2_17_x86_64", "libpthread.so", "INPUT ( libpthread.so.0 )"},
    {"manylinux_2_34_x86_64", "libpthread.so", "INPUT ( AS_NEEDED ( libpthread.so.0 ) )"},
    {"manylinux_2_34_x86_64", "libresolv.so", "INPUT ( libresolv.so.2 )"},
    {"manylinux_2_17_x86_64", "libgcc_s.so",
        "GROUP ( AS_NEEDED ( libgcc_s.so.1 ) \"@/libgcc.a\" libstaticbuild_compat.a AS_NEEDED ( "
        "libc.so.6 " BESIDE LOADER " ) )"},
    {"manylinux_2_17_x86_64", "libgcc_eh.a",
        "GROUP ( \"@/libgcc_eh.a\" \"@/libgcc.a\" libstaticbuild_unwind.a libstaticbuild_compat.a )"},
    {"manylinux_2_17_x86_64", "libstdc++.so",
        "GROUP ( \"@/libstdc++.a\" libstaticbuild_runtime.a libstaticbuild_compat.a AS_NEEDED ( libc.so.6 "
        "libm.so.6 " BESIDE LOADER " ) )"},
    {"manylinux_2_17_x86_64", "libstdc++.a",
        "GROUP ( \"@/libstdc++.a\" libstaticbuild_runtime.a libstaticbuild_compat.a )"},
};

enum { SCRIPTS = COUNT(scripts) };

START_TEST(scripts_name_what_belongs_together)
{
    ck_assert(platform_find(&target, scripts[_i].target));
    write_scripts();
    AUTO_FREE char *got = script(scripts[_i].name);
    AUTO_FREE char *want = xstrf("/* GNU ld script */\n%s\n", scripts[_i].text);
    ck_assert_str_eq(got, want);
}
END_TEST

START_TEST(libatomic_is_taken_where_it_is)
{
    AUTO_FREE char *path = xstrf("%s/lib/libatomic.so", folder);
    AUTO_FREE char *without = identity();
    write_scripts();
    ck_assert(!there_is(path));
    write_text("libatomic.a", "libatomic.a", 0644);
    write_scripts();
    AUTO_FREE char *got = script("libatomic.so");
    ck_assert_ptr_nonnull(strstr(got, "GROUP ( \"@/libatomic.a\" libstaticbuild_compat.a "));
    AUTO_FREE char *with = identity();
    ck_assert_str_ne(without, with);
}
END_TEST

START_TEST(c_alone_has_no_script_for_cxx)
{
    request.cxx = "";
    write_scripts();
    AUTO_FREE char *path = xstrf("%s/lib/libstdc++.so", folder);
    ck_assert(!there_is(path));
}
END_TEST

START_TEST(a_path_that_no_script_can_name_is_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    write_text("cc", "#!/bin/sh\necho '/tmp/\"'\n", 0755);
    char *path = compiler_file(request.cc, "libgcc.a", NULL, &e); /* which is not there */
    ck_assert_str_eq(path, "");
    free(path);
    AUTO_FREE char *odd = xstrf("%s/a\"b", folder);
    AUTO_FREE char *text = xstrf("#!/bin/sh\necho '%s'\n", odd);
    write_text("a\"b", "", 0644);
    write_text("cc", text, 0755);
    ck_assert_int_eq(scripts_write(&request, folder, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "no linker script can name this path"));
}
END_TEST

#if defined __x86_64__ && defined __GLIBC__
START_TEST(what_is_newer_than_the_target_is_known)
{
    static const struct {
        const char *target, *name, *version;
    } cases[] = {
        {"manylinux_2_17_x86_64", "gettid", "GLIBC_2.30"},
        {"manylinux_2_17_x86_64", "getrandom", "GLIBC_2.25"},
        {"manylinux_2_28_x86_64", "getrandom", NULL},
        {"manylinux_2_17_x86_64", "pthread_create", NULL}, /* 2.34 brought only another version */
        {"manylinux_2_17_x86_64", "memcpy", NULL},
        {"manylinux_2_17_x86_64", "no_such_name", NULL},
    };
    if (__GLIBC_MINOR__ < 30 || !there_as_file("/usr/bin/cc")) {
        fprintf(stderr, "skipped: no glibc 2.30 and /usr/bin/cc here\n");
        return;
    }
    request.cc = "/usr/bin/cc";
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(arena) struct arena a = {0};
        AUTO(map) struct map names = {0};
        AUTO(err) struct err e = ERR_INIT;
        ck_assert(platform_find(&target, cases[i].target));
        ck_assert_msg(kit_newer_names(&names, &a, &request, &e) == 0, "%s", e.text);
        const char *version = map_get(&names, cases[i].name);
        ck_assert_msg(cases[i].version ? version && strcmp(version, cases[i].version) == 0 : !version,
            "%s: %s", cases[i].name, version ? version : "not newer");
    }
}
END_TEST
#endif

Suite *kit_suite(void)
{
    Suite *s = suite_create("kit");
    TCase *t = tcase_create("kit");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, what_decides_a_kit_is_in_its_identity);
    tcase_add_test(t, the_headers_decide_a_kit);
    tcase_add_test(t, without_a_cxx_compiler_there_is_no_libstdcxx);
    tcase_add_loop_test(t, what_lacks_is_said, 0, MISTAKES);
    tcase_add_test(t, what_is_remembered_is_not_asked_again);
    tcase_add_loop_test(t, scripts_name_what_belongs_together, 0, SCRIPTS);
    tcase_add_test(t, libatomic_is_taken_where_it_is);
    tcase_add_test(t, c_alone_has_no_script_for_cxx);
    tcase_add_test(t, a_path_that_no_script_can_name_is_refused);
#if defined __x86_64__ && defined __GLIBC__
    tcase_add_test(t, what_is_newer_than_the_target_is_known);
#endif
    suite_add_tcase(s, t);
    return s;
}
