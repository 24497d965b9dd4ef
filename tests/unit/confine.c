/* What a confined build sees: which files are hidden, the view of this machine, and the words that bring it
 * about. */
#include <check.h>
#include <stdio.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "confine/confine.h"
#include "confine/internal.h"
#include "confine/missed.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "scratch.h"

static char *folder;

static void make_folder(void)
{
    folder = scratch_make();
}

static void remove_folder(void)
{
    scratch_remove(folder);
}

static const struct {
    const char *name, *bytes; /* NULL: a link to libz.so.1; "/": a folder */
    int hidden;
} entries[] = {
    {"libz.a", "!<arch>\n", 1},
    {"libz.la", "# libtool", 1},
    {"libz.so", NULL, 1},
    {"libyaml.so", NULL, 1}, /* of whatever name */
    {"libz.so.1", "\177ELF", 0},
    {"libbfd-2.40.so", "\177ELF", 0}, /* a real one: programs have it for a soname */
    {"libncurses.so", "INPUT(libncurses.so.6 -ltinfo)\n", 1},
    {"z.pc", "Name: z\n", 1},
    {"crt1.o", "\177ELF", 1}, /* kept by name, where the compiler asks for it */
    {"tclConfig.sh", "x", 1},
    {"pkgconfig", "/", 1},
    {"cmake", "/", 1},
    {"include", "/", 1},
    {"perl5", "/", 0},
    {"python3.11", "/", 0},
};

START_TEST(files_for_building_are_told_from_others)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, entries[_i].name);
    const char *bytes = entries[_i].bytes;
    unsigned char type = !bytes ? 10 : strcmp(bytes, "/") == 0 ? 4 : 8; /* DT_LNK, DT_DIR, DT_REG */
    if (!bytes)
        ck_assert_int_eq(symlink("libz.so.1", path), 0);
    else if (type == 4)
        ck_assert_int_eq(mkdir(path, 0755), 0);
    else
        ck_assert_int_eq(file_write(path, bytes, strlen(bytes), 0644, &e), 0);
    ck_assert_int_eq(is_development_file(folder, entries[_i].name, type, &e), entries[_i].hidden);
}
END_TEST

/* The place of a word, or -1. */
static int place(const struct strvec *words, const char *word)
{
    for (size_t i = 0; i < words->len; i++)
        if (strcmp(words->items[i], word) == 0)
            return (int)i;
    return -1;
}

static struct strvec words_for(const struct confined *s)
{
    struct view_bind binds[] = {{"/view/0", "/usr/include"}, {"/dev/null", "/usr/lib/x.a"}};
    struct confinement c = {.bwrap = "/usr/bin/bwrap", .init = "/opt/init", .view = {"/view", binds, 2}};
    struct strvec words = {0};
    confined_words(&words, &c, s);
    confined_start(&words, "/work/a");
    return words;
}

START_TEST(no_capability_and_no_network_are_left)
{
    const struct confined nothing = {.work = "/work"}, online = {.work = "/work", .network = true};
    AUTO(strvec) struct strvec without = words_for(&nothing);
    AUTO(strvec) struct strvec with = words_for(&online);
    int capabilities = place(&without, "--cap-drop");
    ck_assert_int_gt(capabilities, 0);
    ck_assert_str_eq(without.items[capabilities + 1], "ALL");
    ck_assert_int_gt(place(&without, "--unshare-net"), 0);
    ck_assert_int_eq(place(&with, "--unshare-net"), -1);
    ck_assert_int_gt(place(&with, "/etc/resolv.conf"), 0);
}
END_TEST

START_TEST(what_is_bound_later_covers_what_was_bound_before)
{
    AUTO(strvec) struct strvec read = {0};
    strvec_push(&read, "/opt/b/inner");
    strvec_push(&read, "/opt/b");
    strvec_push(&read, "/usr/share/staticbuild"); /* seen anyway, and binding it would undo the view */
    const struct confined s = {.work = "/opt/b/inner/work", .read = &read};
    AUTO(strvec) struct strvec words = words_for(&s);
    ck_assert_int_lt(place(&words, "/usr"), place(&words, "/view/0"));
    ck_assert_int_lt(place(&words, "/tmp"), place(&words, "/opt/b"));
    ck_assert_int_lt(place(&words, "/opt/b"), place(&words, "/opt/b/inner"));
    ck_assert_int_lt(place(&words, "/opt/b/inner"), place(&words, "/opt/b/inner/work"));
    ck_assert_int_lt(place(&words, "/opt/b/inner/work"), place(&words, "--remount-ro"));
    ck_assert_int_eq(place(&words, "/usr/share/staticbuild"), -1);
    ck_assert_str_eq(words.items[words.len - 1], "/.first/init");
}
END_TEST

