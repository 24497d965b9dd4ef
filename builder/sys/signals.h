/* What a parent hands down about signals. */
#ifndef SYS_SIGNALS_H
#define SYS_SIGNALS_H

/* Gives every signal its default disposition and unblocks all: a parent that ignores SIGCHLD would take the
 * exit statuses of our children from us. SIGHUP, SIGINT and SIGQUIT stay ignored when they are: nohup(1) and
 * shells that start background jobs ask for that. First thing in main. */
void signals_reset(void);

#endif
