#include <check.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/tree_writer.h"
#include "archive/unpack.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "crafted.h"
#include "hash/hash.h"
#include "sched/ask.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"

static char *root; /* root/archive, root/into and nothing else may appear in it */
static char *into;
static char *source;

static void setup(void)
{
    struct err e = ERR_INIT;
    root = scratch_make();
    into = path_join(root, "into");
    source = path_join(root, "archive");
    ck_assert_int_eq(folder_make(into, &e), 0);
}

static void teardown(void)
{
    struct err e = ERR_INIT;
    ck_assert_msg(tree_remove(root, &e) == 0, "%s", e.text);
    free(root);
    free(into);
    free(source);
}

static int unpack(struct err *e)
{
    const struct unpack_request r = {.archive = source, .shown = "x.tar", .into = into};
    return unpack_archive(&r, e);
}

/* Everything below into, "PATH PATH …". */
static char *listing(void)
{
    struct err e = ERR_INIT;
    AUTO(strvec) struct strvec files = {0};
    struct strbuf out = {0};
    ck_assert_msg(tree_list(into, NULL, NULL, &files, &e) == 0, "%s", e.text);
    for (size_t i = 0; i < files.len; i++)
        strbuf_addf(&out, "%s%s", i ? " " : "", files.items[i]);
    return strbuf_steal(&out);
}

static void expect_nothing_outside(void)
{
    AUTO(strvec) struct strvec files = {0};
    struct err e = ERR_INIT;
    ck_assert_int_eq(tree_list(root, NULL, NULL, &files, &e), 0);
    for (size_t i = 0; i < files.len; i++)
        ck_assert_msg(strcmp(files.items[i], "archive") == 0 || str_starts(files.items[i], "into/"), "%s",
            files.items[i]);
}

static void expect_file(const char *name, const char *text, mode_t mode, long mtime)
{
    struct err e = ERR_INIT;
    struct stat st;
    AUTO(strbuf) struct strbuf content = {0};
    AUTO_FREE char *path = path_join(into, name);
    ck_assert_msg(file_read(&content, path, 1 << 20, &e) == 0, "%s", e.text);
    ck_assert_str_eq(strbuf_str(&content), text);
    ck_assert_int_eq(lstat(path, &st), 0);
    ck_assert_msg((st.st_mode & 07777) == mode, "%s has mode %o", name, st.st_mode);
    if (mtime)
        ck_assert_int_eq(st.st_mtim.tv_sec, mtime);
}

