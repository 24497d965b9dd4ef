/* Manifests: what they say of a tree, what they refuse to be, and what they notice. */
#include "store/manifest.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "scratch.h"

static char *root;
static struct arena arena;
static struct manifest manifest;

static char *below(const char *path)
{
    return path_join(root, path);
}

static void put(const char *path, const char *text, mode_t mode)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *file = below(path);
    AUTO_FREE char *folder = path_dir(file);
    ck_assert_msg(
        folder_make(folder, &e) == 0 && file_write(file, text, strlen(text), mode, &e) == 0, "%s", e.text);
}

static void link_to(const char *path, const char *target)
{
    AUTO_FREE char *file = below(path);
    ck_assert_int_eq(symlink(target, file), 0);
}

static void setup(void)
{
    root = scratch_make();
    ck_assert_int_eq(chmod(root, 0755), 0);
    put("lib/libz.a", "archive", 0644);
    put("bin/run", "#!", 0755);
    put("lib/empty", "", 0600);
    put("include/a\tb\\c\nd\xff", "odd", 0444);
    link_to("lib/libzz.a", "libz.a");
    put(".staticbuild/key", "step: x\n", 0644);
    manifest_init(&manifest, &arena);
}

static void teardown(void)
{
    manifest_release(&manifest);
    arena_release(&arena);
    scratch_remove(root);
}

static void take(void)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(manifest_take(&manifest, root, &e) == 0, "%s", e.text);
}

static void write_it(void)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = below(MANIFEST_PATH);
    manifest_write(&manifest, &text);
    ck_assert_int_eq(file_write(path, text.ptr, text.len, 0444, &e), 0);
}

#define SUM_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

START_TEST(a_tree_is_written_down)
{
    json_set_int(manifest.facts, "epoch", 315532800);
    json_set_text(json_set_object(manifest.facts, "wheel"), "file", "a\tb.whl");
    take();
    AUTO(strbuf) struct strbuf text = {0};
    manifest_write(&manifest, &text);
    struct digest archive, run, odd, key;
    digest_bytes(&archive, "archive", 7);
    digest_bytes(&run, "#!", 2);
    digest_bytes(&odd, "odd", 3);
    digest_bytes(&key, "step: x\n", 8);
    AUTO_FREE char *want = xstrf("staticbuild-manifest 3\n"
                                 "fact\tepoch\t315532800\n"
                                 "fact\twheel\t{\"file\":\"a\\tb.whl\"}\n"
                                 "folder\t0555\t.staticbuild\n"
                                 "file\t0444\t8\t%s\t.staticbuild/key\n"
                                 "folder\t0555\tbin\n"
                                 "file\t0555\t2\t%s\tbin/run\n"
                                 "folder\t0555\tinclude\n"
                                 "file\t0444\t3\t%s\tinclude/a\\tb\\\\c\\nd\xff\n"
                                 "folder\t0555\tlib\n"
                                 "file\t0400\t0\t" SUM_EMPTY "\tlib/empty\n"
                                 "file\t0444\t7\t%s\tlib/libz.a\n"
                                 "link\tlib/libzz.a\tlibz.a\n",
        key.hex, run.hex, odd.hex, archive.hex);
    ck_assert_str_eq(strbuf_str(&text), want);
}
END_TEST

START_TEST(nobody_may_write_to_it_any_more)
{
    static const struct {
        const char *path;
        mode_t mode;
    } modes[] = {{"lib/libz.a", 0444}, {"bin/run", 0555}, {"lib", 0555}, {".staticbuild/key", 0444},
        {".staticbuild", 0755}, {"", 0755}};
    take();
    for (size_t i = 0; i < COUNT(modes); i++) {
        AUTO_FREE char *path = below(modes[i].path);
        struct stat st;
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_msg((st.st_mode & 07777) == modes[i].mode, "%s: %o", modes[i].path, st.st_mode);
    }
}
END_TEST

START_TEST(what_is_written_can_be_read)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf again = {0};
    AUTO(strbuf) struct strbuf text = {0};
    json_set_text(manifest.facts, "version", "1.3");
    json_set_text(manifest.facts, "license", "Zlib");
    take();
    manifest_write(&manifest, &text);
    AUTO(manifest) struct manifest read;
    manifest_init(&read, &arena);
    ck_assert_int_eq(manifest_read(&read, root, &e), 0);
    write_it();
    ck_assert_msg(manifest_read(&read, root, &e) == 1, "%s", e.text);
    manifest_write(&read, &again);
    ck_assert_str_eq(strbuf_str(&again), strbuf_str(&text));
    ck_assert_str_eq(json_get_text(read.facts, "license"), "Zlib");
    ck_assert_str_eq(manifest_find(&read, "lib/libzz.a")->content, "libz.a");
    ck_assert_uint_eq(manifest_find(&read, "lib/libz.a")->size_bytes, 7);
    ck_assert_ptr_null(manifest_find(&read, "lib/lib"));
    ck_assert_ptr_null(manifest_find(&manifest, MANIFEST_PATH));
}
END_TEST

