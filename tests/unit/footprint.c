/* /proc as text: old and new kernels, damaged and hostile; kinds of mappings; processes that are not there.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/sample.h"
#include "footprint/smaps.h"

#define KB 1024ULL

static const char new_kernel[] = /* Linux 6.18 */
    "559c6a77b000-559c6a781000 r-xp 00002000 fe:00 247498                     /usr/bin/head\n"
    "Size:                 24 kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n"
    "Rss:                  20 kB\nPss:                   7 kB\nPss_Dirty:             1 kB\n"
    "Shared_Clean:          8 kB\nShared_Dirty:          2 kB\nPrivate_Clean:         4 kB\n"
    "Private_Dirty:         6 kB\nReferenced:           20 kB\nAnonymous:             3 kB\n"
    "KSM:                   0 kB\nLazyFree:              0 kB\nAnonHugePages:         0 kB\n"
    "ShmemPmdMapped:        0 kB\nFilePmdMapped:         0 kB\nShared_Hugetlb:        0 kB\n"
    "Private_Hugetlb:       0 kB\nSwap:                  5 kB\nSwapPss:               2 kB\n"
    "Locked:                1 kB\nTHPeligible:           0\nProtectionKey:         0\nVmFlags: rd ex mr mw "
    "me \n";
static const char huge_pages[] =
    "7f0000000000-7f0000600000 rw-p 00000000 00:00 0 \n"
    "Size:               6144 kB\nRss:                4096 kB\nPss:                4096 kB\n"
    "Private_Dirty:      4096 kB\nAnonymous:          4096 kB\nAnonHugePages:      4096 kB\n"
    "Shared_Hugetlb:        0 kB\nPrivate_Hugetlb:    2048 kB\nVmFlags: rd wr mr mw me ac hg \n";
static const char old_kernel[] = /* Linux 2.6.32: no Anonymous, no VmFlags */
    "00400000-004e5000 r-xp 00000000 08:01 131090                             /bin/old name (x)\n"
    "Size:                916 kB\nRss:                 800 kB\nPss:                 400 kB\n"
    "Shared_Clean:        800 kB\nShared_Dirty:          0 kB\nPrivate_Clean:         0 kB\n"
    "Private_Dirty:         0 kB\nReferenced:          800 kB\nSwap:                  0 kB\n"
    "KernelPageSize:        4 kB\nMMUPageSize:           4 kB\n";
static const char no_pss[] = /* before 2.6.25 */
    "00400000-00401000 r-xp 00000000 08:01 7 /bin/x\nSize: 4 kB\nRss: 4 kB\nPrivate_Clean: 4 kB\n";
static const char removed[] =
    "7f0000000000-7f0000001000 r-xp 00000000 08:01 9       /lib/a b.so (deleted)\nRss: 4 kB\n"
    "7f0000001000-7f0000002000 r-xp 00000000 08:01 9       /lib/a b.so (deleted)\nRss: 0 kB\n";

