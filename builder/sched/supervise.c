/* The process between us and a command. Killing a process group does not reach what made a group or session
 * of its own (a compiler server does), and who is killed by SIGKILL can end nobody. So each command has
 * somebody who stays: it sees our end by a pipe, and all orphans of the command become its children.
 *
 * It is a fork of a process that may have threads: only system calls happen here. */
#include "sched/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sched/internal.h"

_Static_assert(SUPERVISE_KILL == SIGUSR2, "");

/* Where it keeps its descriptors; everything else is closed. */
enum { LIFELINE = 3, SIGNALS = 4, FIRST_OTHER = 5 };

struct supervisor_watch {
    pid_t command;
    int status; /* as wait(2) gives it */
    bool ended;
};

/* Takes what has ended; false when no child is left. */
static bool reap(struct supervisor_watch *w)
{
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0)
            return pid == 0;
        if (pid == w->command) {
            w->status = status;
            w->ended = true;
        }
    }
}

/* Kills each process named in the list "12 345 "; its own children are ours in the next round. */
static void kill_listed(int fd)
{
    char text[4096];
    ssize_t n;
    pid_t pid = 0;
    while ((n = read(fd, text, sizeof text)) > 0)
        for (ssize_t i = 0; i < n; i++) {
            if (text[i] >= '0' && text[i] <= '9') {
                pid = pid * 10 + (text[i] - '0');
                continue;
            }
            if (pid > 0)
                kill(pid, SIGKILL);
            pid = 0;
        }
}

/* Until nothing of the command is left. Where /proc does not show children (it is not mounted, or the kernel
 * was made without that) its group alone can be ended. */
static void end_all(struct supervisor_watch *w)
{
    enum { PAUSE_NS = 2000000, ROUNDS_BLIND = 1000 };
    for (int round = 0; reap(w); round++) {
        int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
        if (!w->ended)
            kill(-w->command, SIGKILL);
        if (fd >= 0) {
            kill_listed(fd);
            close(fd);
        } else if (w->ended && round > ROUNDS_BLIND) {
            return;
        }
        struct timespec pause = {0, PAUSE_NS};
        sigset_t ended;
        sigemptyset(&ended);
        sigaddset(&ended, SIGCHLD);
        sigtimedwait(&ended, NULL, &pause);
    }
}

/* Where neither is in the other's way. */
static int move_up(int fd)
{
    return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FIRST_OTHER);
}

static void close_others(int lifeline, int signals)
{
    dup2(lifeline, LIFELINE);
    dup2(signals, SIGNALS);
    for (int fd = 0; fd < LIFELINE; fd++)
        close(fd);
    process_close_others(FIRST_OTHER);
}

/* True when everything is to be ended. */
static bool take_signals(struct supervisor_watch *w)
{
    struct signalfd_siginfo info;
    bool end = false;
    while (read(SIGNALS, &info, sizeof info) == (ssize_t)sizeof info)
        if (info.ssi_signo == SUPERVISE_KILL)
            end = true;
        else if (info.ssi_signo != SIGCHLD)
            kill(-w->command, (int)info.ssi_signo);
    return end;
}

static void watch(struct supervisor_watch *w)
{
    struct pollfd fds[2] = {{LIFELINE, POLLIN, 0}, {SIGNALS, POLLIN, 0}};
    for (bool end = false; !w->ended && !end; reap(w)) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            break;
        end = take_signals(w) || fds[0].revents;
    }
    end_all(w);
}

/* Ends as the command ended, so that who waits for us sees that. */
static _Noreturn void end_like(int status)
{
    if (WIFEXITED(status))
        _exit(WEXITSTATUS(status));
    int number = WTERMSIG(status);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(number, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    kill(getpid(), number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    _exit(128 + number);
}

_Noreturn void supervise(int lifeline, void (*start)(const void *arg, pid_t supervisor), const void *arg)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setpgid(0, 0); /* what a terminal sends to our group is for us to pass on */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "sb-supervisor");
    pid_t self = getpid();
    /* All that can fail comes first: once the command runs, somebody has to stay with it. */
    int signals = move_up(signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
    int other = move_up(lifeline);
    struct supervisor_watch w = {.command = signals < 0 || other < 0 ? -1 : fork()};
    if (w.command == 0)
        start(arg, self);
    if (w.command < 0) {
        start(arg, 0);
        _exit(127);
    }
    setpgid(w.command, w.command); /* here too: whichever of the two runs first */
    close_others(other, signals);
    watch(&w);
    end_like(w.status);
}
