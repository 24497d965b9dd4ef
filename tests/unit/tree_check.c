/* Finishing and checking an installed tree. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "build/backend.h"
#include "build/internal.h"
#include "sched/process.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"

static char *tree;
static struct err e;

static void make_tree(void)
{
    tree = folder_make_temporary("/tmp", "staticbuild-test-", &e);
    ck_assert_ptr_nonnull(tree);
}

static void remove_tree(void)
{
    err_release(&e);
    ck_assert_int_eq(tree_remove(tree, &e), 0);
    free(tree);
}

static void put(const char *file, const char *text)
{
    AUTO_FREE char *path = path_join(tree, file);
    AUTO_FREE char *folder = path_dir(path);
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
}

static char *get(const char *file)
{
    AUTO_FREE char *path = path_join(tree, file);
    struct strbuf b = {0};
    ck_assert_int_eq(file_read(&b, path, 1 << 20, &e), 0);
    return strbuf_steal(&b);
}

static bool there(const char *file)
{
    AUTO_FREE char *path = path_join(tree, file);
    return there_is(path);
}

/* Runs words (separated by spaces) in the tree. */
static void run(const char *words)
{
    AUTO(strvec) struct strvec argv = {0};
    for (struct slice rest = slice_of(words); rest.ptr;) {
        struct slice word = slice_cut(&rest, ' ');
        strvec_pushn(&argv, word.ptr, word.len);
    }
    struct process_spec spec = {.argv = argv.items, .dir = tree, .in = -1, .out = -1, .err = 2};
    struct process p;
    struct process_end end;
    ck_assert_msg(process_start(&p, &spec, &e) == 0, "%s", e.text);
    process_wait(&p, &end);
    ck_assert_msg(end.status == 0, "%s", words);
}

static void make_archive(const char *source, const char *flags)
{
    put("x.c", source);
    AUTO_FREE char *compile = xstrf("cc -O2 %s -c x.c -o x.o", flags);
    run(compile);
    run("mkdir -p lib");
    run("ar rc lib/libx.a x.o");
    run("rm x.c x.o");
}

static const char needs_address[] = "extern int far[4]; int *tell(void) { return far; }\n";

static struct recipe library(void)
{
    static const char *archive = "lib/libx.a";
    return (struct recipe){.name = "x", .kind = RECIPE_LIBRARY, .provides = {.archives = {&archive, 1}}};
}

START_TEST(a_good_tree_passes)
{
    static const char *header = "include/x.h", *pc = "x";
    struct recipe r = library();
    r.provides.headers = (struct texts){&header, 1};
    r.provides.pkg_config = (struct texts){&pc, 1};
    make_archive(needs_address, "-fPIC");
    put("include/x.h", "");
    put("share/pkgconfig/x.pc", "Name: x\n");
    put(".staticbuild/logs/kept.so", "");
    ck_assert_msg(tree_check(&r, tree, NULL, &e) == 0, "%s", e.text);
}
END_TEST

static const char tells_place[] = "const char *place(void) { return PLACE \"/etc/x.conf\"; }\n";

START_TEST(a_path_of_the_machine_is_refused)
{
    struct recipe r = library();
    AUTO(strvec) struct strvec machine = {0};
    strvec_push(&machine, "/home/somebody/.cache");
    make_archive(tells_place, "-fPIC -DPLACE=\"/home/somebody/.cache\"");
    ck_assert_int_eq(tree_check(&r, tree, &machine, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "lib/libx.a(x.o) holds a path of this machine"));
    ck_assert_ptr_nonnull(strstr(e.text, "\"/home/somebody/.cache/etc/x.conf\""));
    err_release(&e);

    make_archive(tells_place, "-fPIC -DPLACE=\"/home/somebody/.cached\""); /* another folder */
    ck_assert_msg(tree_check(&r, tree, &machine, &e) == 0, "%s", e.text);
}
END_TEST

