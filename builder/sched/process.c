/* Finds and starts programs, with exactly the descriptors they are given, and waits for them. */
#include "sched/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/internal.h"
#include "sched/supervise.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"

static const char *search_of(char *const *env)
{
    for (size_t i = 0; env && env[i]; i++)
        if (strncmp(env[i], "PATH=", 5) == 0)
            return env[i] + 5;
    return getenv("PATH");
}

static int is_program(const char *path, struct err *e)
{
    int is_file = path_is_file(path, e);
    if (is_file < 0 && e->number == EACCES) { /* a folder that is not ours to search has nothing for us */
        err_release(e);
        return 0;
    }
    return is_file == 1 ? path_allows(path, X_OK, e) : is_file;
}

char *program_find(const char *name, const char *search, struct err *e)
{
    if (strchr(name, '/'))
        return is_program(name, e) == 1 ? xstrdup(name) : NULL;
    struct slice rest = slice_of(search ? search : "/usr/bin:/bin");
    while (rest.ptr) {
        struct slice folder = slice_cut(&rest, ':');
        if (!folder.len)
            continue;
        AUTO_FREE char *path = xstrf("%.*s/%s", (int)folder.len, folder.ptr, name);
        int found = is_program(path, e);
        if (found)
            return found == 1 ? steal_ptr(&path) : NULL;
    }
    return NULL;
}

static void limit(int what, uint64_t bytes)
{
    if (bytes)
        setrlimit(what, &(struct rlimit){bytes, bytes});
}

/* Root may write to what is read-only, finished trees too; its builds may not. Where this is not allowed
 * there is nothing to take away. */
static void keep_to_modes(void)
{
    prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
}

/* Why a child could not become its program, as it comes through the pipe. */
struct start_failure {
    enum { NO_NULL, NO_DESCRIPTOR, NO_FOLDER, NO_PROGRAM, NO_CHILD } at;
    int number;
};

static _Noreturn void give_up(int report, const struct start_failure *f)
{
    if (write(report, f, sizeof *f) < 0)
        _exit(126);
    _exit(127);
}

/* What of a child's descriptors comes after its three. */
enum { PASSED = 3 };

void process_close_others(int first)
{
    enum { MOST = 65536 }; /* one by one on Linux before 5.9 */
    if (syscall(SYS_close_range, first, ~0U, 0) < 0)
        for (int fd = first; fd < MOST; fd++)
            close(fd);
}

void process_settle(const struct process_spec *spec, int *report, pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    struct start_failure f = {.at = NO_NULL};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 && (spec->in < 0 || spec->out < 0 || spec->err < 0))
        goto failed;
    f.at = NO_DESCRIPTOR;
    int high = spec->pass ? fcntl(*report, F_DUPFD_CLOEXEC, PASSED + 2) : *report;
    if (high < 0)
        goto failed;
    *report = high; /* out of the way of what is passed */
    int wanted[PASSED + 2] = {spec->in, spec->out, spec->err};
    int moved[PASSED + 2], count = spec->pass ? PASSED + 2 : PASSED;
    for (int i = PASSED; i < count; i++)
        wanted[i] = spec->pass[i - PASSED];
    for (int i = 0; i < count; i++) /* first above them all, so that no dup2 overwrites a source */
        moved[i] = fcntl(wanted[i] < 0 ? null : wanted[i], F_DUPFD_CLOEXEC, PASSED + 2);
    for (int i = 0; i < count; i++)
        if (moved[i] < 0 || dup2(moved[i], i) < 0)
            goto failed;
    syscall(SYS_close_range, count, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
#ifndef __SANITIZE_ADDRESS__ /* which reserves terabytes of addresses that it never touches */
    limit(RLIMIT_AS, spec->memory_bytes);
#endif
    limit(RLIMIT_FSIZE, spec->file_bytes);
    limit(RLIMIT_CORE, 0);
    if (spec->lifeline || spec->starts_nothing)
        keep_to_modes();
    f.at = NO_FOLDER;
    if (!spec->dir || chdir(spec->dir) == 0)
        return;
failed:
    f.number = errno;
    give_up(*report, &f);
}

/* Runs in the child; writes errno into report when the program cannot be started. */
static _Noreturn void become(const struct process_spec *spec, const char *program, int report, pid_t parent)
{
    process_settle(spec, &report, parent);
    char *const *env = spec->env ? spec->env : environ;
    if (spec->itself)
        execve(PROCESS_ITSELF, spec->argv, env);
    else
        execve(program, spec->argv, env);
    give_up(report, &(struct start_failure){NO_PROGRAM, errno});
}

/* The program as the child will start it, from inside its folder: "./configure" is the one in there. */
static char *find_in(const char *dir, const char *name, const char *search, struct err *e)
{
    if (!dir || name[0] == '/' || !strchr(name, '/'))
        return program_find(name, search, e);
    AUTO_FREE char *path = path_join(dir, name);
    AUTO_FREE char *found = program_find(path, search, e);
    return found ? xstrdup(name) : NULL;
}

int process_input(const char *text, struct err *e)
{
    AUTO_CLOSE int fd = memfd_create("input", MFD_CLOEXEC);
    size_t len = strlen(text), done = 0;
    while (fd >= 0 && done < len) {
        ssize_t n = write(fd, text + done, len - done);
        if (n < 0)
            break;
        done += (size_t)n;
    }
    if (fd < 0 || done < len || lseek(fd, 0, SEEK_SET) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "no memory file can be made");
    return steal_fd(&fd);
}