START_TEST(smaps_of_kernels)
{
    static const struct {
        const char *text, *name;
        size_t count;
        bool deleted, has_pss, has_flags, accounted;
        struct memory last;
    } cases[] = {
        {new_kernel, "/usr/bin/head", 1, false, true, true, false,
            {.virt = 24 * KB,
                .rss = 20 * KB,
                .pss = 7 * KB,
                .shared_clean = 8 * KB,
                .shared_dirty = 2 * KB,
                .private_clean = 4 * KB,
                .private_dirty = 6 * KB,
                .anonymous = 3 * KB,
                .swap = 5 * KB,
                .swap_pss = 2 * KB,
                .locked = KB}},
        {huge_pages, "", 1, false, true, true, true,
            {.virt = 6144 * KB,
                .rss = 4096 * KB,
                .pss = 4096 * KB,
                .private_dirty = 4096 * KB,
                .anonymous = 4096 * KB,
                .huge = 4096 * KB,
                .hugetlb = 2048 * KB}},
        {old_kernel, "/bin/old name (x)", 1, false, true, false, false,
            {.virt = 916 * KB, .rss = 800 * KB, .pss = 400 * KB, .shared_clean = 800 * KB}},
        {no_pss, "/bin/x", 1, false, false, false, false,
            {.virt = 4 * KB, .rss = 4 * KB, .private_clean = 4 * KB}},
        {removed, "/lib/a b.so", 2, true, false, false, false, {.virt = 4 * KB}},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t step = 1; step < 4000; step = step < 100 ? step + 13 : step * 7) {
            AUTO(err) struct err e = ERR_INIT;
            struct arena a = {0};
            struct smaps_reader r = {.arena = &a};
            size_t len = strlen(cases[i].text);
            for (size_t at = 0; at < len; at += step)
                ck_assert_int_eq(
                    smaps_feed(&r, cases[i].text + at, len - at < step ? len - at : step, &e), 0);
            ck_assert_int_eq(smaps_end(&r, &e), 0);
            ck_assert_uint_eq(r.regions.len, cases[i].count);
            const struct region *g = &r.regions.items[r.regions.len - 1];
            ck_assert_str_eq(g->name, cases[i].name);
            ck_assert_int_eq(g->deleted, cases[i].deleted);
            ck_assert_int_eq(r.has_pss, cases[i].has_pss);
            ck_assert_int_eq(g->has_flags, cases[i].has_flags);
            ck_assert_int_eq(g->accounted, cases[i].accounted);
            ck_assert_mem_eq(&g->memory, &cases[i].last, sizeof g->memory);
            smaps_reader_release(&r);
            arena_release(&a);
        }
}
END_TEST

START_TEST(smaps_that_are_none)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"Rss: 4 kB\n", "line 1: not what the kernel writes"},
        {"hello\n", "line 1: not a mapping"},
        {"\n", "line 1: not a mapping"},
        {"00400000-003ff000 r-xp 0 08:01 7 /x\n", "not a mapping"},
        {"00400000-11112222333344445 r-xp 0 08:01 7 /x\n", "not a mapping"},
        {"00400000-00500000 rwzp 0 08:01 7 /x\n", "not a mapping"},
        {"00400000-00500000 r-xq 0 08:01 7 /x\n", "not a mapping"},
        {"00400000-00500000 r-xp 0 08:01\n", "not a mapping"},
        {"00400000-00500000 r-xp 0 08:01 7 /x\nRss: -4 kB\n", "line 2: not a number of kB"},
        {"00400000-00500000 r-xp 0 08:01 7 /x\nRss: 4 MB\n", "line 2: not a number of kB"},
        {"00400000-00500000 r-xp 0 08:01 7 /x\nRss: 99999999999999999999 kB\n", "not a number of kB"},
        {"00400000-00500000 r-xp 0 08:01 7 /x\nRss: 18446744073709551 kB\n", "not a number of kB"},
        {"00400000-00500000 r-xp 0 08:01 7 /x\nRss:      4", "line 2: the text ends in the middle"},
        {"00400000-00500000 r-xp 0 08:01 7 /x\nRss\n", "line 2: not what the kernel writes"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        struct arena a = {0};
        struct smaps_reader r = {.arena = &a};
        int status = smaps_feed(&r, cases[i].text, strlen(cases[i].text), &e);
        if (status == 0)
            status = smaps_end(&r, &e);
        ck_assert_msg(
            status < 0 && strstr(e.text, cases[i].why), "%s: %s", cases[i].text, e.text ? e.text : "taken");
        smaps_reader_release(&r);
        arena_release(&a);
    }
}
END_TEST

/* A NUL is no end of a name: fuzzing found one that was read past. */
START_TEST(smaps_with_nul)
{
    static const char text[] =
        "00400000-00500000 r-xp 0 08:01 7 /x\0yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n"
        "00500000-00600000 r-xp 0 08:01 7 /x\0yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n"
        "Rss\0zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz: 4 kB\n";
    AUTO(err) struct err e = ERR_INIT;
    struct arena a = {0};
    struct smaps_reader r = {.arena = &a};
    ck_assert_int_eq(smaps_feed(&r, text, sizeof text - 1, &e), 0);
    ck_assert_uint_eq(r.regions.len, 2);
    ck_assert_str_eq(r.regions.items[1].name, "/x");
    ck_assert_uint_eq(r.regions.items[1].memory.rss, 0);
    smaps_reader_release(&r);
    arena_release(&a);
}
END_TEST

