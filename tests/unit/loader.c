#include "loader/internal.h"

#include <stdio.h>
#include <string.h>

#include "compile.h"
#include "sys/fs.h"
#include "sys/path.h"

/* A folder that stands for a machine's root, filled by each test. */
static char root[64];

static void make_root(void)
{
    strcpy(root, "/tmp/sb-root-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tree_remove(root, &e), 0);
}

static char *in_root(const char *path)
{
    return xstrf("%s%s", root, path);
}

static void put(const char *path, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *whole = in_root(path);
    AUTO_FREE char *folder = path_dir(whole);
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_msg(file_write(whole, text, strlen(text), 0644, &e) == 0, "%s", e.text);
}

static void link_to(const char *target, const char *path)
{
    AUTO_FREE char *whole = in_root(path);
    AUTO_FREE char *folder = path_dir(whole);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_int_eq(symlink(target, whole), 0);
}

/* Compiles text to a library inside the root; flags are words parted by spaces, "@" stands for the root. */
static void library(const char *path, const char *text, const char *flags)
{
    put("/source.c", text);
    put(path, "");
    AUTO(strvec) struct strvec argv = {0};
    strvec_push(&argv, "cc");
    strvec_push(&argv, "-shared");
    strvec_push(&argv, "-fPIC");
    strvec_push(&argv, "-nostdlib");
    strvec_push(&argv, "-Wl,--no-as-needed");
    AUTO_FREE char *source = in_root("/source.c");
    AUTO_FREE char *out = in_root(path);
    strvec_push(&argv, source);
    strvec_push(&argv, "-o");
    strvec_push(&argv, out);
    for (struct slice rest = slice_of(flags); rest.ptr && rest.len;) {
        struct slice word = slice_cut(&rest, ' ');
        AUTO(strbuf) struct strbuf filled = {0};
        for (size_t i = 0; i < word.len; i++)
            word.ptr[i] == '@' ? strbuf_adds(&filled, root) : strbuf_addc(&filled, word.ptr[i]);
        strvec_push(&argv, strbuf_str(&filled));
    }
    run_argv(argv.items);
}

static void read_tree(struct loader_machine *m, struct loader_tree *t, const char *path)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *whole = in_root(path);
    ck_assert_msg(loader_machine_open(m, root, NULL, &e) == 0, "%s", e.text);
    ck_assert_msg(loader_tree_build(t, m, whole, &e) == 0, "%s", e.text);
}

static const struct loader_object *object(const struct loader_tree *t, const char *name)
{
    vec_each (&t->objects, o)
        if (strcmp((*o)->name, name) == 0)
            return *o;
    ck_abort_msg("%s is not in the tree", name);
    return NULL;
}

/* ---- text ---- */

static const struct {
    const char *text, *becomes; /* NULL: cannot be told */
} expansions[] = {
    {"/lib", "/lib"},
    {"$ORIGIN", "/o"},
    {"${ORIGIN}/../lib", "/o/../lib"},
    {"$ORIGIN/$LIB/$PLATFORM", "/o/lib64/x86_64"},
    {"$ORIGINAL", "$ORIGINAL"}, /* as glibc reads it: LD_DEBUG=libs shows it */
    {"$ORIGIN.x", "/o.x"},
    {"${ORIGIN", "${ORIGIN"},
    {"$HOME/x", "$HOME/x"},
    {"a$", "a$"},
    {"", ""},
};

START_TEST(tokens_are_expanded)
{
    struct loader_abi abi = {.libc = LIBC_GLIBC, .lib = "lib64", .platform = "x86_64"};
    AUTO_FREE char *out = loader_expand(&abi, "/o", slice_of(expansions[_i].text));
    ck_assert_pstr_eq(out, expansions[_i].becomes);
}
END_TEST

START_TEST(unknown_or_endless_expansions_are_refused)
{
    struct loader_abi musl = {.libc = LIBC_MUSL};
    ck_assert_ptr_null(loader_expand(&musl, "/o", slice_of("$LIB")));
    ck_assert_ptr_null(loader_expand(&musl, NULL, slice_of("$ORIGIN")));
    AUTO(strbuf) struct strbuf many = {0};
    for (int i = 0; i < 1000; i++)
        strbuf_adds(&many, "$ORIGIN/");
    ck_assert_ptr_null(loader_expand(&musl, "/folder", (struct slice){many.ptr, many.len}));
}
END_TEST