START_TEST(the_prefix_inside_needs_a_reason)
{
    struct recipe r = library();
    make_archive(tells_place, "-fPIC -DPLACE=\"/opt/staticbuild/x\"");
    ck_assert_int_eq(tree_check(&r, tree, NULL, &e), -1);
    ck_assert_int_eq(e.kind, ERR_BUILD);
    ck_assert_ptr_nonnull(strstr(e.text, "holds \"/opt/staticbuild/x/etc/x.conf\""));
    ck_assert_ptr_nonnull(strstr(e.text, "prefix-inside"));
    err_release(&e);
    r.provides.prefix_inside = "only printed";
    ck_assert_msg(tree_check(&r, tree, NULL, &e) == 0, "%s", e.text);
}
END_TEST

/* What is written at run time is state; what the loader fills in, and what <iostream> leaves, is none. */
START_TEST(the_state_of_a_library_is_what_its_archives_say)
{
    static const struct {
        const char *source, *flags, *variable; /* NULL: none */
    } rows[] = {
        {"int count(void) { static int n; return ++n; }\n", "-fPIC", "4 bytes of variables in .bss"},
        {"int limit = 7; int *tell(void) { return &limit; }\n", "-fPIC -fdata-sections",
            "lib/libx.a(x.o) has 4 bytes of variables in .data.limit"},
        {"int limit; int *tell(void) { return &limit; }\n", "-fPIC -fcommon", "the variable limit"},
        {"_Thread_local int n; int *tell(void) { return &n; }\n", "-fPIC", "4 bytes of variables in .tbss"},
        /* what gcc fills a local array from has no name, or one of the compiler's own, which is forced here
         */
        {"__asm__(\".data\\n .quad twice\\n .set .Lplace, .-8\\n .pushsection .text\\n .quad .Lplace-.\\n "
         ".popsection\\n .text\");\n"
         "int twice(int n) { return 2 * n; }\n",
            "-fPIC -Wa,--keep-locals", NULL},
        {"int twice(int n) { return 2 * n; }\n", "-fPIC", NULL},
        {"static const char *const names[] = {\"a\", \"b\"};\n"
         "const char *const *tell(void) { return names; }\n",
            "-fPIC", NULL},
        {"static void start(void) { }\n"
         "__attribute__((section(\".init_array\"), used)) static void (*const starter)(void) = start;\n",
            "-fPIC", NULL},
        {"__attribute__((section(\".bss._ZStL8__ioinit\"))) char begun; char *tell(void) { return &begun; "
         "}\n",
            "-fPIC", NULL},
    };
    struct recipe r = library();
    r.provides.state_at = (struct position){"x.toml", 9, 9};
    make_archive(rows[_i].source, rows[_i].flags);
    ck_assert_msg(tree_check(&r, tree, NULL, &e) == 0, "%s", e.text); /* unsaid */
    bool has = rows[_i].variable;
    r.provides.state = has ? STATE_WRITABLE : STATE_NONE;
    ck_assert_msg(tree_check(&r, tree, NULL, &e) == 0, "%s", e.text);
    r.provides.state = has ? STATE_NONE : STATE_WRITABLE;
    ck_assert_int_eq(tree_check(&r, tree, NULL, &e), -1);
    ck_assert_int_eq(e.kind, ERR_RECIPE);
    ck_assert_ptr_nonnull(strstr(e.text, "x.toml:9:9: state is \""));
    ck_assert_msg(!has || strstr(e.text, rows[_i].variable), "%s", e.text);
}
END_TEST

