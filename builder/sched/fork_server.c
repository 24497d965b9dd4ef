/* A process that becomes helpers by forking. What it forks is its sibling (CLONE_PARENT), so that who asked
 * for it waits for it, and has its status and its times, as if it had started it itself. */
#include "sched/fork_server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/internal.h"

/* A request is one message: this, then texts that each end with NUL (the helper's word, the folder, which may
 * be empty, the environment), and descriptors. */
struct fork_wanted {
    pid_t parent;
    uint64_t memory_bytes, file_bytes;
    bool has_out, has_err;
};

enum { REPORT, INPUT, OUT, ERR, DESCRIPTORS_MAX, REQUEST_MAX = 65536, ENVIRONMENT_MAX = 64 };

/* How long the answer may take: a fork is quick, also on a machine that has much to do. */
enum { ANSWER_SECONDS = 30 };

union descriptors {
    char bytes[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
    struct cmsghdr aligned;
};

static void add_text(struct strbuf *to, const char *text)
{
    strbuf_add(to, text, strlen(text) + 1);
}

/* -1 when it is too long, or nobody takes it. */
static int send_request(int socket, const struct process_spec *spec, int input, int report)
{
    AUTO(strbuf) struct strbuf text = {0};
    struct fork_wanted r = {getpid(), spec->memory_bytes, spec->file_bytes, spec->out >= 0, spec->err >= 0};
    strbuf_add(&text, (const char *)&r, sizeof r);
    add_text(&text, spec->argv[1]);
    add_text(&text, spec->dir ? spec->dir : "");
    for (size_t i = 0; spec->env[i]; i++)
        add_text(&text, spec->env[i]);
    const int fds[DESCRIPTORS_MAX] = {
        report, input, r.has_out ? spec->out : input, r.has_err ? spec->err : input};
    union descriptors control = {0};
    struct iovec part = {(void *)strbuf_str(&text), text.len};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fds);
    memcpy(CMSG_DATA(head), fds, sizeof fds);
    if (text.len > REQUEST_MAX || sendmsg(socket, &message, MSG_NOSIGNAL) != (ssize_t)text.len)
        return -1;
    return 0;
}

/* What the server says: 0 once it is there, then for each request the child, or -1 when it could make none.
 * -1 with errno set when it says nothing. */
static int hear(int socket, pid_t *pid)
{
    ssize_t n;
    do
        n = recv(socket, pid, sizeof *pid, 0);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        errno = ECONNRESET;
    return n == (ssize_t)sizeof *pid ? 0 : -1;
}

void fork_server_end(struct fork_server *s)
{
    struct process_end end;
    if (!s->is_there)
        return;
    close(s->socket);
    process_kill(&s->process, SIGKILL); /* it has nothing to finish */
    process_wait(&s->process, &end);
    *s = (struct fork_server){.is_refused = s->is_refused};
}

static int begin(struct fork_server *s, const struct process_spec *spec, struct err *e)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "no socket can be made");
    AUTO_CLOSE int ours = ends[0];
    AUTO_CLOSE int its = ends[1];
    const struct timeval patience = {.tv_sec = ANSWER_SECONDS};
    setsockopt(ours, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char word[] = FORK_SERVER, *argv[] = {spec->argv[0], word, NULL};
    const struct process_spec server = {.argv = argv,
        .env = spec->env,
        .in = its,
        .out = -1,
        .err = -1,
        .itself = true,
        .starts_nothing = true};
    if (process_start(&s->process, &server, e) < 0)
        return -1;
    close(steal_fd(&its)); /* so that its end is heard */
    s->socket = steal_fd(&ours);
    s->is_there = true;
    pid_t none;
    if (hear(s->socket, &none) < 0) {
        fork_server_end(s);
        return -1;
    }
    return 0;
}

