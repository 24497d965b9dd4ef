/* Real processes whose memory is known. */
#include <check.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arch/arch.h"
#include "base/vec.h"
#include "compile.h"
#include "there.h"
#include "footprint/module.h"
#include "footprint/own_pages.h"
#include "footprint/view.h"

enum { PAGE = 4096, MAPPED = 64 << 20, TOUCHED = 16 << 20, HALF = TOUCHED / 2, WORKERS = 3 };

/* Starts a child that does its part and stops itself. */
static pid_t start(void (*part)(void *), void *arg)
{
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        part(arg);
        raise(SIGSTOP);
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
    ck_assert_msg(WIFSTOPPED(status), "the child ended");
    return pid;
}

static void finish(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void take(struct sample *s, pid_t pid)
{
    AUTO(err) struct err e = ERR_INIT;
    struct watched w;
    ck_assert_msg(watched_open(&w, "/proc", pid, &e) == 0, "%s", e.text);
    ck_assert_msg(sample_take(s, &w, SAMPLE_ALL, &e) == 0, "%s", e.text);
    watched_release(&w);
}

static void map_some(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++) {
        char *p = mmap(
            NULL, 32 * PAGE, i % 2 ? PROT_READ | PROT_WRITE : PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (int k = 0; k < i % 32; k++)
            if (i % 2)
                p[k * PAGE] = 1;
            else
                (void)*(volatile char *)(p + k * PAGE);
    }
}

static bool same_memory(const struct memory *a, const struct memory *b)
{
    for (int f = 0; f < MEMORY_FIELDS; f++)
        if (memory_field(a, f) != memory_field(b, f))
            return false;
    return true;
}

/* What mappings add up to is what the kernel says of the process, to the byte; pss is rounded down for each.
 * Who shares a file's pages changes as others on the machine come and go, so it is looked at until they do
 * not. */
START_TEST(sums_are_the_kernels)
{
    struct sample all, totals;
    AUTO(err) struct err e = ERR_INIT;
    struct watched w;
    bool same = false;
    pid_t pid = start(map_some, NULL);
    ck_assert_int_eq(watched_open(&w, "/proc", pid, &e), 0);
    for (int attempt = 0; attempt < 100 && !same; attempt++) {
        uint64_t pss = 0;
        take(&all, pid);
        ck_assert_int_eq(sample_take(&totals, &w, SAMPLE_TOTALS, &e), 0);
        same = all.steady && same_memory(&all.total, &totals.total);
        for (size_t i = 0; i < all.region_count; i++)
            pss += all.regions[i].memory.pss;
        ck_assert_uint_eq(pss + all.pss_rounding, all.total.pss);
        ck_assert_uint_lt(all.pss_rounding, all.region_count * 1024);
        ck_assert_uint_eq(all.total.rss, all.total.private_clean + all.total.private_dirty +
                                             all.total.shared_clean + all.total.shared_dirty);
        sample_release(&all);
        sample_release(&totals);
    }
    ck_assert(same);
    watched_release(&w);
    finish(pid);
}
END_TEST

struct family {
    char *memory;   /* of 64 MiB, at the same place in all of them */
    pid_t *workers; /* shared with the test */
};

static void make_family(void *arg)
{
    struct family *f = arg;
    memset(f->memory, 1, TOUCHED);
    for (int i = 0; i < WORKERS; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            memset(f->memory, 2 + i, HALF);
            raise(SIGSTOP);
            _exit(0);
        }
        f->workers[i] = pid;
        waitpid(pid, NULL, WUNTRACED);
    }
}

static const struct region *region_at(const struct sample *s, const void *address)
{
    for (size_t i = 0; i < s->region_count; i++)
        if (s->regions[i].start == (uintptr_t)address)
            return &s->regions[i];
    ck_abort_msg("the mapping is not there");
    return NULL;
}

static void near(uint64_t measured, uint64_t truth)
{
    uint64_t off = measured > truth ? measured - truth : truth - measured;
    ck_assert_msg(off <= PAGE, "measured %llu, the truth is %llu", (unsigned long long)measured,
        (unsigned long long)truth);
}

