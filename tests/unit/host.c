#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/internal.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "there.h"
#include "scratch.h"

static char *root;
static struct arena arena;

static void setup(void)
{
    root = scratch_make();
}

static void teardown(void)
{
    arena_release(&arena);
    scratch_remove(root);
}

/* A script at root/FOLDER/NAME that prints text, and adds a line to root/runs. */
static char *fake_tool(const char *folder, const char *name, const char *text)
{
    struct err e = ERR_INIT;
    AUTO_FREE char *dir = path_join(root, folder);
    AUTO_FREE char *script = xstrf("#!/bin/sh\necho run >>%s/runs\necho '%s'\n", root, text);
    ck_assert_int_eq(folder_make(dir, &e), 0);
    char *path = path_join(dir, name);
    ck_assert_int_eq(file_write(path, script, strlen(script), 0755, &e), 0);
    return path;
}

static size_t count_runs(void)
{
    struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(root, "runs");
    if (there_as_file(path))
        ck_assert_int_eq(file_read(&text, path, 1 << 16, &e), 0);
    return text.len / 4;
}

START_TEST(versions_are_read_from_what_programs_print)
{
    static const struct {
        const char *text, *version;
    } cases[] = {
        {"cmake version 3.25.1\n\nCMake suite maintained and supported by Kitware", "3.25.1"},
        {"1.11.1\n", "1.11.1"},
        {"GNU Make 4.3\nBuilt for x86_64-pc-linux-gnu", "4.3"},
        {"autoreconf (GNU Autoconf) 2.71\nCopyright (C) 2021", "2.71"},
        {"automake (GNU automake) 1.16.5\n", "1.16.5"},
        {"m4 (GNU M4) 1.4.19\n", "1.4.19"},
        {"libtoolize (GNU libtool) 2.4.7.4-1ec8f-dirty\n", "2.4.7.4"},
        {"\nThis is perl 5, version 36, subversion 0 (v5.36.0) built for x86_64", "5.36.0"},
        {"v1.2.3", "1.2.3"},
        {"Python 3.11.2", "3.11.2"},
        {"Python 3.14.0rc2", "3.14.0"},
        {"NASM version 2.16.01 compiled on Dec 28 2022", "2.16.01"},
        {"g++ 12", "12"},
        {"OpenSSL 1.1.1w  11 Sep 2023", "1.1.1w"},
        {"msgfmt (GNU gettext-tools) 0.21\n", "0.21"},
        {"less 590 (GNU regular expressions)", "590"},
        {"no number", ""},
        {"", ""},
        {"x86_64 i686", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct slice v = version_in(cases[i].text);
        ck_assert_msg(
            slice_is(v, cases[i].version), "\"%s\" gave \"%.*s\"", cases[i].text, (int)v.len, v.ptr);
    }
}
END_TEST

START_TEST(distributions_belong_to_families)
{
    static const struct {
        const char *text;
        enum host_family family;
    } cases[] = {
        {"PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", HOST_DEBIAN},
        {"ID=ubuntu\nID_LIKE=debian", HOST_DEBIAN},
        {"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", HOST_DEBIAN},
        {"ID='fedora'\n", HOST_FEDORA},
        {"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", HOST_FEDORA},
        {"ID=nameless\nID_LIKE=\"unknown rhel\"", HOST_FEDORA},
        {"ID=alpine\r\n", HOST_ALPINE},
        {"ID=arch", HOST_ARCH},
        {"ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"", HOST_SUSE},
        {"VERSION_ID=debian\nVARIANT_ID=ubuntu\n", HOST_UNKNOWN},
        {"ID=\n", HOST_UNKNOWN},
        {"ID=\"", HOST_UNKNOWN},
        {"", HOST_UNKNOWN},
    };
    struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(root, "os-release");
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_int_eq(file_write(path, cases[i].text, strlen(cases[i].text), 0644, &e), 0);
        ck_assert_msg(host_family_of(path) == cases[i].family, "%s", cases[i].text);
    }
    ck_assert_int_eq(host_family_of("/nonexistent"), HOST_UNKNOWN);
}
END_TEST

START_TEST(every_family_installs_every_tool_of_the_table)
{
    static const char *const names[] = {"cmake", "ninja", "meson", "make", "autoreconf", "pkg-config", "perl",
        "patch", "python3", "gcc", "g++", "tar", "bison", "flex", "nasm", "gperf", "gettext", "tclsh"};
    for (size_t i = 0; i < COUNT(names); i++)
        for (int family = HOST_DEBIAN; family <= HOST_SUSE; family++)
            ck_assert_msg(host_packages(names[i], family) && *host_packages(names[i], family),
                "%s in family %d", names[i], family);
    ck_assert_ptr_null(host_packages("cmake", HOST_UNKNOWN));
    ck_assert_ptr_null(host_packages("no-such-tool", HOST_DEBIAN));
    /* programs that are not what their package is called */
    ck_assert_str_eq(host_packages("libtoolize", HOST_DEBIAN), "libtool");
    ck_assert_str_eq(host_packages("aclocal", HOST_DEBIAN), "automake");
    ck_assert_str_eq(host_packages("ranlib", HOST_ALPINE), "binutils");
    ck_assert_str_eq(host_packages("samu", HOST_DEBIAN), "ninja-build");
}
END_TEST

START_TEST(all_that_is_missing_is_reported_at_once)
{
    struct host_tools tools;
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *old = fake_tool("bin", "zz-old", "zz-old 1.2.9");
    AUTO_FREE char *mute = fake_tool("bin", "zz-mute", "hello");
    AUTO_FREE char *bin = path_join(root, "bin");
    const struct host_need needs[] = {
        {"zz-two", "", "liba (a.toml:1:2)"},
        {"zz-one", ">= 3.14", "libzmq (recipes/lib/libzmq.toml:20:9)"},
        {"zz-old", ">= 1.3", "libb (b.toml:3:4)"},
        {"zz-two", ">= 2", "libc (c.toml:5:6)"},
        {"zz-old", ">= 1.2", "libd (d.toml:7:8)"},
        {"zz-mute", ">= 1", "libe (e.toml:9:1)"},
    };
    ck_assert_int_eq(host_tools_check(&tools, &arena, needs, 6, bin, NULL, &e), -1);
    ck_assert_int_eq(e.kind, ERR_MISSING);
    AUTO_FREE char *want = xstrf(
        "tool \"zz-mute\" (%s) does not say its version, but libe (e.toml:9:1) needs >= 1\n"
        "tool \"zz-old\" is version 1.2.9 (%s), but libb (b.toml:3:4) needs >= 1.3: install such a version "
        "and put it in PATH\n"
        "missing tool \"zz-one\" (>= 3.14), needed by libzmq (recipes/lib/libzmq.toml:20:9)\n  install "
        "zz-one\n"
        "missing tool \"zz-two\" (>= 2), needed by liba (a.toml:1:2), libc (c.toml:5:6)\n  install zz-two",
        mute, old);
    AUTO_FREE char *got = xstrndup(e.text, strlen(want) < strlen(e.text) ? strlen(want) : strlen(e.text));
    ck_assert_str_eq(got, want);
}
END_TEST

START_TEST(a_known_tool_is_missed_with_its_package)
{
    AUTO_FREE char *remedy = host_remedy("ninja");
    switch (host_family()) {
    case HOST_DEBIAN:
        ck_assert_str_eq(remedy, "install the package ninja-build: apt-get install ninja-build");
        break;
    case HOST_UNKNOWN:
        ck_assert_str_eq(remedy, "install ninja");
        break;
    default:
        ck_assert_ptr_nonnull(strstr(remedy, "install the package"));
    }
}
END_TEST

START_TEST(a_newer_tool_further_on_is_taken)
{
    struct host_tools tools;
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *old = fake_tool("one", "zz-tool", "zz-tool 1.0");
    AUTO_FREE char *shim = fake_tool("python/shims", "zz-tool", "zz-tool 3.0");
    AUTO_FREE char *new = fake_tool("two", "zz-tool", "zz-tool 2.0");
    AUTO_FREE char *search =
        xstrf("relative:%s/python/shims:%s/one::%s/python/shims/:%s/two", root, root, root, root);
    const struct host_need any = {"zz-tool", "", "x"}, newer = {"zz-tool", ">= 2", "x"};
    ck_assert_int_eq(host_tools_check(&tools, &arena, &any, 1, search, NULL, &e), 0);
    ck_assert_str_eq(tools.items[0].path, old);
    ck_assert_int_eq(host_tools_check(&tools, &arena, &newer, 1, search, NULL, &e), 0);
    ck_assert_uint_eq(tools.len, 1);
    ck_assert_str_eq(tools.items[0].path, new);
    ck_assert_str_eq(tools.items[0].version, "2.0");
}
END_TEST

static char *memory_text;

static char *recall(void *arg, const char *kind, const char *path)
{
    (void)arg, (void)kind, (void)path;
    return memory_text ? xstrdup(memory_text) : NULL;
}

static void keep(void *arg, const char *kind, const char *path, const char *text)
{
    (void)arg, (void)kind, (void)path;
    free(memory_text);
    memory_text = xstrdup(text);
}

START_TEST(nothing_runs_when_the_version_is_remembered)
{
    struct host_tools tools;
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *tool = fake_tool("bin", "zz-tool", "zz-tool 1.5");
    AUTO_FREE char *bin = path_join(root, "bin");
    const struct fact_memory memory = {recall, keep, NULL};
    const struct host_need need = {"zz-tool", ">= 1.5", "x"};
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(host_tools_check(&tools, &arena, &need, 1, bin, &memory, &e), 0);
    ck_assert_str_eq(tools.items[0].version, "1.5");
    ck_assert_uint_eq(count_runs(), 1);
    free(memory_text);
}
END_TEST

START_TEST(builds_see_only_the_tools_that_were_found)
{
    struct host_tools tools;
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec folders = {0};
    AUTO(strvec) struct strvec again = {0};
    AUTO_FREE char *tool = fake_tool("bin", "zz-tool", "1.0");
    AUTO_FREE char *stranger = fake_tool("bin", "gcc", "1.0");
    AUTO_FREE char *bin = path_join(root, "bin");
    AUTO_FREE char *farm = path_join(root, "farm");
    const struct host_need need = {"zz-tool", "", "x"};
    ck_assert_int_eq(host_tools_check(&tools, &arena, &need, 1, bin, NULL, &e), 0);
    ck_assert_int_eq(host_path(&folders, &tools, farm, &e), 0);
    ck_assert_int_eq(host_path(&again, &tools, farm, &e), 0);
    AUTO_FREE char *path = host_path_join(&folders);
    AUTO_FREE char *path_again = host_path_join(&again);
    ck_assert_str_eq(path, path_again);
    ck_assert_ptr_null(strstr(path, bin));
    AUTO_FREE char *link = path_join(folders.items[0], "zz-tool");
    AUTO_FREE char *real = realpath(link, NULL);
    ck_assert_str_eq(real, tool);
    AUTO_FREE char *other = path_join(folders.items[0], "gcc");
    ck_assert(!there_is(other));
    ck_assert_str_eq(folders.items[1], "/usr/local/bin");
}
END_TEST

START_TEST(system_tools_need_no_links)
{
    struct host_tools tools;
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec folders = {0};
    const struct host_need need = {"sh", "", "x"};
    ck_assert_msg(host_tools_check(&tools, &arena, &need, 1, NULL, NULL, &e) == 0, "%s", e.text);
    ck_assert_int_eq(host_path(&folders, &tools, "/nonexistent", &e), 0);
    ck_assert_str_eq(folders.items[0], "/usr/local/bin");
}
END_TEST

Suite *host_suite(void);
Suite *host_suite(void)
{
    Suite *s = suite_create("host");
    TCase *c = tcase_create("host");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, versions_are_read_from_what_programs_print);
    tcase_add_test(c, distributions_belong_to_families);
    tcase_add_test(c, every_family_installs_every_tool_of_the_table);
    tcase_add_test(c, all_that_is_missing_is_reported_at_once);
    tcase_add_test(c, a_known_tool_is_missed_with_its_package);
    tcase_add_test(c, a_newer_tool_further_on_is_taken);
    tcase_add_test(c, nothing_runs_when_the_version_is_remembered);
    tcase_add_test(c, builds_see_only_the_tools_that_were_found);
    tcase_add_test(c, system_tools_need_no_links);
    suite_add_tcase(s, c);
    return s;
}