START_TEST(what_no_tree_holds_is_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *fifo = below("lib/pipe");
    ck_assert_int_eq(mkfifo(fifo, 0644), 0);
    ck_assert_int_eq(manifest_take(&manifest, root, &e), -1);
    ck_assert_msg(str_starts(e.text, fifo) && strstr(e.text, "neither a file nor a folder"), "%s", e.text);
}
END_TEST

#define HEAD "staticbuild-manifest 3\n"
#define FILE_LINE(path) "file\t0444\t0\t" SUM_EMPTY "\t" path "\n"

static const struct {
    const char *text;
    unsigned line; /* that is wrong; 0: none */
} texts[] = {
    {HEAD, 0},
    {HEAD FILE_LINE("a") FILE_LINE("b"), 0},
    {HEAD "fact\ta\t[1]\nlink\ta\t../b\n", 0},
    {"", 1},
    {"staticbuild-manifest 4\n", 1},
    {"staticbuild-manifest 3", 1},
    {HEAD "\n", 2},
    {HEAD "file", 2},
    {HEAD "fact\ta\t1", 2}, /* the end is missing */
    {HEAD "fact\ta\t{\n", 2},
    {HEAD "fact\ta\n", 2},
    {HEAD "fact\t\t1\n", 2},
    {HEAD "fact\tA b\t1\n", 2},
    {HEAD "fact\ta\t1\nfact\ta\t2\n", 3},
    {HEAD FILE_LINE("a") "fact\ta\t1\n", 3},
    {HEAD FILE_LINE("a") FILE_LINE("a"), 3},
    {HEAD FILE_LINE("b") FILE_LINE("a"), 3},
    {HEAD FILE_LINE(""), 2},
    {HEAD FILE_LINE("/a"), 2},
    {HEAD FILE_LINE("a/../b"), 2},
    {HEAD FILE_LINE("./a"), 2},
    {HEAD FILE_LINE("a//b"), 2},
    {HEAD FILE_LINE("a\\x"), 2},
    {HEAD FILE_LINE("a\\"), 2},
    {HEAD FILE_LINE("a\tb"), 2},
    {HEAD "file\t0444\t0\te3b0\ta\n", 2},
    {HEAD "file\t0448\t0\t" SUM_EMPTY "\ta\n", 2},
    {HEAD "file\t10000\t0\t" SUM_EMPTY "\ta\n", 2},
    {HEAD "file\t0444\t-1\t" SUM_EMPTY "\ta\n", 2},
    {HEAD "file\t0444\t\t" SUM_EMPTY "\ta\n", 2},
    {HEAD "file\t0444\t9999999999999999999\t" SUM_EMPTY "\ta\n", 2},
    {HEAD "folder\t0555\n", 2},
    {HEAD "link\ta\n", 2},
    {HEAD "link\ta\t\n", 2},
    {HEAD "socket\t0555\ta\n", 2},
};

START_TEST(another_text_is_no_manifest)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *place = xstrf("m:%u: ", texts[_i].line);
    int status = manifest_parse(&manifest, "m", slice_of(texts[_i].text), &e);
    ck_assert_int_eq(status, texts[_i].line ? -1 : 0);
    ck_assert_msg(!texts[_i].line || str_starts(e.text, place), "%s", e.text);
}
END_TEST

/* The clock by which the kernel notes changes goes in steps: waits for the next. */
static void let_time_pass(void)
{
    AUTO_FREE char *sealed = below(MANIFEST_PATH);
    struct stat st, now;
    AUTO_FREE char *probe = xstrf("%s.probe", root);
    ck_assert_int_eq(stat(sealed, &st), 0);
    do {
        AUTO(err) struct err e = ERR_INIT;
        ck_assert_int_eq(file_write(probe, "", 0, 0644, &e), 0);
        ck_assert_int_eq(stat(probe, &now), 0);
    } while (now.st_ctim.tv_sec == st.st_ctim.tv_sec && now.st_ctim.tv_nsec == st.st_ctim.tv_nsec);
    unlink(probe);
}