START_TEST(sums_stay_at_the_largest_number)
{
    struct memory sum = {.rss = UINT64_MAX - 5}, more = {.rss = 10, .pss = 3};
    memory_add(&sum, &more);
    ck_assert_uint_eq(sum.rss, UINT64_MAX);
    ck_assert_uint_eq(sum.pss, 3);
}
END_TEST

/* name, expected kind: in the order of addresses. */
static const struct {
    const char *line;
    enum region_kind kind;
} address_space[] = {
    {"555500000000-555500001000 r--p 00000000 08:01 1 /usr/bin/python3", REGION_CONSTANTS},
    {"555500001000-555500005000 r-xp 00001000 08:01 1 /usr/bin/python3", REGION_TEXT},
    {"555500005000-555500006000 r--p 00005000 08:01 1 /usr/bin/python3 +ac", REGION_RELRO},
    {"555500006000-555500008000 rw-p 00006000 08:01 1 /usr/bin/python3 +ac", REGION_DATA},
    {"555500008000-55550000a000 rw-p 00000000 00:00 0  +ac", REGION_BSS},
    {"555500100000-555500200000 rw-p 00000000 00:00 0 [heap] +ac", REGION_HEAP},
    {"7f0000000000-7f0000021000 rw-p 00000000 00:00 0  +ac", REGION_ARENA},
    {"7f0000021000-7f0004000000 ---p 00000000 00:00 0 ", REGION_ARENA},
    {"7f0005000000-7f0006000000 ---p 00000000 00:00 0 ", REGION_RESERVED},
    {"7f0008000000-7f0008001000 ---p 00000000 00:00 0 ", REGION_GUARD},
    {"7f0008001000-7f0008801000 rw-p 00000000 00:00 0  +ac", REGION_THREAD_STACK},
    {"7f0008801000-7f0008901000 rw-p 00000000 00:00 0 [anon: glibc: pthread stack: 7] +ac",
        REGION_THREAD_STACK},
    {"7f0009000000-7f0009001000 r-xp 00000000 00:00 0 ", REGION_ANONYMOUS}, /* a JIT's */
    {"7f0010000000-7f0010200000 r--p 00000000 08:01 2 /usr/lib/locale/locale-archive", REGION_FILE},
    {"7f0011000000-7f0011010000 r--p 00000000 08:01 3 /usr/lib/libc.so.6", REGION_CONSTANTS},
    {"7f0011010000-7f0011100000 r-xp 00010000 08:01 3 /usr/lib/libc.so.6", REGION_TEXT},
    {"7f0011100000-7f0011300000 ---p 00100000 08:01 3 /usr/lib/libc.so.6", REGION_RESERVED},
    {"7f0011300000-7f0011304000 r--p 00100000 08:01 3 /usr/lib/libc.so.6 +ac", REGION_RELRO},
    {"7f0011304000-7f0011306000 rw-p 00104000 08:01 3 /usr/lib/libc.so.6 +ac", REGION_DATA},
    {"7f0012000000-7f0012001000 rw-s 00000000 00:01 4 /dev/shm/x", REGION_SHARED},
    {"7f0012001000-7f0012002000 rw-s 00000000 00:01 5 /memfd:wayland (deleted)", REGION_SHARED},
    {"7f0012002000-7f0012003000 rw-s 00000000 00:01 6 /SYSV00000000 (deleted)", REGION_SHARED},
    {"7f0012003000-7f0012004000 rw-s 00000000 00:01 7 /dev/zero (deleted)", REGION_SHARED},
    {"7f0012010000-7f0012020000 rw-p 00000000 00:00 0 [anon:cpython] +ac", REGION_ANONYMOUS},
    {"7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack] +ac", REGION_STACK},
    {"7ffc00100000-7ffc00102000 r-xp 00000000 00:00 0 [vdso]", REGION_KERNEL},
    {"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]", REGION_KERNEL},
};
enum { SPACE = COUNT(address_space) };

