/* Processes that cannot be measured, that change, their trees: over folders that look like /proc. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/programs.h"
#include "footprint/sample.h"
#include "footprint/view.h"
#include "sys/fs.h"

#define KB 1024ULL

/* A folder that looks like /proc. */
struct stage {
    char dir[32];
};

static void stage_open(struct stage *s)
{
    strcpy(s->dir, "/tmp/sb-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
}

static void stage_write(const struct stage *s, int pid, const char *file, const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *folder = xstrf("%s/%d", s->dir, pid);
    AUTO_FREE char *path = xstrf("%s/%s", folder, file);
    ck_assert_int_eq(folder_make(folder, &e), 0);
    ck_assert_int_eq(file_write(path, text, strlen(text), 0644, &e), 0);
}

static void stage_process(
    const struct stage *s, int pid, int parent, char state, unsigned flags, unsigned born)
{
    AUTO_FREE char *text = xstrf("%d (p%d) %c %d 1 1 0 -1 %u 100 0 3 0 0 0 0 0 20 0 1 0 %u 8192 2 1 1 2 3 0",
        pid, pid, state, parent, flags, born);
    stage_write(s, pid, "stat", text);
}

static void stage_release(struct stage *s)
{
    AUTO(err) struct err e = ERR_INIT;
    tree_remove(s->dir, &e);
}

START_TEST(processes_that_cannot_be_measured)
{
    struct stage s;
    stage_open(&s);
    stage_process(&s, 10, 1, 'S', 0, 5);
    stage_process(&s, 11, 10, 'Z', 0, 6);
    stage_process(&s, 12, 2, 'S', 0x208040, 7);
    stage_write(&s, 13, "stat", "nonsense");
    static const struct {
        pid_t pid;
        const char *why;
        enum err_kind kind;
    } cases[] = {{11, "PID 11 (p11): has ended and waits for PID 10", ERR_ENVIRONMENT},
        {12, "PID 12 (p12): is a kernel thread", ERR_ENVIRONMENT},
        {13, "its stat file is not as proc(5) says", ERR_DAMAGED},
        {14, "there is no such process", ERR_MISSING}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        struct watched w;
        ck_assert_int_lt(watched_open(&w, s.dir, cases[i].pid, &e), 0);
        ck_assert_msg(strstr(e.text, cases[i].why), "%s", e.text);
        ck_assert_int_eq(e.kind, cases[i].kind);
        ck_assert_int_eq(w.folder, -1);
    }
    stage_release(&s);
}
END_TEST

static const char small_smaps[] =
    "00400000-00402000 r-xp 00000000 08:01 7 /x\nRss: 4 kB\nPss: 4 kB\nPrivate_Clean: 4 kB\n";

/* A text that just stops, an empty one, and a process that became another one meanwhile. */
START_TEST(processes_that_change_while_read)
{
    static const struct {
        const char *smaps, *rollup, *why;
        bool steady;
        uint64_t pss;
        unsigned flags;
    } cases[] = {
        {small_smaps, NULL, "ended while it was read", false, 0,
            0x4}, /* PF_EXITING: its memory may be gone already */
        {"", NULL, "ended while it was read", false, 0, 0},
        {"00400000-00402000 r-xp 00000000 08:01 7 /x\nRss: 4", NULL, "ends in the middle", false, 0, 0},
        {small_smaps, NULL, NULL, true, 4 * KB, 0},
        {small_smaps,
            "00400000-7ffc3ffff000 ---p 00000000 00:00 0 [rollup]\nRss: 4 kB\nPss: 5 kB\nPrivate_Clean: 4 "
            "kB\n",
            NULL, true, 5 * KB, 0},
        {small_smaps,
            "00400000-7ffc3ffff000 ---p 00000000 00:00 0 [rollup]\nRss: 8 kB\nPss: 8 kB\nPrivate_Clean: 8 "
            "kB\n",
            NULL, false, 4 * KB, 0},
        {small_smaps, "garbage\n", "not a mapping", false, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        struct stage stage;
        struct watched w;
        struct sample s;
        stage_open(&stage);
        stage_process(&stage, 10, 1, 'S', cases[i].flags, 5);
        stage_write(&stage, 10, "smaps", cases[i].smaps);
        if (cases[i].rollup)
            stage_write(&stage, 10, "smaps_rollup", cases[i].rollup);
        ck_assert_int_eq(watched_open(&w, stage.dir, 10, &e), 0);
        int status = sample_take(&s, &w, SAMPLE_ALL, &e);
        if (cases[i].why) {
            ck_assert_int_lt(status, 0);
            ck_assert_msg(strstr(e.text, cases[i].why), "%s", e.text);
        } else {
            ck_assert_msg(status == 0, "%s", e.text);
            ck_assert_int_eq(s.steady, cases[i].steady);
            ck_assert_uint_eq(s.total.pss, cases[i].pss);
            ck_assert_int_eq(s.open_files, -1);
            ck_assert_uint_eq(s.note_count, 2); /* neither status nor cmdline is there */
            sample_release(&s);
        }
        watched_release(&w);
        stage_release(&stage);
    }
}
END_TEST

START_TEST(trees_of_processes)
{
    AUTO(err) struct err e = ERR_INIT;
    struct stage s;
    struct watched_list list;
    stage_open(&s);
    stage_process(&s, 10, 1, 'S', 0, 5);
    stage_process(&s, 5, 10, 'S', 0, 9); /* numbers wrap */
    stage_process(&s, 20, 5, 'S', 0, 9);
    stage_process(&s, 21, 20, 'S', 0, 8); /* born before its parent, which adopted it */
    stage_process(&s, 22, 10, 'Z', 0, 12);
    stage_process(&s, 30, 1, 'S', 0, 3);
    stage_process(&s, 31, 30, 'S', 0, 4);
    ck_assert_int_eq(watched_tree(&list, s.dir, 10, &e), 0);
    ck_assert_uint_eq(list.len, 4);
    ck_assert_int_eq(list.items[0].pid, 10);
    bool seen[32] = {false};
    for (size_t i = 0; i < list.len; i++)
        seen[list.items[i].pid] = true;
    ck_assert(seen[5] && seen[20] && seen[21]);
    watched_list_release(&list);
    ck_assert_int_lt(watched_tree(&list, s.dir, 99, &e), 0);
    stage_release(&s);
}
END_TEST

START_TEST(sharers_are_counted_once)
{
    AUTO(err) struct err e = ERR_INIT;
    struct stage stage;
    struct process_view v;
    stage_open(&stage);
    for (int pid = 10; pid < 14; pid++) {
        stage_process(&stage, pid, 1, 'S', 0, (unsigned)pid);
        stage_write(&stage, pid, "maps",
            pid < 13
                ? "00400000-00401000 r-xp 00000000 08:01 7 /x\n00401000-00402000 r-xp 00000000 08:01 8 /y\n"
                  "00402000-00403000 rw-p 00001000 08:01 7 /x\n"
                : "00400000-00401000 r-xp 00000000 08:02 7 /x\n"); /* another device */
    }
    stage_write(&stage, 10, "smaps", small_smaps);
    ck_assert_msg(process_view_take(&v, stage.dir, 10, 0, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(v.sample.file_count, 1);
    ck_assert_uint_eq(v.sharers[0].processes, 2);
    ck_assert_uint_eq(v.sharers[0].name_count, 2);
    ck_assert_uint_eq(v.member_count, 1);
    ck_assert_uint_eq(v.tree_pss, 4 * KB);
    process_view_release(&v);
    stage_release(&stage);
}
END_TEST

static void stage_member(const struct stage *s, int pid, int parent, const char *name, unsigned pss_kb)
{
    AUTO_FREE char *stat = xstrf(
        "%d (%s) S %d 1 1 0 -1 0 100 0 3 0 0 0 0 0 20 0 1 0 %d 8192 2 1 1 2 3 0", pid, name, parent, pid);
    AUTO_FREE char *rollup =
        xstrf("00400000-7ffc3ffff000 ---p 00000000 00:00 0 [rollup]\nRss: %u kB\nPss: %u kB\n"
              "Private_Clean: %u kB\n",
            pss_kb, pss_kb, pss_kb);
    stage_write(s, pid, "stat", stat);
    stage_write(s, pid, "smaps_rollup", rollup);
}

START_TEST(programs_are_added_up_by_name)
{
    AUTO(err) struct err e = ERR_INIT;
    struct stage s;
    struct program_list l;
    stage_open(&s);
    stage_member(&s, 10, 1, "small", 8);
    stage_member(&s, 11, 1, "worker", 12);
    stage_member(&s, 12, 11, "worker", 16);
    stage_member(&s, 13, 1, "large", 100);
    stage_process(&s, 14, 1, 'Z', 0, 6);
    ck_assert_int_eq(programs_read(&l, s.dir, &e), 0);
    ck_assert_uint_eq(l.count, 3);
    ck_assert_uint_eq(l.process_count, 4);
    ck_assert_uint_eq(l.total.pss, 136 * KB);
    ck_assert_str_eq(l.items[0].name, "large");
    ck_assert_str_eq(l.items[1].name, "worker");
    ck_assert_uint_eq(l.items[1].process_count, 2);
    ck_assert_uint_eq(l.items[1].total.pss, 28 * KB);
    program_list_release(&l);
    stage_release(&s);
}
END_TEST

START_TEST(a_process_is_found_by_its_name)
{
    struct stage s;
    stage_open(&s);
    stage_member(&s, 10, 1, "server", 8);
    stage_member(&s, 11, 10, "server", 8); /* forked by it */
    stage_member(&s, 20, 1, "twin", 8);
    stage_member(&s, 21, 1, "twin", 8);
    static const struct {
        const char *name;
        pid_t pid; /* 0: why it is none */
        const char *why;
    } cases[] = {{"server", 10, NULL},
        {"twin", 0, "--pid twin: 2 processes are called so (20, 21): give the number of one"},
        {"nobody", 0, "--pid nobody: no process is called so"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(err) struct err e = ERR_INIT;
        pid_t pid = 0;
        int status = process_of_program(&pid, s.dir, cases[i].name, &e);
        ck_assert_int_eq(status, cases[i].pid ? 0 : -1);
        if (cases[i].pid)
            ck_assert_int_eq(pid, cases[i].pid);
        else
            ck_assert_str_eq(e.text, cases[i].why);
    }
    stage_release(&s);
}
END_TEST

Suite *footprint_process_suite(void)
{
    Suite *s = suite_create("footprint_process");
    TCase *t = tcase_create("footprint_process");
    tcase_add_test(t, processes_that_cannot_be_measured);
    tcase_add_test(t, processes_that_change_while_read);
    tcase_add_test(t, trees_of_processes);
    tcase_add_test(t, sharers_are_counted_once);
    tcase_add_test(t, programs_are_added_up_by_name);
    tcase_add_test(t, a_process_is_found_by_its_name);
    suite_add_tcase(s, t);
    return s;
}