static const struct {
    const char *program, *shown;
} programs[] = {
    {"/usr/bin/cc", ""},
    {"/bin/cc", ""},
    {"/opt/llvm/bin/clang", "/opt/llvm"},
    {"/home/me/.pyenv/versions/3.11.7/bin/python3.11", "/home/me/.pyenv/versions/3.11.7"},
    {"/home/me/bin/cmake", "/home/me/bin"}, /* never the home itself */
    {"/home/me/.local/bin/meson", "/home/me/.local/bin /home/me/.local/lib"},
    {"/srv/tools/cmake", "/srv/tools"},
};

START_TEST(of_a_home_no_more_than_programs_is_shown)
{
    AUTO(strvec) struct strvec out = {0};
    AUTO(strbuf) struct strbuf text = {0};
    setenv("HOME", "/home/me", 1);
    confined_program(&out, programs[_i].program);
    for (size_t i = 0; i < out.len; i++)
        strbuf_addf(&text, "%s%s", i ? " " : "", out.items[i]);
    ck_assert_str_eq(strbuf_str(&text), programs[_i].shown);
}
END_TEST

static bool is_there(const char *view, unsigned number, const char *name)
{
    struct stat st;
    AUTO_FREE char *path = xstrf("%s/%u/%s", view, number, name);
    return lstat(path, &st) == 0;
}

/* The number of what stands for that folder, or -1. */
static int number_of(const struct host_view *v, const char *to)
{
    for (size_t i = 0; i < v->binds_count; i++)
        if (strcmp(v->binds[i].to, to) == 0)
            return atoi(path_base(v->binds[i].from));
    return -1;
}

START_TEST(the_view_of_this_machine_has_the_c_library_and_no_other)
{
    struct err e = ERR_INIT;
    struct arena arena = {0};
    struct host_view v;
    AUTO(view_request) struct view_request r = {0};
    AUTO_FREE char *cc = realpath("/usr/bin/cc", NULL);
    if (!cc)
        return; /* another machine's layout; the command tests say what they need */
    strvec_push(&r.compilers, cc);
    ck_assert_msg(view_make(folder, &r, &e) == 0, "%s", e.text);
    ck_assert_int_eq(view_open(&v, &arena, folder, &e), 0);
    int headers = number_of(&v, "/usr/include");
    ck_assert_int_ge(headers, 0);
    ck_assert(is_there(folder, (unsigned)headers, "stdio.h"));
    ck_assert(is_there(folder, (unsigned)headers, "linux"));
    ck_assert(is_there(folder, (unsigned)headers, "sysexits.h"));
    ck_assert(!is_there(folder, (unsigned)headers, "zlib.h"));
    ck_assert(!is_there(folder, (unsigned)headers, "check.h")); /* this test's own */
    ck_assert(!is_there(folder, (unsigned)headers, "curl"));
    arena_release(&arena);
}
END_TEST

/* It searches the folder that has them for libraries too, in which folders of headers are hidden. */
START_TEST(clang_sees_its_own_headers)
{
    struct err e = ERR_INIT;
    struct arena arena = {0};
    struct host_view v;
    char line[PATH_MAX] = "";
    AUTO(view_request) struct view_request r = {0};
    AUTO_FREE char *cc = realpath("/usr/bin/cc", NULL), *clang = realpath("/usr/bin/clang", NULL);
    if (!cc || !clang)
        return;
    FILE *said = popen("/usr/bin/clang -print-resource-dir", "r");
    ck_assert_ptr_nonnull(said);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, said));
    ck_assert_int_eq(pclose(said), 0);
    line[strcspn(line, "\n")] = '\0';
    AUTO_FREE char *own = realpath(line, NULL);
    strvec_push(&r.compilers, cc);
    strvec_push(&r.compilers, clang);
    ck_assert_msg(view_make(folder, &r, &e) == 0, "%s", e.text);
    ck_assert_int_eq(view_open(&v, &arena, folder, &e), 0);
    for (size_t i = 0; i < v.binds_count; i++)
        ck_assert_msg(!str_starts(v.binds[i].to, own), "%s is hidden", v.binds[i].to);
    arena_release(&arena);
}
END_TEST

START_TEST(another_state_of_a_folder_is_another_view)
{
    struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf before = {0};
    AUTO(strbuf) struct strbuf same = {0};
    AUTO(strbuf) struct strbuf after = {0};
    AUTO(view_request) struct view_request r = {0};
    AUTO_FREE char *cc = realpath("/usr/bin/cc", NULL);
    if (!cc)
        return;
    strvec_push(&r.compilers, cc);
    strvec_push(&r.interpreted, folder);
    ck_assert_int_eq(view_facts(&before, &r, &e), 0);
    ck_assert_int_eq(view_facts(&same, &r, &e), 0);
    ck_assert_str_eq(strbuf_str(&before), strbuf_str(&same));
    AUTO_FREE char *made = path_join(folder, "new.h");
    ck_assert_int_eq(file_write(made, "", 0, 0644, &e), 0);
    ck_assert_int_eq(view_facts(&after, &r, &e), 0);
    ck_assert_str_ne(strbuf_str(&before), strbuf_str(&after));
}
END_TEST

