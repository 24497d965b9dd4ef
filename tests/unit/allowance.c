/* How much of the machine a process may use, by files as the kernel shows them. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/allowance.h"
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

#define MIB ((uint64_t)1 << 20)

static const struct {
    const char *groups; /* /proc/PID/cgroup */
    const char *files;  /* "path=text", parted by semicolons, below /sys/fs/cgroup */
    unsigned processors;
    uint64_t memory_bytes;
} cases[] = {
    {"0::/\n", "cpu.max=max 100000\n;memory.max=max\n", UINT32_MAX, MEMORY_UNLIMITED},
    {"0::/a/b\n", "a/b/cpu.max=200000 100000\n;a/b/memory.max=1048576\n", 2, MIB},
    {"0::/a/b\n", "a/cpu.max=150000 100000\n;a/b/cpu.max=400000 100000\n", 2,
        MEMORY_UNLIMITED}, /* rounded up */
    {"0::/a/b\n", "a/memory.max=2097152\n;a/b/memory.max=max\n", UINT32_MAX, 2 * MIB},
    {"0::/a\n", "cpu.max=50000 100000\n", 1, MEMORY_UNLIMITED},
    {"0::/docker/f00\n", "cpu.max=300000 100000\n;memory.max=3145728\n", 3,
        3 * MIB}, /* the group is hidden */
    {"5:memory:/j\n4:cpu,cpuacct:/j/k\n1:name=systemd:/x\n",
        "cpu/j/cpu.cfs_quota_us=200000;cpu/j/cpu.cfs_period_us=100000;cpu/j/k/cpu.cfs_quota_us=-1;"
        "cpu/j/k/cpu.cfs_period_us=100000;memory/j/memory.limit_in_bytes=1048576",
        2, MIB},
    {"4:cpuset:/j\n", "cpu/j/cpu.cfs_quota_us=100000;cpu/j/cpu.cfs_period_us=100000", UINT32_MAX,
        MEMORY_UNLIMITED},
    {"0::/a\n", "a/cpu.max=100000 0\n;a/memory.max=\n", UINT32_MAX, MEMORY_UNLIMITED}, /* no sense in it */
    {"0::a\nnonsense\n:\n::\n", "cpu.max=100000 100000\n", UINT32_MAX, MEMORY_UNLIMITED},
    {"", "cpu.max=100000 100000\n", UINT32_MAX, MEMORY_UNLIMITED},
};

static void write_files(const char *text)
{
    struct err e = ERR_INIT;
    for (struct slice rest = slice_of(text); rest.ptr;) {
        struct slice content = slice_cut(&rest, ';'), name = slice_cut(&content, '=');
        AUTO_FREE char *path = xstrf("%s/%.*s", folder, (int)name.len, name.ptr), *below = path_dir(path);
        ck_assert_int_eq(folder_make(below, &e), 0);
        ck_assert_int_eq(file_write(path, content.ptr, content.len, 0644, &e), 0);
    }
}

START_TEST(the_least_of_all_groups_counts)
{
    write_files(cases[_i].files);
    struct allowance a = allowance_of_groups(cases[_i].groups, folder);
    ck_assert_uint_eq(a.processors, cases[_i].processors);
    ck_assert_uint_eq(a.memory_bytes, cases[_i].memory_bytes);
}
END_TEST

START_TEST(this_process_has_a_processor)
{
    struct allowance a = allowance_here();
    ck_assert_uint_ge(a.processors, 1);
    ck_assert_uint_lt(a.processors, 65536);
}
END_TEST

Suite *allowance_suite(void);
Suite *allowance_suite(void)
{
    Suite *s = suite_create("allowance");
    TCase *t = tcase_create("allowance");
    tcase_add_checked_fixture(t, make_folder, remove_folder);
    tcase_add_loop_test(t, the_least_of_all_groups_counts, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(t, this_process_has_a_processor);
    suite_add_tcase(s, t);
    return s;
}
