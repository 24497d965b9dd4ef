/* One process as /proc shows it.
 *
 * A folder of /proc that was opened belongs to that process and no other: when it ends and its number goes to
 * another one, what is read through the descriptor fails. So nothing here can mix two processes up. */
#ifndef FOOTPRINT_PROCESS_H
#define FOOTPRINT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* What /proc/PID/stat says (proc(5)). */
struct process_facts {
    char name[64]; /* without the parentheses, as the process chose it; control characters are '?' */
    pid_t pid, parent;
    char state; /* R S D T t Z X … */
    bool kernel_thread, exiting;
    uint64_t minor_faults, major_faults;
    uint64_t threads;
    uint64_t start_ticks; /* since the machine started; tells two processes of one number apart */
    uint64_t virt_bytes;
    uint64_t code_start, stack_start; /* change when it becomes another program; 0 when they are not shown */
};

struct watched {
    pid_t pid;
    int folder; /* /proc/PID, -1: none */
    uint64_t start_ticks;
    uid_t owner;
    char name[64];
};

/* Opens a process that can be measured; proc is "/proc". A process that is not there, one of another user, a
 * zombie and a kernel thread are ERR_ENVIRONMENT, each with its own words. */
int watched_open(struct watched *w, const char *proc, pid_t pid, struct err *e);
void watched_release(struct watched *w);

/* Reads stat; ERR_ENVIRONMENT when the process is gone. */
int watched_facts(const struct watched *w, struct process_facts *facts, struct err *e);

/* Parses the text of a stat file; false when it is not one. */
bool process_facts_parse(struct process_facts *facts, const char *text);

/* Adds a whole file of the process's folder, at most limit bytes. A process that is gone is "ended while it
 * was read"; no permission says whose it is. */
int watched_read(const struct watched *w, const char *file, struct strbuf *out, size_t limit, struct err *e);

/* Opens a file of the process's folder for reading; -1 as above. */
int watched_open_file(const struct watched *w, const char *file, struct err *e);

/* Reads up to len bytes of an opened file: how many, 0 at the end, or -1. */
ssize_t watched_take(
    const struct watched *w, int fd, const char *file, void *bytes, size_t len, struct err *e);

/* What a link of the process's folder ("exe") points to; the caller frees it, NULL when it is not shown. */
char *watched_link(const struct watched *w, const char *file);

/* How many entries a folder of the process ("fd", "task") has, or -1 when it is not shown. */
int watched_count(const struct watched *w, const char *folder);

/* The number behind "Name:" in the text of a status file, 0 when it is not there; kB are turned into bytes.
 */
uint64_t status_number(const char *text, const char *name);

/* The process whose parent is `parent`, and theirs, oldest first; those that may not be read are counted in
 * *unread. The caller releases each. parent itself comes first. */
struct watched_list {
    struct watched *items;
    size_t len, cap;
    size_t unread;
    char *why; /* of the first that could not be read, or NULL */
};
int watched_tree(struct watched_list *list, const char *proc, pid_t parent, struct err *e);
/* All processes of the machine in the same way, but kernel threads. */
int watched_all(struct watched_list *list, const char *proc, struct err *e);
void watched_list_release(struct watched_list *list);

#endif
