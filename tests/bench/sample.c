/* What a sample costs: sample ROUNDS
 *
 * Measures a stopped child with 1,000 mappings and prints a line a round: milliseconds for a sample, and for
 * reading its smaps to the end into a buffer and writing it to /dev/null, as cat does. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "footprint/sample.h"
#include "sys/clock.h"

enum { MAPPINGS = 1000, BUFFER = 128 << 10 }; /* cat's */

static void map_many(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < MAPPINGS; i++) { /* neighbours differ, so that the kernel does not join them */
        char *p = mmap(
            NULL, 8 * page, i % 2 ? PROT_READ | PROT_WRITE : PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (size_t k = 0; i % 2 && p != MAP_FAILED && k < 4; k++)
            p[k * page] = 1;
    }
}

static double read_like_cat(pid_t pid)
{
    static char buffer[BUFFER];
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/smaps", (int)pid);
    int64_t begin = clock_monotonic_ns();
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO_CLOSE int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;)
        if (write(null, buffer, (size_t)n) != n)
            exit(1);
    return (double)(clock_monotonic_ns() - begin) / 1e6;
}

static double take_sample(pid_t pid, size_t *regions)
{
    struct err e = ERR_INIT;
    struct watched w;
    struct sample s;
    int64_t begin = clock_monotonic_ns();
    if (watched_open(&w, "/proc", pid, &e) < 0 || sample_take(&s, &w, SAMPLE_ALL, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        exit(1);
    }
    *regions = s.region_count;
    sample_release(&s);
    watched_release(&w);
    return (double)(clock_monotonic_ns() - begin) / 1e6;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 20, status;
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        map_many();
        raise(SIGSTOP);
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid)
        return 1;
    for (int i = 0; i < rounds; i++) {
        size_t regions;
        double sample = take_sample(pid, &regions);
        double cat = read_like_cat(pid);
        printf("%.4f %.4f %zu\n", sample, cat, regions);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return 0;
}