static void overwrite(const char *path, const char *text)
{
    AUTO_FREE char *file = below(path);
    FILE *f = fopen(file, "r+");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static void set_mode(const char *path, mode_t mode)
{
    AUTO_FREE char *file = below(path);
    ck_assert_int_eq(chmod(file, mode), 0);
}

static void let_write(void)
{
    static const char *const paths[] = {"lib", "bin", "include", "lib/libz.a", "lib/empty"};
    for (size_t i = 0; i < COUNT(paths); i++)
        set_mode(paths[i], 0755 & (i > 2 ? 0644 : 0755));
}

static void drop(const char *path)
{
    AUTO_FREE char *file = below(path);
    ck_assert_int_eq(unlink(file), 0);
}

static void nothing(void)
{
}
static void same_again(void)
{
    overwrite("lib/libz.a", "archive");
}
static void same_size(void)
{
    overwrite("lib/libz.a", "evil");
}
static void longer(void)
{
    overwrite("lib/libz.a", "archives");
}
static void emptied(void)
{
    AUTO_FREE char *file = below("lib/libz.a");
    ck_assert_int_eq(truncate(file, 0), 0);
}
static void missing(void)
{
    drop("lib/empty");
}
static void odd_missing(void)
{
    drop("include/a\tb\\c\nd\xff");
}
static void added(void)
{
    put("lib/libx.a", "", 0644);
}
static void added_folder(void)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = below("share");
    ck_assert_int_eq(folder_make(folder, &e), 0);
}
static void not_to_be_run(void)
{
    set_mode("bin/run", 0444);
}
static void leads_elsewhere(void)
{
    drop("lib/libzz.a");
    link_to("lib/libzz.a", "libx.a");
}
static void a_link_instead(void)
{
    drop("lib/libz.a");
    link_to("lib/libz.a", "/tmp");
}
static void less_for_others(void)
{
    set_mode("bin/run", 0500);
}

static const struct {
    void (*change)(void);
    const char *what;
} changes[] = {
    {nothing, NULL},
    {same_again, NULL},
    {less_for_others, NULL},
    {same_size, "lib/libz.a: has other content"},
    {longer, "lib/libz.a: has other content"},
    {emptied, "lib/libz.a: has other content"},
    {missing, "lib/empty: is missing"},
    {odd_missing, "include/a\tb\\c\nd\xff: is missing"},
    {added, "lib/libx.a: was added"},
    {added_folder, "share: was added"},
    {not_to_be_run, "bin/run: has another mode"},
    {leads_elsewhere, "lib/libzz.a: leads elsewhere"},
    {a_link_instead, "lib/libz.a: is no file any more"},
};

static void expect_difference(enum manifest_trust trust, const char *want)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *what = NULL;
    int holds = manifest_holds(&manifest, root, trust, &what, &e);
    ck_assert_msg(holds == !want, "%d %s", holds, holds < 0 ? e.text : what);
    ck_assert_msg(want ? strcmp(what, want) == 0 : !what, "%s", what);
}

START_TEST(a_change_is_noticed)
{
    take();
    write_it();
    let_time_pass();
    let_write();
    changes[_i].change();
    expect_difference(TRUST_TIMES, changes[_i].what);
    expect_difference(TRUST_NOTHING, changes[_i].what);
}
END_TEST

/* A disk that forgets tells nobody: only reading finds it. */
START_TEST(what_was_there_before_the_manifest_is_taken_as_it_is)
{
    take();
    let_write();
    same_size();
    write_it();
    expect_difference(TRUST_TIMES, NULL);
    expect_difference(TRUST_NOTHING, "lib/libz.a: has other content");
}
END_TEST

Suite *manifest_suite(void);
Suite *manifest_suite(void)
{
    Suite *s = suite_create("manifest");
    TCase *t = tcase_create("manifest");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_tree_is_written_down);
    tcase_add_test(t, nobody_may_write_to_it_any_more);
    tcase_add_test(t, what_is_written_can_be_read);
    tcase_add_test(t, what_no_tree_holds_is_refused);
    tcase_add_loop_test(t, another_text_is_no_manifest, 0, (int)(COUNT(texts)));
    tcase_add_loop_test(t, a_change_is_noticed, 0, (int)(COUNT(changes)));
    tcase_add_test(t, what_was_there_before_the_manifest_is_taken_as_it_is);
    suite_add_tcase(s, t);
    return s;
}
