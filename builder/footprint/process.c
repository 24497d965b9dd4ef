/* Reads one process of /proc, and keeps hold of it, so that another one with its number is not taken for
 * it. */
#include "footprint/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/read.h"

enum { STAT_LIMIT = 4096, FLAG_EXITING = 0x4, FLAG_KERNEL = 0x200000 }; /* PF_EXITING, PF_KTHREAD */

/* pid (name) state ppid …: the name may hold spaces and parentheses, so it ends at the last one. */
bool process_facts_parse(struct process_facts *f, const char *text)
{
    enum { FIELDS = 26 }; /* from state, field 3, to startstack, field 28 */
    const char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (!open || !close || close < open || close[1] != ' ')
        return false;
    *f = (struct process_facts){.pid = (pid_t)atol(text)};
    size_t len = (size_t)(close - open - 1);
    len = len < sizeof f->name - 1 ? len : sizeof f->name - 1;
    for (size_t i = 0; i < len; i++)
        f->name[i] = (unsigned char)open[1 + i] < 0x20 || open[1 + i] == 0x7f ? '?' : open[1 + i];
    uint64_t value[FIELDS] = {0};
    const char *at = close + 2;
    f->state = *at;
    if (!*at || at[1] != ' ')
        return false;
    at += 2;
    for (int i = 1; i < FIELDS; i++) {
        char *end;
        errno = 0;
        value[i] = strtoull(at, &end, 10);
        if (end == at || errno == ERANGE)
            return false;
        at = end;
    }
    f->parent = (pid_t)value[1];
    f->exiting = value[6] & FLAG_EXITING;
    f->kernel_thread = value[6] & FLAG_KERNEL;
    f->minor_faults = value[7];
    f->major_faults = value[9];
    f->threads = value[17];
    f->start_ticks = value[19];
    f->virt_bytes = value[20];
    f->code_start = value[23];
    f->stack_start = value[25];
    return true;
}

static void owner_words(char out[64], uid_t owner)
{
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r(owner, &entry, buffer, sizeof buffer, &found) == 0 && found)
        snprintf(out, 64, "%s", found->pw_name);
    else
        snprintf(out, 64, "user %u", (unsigned)owner);
}

/* Sets the error for errno as it came from a file of the process; always -1. */
static int watched_trouble(const struct watched *w, const char *file, struct err *e)
{
    int number = errno;
    char owner[64];
    if (number == ESRCH || number == ENOENT)
        return err_set(e, ERR_ENVIRONMENT, "PID %d (%s): ended while it was read", (int)w->pid, w->name);
    if ((number == EACCES || number == EPERM) && w->owner != geteuid()) {
        owner_words(owner, w->owner);
        return err_set(e, ERR_REFUSED, "PID %d (%s): is a process of %s, whose %s only %s%s may read",
            (int)w->pid, w->name, owner, file, w->owner ? owner : "", w->owner ? " and root" : "root");
    }
    if (number == EACCES || number == EPERM)
        return err_set(e, ERR_REFUSED,
            "PID %d (%s): the kernel does not show its %s, though it is yours: it changed its user, has "
            "capabilities, or asked not to be looked at; root may read it",
            (int)w->pid, w->name, file);
    errno = number;
    return err_errno(e, ERR_ENVIRONMENT, "PID %d (%s): %s", (int)w->pid, w->name, file);
}

int watched_open_file(const struct watched *w, const char *file, struct err *e)
{
    AUTO(err) struct err why = ERR_INIT;
    int fd;
    int there = file_open_at(&fd, w->folder, file, O_RDONLY | O_NOFOLLOW, file, &why);
    if (there == 1)
        return fd;
    errno = there < 0 ? why.number : ENOENT;
    return watched_trouble(w, file, e);
}

ssize_t watched_take(
    const struct watched *w, int fd, const char *file, void *bytes, size_t len, struct err *e)
{
    AUTO(err) struct err why = ERR_INIT;
    ssize_t n = file_take(fd, bytes, len, -1, file, &why);
    if (n >= 0)
        return n;
    errno = why.number;
    return watched_trouble(w, file, e);
}

int watched_read(const struct watched *w, const char *file, struct strbuf *out, size_t limit, struct err *e)
{
    AUTO_CLOSE int fd = watched_open_file(w, file, e);
    char buffer[16384];
    size_t total = 0;
    if (fd < 0)
        return -1;
    for (;;) {
        ssize_t n = watched_take(w, fd, file, buffer, sizeof buffer, e);
        if (n <= 0)
            return (int)n;
        if ((size_t)n > limit - total)
            return err_set(e, ERR_ENVIRONMENT, "PID %d (%s): %s is longer than %zu bytes", (int)w->pid,
                w->name, file, limit);
        total += (size_t)n;
        strbuf_add(out, buffer, (size_t)n);
    }
}

int watched_facts(const struct watched *w, struct process_facts *facts, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (watched_read(w, "stat", &text, STAT_LIMIT, e) < 0)
        return -1;
    if (!process_facts_parse(facts, strbuf_str(&text)))
        return err_set(e, ERR_DAMAGED, "PID %d: its stat file is not as proc(5) says", (int)w->pid);
    return 0;
}

static int check_kind(const struct process_facts *f, struct err *e)
{
    if (f->state == 'Z' || f->state == 'X')
        return err_set(e, ERR_ENVIRONMENT,
            "PID %d (%s): has ended and waits for PID %d to take notice (a zombie): it has no memory left",
            (int)f->pid, f->name, (int)f->parent);
    if (f->kernel_thread)
        return err_set(e, ERR_ENVIRONMENT, "PID %d (%s): is a kernel thread: it has no memory of its own",
            (int)f->pid, f->name);
    return 0;
}

int watched_open(struct watched *w, const char *proc, pid_t pid, struct err *e)
{
    AUTO_FREE char *path = xstrf("%s/%d", proc, (int)pid);
    struct process_facts facts;
    struct stat st;
    *w = (struct watched){.pid = pid, .folder = -1, .name = "?"};
    int there = file_open_at(&w->folder, AT_FDCWD, path, O_RDONLY | O_DIRECTORY, path, e);
    if (there == 0)
        return err_set(e, ERR_MISSING, "PID %d: there is no such process (or %s hides it)", (int)pid, proc);
    if (there < 0)
        return -1;
    if (fstat(w->folder, &st) == 0)
        w->owner = st.st_uid;
    if (watched_facts(w, &facts, e) < 0 || check_kind(&facts, e) < 0) {
        watched_release(w);
        return -1;
    }
    memcpy(w->name, facts.name, sizeof w->name);
    w->start_ticks = facts.start_ticks;
    return 0;
}

void watched_release(struct watched *w)
{
    if (w->folder >= 0)
        close(w->folder);
    w->folder = -1;
}

char *watched_link(const struct watched *w, const char *file)
{
    AUTO(err) struct err ignored = ERR_INIT;
    char *target = NULL;
    return link_read(&target, w->folder, file, file, &ignored) == 1 ? target : NULL;
}

int watched_count(const struct watched *w, const char *folder)
{
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO(strvec) struct strvec names = {0};
    return folder_names_at(&names, w->folder, folder, folder, &ignored) == 1 ? (int)names.len : -1;
}

uint64_t status_number(const char *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = text; at; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, name, len) == 0 && at[len] == ':') {
            char *end;
            uint64_t value = strtoull(at + len + 1, &end, 10);
            return strncmp(end, " kB", 3) == 0 && value < UINT64_MAX / 1024 ? value * 1024 : value;
        }
    }
    return 0;
}
