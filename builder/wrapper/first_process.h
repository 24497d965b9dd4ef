/* The first process of a confined step. */
#ifndef WRAPPER_FIRST_PROCESS_H
#define WRAPPER_FIRST_PROCESS_H

/* The name under which the program is that. */
#define FIRST_PROCESS_NAME "init"

/* Starts argv (NULL-terminated; argv[0] is looked up in PATH), takes what ends, ends everything else once
 * argv's program has ended, and gives that one's status: 128 and the signal's number when one killed it, 127
 * with a line on standard error when it cannot be started. All that ran has then been waited for, so that its
 * time is known to whoever waits for this. */
int first_process(char *const *argv);

#endif