static void make_text(struct strbuf *out, bool flags)
{
    for (size_t i = 0; i < SPACE; i++) {
        const char *line = address_space[i].line, *mark = strstr(line, " +ac");
        strbuf_add(out, line, mark ? (size_t)(mark - line) : strlen(line));
        strbuf_adds(out, "\nRss: 4 kB\nPss: 2 kB\nPrivate_Dirty: 4 kB\n");
        strbuf_addf(out, "Anonymous: %d kB\n", mark ? 4 : 0);
        if (flags)
            strbuf_addf(out, "VmFlags: rd mr%s sd \n", mark ? " ac" : "");
    }
}

static void read_text(struct sample *s, const char *text, size_t len)
{
    AUTO(err) struct err e = ERR_INIT;
    struct smaps_reader r = {.arena = &s->arena};
    ck_assert_msg(smaps_feed(&r, text, len, &e) == 0, "%s", e.text);
    s->regions = arena_memdup(&s->arena, r.regions.items, r.regions.len * sizeof *s->regions);
    s->region_count = r.regions.len;
    smaps_reader_release(&r);
}

START_TEST(kinds_of_mappings)
{
    for (int flags = 0; flags < 2; flags++) { /* without VmFlags the pages tell */
        AUTO(strbuf) struct strbuf text = {0};
        struct sample s = {.program = "/usr/bin/python3"};
        make_text(&text, flags);
        read_text(&s, text.ptr, text.len);
        sample_sort(&s, NULL, NULL);
        if (flags)
            for (size_t i = 0; i < SPACE; i++)
                ck_assert_msg(s.regions[i].kind == address_space[i].kind, "%s: %s", address_space[i].line,
                    region_kind_name(s.regions[i].kind));
        ck_assert_uint_eq(s.total.rss, (SPACE - 1) * 4 * KB); /* [vsyscall] is in no process */
        ck_assert_uint_eq(s.file_count, 3);
        ck_assert_str_eq(s.files[0].name, "/usr/bin/python3");
        ck_assert_int_eq(s.files[0].role, FILE_PROGRAM);
        ck_assert_int_eq(s.files[1].role, FILE_OTHER);
        ck_assert_int_eq(s.files[2].role, FILE_LIBC);
        ck_assert_uint_eq(s.libraries, 1);
        ck_assert_uint_eq(s.files[0].total.rss, 5 * 4 * KB); /* with .bss */
        struct memory by_kind = {0};
        for (int k = 0; k < REGION_KINDS; k++)
            memory_add(&by_kind, &s.kinds[k]);
        ck_assert_mem_eq(&by_kind, &s.total, sizeof by_kind);
        sample_release(&s);
    }
}
END_TEST

static uint64_t ends_early(const struct mapped_file *f, const void *arg)
{
    return f->base + *(const uint64_t *)arg;
}

/* The kernel joins .bss with what is mapped behind it: 8 KiB of .bss with 1 MiB behind it is not .bss. */
START_TEST(bss_that_was_joined)
{
    static const char text[] = "7f0000000000-7f0000001000 r-xp 00000000 08:01 1 /lib/x.so\n"
                               "7f0000001000-7f0000002000 rw-p 00001000 08:01 1 /lib/x.so\n"
                               "7f0000002000-7f0000104000 rw-p 00000000 00:00 0 \nRss: 40 kB\n";
    static const struct {
        uint64_t end;
        enum region_kind kind;
    } cases[] = {{0x4000, REGION_ANONYMOUS}, {0x104000, REGION_BSS}, {0x200000, REGION_BSS},
        {0x1000, REGION_ANONYMOUS}, {0x90000, REGION_BSS}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sample s = {0};
        read_text(&s, text, sizeof text - 1);
        sample_sort(&s, ends_early, &cases[i].end);
        ck_assert_int_eq(s.regions[2].kind, cases[i].kind);
        ck_assert_int_eq(s.regions[2].file == NO_FILE, cases[i].kind == REGION_ANONYMOUS);
        sample_release(&s);
    }
}
END_TEST