START_TEST(everything_missing_is_told_at_once)
{
    static const char *archives[] = {"lib/libx.a", "lib/liby.a"}, *header = "include/x.h", *pc = "x",
                      *program = "bin/x", *data = "share/x.db";
    struct recipe r = library();
    r.provides.archives = (struct texts){archives, 2};
    r.provides.headers = (struct texts){&header, 1};
    r.provides.pkg_config = (struct texts){&pc, 1};
    r.provides.programs = (struct texts){&program, 1};
    r.provides.data = (struct texts){&data, 1};
    put("lib64/libx.a", "!<arch>\n");
    put("lib/libother.a", "!<arch>\n");
    put("bin/x", "not executable");
    put("lib/libx.so.1", "");
    ck_assert_int_eq(tree_check(&r, tree, NULL, &e), -1);
    ck_assert_int_eq(e.kind, ERR_BUILD);
    static const char *const lines[] = {
        "the build made no lib/libx.a, but lib64/libx.a",
        "no archive lib/liby.a; made were lib/libother.a, lib64/libx.a",
        "no header include/x.h",
        "no pkg-config file lib/pkgconfig/x.pc",
        "bin/x is not executable",
        "no file share/x.db",
        "a shared library, lib/libx.so.1",
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        ck_assert_msg(strstr(e.text, lines[i]) != NULL, "\"%s\" is not in\n%s", lines[i], e.text);
}
END_TEST

START_TEST(an_archive_must_be_fit_for_a_module)
{
    static const struct {
        const char *source, *flags, *says;
    } rows[] = {
        {needs_address, "-fno-pic -fno-pie -mcmodel=small",
            "lib/libx.a(x.o) is not position-independent: R_"},
        {"_Thread_local int t; int *tell(void) { return &t; }\n", "-fno-pic -fno-pie", "thread-local"},
        {needs_address, "-fPIC -flto -ffat-lto-objects", "link-time byte-code"},
        {needs_address, "-fPIC -flto -fno-fat-lto-objects", "link-time byte-code"},
    };
    struct recipe r = library();
    make_archive(rows[_i].source, rows[_i].flags);
    ck_assert_int_eq(tree_check(&r, tree, NULL, &e), -1);
    ck_assert_msg(strstr(e.text, rows[_i].says) != NULL, "%s", e.text);
}
END_TEST

#ifdef __x86_64__
/* OpenSSL's assembly: the visibility that one object gives a name holds for all. */
START_TEST(a_name_hidden_by_another_object_is_near)
{
    struct recipe r = library();
    for (int hidden = 0; hidden < 2; hidden++) {
        make_archive("asm(\".text\\nuse: leaq far(%rip), %rax\");", "-fPIC");
        put("y.s", hidden ? ".globl far\n.hidden far\n.data\nfar: .long 1\n" : ".globl far\nfar: .long 1\n");
        run("cc -c y.s");
        run("ar rc lib/libx.a y.o");
        run("rm y.s y.o");
        ck_assert_int_eq(tree_check(&r, tree, NULL, &e), hidden ? 0 : -1);
        err_release(&e);
    }
}
END_TEST
#endif

START_TEST(what_is_no_archive_is_told)
{
    static const struct {
        const char *bytes, *says;
    } rows[] = {
        {"", "lib/libx.a"},
        {"hello", "not an archive"},
        {"!<arch>\n", "lib/libx.a holds no object file"},
        {"!<thin>\n", "thin"},
        {"!<arch>\nx.o/            0           0     0     644     9999      `\nshort", "lib/libx.a: "},
    };
    struct recipe r = library();
    put("lib/libx.a", rows[_i].bytes);
    ck_assert_int_eq(tree_check(&r, tree, NULL, &e), -1);
    ck_assert_msg(strstr(e.text, rows[_i].says) != NULL, "%s", e.text);
}
END_TEST

START_TEST(many_faults_are_counted)
{
    make_archive(needs_address, "-fno-pic -fno-pie -mcmodel=small");
    run("ar x lib/libx.a");
    run("cp x.o y.o");
    run("cp x.o z.o");
    run("cp x.o w.o");
    run("ar rc lib/libx.a y.o z.o w.o");
    struct recipe r = library();
    ck_assert_int_eq(tree_check(&r, tree, NULL, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "lib/libx.a(z.o)"));
    ck_assert_ptr_null(strstr(e.text, "lib/libx.a(w.o)"));
    ck_assert_ptr_nonnull(strstr(e.text, "1 more objects are not position-independent"));
}
END_TEST

/* Two builds of one thing at two times give the same bytes. */
START_TEST(archives_lose_times_and_owners)
{
    struct recipe r = library();
    make_archive("int one(void) { return 1; }\n", "-fPIC");
    run("ar x lib/libx.a");
    run("ar rcD lib/expected.a x.o");
    run("touch -d 2001-02-03 x.o");
    run("rm lib/libx.a");
    run("ar rcU lib/libx.a x.o");
    run("rm x.o");
    AUTO_FREE char *before = get("lib/libx.a");
    AUTO_FREE char *expected = get("lib/expected.a");
    ck_assert_msg(memcmp(before, expected, 200) != 0, "ar gave no time");
    ck_assert_msg(tree_check(&r, tree, NULL, &e) == 0, "%s", e.text);
    run("cmp lib/libx.a lib/expected.a");
}
END_TEST

START_TEST(damaged_archives_do_not_lead_outside)
{
    static const char bytes[] = "!<arch>\n"
                                "x.o/            1           2     3     100644  9999999999`\n";
    enum { SIZE = sizeof bytes - 1 };
    ck_assert_uint_eq(SIZE, 8 + 60);
    for (size_t size = 0; size <= SIZE; size++) {
        AUTO_FREE unsigned char *copy = xcalloc(size + 1, 1);
        memcpy(copy, bytes, size);
        ck_assert(archive_normalize(copy, size) == (size == SIZE));
    }
}
END_TEST

START_TEST(text_files_find_their_own_place)
{
    static const struct {
        const char *file, *before, *after;
    } rows[] = {
        {"lib/pkgconfig/x.pc",
            "prefix=/opt/staticbuild/x\nlibdir=/opt/staticbuild/x/lib\n\nName: x\nLibs: -L${libdir} -lx\n"
            "Cflags.private: -DX_STATIC\nCflags: -I${libdir}/x\n"
            "Requires: a\nLibs.private: -lm \\\n  -ldl\nRequires.private: b >= 2\n",
            "prefix=${pcfiledir}/../..\nlibdir=${pcfiledir}/../../lib\n\nName: x\nRequires: a, b >= 2\n"
            "Cflags: -DX_STATIC -I${libdir}/x\nLibs: -L${libdir} -lx -lm   -ldl\n"},
        {"share/pkgconfig/y.pc", "other=/opt/staticbuild/x-extra /opt/staticbuild/x2 /opt/staticbuild/x\n",
            "other=/opt/staticbuild/x-extra /opt/staticbuild/x2 ${pcfiledir}/../..\n"},
        {"lib/pkgconfig/empty.pc", "Libs.private:\nRequires.private:\nName: e\n", "Name: e\n"},
        {"lib/cmake/x/x.cmake", "set(a \"/opt/staticbuild/x/lib\")\n",
            "set(a \"${CMAKE_CURRENT_LIST_DIR}/../../../lib\")\n"},
        {"bin/x-config", "#!/bin/sh\nprefix=/opt/staticbuild/x\nlibs=\"-L$prefix/lib\"\n",
            "#!/bin/sh\nprefix=$(cd \"$(dirname \"$0\")/..\" && pwd)\nlibs=\"-L$prefix/lib\"\n"},
        {"bin/program", "\177ELF prefix=/opt/staticbuild/x\n", "\177ELF prefix=/opt/staticbuild/x\n"},
    };
    struct recipe r = {.name = "x", .kind = RECIPE_LIBRARY};
    put(rows[_i].file, rows[_i].before);
    ck_assert_msg(tree_check(&r, tree, NULL, &e) == 0, "%s", e.text);
    AUTO_FREE char *after = get(rows[_i].file);
    ck_assert_str_eq(after, rows[_i].after);
}
END_TEST

/* What a package file says of another tree of the store is found from itself, wherever the store lies. */
START_TEST(other_trees_are_beside_this_one)
{
    put("lib/cmake/x/x.cmake", "set(a \"/store/trees/z-1-00ff/lib/libz.a;/store/trees-of-others/a\")\n");
    put("lib/pkgconfig/x.pc", "Libs: /store/trees/z-1-00ff/lib/libz.a\n");
    put("lib/x.txt", "/store/trees/z-1-00ff\n");
    ck_assert_int_eq(tree_relate(tree, "/store/trees", &e), 0);
    AUTO_FREE char *cmake = get("lib/cmake/x/x.cmake"), *pc = get("lib/pkgconfig/x.pc"),
                   *txt = get("lib/x.txt");
    ck_assert_str_eq(cmake, "set(a \"${CMAKE_CURRENT_LIST_DIR}/../../../../z-1-00ff/lib/libz.a;"
                            "/store/trees-of-others/a\")\n");
    ck_assert_str_eq(pc, "Libs: ${pcfiledir}/../../../z-1-00ff/lib/libz.a\n");
    ck_assert_str_eq(txt, "/store/trees/z-1-00ff\n");
}
END_TEST

START_TEST(libtool_files_and_their_empty_folders_go)
{
    struct recipe r = {.name = "x", .kind = RECIPE_LIBRARY};
    put("lib/libx.la", "");
    put("lib/modules/deep/y.la", "");
    put("lib/keep.txt", "");
    ck_assert_msg(tree_check(&r, tree, NULL, &e) == 0, "%s", e.text);
    ck_assert(!there("lib/libx.la"));
    ck_assert(!there("lib/modules"));
    ck_assert(there("lib/keep.txt"));
}
END_TEST

START_TEST(tools_may_have_shared_libraries)
{
    struct recipe r = {.name = "x", .kind = RECIPE_TOOL};
    put("lib/libx.so", "");
    ck_assert_msg(tree_check(&r, tree, NULL, &e) == 0, "%s", e.text);
}
END_TEST

START_TEST(nothing_installed_is_told)
{
    struct recipe r = library();
    AUTO_FREE char *nowhere = path_join(tree, "nowhere");
    ck_assert_int_eq(tree_check(&r, nowhere, NULL, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "installed nothing"));
}
END_TEST

Suite *tree_check_suite(void)
{
    Suite *s = suite_create("tree_check");
    TCase *t = tcase_create("tree_check");
    tcase_add_checked_fixture(t, make_tree, remove_tree);
    tcase_set_timeout(t, 30);
    tcase_add_test(t, a_good_tree_passes);
    tcase_add_test(t, a_path_of_the_machine_is_refused);
    tcase_add_test(t, the_prefix_inside_needs_a_reason);
    tcase_add_loop_test(t, the_state_of_a_library_is_what_its_archives_say, 0, 8);
    tcase_add_test(t, everything_missing_is_told_at_once);
    tcase_add_loop_test(t, an_archive_must_be_fit_for_a_module, 0, 4);
#ifdef __x86_64__
    tcase_add_test(t, a_name_hidden_by_another_object_is_near);
#endif
    tcase_add_loop_test(t, what_is_no_archive_is_told, 0, 5);
    tcase_add_test(t, many_faults_are_counted);
    tcase_add_test(t, archives_lose_times_and_owners);
    tcase_add_test(t, damaged_archives_do_not_lead_outside);
    tcase_add_loop_test(t, text_files_find_their_own_place, 0, 6);
    tcase_add_test(t, other_trees_are_beside_this_one);
    tcase_add_test(t, libtool_files_and_their_empty_folders_go);
    tcase_add_test(t, tools_may_have_shared_libraries);
    tcase_add_test(t, nothing_installed_is_told);
    suite_add_tcase(s, t);
    return s;
}
