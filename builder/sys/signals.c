/* A process inherits ignored and blocked signals through execve(2); what we rely on must not be among them.
 */
#include "sys/signals.h"

#include <signal.h>
#include <stddef.h>
#include <stdbool.h>

static bool may_stay_ignored(int number)
{
    return number == SIGHUP || number == SIGINT || number == SIGQUIT;
}

void signals_reset(void)
{
    for (int number = 1; number < NSIG; number++)
        if (!may_stay_ignored(number))
            signal(number, SIG_DFL); /* fails for SIGKILL, SIGSTOP and what the C library keeps for itself */
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