START_TEST(shared_anonymous_pages)
{
    static const struct {
        struct memory m;
        uint64_t shared;
    } cases[] = {
        {{.rss = 40, .anonymous = 40, .shared_dirty = 30, .private_dirty = 10}, 30},
        {{.rss = 40, .anonymous = 40, .shared_clean = 10, .private_clean = 30}, 10},
        /* a file's part: two pages of its own, one of them shared since a fork, and clean pages of the file
         */
        {{.rss = 40, .anonymous = 8, .shared_clean = 32, .shared_dirty = 4, .private_dirty = 4}, 4},
        {{.rss = 40, .anonymous = 8, .private_clean = 32, .shared_dirty = 4, .private_dirty = 4}, 4},
        {{.rss = 40, .anonymous = 0, .private_clean = 40}, 0},
        {{.rss = 40, .anonymous = 4, .private_dirty = 20, .shared_clean = 20}, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        ck_assert_uint_eq(memory_shared_anonymous(&cases[i].m), cases[i].shared);
}
END_TEST

START_TEST(stat_files)
{
    static const struct {
        const char *text;
        bool good;
        const char *name;
        pid_t parent;
        char state;
    } cases[] = {
        {"7 (cat) R 5 1 1 0 -1 4194304 100 0 3 0 0 0 0 0 20 0 1 0 1153611 3133440 380 18446744073709551615 1 "
         "2 3 0",
            true, "cat", 5, 'R'},
        {"7 (a) b (c)) S 6 1 1 0 -1 0 1 0 0 0 0 0 0 0 20 0 1 0 9 4096 1 18446744073709551615 1 2 3 0", true,
            "a) b (c)", 6, 'S'},
        {"7 (x\ny\x1b) Z 6 1 1 0 -1 0 1 0 0 0 0 0 0 0 20 0 1 0 9 0 0 0 0 0 0", true, "x?y?", 6, 'Z'},
        {"7 (cat R 5 1 1", false, NULL, 0, 0},
        {"7 (cat) R 5 1 1 0", false, NULL, 0, 0},
        {"7 (cat)", false, NULL, 0, 0},
        {"7 (cat) ", false, NULL, 0, 0},
        {"", false, NULL, 0, 0},
        {")(", false, NULL, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct process_facts f;
        ck_assert_msg(process_facts_parse(&f, cases[i].text) == cases[i].good, "%s", cases[i].text);
        if (!cases[i].good)
            continue;
        ck_assert_str_eq(f.name, cases[i].name);
        ck_assert_int_eq(f.parent, cases[i].parent);
        ck_assert_int_eq(f.state, cases[i].state);
    }
    struct process_facts f;
    ck_assert(process_facts_parse(&f, cases[0].text));
    ck_assert_uint_eq(f.minor_faults, 100);
    ck_assert_uint_eq(f.major_faults, 3);
    ck_assert_uint_eq(f.threads, 1);
    ck_assert_uint_eq(f.start_ticks, 1153611);
    ck_assert_uint_eq(f.virt_bytes, 3133440);
    ck_assert_uint_eq(f.code_start, 1);
    ck_assert_uint_eq(f.stack_start, 3);
}
END_TEST

START_TEST(status_numbers)
{
    static const char text[] =
        "Name:\tVmPTE:\nVmPTE:\t      48 kB\nThreads:\t3\nVmHWM:\t 99999999999999999999 kB\n";
    ck_assert_uint_eq(status_number(text, "VmPTE"), 48 * KB);
    ck_assert_uint_eq(status_number(text, "Threads"), 3);
    ck_assert_uint_eq(status_number(text, "VmSwap"), 0);
}
END_TEST

Suite *footprint_suite(void)
{
    Suite *s = suite_create("footprint");
    TCase *t = tcase_create("footprint");
    tcase_add_test(t, smaps_of_kernels);
    tcase_add_test(t, smaps_that_are_none);
    tcase_add_test(t, smaps_with_nul);
    tcase_add_test(t, sums_stay_at_the_largest_number);
    tcase_add_test(t, kinds_of_mappings);
    tcase_add_test(t, bss_that_was_joined);
    tcase_add_test(t, shared_anonymous_pages);
    tcase_add_test(t, stat_files);
    tcase_add_test(t, status_numbers);
    suite_add_tcase(s, t);
    return s;
}