static const struct {
    const char *path, *leads_to; /* below the root; NULL: nowhere */
} walks[] = {
    {"/a/file", "/a/file"},
    {"/link/file", "/a/file"},      /* relative */
    {"/absolute/file", "/a/file"},  /* of the root, not of this machine */
    {"/deep/abs/file", "/a/file"},  /* from below as well */
    {"/deep/up/file", "/a/file"},   /* ../.. */
    {"/../../../etc/x", "/etc/x"},  /* the root has no parent */
    {"/out/passwd", "/etc/passwd"}, /* a link that climbs out */
    {"/round/x", NULL},             /* a circle */
    {"/missing/x", "/missing/x"},   /* not there is fine */
    {"//a/./file", "/a/file"},
};

START_TEST(links_stay_inside_the_root)
{
    put("/a/file", "x");
    link_to("a", "/link");
    link_to("/a", "/absolute");
    link_to("/a", "/deep/abs");
    link_to("../a/../a", "/deep/up");
    link_to("../../../../../../etc", "/out");
    link_to("round", "/round");
    struct loader_machine m;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(loader_machine_open(&m, root, NULL, &e), 0);
    AUTO_FREE char *got = loader_machine_path(&m, walks[_i].path);
    AUTO_FREE char *wanted = walks[_i].leads_to ? in_root(walks[_i].leads_to) : NULL;
    ck_assert_pstr_eq(got, wanted);
    loader_machine_release(&m);
}
END_TEST

START_TEST(ld_so_conf_is_read_as_ldconfig_reads_it)
{
    put("/etc/ld.so.conf", "# words\n/first/ # more\ninclude ld.so.conf.d/*.conf /etc/other.conf\n"
                           "hwcap 0 nosegneg\n  /last=libc6  \nrelative\n/first\n");
    put("/etc/ld.so.conf.d/b.conf", "/b\n");
    put("/etc/ld.so.conf.d/a.conf", "/a\n");
    put("/etc/ld.so.conf.d/c.txt", "/c\n");
    put("/etc/other.conf", "/other");
    struct loader_machine m;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(loader_machine_open(&m, root, NULL, &e), 0);
    AUTO(strbuf) struct strbuf all = {0};
    for (size_t i = 0; i < m.folders.len; i++)
        strbuf_addf(&all, "%s ", m.folders.items[i]);
    ck_assert_str_eq(all.ptr, "/first /a /b /other /last ");
    ck_assert_uint_eq(m.troubles.len, 0);
    loader_machine_release(&m);
}
END_TEST

/* Each file is read once, however many name it; that they name each other is no fault of theirs. */
START_TEST(includes_that_go_round_end)
{
    enum { FILES = 30 };
    put("/etc/ld.so.conf", "include ld.so.conf\ninclude ld.so.conf.d/*.conf\n/last\n");
    for (int i = 0; i < FILES; i++) {
        char name[64], text[64];
        snprintf(name, sizeof name, "/etc/ld.so.conf.d/%02d.conf", i);
        snprintf(text, sizeof text, "/f%02d\ninclude *.conf\n", i);
        put(name, text);
    }
    struct loader_machine m;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(loader_machine_open(&m, root, NULL, &e), 0);
    ck_assert_uint_eq(m.folders.len, FILES + 1);
    ck_assert_str_eq(m.folders.items[0], "/f00");
    ck_assert_uint_eq(m.troubles.len, 0);
    loader_machine_release(&m);
}
END_TEST

START_TEST(what_is_included_too_deep_is_told_once)
{
    for (int i = 0; i < 60; i++) {
        char name[64], text[64];
        snprintf(name, sizeof name, "/etc/%s%.0d", i ? "c" : "ld.so.conf", i);
        snprintf(text, sizeof text, "include c%d c%d\n/f%d\n", i + 1, i + 1, i);
        put(name, text);
    }
    struct loader_machine m;
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(loader_machine_open(&m, root, NULL, &e), 0);
    ck_assert_uint_ge(m.folders.len, 30);
    ck_assert_uint_eq(m.troubles.len, 1);
    loader_machine_release(&m);
}
END_TEST