/* 64 MiB are mapped and 16 touched; three are forked that write to half of these. */
START_TEST(known_behaviour)
{
    struct family f;
    f.memory = mmap(NULL, MAPPED + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    f.workers = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(f.memory != MAP_FAILED && f.workers != MAP_FAILED);
    madvise(f.memory, MAPPED, MADV_NOHUGEPAGE);
    mprotect(f.memory + MAPPED, PAGE, PROT_NONE); /* so that the kernel joins it with nothing */
    pid_t parent = start(make_family, &f);
    uint64_t pss = 0;
    for (int i = -1; i < WORKERS; i++) {
        struct sample s;
        take(&s, i < 0 ? parent : f.workers[i]);
        const struct region *g = region_at(&s, f.memory);
        near(g->memory.virt, MAPPED);
        near(g->memory.rss, TOUCHED);
        near(g->memory.anonymous, TOUCHED);
        near(g->memory.private_dirty, HALF);
        near(g->memory.shared_dirty, HALF);
        near(g->memory.pss, HALF + HALF / (WORKERS + 1));
        near(memory_shared_anonymous(&g->memory), HALF);
        ck_assert(g->kind == REGION_ANONYMOUS || g->kind == REGION_SHARED);
        ck_assert_uint_eq(g->memory.swap, 0);
        pss += g->memory.pss;
        sample_release(&s);
    }
    near(pss, (uint64_t)TOUCHED + WORKERS * (uint64_t)HALF);
    AUTO(err) struct err e = ERR_INIT;
    struct process_view v;
    ck_assert_msg(process_view_take(&v, "/proc", parent, 0, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(v.member_count, WORKERS + 1);
    ck_assert_uint_eq(v.unread, 0);
    ck_assert_uint_ge(v.tree_pss, (uint64_t)TOUCHED + WORKERS * (uint64_t)HALF);
    process_view_release(&v);
    for (int i = 0; i < WORKERS; i++)
        kill(f.workers[i], SIGKILL);
    finish(parent);
}
END_TEST

/* Its folder in /proc stays bound to the process that is gone, whoever has its number afterwards. */
START_TEST(ends_while_it_is_read)
{
    AUTO(err) struct err e = ERR_INIT;
    struct watched w;
    struct sample s;
    pid_t pid = start(map_some, NULL);
    ck_assert_int_eq(watched_open(&w, "/proc", pid, &e), 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    ck_assert_int_lt(sample_take(&s, &w, SAMPLE_ALL, &e), 0);
    ck_assert_msg(strstr(e.text, "ended while it was read"), "%s", e.text);
    watched_release(&w);
}
END_TEST

static bool ask_for_number(pid_t pid)
{
    FILE *f = fopen("/proc/sys/kernel/ns_last_pid", "we");
    bool done = f && fprintf(f, "%d", (int)pid - 1) > 0;
    if (f)
        done = fclose(f) == 0 && done;
    return done;
}

START_TEST(number_used_again)
{
    AUTO(err) struct err e = ERR_INIT;
    struct watched w;
    struct sample s;
    for (int attempt = 0; attempt < 50; attempt++) {
        pid_t first = start(map_some, NULL);
        ck_assert_int_eq(watched_open(&w, "/proc", first, &e), 0);
        finish(first);
        if (!ask_for_number(first)) {
            printf("skip number_used_again: the next process number cannot be chosen here\n");
            watched_release(&w);
            return;
        }
        pid_t second = start(map_some, NULL);
        int status = sample_take(&s, &w, SAMPLE_ALL, &e);
        watched_release(&w);
        finish(second);
        ck_assert_int_lt(status, 0);
        ck_assert_msg(strstr(e.text, "ended while it was read"), "%s", e.text);
        if (second == first)
            return;
        err_release(&e);
    }
    printf("skip number_used_again: others were faster each time\n");
}
END_TEST

START_TEST(zombies_and_kernel_threads)
{
    AUTO(err) struct err e = ERR_INIT;
    struct watched w;
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    siginfo_t info;
    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    ck_assert_int_lt(watched_open(&w, "/proc", pid, &e), 0);
    ck_assert_msg(strstr(e.text, "a zombie"), "%s", e.text);
    waitpid(pid, NULL, 0);
    err_release(&e);
    char name[16] = "";
    FILE *f = fopen("/proc/2/comm", "re");
    bool has_kernel = f && fgets(name, sizeof name, f) && strcmp(name, "kthreadd\n") == 0;
    if (f)
        fclose(f);
    if (!has_kernel) {
        printf("skip zombies_and_kernel_threads: no kernel threads are seen here\n");
        return;
    }
    ck_assert_int_lt(watched_open(&w, "/proc", 2, &e), 0);
    ck_assert_msg(strstr(e.text, "is a kernel thread"), "%s", e.text);
}
END_TEST

/* As somebody else: status 0 when the words are right. */
static int look_as_nobody(pid_t pid)
{
    AUTO(err) struct err e = ERR_INIT;
    struct watched w;
    struct sample s;
    if (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0)
        return 2;
    if (watched_open(&w, "/proc", pid, &e) < 0)
        return 3;
    if (sample_take(&s, &w, SAMPLE_ALL, &e) == 0)
        return 4;
    return strstr(e.text, "is a process of root, whose smaps only root may read") ? 0 : 5;
}

START_TEST(processes_of_others)
{
    if (geteuid() != 0) {
        printf("skip processes_of_others: only root can become somebody else\n");
        return;
    }
    pid_t pid = start(map_some, NULL), child = fork();
    if (child == 0)
        _exit(look_as_nobody(pid));
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", WEXITSTATUS(status));
    finish(pid);
}
END_TEST

static void load(void *arg)
{
    if (!dlopen(arg, RTLD_NOW))
        _exit(1);
}

/* 40 pages, every third touched; the first 10 are parted from the others. */
static void touch_some(void *arg)
{
    for (int i = 0; i < 40; i += 3)
        ((char *)arg)[i * PAGE] = 1;
}

static void count_truth(const struct memory *m, int from, int to)
{
    uint64_t touched = 0;
    for (int i = from; i < to; i++)
        touched += i % 3 == 0;
    ck_assert_uint_eq(m->virt, (uint64_t)(to - from) * PAGE);
    ck_assert_uint_eq(m->rss, touched * PAGE);
    ck_assert_uint_eq(m->private_dirty, touched * PAGE);
    ck_assert_uint_eq(m->pss, touched * PAGE);
    ck_assert_uint_eq(m->anonymous, touched * PAGE);
}

START_TEST(mappings_are_parted)
{
    char *memory = mmap(NULL, 42 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + PAGE;
    ck_assert_int_eq(mprotect(memory, 40 * PAGE, PROT_READ | PROT_WRITE), 0);
    pid_t pid = start(touch_some, memory);
    struct sample s;
    take(&s, pid);
    AUTO_FREE char *path = xstrf("/proc/%d/pagemap", (int)pid);
    AUTO_CLOSE int pagemap = open(path, O_RDONLY | O_CLOEXEC);
    const struct region *g = region_at(&s, memory);
    struct region first, second;
    count_truth(&g->memory, 0, 40);
    ck_assert(region_split(g, (uintptr_t)memory + 10 * PAGE, pagemap, &first, &second));
    count_truth(&first.memory, 0, 10);
    count_truth(&second.memory, 10, 40);
    ck_assert_uint_eq(first.end, second.start);
    ck_assert(!region_split(g, g->start, pagemap, &first, &second));
    ck_assert(!region_split(g, g->end, pagemap, &first, &second));
    ck_assert(!region_split(g, g->start + 100, pagemap, &first, &second));
    ck_assert(!region_split(g, g->start + PAGE, -1, &first, &second));
    struct region other = *g;
    other.memory.rss -= PAGE; /* it changed between the two */
    ck_assert(!region_split(&other, g->start + PAGE, pagemap, &first, &second));
    sample_release(&s);
    finish(pid);
}
END_TEST

/* The pages that a file says will be written to are those that are. */
START_TEST(written_pages_are_foretold)
{
    static const char source[] =
        "#include <stdio.h>\n"
        "static int x[4]; int *many[4000] = {[0 ... 3999] = &x[1]};\n"
        "const char *const names[2000] = {[0 ... 1999] = \"name\"};\n"
        "__attribute__((section(\".data1\"))) int plain[5000] = {1}; int tail[3] = {4}; static char "
        "zero[100000];\n"
        "int use(void) { puts(names[1]); return *many[7] + plain[2] + tail[0] + zero[9]; }\n";
    static const char *const options[] = {"-shared -fPIC", "-shared -fPIC -Wl,-z,now",
        "-shared -fPIC -Wl,-z,norelro", "-shared -fPIC -Wl,-z,now -Wl,-z,pack-relative-relocs",
        "-shared -fPIC -Wl,--hash-style=sysv -Wl,-z,lazy"};
    for (size_t i = 0; i < COUNT(options); i++) {
        AUTO(built) struct built b = {0};
        AUTO(err) struct err e = ERR_INIT;
        struct module_footprint m;
        struct sample s;
        build(&b, source, options[i]);
        AUTO_FREE char *path = xstrf("%s/out", b.dir);
        ck_assert_msg(module_footprint_read(&m, path, NULL, &e) == 0, "%s", e.text);
        ck_assert_uint_ge(m.relocation_total, 6000);
        pid_t pid = start(load, path);
        take(&s, pid);
        uint64_t relro = 0, data = 0;
        for (size_t k = 0; k < s.region_count; k++) {
            const struct region *g = &s.regions[k];
            if (strcmp(g->name, path) != 0)
                continue;
            relro += g->kind == REGION_RELRO ? g->memory.anonymous : 0;
            data += g->kind == REGION_DATA ? g->memory.anonymous : 0;
        }
        ck_assert_msg(relro == m.pages.relro_written * PAGE, "%s: relro: %llu is not %llu", options[i],
            (unsigned long long)relro / PAGE, (unsigned long long)m.pages.relro_written);
        ck_assert_msg(data == m.pages.data_written * PAGE, "%s: data: %llu is not %llu", options[i],
            (unsigned long long)data / PAGE, (unsigned long long)m.pages.data_written);
        for (size_t k = 0; k < s.file_count; k++)
            if (strcmp(s.files[k].name, path) == 0)
                ck_assert_uint_eq(s.files[k].kinds[REGION_BSS].virt, m.pages.bss * PAGE);
        sample_release(&s);
        module_footprint_release(&m);
        finish(pid);
    }
}
END_TEST

START_TEST(modules_told_from_the_file)
{
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct module_footprint m;
    build(&b,
        "#include <stdio.h>\n__thread int t[6]; static char big[5000] = {1}; int small[10] = {2};\n"
        "__attribute__((constructor)) static void first(void) { puts(\"x\"); }\n"
        "__attribute__((constructor)) static void second(void) { puts(big); }\n"
        "int *one = small; int *two = small + 1; int get(void) { return t[0]++; }\n",
        "-shared -fPIC -O1 -ftls-model=initial-exec -Wl,-z,now -Wl,-soname,libmine.so.1");
    AUTO_FREE char *path = xstrf("%s/out", b.dir);
    ck_assert_msg(module_footprint_read(&m, path, NULL, &e) == 0, "%s", e.text);
    ck_assert_str_eq(m.soname, "libmine.so.1");
    ck_assert_uint_eq(m.tls_size, 24);
    ck_assert(m.static_tls && m.bind_now && m.from_symbol_table);
    ck_assert_uint_ge(m.constructors, 3); /* frame_dummy, first, second, and _init */
    ck_assert_str_eq(m.objects[0].name, "big");
    ck_assert_uint_eq(m.objects[0].size, 5000);
    ck_assert_uint_eq(m.exported, 5); /* t small one two get */
    uint64_t symbol = 0, relative = 0, sum = 0;
    for (size_t i = 0; i < m.relocation_count; i++) {
        symbol += m.relocations[i].class == RELOCATION_SYMBOL ? m.relocations[i].count : 0;
        relative += m.relocations[i].class == RELOCATION_RELATIVE ? m.relocations[i].count : 0;
        sum += m.relocations[i].count;
    }
    ck_assert_uint_ge(symbol, 2); /* one and two could be interposed */
    ck_assert_uint_ge(relative, 3);
    ck_assert_uint_eq(sum, m.relocation_total);
    ck_assert_int_eq(m.share_source, SHARE_SYMBOLS);
    bool has_source = false;
    for (size_t i = 0; i < m.share_count; i++)
        has_source |= strcmp(m.shares[i].name, "in.c") == 0 && m.shares[i].size >= 5000;
    ck_assert(has_source);
    module_footprint_release(&m);
    ck_assert_int_lt(module_footprint_read(&m, "/etc/passwd", NULL, &e), 0);
    ck_assert_msg(strstr(e.text, "/etc/passwd: not an ELF file"), "%s", e.text);
}
END_TEST

/* Of each architecture that a cross compiler is here for: the loader's work has a name. */
START_TEST(relocations_of_other_architectures_are_known)
{
    static const char source[] =
        "__thread int t; int a[2]; int *one = a + 1; static int b; int *two = &b; int g(void);\n"
        "int h(void) { return g() + t++ + *one; }\n";
    const struct arch *arch = arch_at((size_t)_i);
    AUTO_FREE char *cc = xstrf("%s-gcc", arch->compiler);
    AUTO_FREE char *there = program_there(cc);
    if (!there || !arch->baseline[0]) {
        fprintf(stderr, "skipped: no %s here\n", cc);
        return;
    }
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct module_footprint m;
    build(&b, "int unused;\n", "-c");
    AUTO_FREE char *path = xstrf("%s/other.so", b.dir);
    AUTO_FREE char *text = xstrf("%s/other.c", b.dir);
    ck_assert_int_eq(file_write(text, source, strlen(source), 0644, &e), 0);
    AUTO_FREE char *command = xstrf("%s -shared -fPIC -nostdlib %s -o %s", there, text, path);
    ck_assert_msg(system(command) == 0, "%s", command);
    ck_assert_msg(module_footprint_read(&m, path, NULL, &e) == 0, "%s", e.text);
    bool classes[RELOCATION_CLASSES] = {false};
    for (size_t i = 0; i < m.relocation_count; i++) {
        ck_assert_msg(
            m.relocations[i].class != RELOCATION_OTHER, "%s: %s", arch->name, m.relocations[i].name);
        classes[m.relocations[i].class] = true;
    }
    ck_assert_msg(classes[RELOCATION_RELATIVE] && classes[RELOCATION_SYMBOL] && classes[RELOCATION_CALL] &&
                      classes[RELOCATION_TLS],
        "%s", arch->name);
    module_footprint_release(&m);
}
END_TEST

/* Nobody else maps this library but us and the child: once we let go, its pages are the child's own. */
START_TEST(our_own_pages_do_not_count)
{
#ifndef __SANITIZE_ADDRESS__
    AUTO(built) struct built b = {0};
    struct sample s;
    build(&b,
        "const char table[200000] = {1, [99840] = 5, 6}; int sum(void) { int n = 0; for (int i = 0; i < "
        "200000; i += 512)"
        " n += table[i]; return n; }\n",
        "-shared -fPIC");
    AUTO_FREE char *path = xstrf("%s/out", b.dir);
    void *library = dlopen(path, RTLD_NOW);
    ck_assert_ptr_nonnull(library);
    int (*sum)(void) = (int (*)(void))(uintptr_t)dlsym(library, "sum");
    ck_assert_ptr_nonnull((void *)(uintptr_t)sum);
    pid_t pid = start((void (*)(void *))(uintptr_t)sum, NULL);
    ck_assert_int_eq(sum(), 6);
    for (int turn = 0; turn < 2; turn++) {
        if (turn)
            own_pages_let_go();
        take(&s, pid);
        uint64_t shared = 0, own = 0;
        for (size_t i = 0; i < s.region_count; i++)
            if (strcmp(s.regions[i].name, path) == 0 && s.regions[i].kind == REGION_CONSTANTS) {
                shared += s.regions[i].memory.shared_clean + s.regions[i].memory.shared_dirty;
                own += memory_uss(&s.regions[i].memory);
            }
        ck_assert_uint_ge(turn ? own : shared, 190000);
        ck_assert_uint_le(turn ? shared : own, 8192);
        sample_release(&s);
    }
    ck_assert_int_eq(sum(), 6); /* they come back */
    finish(pid);
    dlclose(library);
#endif
}
END_TEST

Suite *footprint_truth_suite(void)
{
    Suite *s = suite_create("footprint_truth");
    TCase *t = tcase_create("footprint_truth");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, sums_are_the_kernels);
    tcase_add_test(t, known_behaviour);
    tcase_add_test(t, ends_while_it_is_read);
    tcase_add_test(t, number_used_again);
    tcase_add_test(t, zombies_and_kernel_threads);
    tcase_add_test(t, processes_of_others);
    tcase_add_test(t, mappings_are_parted);
    tcase_add_test(t, written_pages_are_foretold);
    tcase_add_test(t, modules_told_from_the_file);
    int arches = 0;
    while (arch_at((size_t)arches))
        arches++;
    tcase_add_loop_test(t, relocations_of_other_architectures_are_known, 0, arches);
    tcase_add_test(t, our_own_pages_do_not_count);
    suite_add_tcase(s, t);
    return s;
}