static void put(const char *name)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, name);
    AUTO_FREE char *parent = path_dir(path);
    ck_assert_int_eq(folder_make(parent, &e), 0);
    ck_assert_int_eq(file_write(path, "", 0, 0644, &e), 0);
}

static const struct {
    const char *log, *told;
} logs[] = {
    {"x.c:1:10: fatal error: zlib.h: No such file or directory\n", "header zlib.h"},
    {"x.c:1:10: fatal error: 'zlib.h' file not found\n", "header zlib.h"},
    {"x.c:1:10: fatal error: curl/curl.h: No such file or directory\n",
        "header curl/curl.h"},                                            /* of one architecture */
    {"x.c:1:10: fatal error: nobody.h: No such file or directory\n", ""}, /* this machine has none */
    {"x.c:1:10: fatal error: stdio.h: No such file or directory\n", ""},  /* seen: another mistake */
    {"x.c:1:10: fatal error: ../include/zlib.h: No such file or directory\n", ""},
    {"/usr/bin/ld: cannot find -lz: No such file or directory\ncollect2: error\n/usr/bin/ld: cannot find "
     "-lz\n",
        "library z"},
    {"ld.lld: error: unable to find library -lz\n", "library z"},
    {"/usr/bin/ld: cannot find -lc\n", ""},
    {"No package 'zlib' found\n", "package zlib"},
    {"Package 'zlib', required by 'virtual:world', not found\n", "package zlib"},
    {"Package zlib was not found in the pkg-config search path.\n", "package zlib"},
    {"Run-time dependency zlib found: NO (tried pkgconfig)\nHas header \"zlib.h\" : NO \n",
        "package zlib, header zlib.h"},
};

START_TEST(what_was_hidden_and_looked_for_is_told)
{
    static const char *const host[] = {"host/include/zlib.h", "host/include/stdio.h",
        "host/include/a-linux-gnu/curl/curl.h", "host/lib/libz.so", "host/lib/libc.so",
        "host/lib/pkgconfig/zlib.pc", "view/0/stdio.h", "view/1/libc.so"};
    for (size_t i = 0; i < COUNT(host); i++)
        put(host[i]);
    AUTO_FREE char *include = path_join(folder, "host/include");
    AUTO_FREE char *lib = path_join(folder, "host/lib");
    AUTO_FREE char *headers = path_join(folder, "view/0");
    AUTO_FREE char *libraries = path_join(folder, "view/1");
    struct view_bind binds[] = {{headers, include}, {libraries, lib}};
    const struct host_view v = {"", binds, 2};
    AUTO(strvec) struct strvec out = {0};
    AUTO(strbuf) struct strbuf text = {0};
    missed_find(&out, &v, "a-linux-gnu", slice_of(logs[_i].log));
    for (size_t i = 0; i < out.len; i++)
        strbuf_addf(&text, "%s%s", i ? ", " : "", out.items[i]);
    ck_assert_str_eq(strbuf_str(&text), logs[_i].told);
}
END_TEST

START_TEST(what_nobody_has_is_named_too)
{
    AUTO(strvec) struct strvec out = {0};
    missed_names(
        &out, slice_of("a.c:1:2: fatal error: nobody.h: No such file or directory\nld: cannot find -lx\n"
                       "ld: cannot find -lx\nPackage 'y', required by 'virtual:world', not found\n"));
    ck_assert_uint_eq(out.len, 3);
    ck_assert_str_eq(out.items[0], "header nobody.h");
    ck_assert_str_eq(out.items[1], "library x");
    ck_assert_str_eq(out.items[2], "package y");
}
END_TEST

Suite *confine_suite(void);
Suite *confine_suite(void)
{
    Suite *s = suite_create("confine");
    TCase *t = tcase_create("confine");
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, files_for_building_are_told_from_others, 0, COUNT(entries));
    tcase_add_test(t, no_capability_and_no_network_are_left);
    tcase_add_test(t, what_is_bound_later_covers_what_was_bound_before);
    tcase_add_loop_test(t, of_a_home_no_more_than_programs_is_shown, 0, COUNT(programs));
    tcase_add_test(t, the_view_of_this_machine_has_the_c_library_and_no_other);
    tcase_add_test(t, what_nobody_has_is_named_too);
    tcase_add_loop_test(t, what_was_hidden_and_looked_for_is_told, 0, COUNT(logs));
    tcase_add_test(t, clang_sees_its_own_headers);
    tcase_add_test(t, another_state_of_a_folder_is_another_view);
    suite_add_tcase(s, t);
    return s;
}