START_TEST(the_top_folder_is_left_out)
{
    static const struct {
        struct entry entries[5];
        const char *gives;
    } cases[] = {
        {{{"z-1.0/", '5'}, {"z-1.0/a", '0', "x"}, {"z-1.0/b/c", '0', "x"}}, "a b/c"},
        {{{"z-1.0/a", '0', "x"}, {"z-1.0/b/c", '0', "x"}}, "a b/c"},
        {{{"./", '5'}, {"./z-1.0/", '5'}, {"./z-1.0/a", '0', "x"}}, "a"},
        {{{"./a", '0', "x"}, {"./b/c", '0', "x"}}, "a b/c"},
        {{{"a", '0', "x"}}, "a"},
        {{{"z/a", '0', "x"}, {"y/a", '0', "x"}}, "y/a z/a"},
        {{{"z/a", '0', "x"}, {"zz/a", '0', "x"}}, "z/a zz/a"},
        {{{"z/a", '0', "x"}, {"b", '0', "x"}}, "b z/a"},
        {{{"z/z/a", '0', "x"}}, "z/a"},
        {{{"z/l", '2', "../y/a"}, {"y/a", '0', "x"}}, "y/a z/l"}, /* leaves the tree when z is left out */
        {{{"z/a", '0', "x"}, {"z/b", '1', "z/a"}, {"y", '1', "z/b"}}, "y z/a z/b"},
        {{{"z/a", '0', "x"}, {"z/b", '1', "z/a"}, {"z/l", '2', "a"}}, "a b l"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = ERR_INIT;
        teardown();
        setup();
        write_tar(source, cases[i].entries, 5);
        ck_assert_msg(unpack(&e) == 0, "case %zu: %s", i, e.text);
        AUTO_FREE char *got = listing();
        ck_assert_str_eq(got, cases[i].gives);
    }
}
END_TEST

START_TEST(hostile_archives_are_refused)
{
    static const struct {
        struct entry entries[5];
        const char *says;
    } cases[] = {
        {{{"../evil", '0', "x"}}, "\"../evil\": has \"..\" in its path"},
        {{{"a/../../evil", '0', "x"}}, "has \"..\" in its path"},
        {{{"a/..", '5'}}, "has \"..\" in its path"},
        {{{"/tmp/evil", '0', "x"}}, "\"/tmp/evil\": is an absolute path"},
        {{{"//evil", '0', "x"}}, "is an absolute path"},
        /* links out of the tree */
        {{{"l", '2', "/etc"}}, "\"l\": is a link to \"/etc\""},
        {{{"l", '2', ".."}}, "is a link to \"..\""},
        {{{"d/l", '2', "../../x"}, {"e", '0', "x"}}, "is a link to \"../../x\""},
        {{{"l", '2', ""}}, "is a link to \"\""},
        /* links that leave it through another: "d" is the root itself, so "d/.." is above it */
        {{{"d", '2', "."}, {"y", '2', "d/.."}}, "is a link to \"d/..\""},
        {{{"y", '2', "d/../x"}, {"d", '2', "."}}, "is a link to \"d/../x\""},
        {{{"a/b/c", '2', "../.."}, {"y", '2', "a/b/c/.."}}, "is a link to \"a/b/c/..\""},
        {{{"a/up", '2', ".."}, {"a/out", '2', "up/../.."}, {"b", '0', "x"}}, "is a link to \"up/../..\""},
        /* hard links */
        {{{"a", '0', "x"}, {"h", '1', "/etc/passwd"}}, "\"h\": is a link to \"/etc/passwd\""},
        {{{"a", '0', "x"}, {"h", '1', "../into/a"}}, "is a link to \"../into/a\""},
        {{{"a", '0', "x"}, {"h", '1', "missing"}}, "which is no file before it"},
        {{{"l", '2', "a"}, {"h", '1', "l"}}, "which is no file before it"},
        {{{"h", '1', "h"}, {"a", '0', "x"}}, "which is no file before it"},
        /* the same path twice, and paths through what is no folder */
        {{{"a", '0', "x"}, {"a", '0', "y"}}, "\"a\": stands in the archive twice"},
        {{{"a", '0', "x"}, {"./a", '0', "y"}}, "stands in the archive twice"},
        {{{"a", '0', "x"}, {"a", '2', "b"}, {"b", '0', "y"}}, "stands in the archive twice"},
        {{{"l", '2', "d"}, {"l", '0', "x"}}, "stands in the archive twice"},
        {{{"l", '2', "d"}, {"l", '5'}, {"d", '5'}}, "stands in the archive twice"},
        {{{"d/x", '0', "x"}, {"d", '2', "e"}}, "stands in the archive twice"},
        {{{"l", '2', "d"}, {"d/x", '0', "x"}, {"l/evil", '0', "x"}}, "leads through \"l\""},
        {{{"l", '2', "d"}, {"l/a/b", '5'}}, "leads through \"l\""},
        {{{"a", '0', "x"}, {"a/b", '0', "x"}}, "leads through \"a\""},
        /* kinds and modes */
        {{{"c", '3'}}, "\"c\": is a device"},
        {{{"c", '4'}}, "is a device"},
        {{{"p", '6'}, {"a", '0'}}, "is a device, a FIFO"},
        {{{"s", '0', "x", 04755}}, "\"s\": has a setuid"},
        {{{"s", '0', "x", 02755}}, "has a setuid"},
        {{{"s/", '5', NULL, 01777}, {"a", '0'}}, "has a setuid"},
        /* more than there is, names for a terminal, nothing at all */
        {{{"big", '0', "x", 0, (uint64_t)7 << 30}}, "\"big\": expands past the limit"},
        {{{"a\033[2Jb", '6'}, {"c", '0'}}, "\"a?[2Jb\": is a device"},
        {{{"z/", '5'}, {"z", '0', "x"}}, "stands in the archive twice"},
        {{{"./", '5'}}, "is empty"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        teardown();
        setup();
        write_tar(source, cases[i].entries, 5);
        ck_assert_msg(unpack(&e) == -1, "case %zu was taken", i);
        ck_assert_int_eq(e.kind, ERR_BUILD);
        ck_assert_msg(
            strstr(e.text, cases[i].says) && str_starts(e.text, "x.tar: "), "case %zu: %s", i, e.text);
        expect_nothing_outside();
    }
}
END_TEST

START_TEST(links_inside_the_tree_are_kept)
{
    static const struct entry entries[] = {{"z/d/f", '0', "x"}, {"z/a", '2', "d/f"}, {"z/d/b", '2', "../d/f"},
        {"z/c", '2', "."}, {"z/e/g", '2', "../a"}};
    struct err e = ERR_INIT;
    write_tar(source, entries, 5);
    ck_assert_msg(unpack(&e) == 0, "%s", e.text);
    static const char *const links[] = {"a", "d/b", "e/g", "c/d/f"};
    for (size_t i = 0; i < 4; i++) {
        AUTO_FREE char *path = path_join(into, links[i]);
        ck_assert_msg(there_as_file(path), "%s", path);
    }
}
END_TEST

START_TEST(a_link_from_an_earlier_archive_is_not_followed)
{
    static const struct entry entries[] = {{"l/evil", '0', "x"}, {"m", '0', "x"}};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *link = path_join(into, "l");
    AUTO_FREE char *file = path_join(into, "m");
    write_tar(source, entries, 2);
    ck_assert_int_eq(symlink("..", link), 0);
    ck_assert_int_eq(unpack(&e), -1);
    expect_nothing_outside();
    err_release(&e);
    unlink(link);
    ck_assert_int_eq(symlink("../outside", file), 0);
    ck_assert_int_eq(unpack(&e), -1);
    expect_nothing_outside();
}
END_TEST

START_TEST(modes_and_times_do_not_depend_on_the_user)
{
    static const struct entry entries[] = {{"z/d/", '5', NULL, 0700},
        {"z/d/a", '0', "a", 0600, 0, 1234567890}, {"z/d/x", '0', "x", 0711}, {"z/d/none", '0', "n", 0400},
        {"z/d/hard", '1', "z/d/a"}};
    static const mode_t masks[] = {022, 077, 0};
    struct err e = ERR_INIT;
    write_tar(source, entries, 5);
    umask(masks[_i]);
    ck_assert_msg(unpack(&e) == 0, "%s", e.text);
    ck_assert_uint_eq(umask(022), masks[_i]);
    expect_file("d/a", "a", 0644, 1234567890);
    expect_file("d/x", "x", 0755, 1000000000);
    expect_file("d/none", "n", 0644, 0);
    expect_file("d/hard", "a", 0644, 1234567890);
    AUTO_FREE char *folder = path_join(into, "d");
    struct stat st;
    ck_assert_int_eq(stat(folder, &st), 0);
    ck_assert_int_eq(st.st_mode & 07777, 0755);
    AUTO_FREE char *a = path_join(into, "d/a");
    ck_assert_int_eq(stat(a, &st), 0);
    ck_assert_int_eq(st.st_nlink, 1); /* writing to one name must not change the other */
}
END_TEST

START_TEST(the_newest_time_is_reported)
{
    static const struct {
        long times[2];
        const char *newest;
    } cases[] = {{{1000000005, 1000000003}, "1000000005\n"}, {{1000000005, 8000000000}, "8000000000\n"}};
    for (size_t i = 0; i < 2; i++) {
        struct err e = ERR_INIT;
        teardown();
        setup();
        struct entry entries[] = {
            {"z/a", '0', "x", 0, 0, cases[i].times[0]}, {"z/b", '0', "x", 0, 0, cases[i].times[1]}};
        AUTO_FREE char *newest = path_join(root, "newest");
        const struct unpack_request r = {.archive = source, .shown = "x.tar", .into = into, .newest = newest};
        AUTO(strbuf) struct strbuf text = {0};
        write_tar(source, entries, 2);
        ck_assert_int_eq(unpack_archive(&r, &e), 0);
        ck_assert_int_eq(file_read(&text, newest, 64, &e), 0);
        ck_assert_str_eq(text.ptr, cases[i].newest);
    }
}
END_TEST

START_TEST(what_is_excluded_is_not_written)
{
    static const struct entry entries[] = {{"z/a", '0', "x", 0, 0, 1000000001}, {"z/tests/", '5'},
        {"z/tests/b", '0', "x", 0, 0, 1000000009}, {"z/tests2", '0', "x"}, {"z/docs", '0', "x"},
        {"z/d/tests/c", '0', "x"}, {"z/d/e/f", '0', "x"}, {"z/d/ef", '0', "x"}};
    static char *exclude[] = {"tests", "docs", "d/e", "none"};
    AUTO_FREE char *newest = path_join(root, "newest");
    const struct unpack_request r = {.archive = source,
        .shown = "x.tar",
        .into = into,
        .newest = newest,
        .exclude = {exclude, COUNT(exclude), 0}};
    AUTO(strbuf) struct strbuf text = {0};
    struct err e = ERR_INIT;
    write_tar(source, entries, COUNT(entries));
    ck_assert_msg(unpack_archive(&r, &e) == 0, "%s", e.text);
    AUTO_FREE char *got = listing();
    ck_assert_str_eq(got, "a d/ef d/tests/c tests2");
    /* The release's time is of all that is in it. */
    ck_assert_int_eq(file_read(&text, newest, 64, &e), 0);
    ck_assert_str_eq(text.ptr, "1000000009\n");
}
END_TEST

START_TEST(archives_that_expand_past_the_limits_are_refused)
{
    static const struct entry entries[] = {
        {"z/a", '0', "0123456789"}, {"z/b", '1', "z/a"}, {"z/c", '1', "z/a"}, {"z/d", '0', "0123456789"}};
    static const struct {
        uint64_t bytes, entries;
        const char *says; /* NULL: taken */
    } cases[] = {
        {40, 4, NULL},
        {39, 4, "past the limit"},
        {9, 4, "past the limit of 9 bytes"},
        {40, 3, "has more than 3 entries"},
    };
    write_tar(source, entries, 4);
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        ck_assert_int_eq(tree_remove(into, &e), 0);
        ck_assert_int_eq(folder_make(into, &e), 0);
        const struct unpack_request r = {.archive = source,
            .shown = "x.tar",
            .into = into,
            .bytes_max = cases[i].bytes,
            .entries_max = cases[i].entries};
        int failed = unpack_archive(&r, &e);
        ck_assert_msg(failed == (cases[i].says ? -1 : 0), "case %zu: %s", i, e.text);
        if (failed)
            ck_assert_msg(strstr(e.text, cases[i].says) != NULL, "%s", e.text);
    }
}
END_TEST

START_TEST(a_tree_too_deep_to_remove_is_refused)
{
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO(strbuf) struct strbuf name = {0};
    AUTO(err) struct err e = ERR_INIT;
    for (int i = 0; i < 300; i++)
        strbuf_adds(&name, "d/");
    /* GNU's long name: an entry of type L whose content is the name of the next one. */
    const struct entry pair[] = {{"././@LongLink", 'L', strbuf_str(&name)}, {"short", '0', "x"}};
    add_tar(&bytes, &pair[0]);
    add_tar(&bytes, &pair[1]);
    end_tar(&bytes);
    write_archive(source, &bytes);
    ck_assert_int_eq(unpack(&e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "is nested too deeply"));
}
END_TEST

START_TEST(what_is_no_archive_is_told)
{
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {{"", 0}, {"hello, I am a web page\n", 23}, {"\x1f\x8b\x08\x00garbage", 11},
        {"PK\x03\x04", 4},
        {"\xfd"
         "7zXZ\0",
            6},
        {"BZh9", 4}, {"(\xb5/\xfd", 4}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        AUTO(strbuf) struct strbuf bytes = {0};
        strbuf_adds(&bytes, "");
        strbuf_add(&bytes, cases[i].bytes, cases[i].len);
        ck_assert_int_eq(file_write(source, cases[i].bytes, cases[i].len, 0644, &e), 0);
        ck_assert_msg(unpack(&e) == -1, "case %zu", i);
        ck_assert_int_eq(e.kind, ERR_BUILD);
        ck_assert_msg(str_starts(e.text, "x.tar: ") && strlen(e.text) > 12, "%s", e.text);
    }
}
END_TEST

/* A member of a Unix archive. */
static void add_member(struct strbuf *out, const char *name, const void *bytes, size_t len)
{
    strbuf_addf(out, "%-16s%-12d%-6d%-6d%-8s%-10zu`\n", name, 0, 0, 0, "100644", len);
    strbuf_add(out, bytes, len);
    if (len & 1)
        strbuf_addc(out, '\n');
}

START_TEST(of_a_debian_package_its_files_are_unpacked)
{
    const struct entry files[] = {{"./usr/", '5'}, {"./usr/include/", '5'},
        {"./usr/include/a.h", '0', "int a;\n", .mtime = 1234567890}};
    static const struct {
        const char *version, *files;
        bool cut;
        const char *says;
    } cases[] = {{"debian-binary", "data.tar", false, NULL}, {"debian-binary", "data.tar/", false, NULL},
        {"x.o", "data.tar", false, "no Debian package: it has no debian-binary"},
        {"debian-binary", "control.tar", false, "no Debian package: it has no data.tar"},
        {"debian-binary", "data.tar", true, "x.tar: "}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf tar = {0};
        AUTO(strbuf) struct strbuf deb = {0};
        AUTO(err) struct err e = ERR_INIT;
        for (size_t k = 0; k < COUNT(files); k++)
            add_tar(&tar, &files[k]);
        end_tar(&tar);
        strbuf_adds(&deb, "!<arch>\n");
        add_member(&deb, cases[i].version, "2.0\n", 4);
        add_member(&deb, "control.tar", "", 0);
        add_member(&deb, cases[i].files, tar.ptr, tar.len);
        ck_assert_int_eq(file_write(source, deb.ptr, cases[i].cut ? deb.len - 1500 : deb.len, 0644, &e), 0);
        int failed = unpack(&e);
        AUTO_FREE char *there = listing();
        ck_assert_msg((failed == 0) == !cases[i].says, "case %zu: %s", i, e.text);
        if (cases[i].says)
            ck_assert_msg(e.kind == ERR_BUILD && strstr(e.text, cases[i].says), "case %zu: %s", i, e.text);
        ck_assert_str_eq(there, cases[i].says ? "" : "include/a.h");
        if (!cases[i].says)
            expect_file("include/a.h", "int a;\n", 0644, 1234567890);
        ck_assert_int_eq(tree_remove(into, &e), 0);
        ck_assert_int_eq(folder_make(into, &e), 0);
    }
}
END_TEST

START_TEST(a_tar_cut_short_anywhere_is_refused)
{
    static const struct entry entries[] = {{"z/a", '0', "0123456789"}, {"z/b/c", '0', "0123456789"}};
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO(err) struct err e = ERR_INIT;
    add_tar(&bytes, &entries[0]);
    add_tar(&bytes, &entries[1]);
    size_t whole = bytes.len;
    for (size_t len = 0; len < whole; len += 37) {
        if (len == 1024) /* exactly the first entry: a tar without its end is one */
            continue;
        err_release(&e);
        ck_assert_int_eq(tree_remove(into, &e), 0);
        ck_assert_int_eq(folder_make(into, &e), 0);
        ck_assert_int_eq(file_write(source, bytes.ptr, len, 0644, &e), 0);
        ck_assert_msg(unpack(&e) == -1, "%zu bytes were taken", len);
    }
}
END_TEST

START_TEST(zips_are_unpacked)
{
    static const struct zip_entry entries[] = {{"z/a", "hello", 0100600, 0, false},
        {"z/x", "run", 0100755, 0, false}, {"z/l", "a", 0120777, 0, false}};
    struct err e = ERR_INIT;
    setenv("TZ", "UTC", 1);
    write_zip(source, entries, 3);
    ck_assert_msg(unpack(&e) == 0, "%s", e.text);
    expect_file("a", "hello", 0644, 315576000);
    expect_file("x", "run", 0755, 315576000);
    AUTO_FREE char *got = listing();
    ck_assert_str_eq(got, "a l x");
}
END_TEST

START_TEST(hostile_zips_are_refused)
{
    static const struct {
        struct zip_entry entries[2];
        size_t len;
        const char *says;
    } cases[] = {
        {{{"../evil", "x", 0100644, 0, false}}, 1, "has \"..\" in its path"},
        {{{"/evil", "x", 0100644, 0, false}}, 1, "is an absolute path"},
        {{{"l", "/etc", 0120777, 0, false}, {"a", "x", 0100644, 0, false}}, 2, "is a link to \"/etc\""},
        {{{"l", "..", 0120777, 0, false}, {"l/evil", "x", 0100644, 0, false}}, 2, "is a link to \"..\""},
        {{{"a", "x", 0104755, 0, false}}, 1, "has a setuid"},
        {{{"a", "xxxxxxxxxxxxxxxx", 0100644, 1, false}}, 1, "is encrypted"},
        {{{"a", "x", 0100644, 0, true}}, 1, "is damaged"},
        {{{"a", "x", 0100644, 0, false}, {"a", "y", 0100644, 0, false}}, 2, "stands in the archive twice"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        teardown();
        setup();
        write_zip(source, cases[i].entries, cases[i].len);
        ck_assert_msg(unpack(&e) == -1, "case %zu was taken", i);
        ck_assert_msg(strstr(e.text, cases[i].says) != NULL, "case %zu: %s", i, e.text);
        expect_nothing_outside();
    }
}
END_TEST

/* libarchive takes what it does not know in a zip for a plain file; a FIFO must never come of it. */
START_TEST(a_fifo_in_a_zip_is_none_outside)
{
    static const struct zip_entry entries[] = {{"p", "", 0010644, 0, false}};
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(into, "p");
    struct stat st;
    write_zip(source, entries, 1);
    int failed = unpack(&e);
    ck_assert(failed || (lstat(path, &st) == 0 && S_ISREG(st.st_mode)));
}
END_TEST

/* Runs a program in root; gives its status. */
static int run_tool(const char *const *words)
{
    struct err e = ERR_INIT;
    AUTO(strvec) struct strvec argv = {0};
    for (size_t i = 0; words[i]; i++)
        strvec_push(&argv, words[i]);
    struct process_spec spec = {.argv = argv.items, .dir = root, .in = -1, .out = -1, .err = 2};
    struct process_end end = {0};
    int failed = process_run(&spec, NULL, 1 << 16, 60000, &end, &e);
    ck_assert_msg(!failed, "%s", e.text);
    return end.status;
}

/* What the helper does with the request that the command gives it; the exit status. */
static int unpack_as_told(const struct unpack_request *r)
{
    struct err e = ERR_INIT;
    struct commands list = {0};
    struct command *c = commands_add(&list, "unpack");
    unpack_command(c, r);
    int status = helper_run(&unpack_helper, slice_of(c->input), &e) < 0;
    if (status)
        fprintf(stderr, "%s\n", e.text);
    err_release(&e);
    commands_release(&list);
    return status;
}

/* Whether "e" and an accent are one character is nothing to a file system, nor to us. */
START_TEST(names_of_a_tar_are_bytes)
{
    static const struct entry entries[] = {{"x", 'x', "13 path=z/\303\251\n"}, {"a", '0', "1"},
        {"x", 'x', "14 path=z/e\314\201\n"}, {"b", '0', "22"}};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec files = {0};
    write_tar(source, entries, 4);
    ck_assert_int_eq(unpack_as_told(&(struct unpack_request){.archive = source, .into = into}), 0);
    ck_assert_int_eq(tree_list(into, NULL, NULL, &files, &e), 0);
    ck_assert_uint_eq(files.len, 2);
    ck_assert_str_eq(files.items[0], "e\314\201");
    ck_assert_str_eq(files.items[1], "\303\251");
}
END_TEST

START_TEST(names_take_no_more_memory_than_there_is)
{
    AUTO(err) struct err e = ERR_INIT;
    struct tree_writer w;
    ck_assert_int_eq(tree_writer_open(&w, into, &e), 0);
    w.names_left = 1000;
    int made = 0;
    char path[] = "a/b/c0";
    while (made < 20 && tree_writer_folder(&w, path, &e) == 0) {
        made++;
        path[5]++;
    }
    tree_writer_release(&w);
    ck_assert_int_gt(made, 5);
    ck_assert_int_lt(made, 20);
    ck_assert_msg(strstr(e.text, "96 MiB, the limit"), "%s", e.text);
}
END_TEST

START_TEST(every_compression_is_read_with_little_memory)
{
    static const struct {
        const char *program, *args[3], *suffix;
    } cases[] = {{"gzip", {"-9"}, ".gz"}, {"bzip2", {"-9"}, ".bz2"}, {"xz", {"-9e"}, ".xz"},
        {"zstd", {"-q", "--ultra", "-19"}, ".zst"}};
    static const struct entry entries[] = {{"z/a", '0', "hello"}};
    struct err e = ERR_INIT;
    AUTO_FREE char *found = program_there(cases[_i].program);
    if (!found) {
        fprintf(stderr, "skipped: no %s here\n", cases[_i].program);
        return;
    }
    write_tar(source, entries, 1);
    ck_assert_int_eq(
        run_tool((const char *[]){found, cases[_i].args[0], cases[_i].args[1] ? cases[_i].args[1] : "-f",
            cases[_i].args[2] ? cases[_i].args[2] : "-f", "archive", NULL}),
        0);
    AUTO_FREE char *packed = xstrf("%s%s", source, cases[_i].suffix);
    ck_assert_int_eq(file_rename(packed, source, &e), 0);
    struct command c = {0};
    const struct unpack_request r = {.archive = source, .into = into};
    unpack_command(&c, &r);
    ck_assert_str_eq(c.argv.items[1], "internal-unpack");
    ck_assert_uint_eq(c.argv.len, 2);
    ck_assert_uint_eq(c.memory_bytes, 256 << 20);
    ck_assert(c.helper);
    ck_assert(strvec_has(&c.env, "TZ=UTC"));
    pid_t pid = fork();
    if (pid == 0) {
#ifndef __SANITIZE_ADDRESS__ /* which maps terabytes */
        setrlimit(RLIMIT_AS, &(struct rlimit){c.memory_bytes, c.memory_bytes});
#endif
        _exit(helper_run(&unpack_helper, slice_of(c.input), &e) < 0);
    }
    int status;
    waitpid(pid, &status, 0);
    ck_assert_int_eq(status, 0);
    expect_file("a", "hello", 0644, 1000000000);
    strvec_release(&c.argv);
    strvec_release(&c.env);
    free(c.input);
}
END_TEST

START_TEST(an_archive_that_changed_is_set_aside)
{
    static const struct entry entries[] = {{"a", '0', "hello"}};
    struct err e = ERR_INIT;
    struct digest d;
    write_tar(source, entries, 1);
    ck_assert_int_eq(digest_file(&d, source, &e), 0);
    struct unpack_request r = {.archive = source, .shown = "x.tar", .into = into, .sha256 = d.hex};
    ck_assert_msg(unpack_archive(&r, &e) == 0, "%s", e.text);
    expect_file("a", "hello", 0644, 1000000000);
    teardown();
    setup();
    write_tar(source, (const struct entry[]){{"a", '0', "hullo"}}, 1);
    r.archive = source;
    r.into = into;
    ck_assert_int_eq(unpack_archive(&r, &e), -1);
    ck_assert_int_eq(e.kind, ERR_FETCH);
    AUTO_FREE char *aside = xstrf("%s.damaged", source);
    ck_assert_msg(strstr(e.text, d.hex) && strstr(e.text, aside), "%s", e.text);
    err_release(&e);
    ck_assert_int_eq(path_exists(aside, &e), 1);
    ck_assert_int_eq(path_exists(source, &e), 0);
    AUTO_FREE char *got = listing();
    ck_assert_str_eq(got, "");
}
END_TEST

START_TEST(the_child_says_what_is_wrong)
{
    static const struct entry entries[] = {{"../evil", '0', "x"}};
    AUTO(strbuf) struct strbuf said = {0};
    struct err e = ERR_INIT;
    AUTO_FREE char *log = path_join(root, "log");
    write_tar(source, entries, 1);
    pid_t pid = fork();
    if (pid == 0) {
        if (dup2(open(log, O_WRONLY | O_CREAT, 0644), 2) != 2)
            _exit(99);
        _exit(unpack_as_told(
            &(struct unpack_request){.archive = source, .shown = "libz 1.0 (z.tar)", .into = into}));
    }
    int status;
    waitpid(pid, &status, 0);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    ck_assert_int_eq(file_read(&said, log, 4096, &e), 0);
    ck_assert_ptr_nonnull(strstr(said.ptr, "libz 1.0 (z.tar): \"../evil\": has \"..\" in its path"));
}
END_TEST

Suite *archive_suite(void);
Suite *archive_suite(void)
{
    Suite *s = suite_create("archive");
    TCase *c = tcase_create("archive");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, the_top_folder_is_left_out);
    tcase_add_test(c, hostile_archives_are_refused);
    tcase_add_test(c, links_inside_the_tree_are_kept);
    tcase_add_test(c, a_link_from_an_earlier_archive_is_not_followed);
    tcase_add_loop_test(c, modes_and_times_do_not_depend_on_the_user, 0, 3);
    tcase_add_test(c, the_newest_time_is_reported);
    tcase_add_test(c, what_is_excluded_is_not_written);
    tcase_add_test(c, archives_that_expand_past_the_limits_are_refused);
    tcase_add_test(c, a_tree_too_deep_to_remove_is_refused);
    tcase_add_test(c, what_is_no_archive_is_told);
    tcase_add_test(c, of_a_debian_package_its_files_are_unpacked);
    tcase_add_test(c, a_tar_cut_short_anywhere_is_refused);
    tcase_add_test(c, zips_are_unpacked);
    tcase_add_test(c, hostile_zips_are_refused);
    tcase_add_test(c, a_fifo_in_a_zip_is_none_outside);
    tcase_add_test(c, names_of_a_tar_are_bytes);
    tcase_add_test(c, names_take_no_more_memory_than_there_is);
    tcase_add_loop_test(c, every_compression_is_read_with_little_memory, 0, 4);
    tcase_add_test(c, the_child_says_what_is_wrong);
    tcase_add_test(c, an_archive_that_changed_is_set_aside);
    suite_add_tcase(s, c);
    return s;
}