/* ---- trees ---- */

START_TEST(rpath_is_inherited_and_runpath_is_not)
{
    library("/far/libdeep.so", "int deep(void) { return 1; }", "-Wl,-soname,libdeep.so");
    library("/near/libmid.so", "int mid(void) { return 1; }", "-Wl,-soname,libmid.so @/far/libdeep.so");
    library("/old.so", "", "@/near/libmid.so -Wl,-rpath,/near:/far -Wl,--disable-new-dtags");
    library("/new.so", "", "@/near/libmid.so -Wl,-rpath,/near:/far -Wl,--enable-new-dtags");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/old.so");
    ck_assert_str_eq(object(&t, "libdeep.so")->path, "/far/libdeep.so");
    ck_assert_int_eq(object(&t, "libdeep.so")->via, VIA_RPATH);
    ck_assert_uint_eq(object(&t, "libdeep.so")->via_of, 0);
    ck_assert_uint_eq(t.missing, 0);
    loader_tree_release(&t);
    loader_machine_release(&m);
    read_tree(&m, &t, "/new.so");
    ck_assert_int_eq(object(&t, "libmid.so")->via, VIA_RUNPATH);
    ck_assert_ptr_null(object(&t, "libdeep.so")->path);
    ck_assert_uint_eq(t.missing, 1);
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(a_file_with_runpath_inherits_no_rpath)
{
    library("/far/libdeep.so", "int deep(void) { return 1; }", "-Wl,-soname,libdeep.so");
    library("/near/libmid.so", "", "-Wl,-soname,libmid.so @/far/libdeep.so -Wl,-rpath,/no");
    library("/top.so", "", "@/near/libmid.so -Wl,-rpath,/near:/far -Wl,--disable-new-dtags");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    ck_assert_ptr_null(object(&t, "libdeep.so")->path);
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(origin_is_where_the_file_was_found)
{
    library("/p/lib/libx.so", "", "-Wl,-soname,libx.so");
    library("/p/bin/top.so", "", "@/p/lib/libx.so -Wl,-rpath,$ORIGIN/../lib");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/p/bin/top.so");
    ck_assert_str_eq(object(&t, "libx.so")->path, "/p/bin/../lib/libx.so");
    ck_assert_str_eq(object(&t, "libx.so")->via_text, "$ORIGIN/../lib");
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(system_folders_come_in_order)
{
    put("/etc/ld.so.conf", "/conf\n");
    library("/usr/lib/liby.so", "", "-Wl,-soname,liby.so");
    library("/conf/libx.so", "", "-Wl,-soname,libx.so");
    library("/usr/lib/libx.so", "", "-Wl,-soname,libx.so");
    library("/top.so", "", "@/conf/libx.so @/usr/lib/liby.so");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    ck_assert_str_eq(object(&t, "libx.so")->path, "/conf/libx.so");
    ck_assert_int_eq(object(&t, "libx.so")->via, VIA_CONF);
    ck_assert_str_eq(object(&t, "liby.so")->path, "/usr/lib/liby.so");
    ck_assert_int_eq(object(&t, "liby.so")->via, VIA_BUILT_IN);
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(nodefaultlib_leaves_the_built_in_folders_out)
{
    library("/usr/lib/liby.so", "", "-Wl,-soname,liby.so");
    library("/top.so", "", "@/usr/lib/liby.so -Wl,-z,nodefaultlib");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    ck_assert_ptr_null(object(&t, "liby.so")->path);
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(cycles_and_second_names_are_one_object)
{
    library("/lib/libb.so", "", "-Wl,-soname,libb.so");
    library("/lib/liba.so", "", "-Wl,-soname,liba.so @/lib/libb.so");
    library("/lib/libb.so", "", "-Wl,-soname,libb.so @/lib/liba.so");
    link_to("liba.so", "/lib/libalias.so");
    library("/lib/libplain.so", "", "");
    library("/top.so", "", "@/lib/liba.so @/lib/libb.so");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    ck_assert_uint_eq(t.objects.len, 3);
    ck_assert_uint_eq(object(&t, "libb.so")->edges[0].to, 1);
    struct loader_object found;
    ck_assert_uint_eq(loader_search(&t, "liba.so", 0, &found), 1);
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(a_soname_finds_what_is_loaded)
{
    library("/lib/libasked.so", "", "-Wl,-soname,libasked.so");
    library("/far/libreal.so", "", "-Wl,-soname,libreal.so");
    library("/lib/libuser.so", "", "-Wl,-soname,libuser.so @/far/libreal.so");
    library("/top.so", "", "@/lib/libasked.so @/lib/libuser.so");
    library("/lib/libasked.so", "", "-Wl,-soname,libreal.so"); /* nobody finds it by that name */
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    ck_assert_uint_eq(t.missing, 0);
    ck_assert_uint_eq(object(&t, "libuser.so")->edges[0].to, 1);
    ck_assert_ptr_eq(loader_tree_find(&t, "libreal.so"), object(&t, "libasked.so"));
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(another_machine_is_passed_over)
{
    library("/usr/lib/libx.so", "", "-Wl,-soname,libx.so");
    library("/lib/libx.so", "", "-Wl,-soname,libx.so");
    library("/top.so", "", "@/lib/libx.so");
    AUTO_FREE char *path = in_root("/lib/libx.so");
    FILE *f = fopen(path, "r+e");
    fseek(f, 18, SEEK_SET); /* e_machine */
    fputc(EM_SPARC, f);
    fputc(0, f);
    fclose(f);
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    ck_assert_str_eq(object(&t, "libx.so")->path, "/usr/lib/libx.so");
    ck_assert_ptr_nonnull(strstr(object(&t, "libx.so")->passed_over, "SPARC"));
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(what_is_no_library_is_trouble)
{
    library("/lib/libx.so", "", "-Wl,-soname,libx.so");
    library("/top.so", "", "@/lib/libx.so");
    put("/lib/libx.so", "/* GNU ld script */\n");
    put("/usr/lib/libx.so", "");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    ck_assert_ptr_nonnull(object(&t, "libx.so")->trouble);
    ck_assert_uint_eq(t.missing, 1);
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(versions_stand_on_edges)
{
    put("/one.map", "V_1 { a; }; V_2 { b; };");
    library("/lib/libx.so", "void a(void) {} void b(void) {}",
        "-Wl,-soname,libx.so -Wl,--version-script,@/one.map");
    library("/top.so", "void a(void); void b(void); void top(void) { a(); b(); }", "@/lib/libx.so");
    put("/one.map", "V_1 { a; b; };");
    library("/lib/libx.so", "void a(void) {} void b(void) {}",
        "-Wl,-soname,libx.so -Wl,--version-script,@/one.map");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    const struct loader_edge *edge = &t.objects.items[0]->edges[0];
    ck_assert_uint_eq(edge->version_count, 2);
    for (size_t i = 0; i < 2; i++) {
        bool first = strcmp(edge->versions[i].name, "V_1") == 0;
        ck_assert_int_eq(edge->versions[i].state, first ? LOADER_VERSION_THERE : LOADER_VERSION_MISSING);
        ck_assert_uint_eq(edge->versions[i].symbols, 1);
    }
    ck_assert_uint_eq(t.missing_versions, 1);
    ck_assert_uint_eq(t.missing, 0);
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

#if defined __x86_64__
START_TEST(hwcaps_are_preferred_where_the_processor_may)
{
    library("/conf/libx.so", "", "-Wl,-soname,libx.so");
    library("/usr/lib/glibc-hwcaps/x86-64-v2/libx.so", "", "-Wl,-soname,libx.so");
    library("/usr/lib/glibc-hwcaps/x86-64-v9/libx.so", "", "-Wl,-soname,libx.so");
    put("/etc/ld.so.conf", "/conf\n");
    library("/top.so", "", "@/conf/libx.so");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    __builtin_cpu_init();
    const char *wanted =
        __builtin_cpu_supports("sse4.2") ? "/usr/lib/glibc-hwcaps/x86-64-v2/libx.so" : "/conf/libx.so";
    ck_assert_str_eq(object(&t, "libx.so")->path, wanted);
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST
#endif

START_TEST(musl_has_rules_of_its_own)
{
    library("/far/libdeep.so", "", "-Wl,-soname,libdeep.so");
    library("/near/libmid.so", "", "-Wl,-soname,libmid.so @/far/libdeep.so");
    library("/lib/libc.so", "", "-Wl,-soname,libc.so");
    library("/top.so", "", "@/near/libmid.so @/lib/libc.so -Wl,-rpath,/near:/far");
    library("/lib/ld-musl-x86_64.so.1", "", "-Wl,-soname,libc.so");
    struct loader_machine m;
    struct loader_tree t;
    read_tree(&m, &t, "/top.so");
    ck_assert_int_eq(t.abi.libc, LIBC_MUSL);
    ck_assert_str_eq(object(&t, "libdeep.so")->path, "/far/libdeep.so"); /* RUNPATH is inherited */
#if defined __x86_64__
    ck_assert_str_eq(object(&t, "libc.so")->path, "/lib/ld-musl-x86_64.so.1");
#endif
    loader_tree_release(&t);
    loader_machine_release(&m);
}
END_TEST

START_TEST(every_cut_of_a_file_is_answered)
{
    library("/lib/libx.so", "int x(void) { return 1; }", "-Wl,-soname,libx.so");
    library("/top.so", "int x(void); int y(void) { return x(); }", "@/lib/libx.so -Wl,-rpath,$ORIGIN/lib");
    AUTO_FREE char *path = in_root("/lib/libx.so");
    AUTO(strbuf) struct strbuf whole = {0};
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(file_read(&whole, path, 1 << 20, &e), 0);
    for (size_t len = 0; len < whole.len; len += len < 1200 ? 24 : 400) {
        ck_assert_int_eq(file_write(path, whole.ptr, len, 0644, &e), 0);
        struct loader_machine m;
        struct loader_tree t;
        read_tree(&m, &t, "/top.so");
        ck_assert_uint_eq(t.objects.len, 2);
        loader_tree_release(&t);
        loader_machine_release(&m);
    }
}
END_TEST

Suite *loader_suite(void)
{
    Suite *s = suite_create("loader");
    TCase *text = tcase_create("text");
    tcase_add_checked_fixture(text, make_root, remove_root);
    tcase_add_loop_test(text, tokens_are_expanded, 0, COUNT(expansions));
    tcase_add_test(text, unknown_or_endless_expansions_are_refused);
    tcase_add_loop_test(text, links_stay_inside_the_root, 0, COUNT(walks));
    tcase_add_test(text, ld_so_conf_is_read_as_ldconfig_reads_it);
    tcase_add_test(text, includes_that_go_round_end);
    tcase_add_test(text, what_is_included_too_deep_is_told_once);
    suite_add_tcase(s, text);
    TCase *trees = tcase_create("trees");
    tcase_set_timeout(trees, 60);
    tcase_add_checked_fixture(trees, make_root, remove_root);
    tcase_add_test(trees, rpath_is_inherited_and_runpath_is_not);
    tcase_add_test(trees, a_file_with_runpath_inherits_no_rpath);
    tcase_add_test(trees, origin_is_where_the_file_was_found);
    tcase_add_test(trees, system_folders_come_in_order);
    tcase_add_test(trees, nodefaultlib_leaves_the_built_in_folders_out);
    tcase_add_test(trees, cycles_and_second_names_are_one_object);
    tcase_add_test(trees, a_soname_finds_what_is_loaded);
    tcase_add_test(trees, another_machine_is_passed_over);
    tcase_add_test(trees, what_is_no_library_is_trouble);
    tcase_add_test(trees, versions_stand_on_edges);
#if defined __x86_64__
    tcase_add_test(trees, hwcaps_are_preferred_where_the_processor_may);
#endif
    tcase_add_test(trees, musl_has_rules_of_its_own);
    tcase_add_test(trees, every_cut_of_a_file_is_answered);
    suite_add_tcase(s, trees);
    return s;
}