/* What the child needs to know to become the program. */
struct start {
    const struct process_spec *spec;
    const char *program;
    int report;
};

static void start(const void *arg, pid_t parent)
{
    const struct start *s = arg;
    if (!parent)
        give_up(s->report, &(struct start_failure){NO_CHILD, errno});
    become(s->spec, s->program, s->report, parent);
}

static int tell_failure(
    const struct process_spec *spec, const char *program, const struct start_failure *f, struct err *e)
{
    errno = f->number;
    switch (f->at) {
    case NO_NULL:
        err_errno(e, ERR_ENVIRONMENT, "/dev/null: cannot be opened, to start %s", program);
        e->number = EIO; /* about the machine, whatever it was: no program starts without */
        return -1;
    case NO_DESCRIPTOR:
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be given its descriptors", program);
    case NO_FOLDER:
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be started in %s", program, spec->dir);
    case NO_CHILD:
        return err_errno(e, ERR_ENVIRONMENT, "%s: no process can be made", program);
    case NO_PROGRAM:
        break;
    }
    if (spec->itself)
        return err_errno(e, ERR_ENVIRONMENT,
            PROCESS_ITSELF ": by that this program starts itself, and it is not there; is /proc mounted?");
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be started", program);
}

int process_started(struct process *p, pid_t pid, const struct process_spec *spec, const char *program,
    int reader, struct err *e)
{
    struct start_failure failure;
    ssize_t n = file_take(reader, &failure, sizeof failure, -1, program, e);
    if (n == (ssize_t)sizeof failure) {
        waitpid(pid, NULL, 0);
        return tell_failure(spec, program, &failure, e);
    }
    if (n < 0) { /* whether it was started is not known, so it is not used */
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return -1;
    }
    p->pid = pid;
    p->supervised = spec->lifeline;
    p->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (p->pidfd < 0) {
        err_errno(e, ERR_ENVIRONMENT, "%s: no descriptor for the process%s", spec->argv[0],
            errno == ENOSYS ? " (Linux 5.3 or later is needed)" : "");
        kill(-pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return -1;
    }
    fcntl(p->pidfd, F_SETFD, FD_CLOEXEC);
    return 0;
}

int process_start(struct process *p, const struct process_spec *spec, struct err *e)
{
    AUTO_FREE char *program =
        spec->itself ? xstrdup(spec->argv[0]) : find_in(spec->dir, spec->argv[0], search_of(spec->env), e);
    if (!program && e->kind)
        return -1;
    if (!program)
        return err_set(e, ERR_MISSING, "%s: program not found", spec->argv[0]);
    AUTO_CLOSE int input = spec->input ? process_input(spec->input, e) : -1;
    if (spec->input && input < 0)
        return -1;
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "no pipe can be made");
    AUTO_CLOSE int reader = report[0];
    AUTO_CLOSE int writer = report[1];
    struct process_spec with_input = *spec;
    if (spec->input)
        with_input.in = input;
    const struct start how = {&with_input, program, writer};
    pid_t parent = getpid(), pid = fork();
    if (pid < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: no process can be made", spec->argv[0]);
    if (pid == 0 && spec->lifeline)
        supervise(spec->lifeline, start, &how);
    if (pid == 0)
        start(&how, parent);
    setpgid(pid, pid); /* here too: whichever of the two runs first */
    close(steal_fd(&writer));
    return process_started(p, pid, spec, program, reader, e);
}

int process_become(char *const *argv, char *const *env, const char *dir, struct err *e)
{
    AUTO_FREE char *program = find_in(dir, argv[0], search_of(env), e);
    if (!program)
        return e->kind ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: program not found", argv[0]);
    if (chdir(dir) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be started in %s", program, dir);
    execve(program, argv, env);
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be started", program);
}

void process_wait(struct process *p, struct process_end *end)
{
    int status = 0;
    struct rusage usage = {0};
    pid_t waited;
    do
        waited = wait4(p->pid, &status, 0, &usage);
    while (waited < 0 && errno == EINTR);
    int lost = waited < 0 ? errno : 0;
    close(p->pidfd);
    p->pidfd = -1;
    if (lost) {
        *end = (struct process_end){.status = 255, .lost = lost};
        return;
    }
    int by_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    *end = (struct process_end){
        .status = by_signal ? 128 + by_signal : WEXITSTATUS(status),
        .signal = by_signal,
        .cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
        .peak_bytes = (uint64_t)usage.ru_maxrss * 1024,
    };
}

void process_end_from_inside(struct process_end *end)
{
    enum { FIRST = 128, LAST = 128 + 64 };
    if (!end->signal && end->status > FIRST && end->status <= LAST)
        end->signal = end->status - FIRST;
}

void process_kill(const struct process *p, int sig)
{
    if (p->pid > 0)
        kill(-p->pid, sig == SIGKILL && p->supervised ? SUPERVISE_KILL : sig);
}

static bool is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    return *word && word[strspn(word, plain)] == '\0';
}

char *process_words(char *const *argv)
{
    struct strbuf out = {0};
    for (size_t i = 0; argv[i]; i++) {
        if (i)
            strbuf_addc(&out, ' ');
        if (is_plain(argv[i])) {
            strbuf_adds(&out, argv[i]);
            continue;
        }
        strbuf_addc(&out, '\'');
        for (const char *p = argv[i]; *p; p++)
            strbuf_adds(&out, *p == '\'' ? "'\\''" : (char[]){*p, 0});
        strbuf_addc(&out, '\'');
    }
    return strbuf_steal(&out);
}