int fork_server_start(
    struct fork_server *s, struct process *p, const struct process_spec *spec, struct err *e)
{
    AUTO(err) struct err ignored = ERR_INIT; /* process_start says it again */
    if (s->is_refused || !spec->input || !spec->env)
        return 0;
    if (!s->is_there && begin(s, spec, &ignored) < 0) {
        s->is_refused = true;
        return 0;
    }
    int report[2];
    AUTO_CLOSE int input = process_input(spec->input, e);
    if (input < 0)
        return -1;
    if (pipe2(report, O_CLOEXEC) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "no pipe can be made");
    AUTO_CLOSE int reader = report[0];
    AUTO_CLOSE int writer = report[1];
    pid_t pid = -1;
    bool is_sent = send_request(s->socket, spec, input, writer) == 0;
    if (is_sent && hear(s->socket, &pid) < 0) { /* nobody knows whether it runs */
        err_errno(e, ERR_ENVIRONMENT, "%s: what starts helpers does not answer", spec->argv[0]);
        fork_server_end(s);
        return -1;
    }
    if (pid < 0) {
        s->is_refused = true;
        fork_server_end(s);
        return 0;
    }
    close(steal_fd(&writer));
    return process_started(p, pid, spec, spec->argv[0], reader, e) < 0 ? -1 : 1;
}

/* ---- the other side ---- */

struct taken {
    struct fork_wanted r;
    const char *word;
    struct process_spec spec;
    char *env[ENVIRONMENT_MAX + 1];
    int fds[DESCRIPTORS_MAX];
};

/* The text that begins there; NULL when no NUL ends it. */
static char *next_text(char **at, const char *end)
{
    char *text = *at, *nul = memchr(text, '\0', (size_t)(end - text));
    *at = nul ? nul + 1 : text;
    return nul ? text : NULL;
}

static bool take_texts(struct taken *t, char *at, const char *end)
{
    const char *word = next_text(&at, end), *dir = next_text(&at, end);
    size_t count = 0;
    for (char *text; count < ENVIRONMENT_MAX && (text = next_text(&at, end));)
        t->env[count++] = text;
    t->env[count] = NULL;
    t->word = word;
    t->spec = (struct process_spec){
        .env = t->env,
        .dir = dir && *dir ? dir : NULL,
        .in = t->fds[INPUT],
        .out = t->r.has_out ? t->fds[OUT] : -1,
        .err = t->r.has_err ? t->fds[ERR] : -1,
        .memory_bytes = t->r.memory_bytes,
        .file_bytes = t->r.file_bytes,
        .starts_nothing = true,
    };
    return word && dir && at == end;
}

/* 1, 0 when nobody asks any more. What comes is our own, and whole. */
static int take_request(int socket, struct taken *t, char *text)
{
    union descriptors control = {0};
    struct iovec part = {text, REQUEST_MAX};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n;
    do
        n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (n < (ssize_t)sizeof t->r || !head || head->cmsg_len != CMSG_LEN(sizeof t->fds))
        return 0;
    memcpy(&t->r, text, sizeof t->r);
    memcpy(t->fds, CMSG_DATA(head), sizeof t->fds);
    return take_texts(t, text + sizeof t->r, text + n);
}

static _Noreturn void become_helper(const struct helper *h, const struct taken *t)
{
    int report = t->fds[REPORT];
    process_settle(&t->spec, &report, t->r.parent);
    process_close_others(STDERR_FILENO + 1);
    environ = (char **)t->env;
    prctl(PR_SET_NAME, h->word);
    signal(SIGPIPE, SIG_IGN); /* as it is for the program */
    exit(helper_main(h));
}

static pid_t fork_sibling(void)
{
    struct clone_args how = {.flags = CLONE_PARENT};
    return (pid_t)syscall(SYS_clone3, &how, sizeof how);
}

void fork_server_serve(int socket, const struct helper *(*find)(const char *word))
{
    AUTO_FREE char *text = xmalloc(REQUEST_MAX);
    struct taken t;
    pid_t there = 0;
    if (send(socket, &there, sizeof there, MSG_NOSIGNAL) < 0)
        return;
    while (take_request(socket, &t, text) == 1) {
        const struct helper *h = find(t.word);
        AUTO(err) struct err ignored = ERR_INIT; /* the helper meets it again, and says so */
        if (h && h->load)
            h->load(&ignored);
        pid_t pid = h ? fork_sibling() : -1;
        if (pid == 0)
            become_helper(h, &t);
        for (size_t i = 0; i < DESCRIPTORS_MAX; i++)
            close(t.fds[i]);
        if (send(socket, &pid, sizeof pid, MSG_NOSIGNAL) < 0)
            return;
    }
}
