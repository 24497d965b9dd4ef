/* In a namespace of its own the first process is who adopts what lost its parent, and when it ends, the
 * kernel kills the rest. A program that does not expect that (a shell, a compiler) is none: it never waits
 * for strangers' children. */
#include "wrapper/first_process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* To all of them: there is nobody else here. */
static void pass_on(int number)
{
    int before = errno;
    kill(-1, number);
    errno = before;
}

static void listen(void (*handler)(int))
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaction(numbers[i], &action, NULL);
}

static int status_of(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Until that one has ended; the others are taken as they end. */
static int wait_for(pid_t child)
{
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, 0);
        if (pid == child)
            return status_of(status);
        if (pid < 0 && errno != EINTR)
            return 127;
    }
}

static void end_others(void)
{
    kill(-1, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        ;
}

int first_process(char *const *argv)
{
    if (!argv[0])
        return 127;
    listen(pass_on);
    pid_t child = fork();
    if (child == 0) {
        listen(SIG_DFL);
        execvp(argv[0], argv);
    }
    if (child <= 0) {
        fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
        if (child == 0)
            _exit(127);
        return 127;
    }
    int status = wait_for(child);
    end_others();
    return status;
}
