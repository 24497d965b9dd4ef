/* The pool of tokens, and how build tools are told of it. Its ends are descriptions of their own, so that the
 * way in which we read is nobody else's. */
#include "sched/tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/environment.h"
#include "sys/read.h"

static const char token = '+'; /* what GNU make writes */

struct job_tokens {
    int in, out;
    char *path;          /* of the FIFO, or NULL */
    bool is_ours;        /* not a parent's */
    unsigned count;      /* in all */
    unsigned taken;      /* by tokens_take, and not given back */
    bool first;          /* of a parent's: the one that we were started with is free */
    struct strbuf bytes; /* of a parent's: those that were taken; the same are to be given back */
};

static void put(struct job_tokens *t, char byte)
{
    while (write(t->out, &byte, 1) < 0 && errno == EINTR)
        ;
}

static bool get(struct job_tokens *t, char *byte)
{
    ssize_t n;
    while ((n = read(t->in, byte, 1)) < 0 && errno == EINTR)
        ;
    return n == 1;
}

static struct job_tokens *pool_new(unsigned count)
{
    struct job_tokens *t = xcalloc(1, sizeof *t);
    t->in = t->out = -1;
    t->count = count ? count : 1;
    return t;
}

static int open_ends(struct job_tokens *t, const char *in, const char *out, struct err *e)
{
    t->in = file_open(in, O_RDONLY | O_NONBLOCK, 0, e);
    t->out = t->in < 0 ? -1 : file_open(out, O_WRONLY | O_NONBLOCK, 0, e);
    return t->out < 0 ? -1 : 0;
}

static int make_fifo(struct job_tokens *t, const char *path, struct err *e)
{
    if (mkfifo(path, 0600) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", path);
    t->path = xstrdup(path);
    return open_ends(t, path, path, e);
}

static int make_pipe(struct job_tokens *t, struct err *e)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "no pipe can be made");
    t->in = ends[0];
    t->out = ends[1];
    return 0;
}

struct job_tokens *tokens_new(unsigned count, const char *fifo, struct err *e)
{
    struct job_tokens *t = pool_new(count);
    t->is_ours = true;
    if ((fifo ? make_fifo(t, fifo, e) : make_pipe(t, e)) < 0) {
        tokens_free(t);
        return NULL;
    }
    tokens_level(t);
    return t;
}

/* What MAKEFLAGS say. */
struct makeflags {
    struct slice server; /* "3,4" or "fifo:PATH"; ptr NULL: none */
    unsigned jobs;       /* 0: not said */
};

static bool word_value(struct slice *value, struct slice word, const char *option)
{
    size_t len = strlen(option);
    if (word.len <= len || memcmp(word.ptr, option, len) != 0)
        return false;
    *value = (struct slice){word.ptr + len, word.len - len};
    return true;
}

/* The last one counts. What follows "--" are variables. */
static struct makeflags read_makeflags(const char *text)
{
    struct makeflags flags = {.jobs = 0};
    for (struct slice rest = slice_of(text); rest.ptr;) {
        struct slice word = slice_cut(&rest, ' '), value;
        if (slice_is(word, "--"))
            break;
        if (word_value(&value, word, "--jobserver-auth=") || word_value(&value, word, "--jobserver-fds="))
            flags.server = value;
        else if (word_value(&value, word, "-j"))
            flags.jobs = (unsigned)strtoul(value.ptr, NULL, 10);
    }
    return flags;
}

static bool is_fifo(int fd)
{
    struct stat st;
    return fd >= 0 && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* 1; 0 when there are none (negative numbers: GNU make says so to who is no make); or -1. */
static int open_pipe(struct job_tokens *t, const char *text, struct err *e)
{
    char *end;
    long in = strtol(text, &end, 10), out = *end == ',' ? strtol(end + 1, &end, 10) : -1;
    if (*end || in < 0 || out < 0)
        return 0;
    if (!is_fifo((int)in) || !is_fifo((int)out))
        return err_set(e, ERR_ENVIRONMENT, "the descriptors %s are not open", text);
    AUTO_FREE char *from = xstrf("/proc/self/fd/%ld", in);
    AUTO_FREE char *to = xstrf("/proc/self/fd/%ld", out);
    return open_ends(t, from, to, e) < 0 ? -1 : 1;
}

static int open_parent(struct job_tokens *t, const char *text, struct err *e)
{
    static const char fifo[] = "fifo:";
    if (!str_starts(text, fifo))
        return open_pipe(t, text, e);
    t->path = xstrdup(text + strlen(fifo));
    if (open_ends(t, t->path, t->path, e) < 0)
        return -1;
    return is_fifo(t->in) ? 1 : err_set(e, ERR_ENVIRONMENT, "%s is no FIFO", t->path);
}

struct job_tokens *tokens_of_parent(const char *makeflags, unsigned most, char **why)
{
    AUTO(err) struct err e = ERR_INIT;
    struct makeflags flags = read_makeflags(makeflags ? makeflags : "");
    *why = NULL;
    if (!flags.server.ptr)
        return NULL;
    AUTO_FREE char *text = xstrndup(flags.server.ptr, flags.server.len);
    struct job_tokens *t = pool_new(flags.jobs ? flags.jobs : most);
    t->first = true;
    int there = open_parent(t, text, &e);
    if (there == 1)
        return t;
    if (there < 0)
        *why = xstrdup(e.text);
    tokens_free(t);
    return NULL;
}

void tokens_free(struct job_tokens *t)
{
    if (!t)
        return;
    while (!t->is_ours && t->taken)
        tokens_give(t);
    if (t->in >= 0)
        close(t->in);
    if (t->out >= 0)
        close(t->out);
    if (t->is_ours && t->path)
        unlink(t->path);
    strbuf_release(&t->bytes);
    free(t->path);
    free(t);
}

unsigned tokens_count(const struct job_tokens *t)
{
    return t->count;
}

const char *tokens_path(const struct job_tokens *t)
{
    return t->path;
}

int tokens_fd(const struct job_tokens *t)
{
    return t->in;
}

bool tokens_take(struct job_tokens *t)
{
    char byte = token;
    if (t->first)
        t->first = false;
    else if (!get(t, &byte))
        return false;
    else if (!t->is_ours)
        strbuf_addc(&t->bytes, byte);
    t->taken++;
    return true;
}

void tokens_give(struct job_tokens *t)
{
    t->taken--;
    if (t->is_ours)
        put(t, token);
    else if (t->bytes.len)
        put(t, t->bytes.ptr[--t->bytes.len]);
    else
        t->first = true;
}

size_t tokens_left(const struct job_tokens *t)
{
    int bytes = 0;
    if (ioctl(t->in, FIONREAD, &bytes) < 0)
        bytes = 0;
    return (size_t)bytes + t->first;
}

size_t tokens_lent(const struct job_tokens *t)
{
    size_t here = tokens_left(t) + t->taken;
    return t->is_ours && here < t->count ? t->count - here : 0;
}

void tokens_level(struct job_tokens *t)
{
    char surplus;
    if (!t->is_ours)
        return;
    for (size_t lost = tokens_lent(t); lost; lost--)
        put(t, token);
    for (size_t here = tokens_left(t) + t->taken; here > t->count && get(t, &surplus); here--)
        ;
}

bool tokens_reach(const struct job_tokens *t, unsigned forms)
{
    return (forms & TOKENS_PIPE) || (t->path && (forms & TOKENS_FIFO));
}

void tokens_tell(const struct job_tokens *t, unsigned forms, unsigned load, struct strvec *env, int pass[2])
{
    bool by_name = t->path && (forms & TOKENS_FIFO);
    AUTO(strbuf) struct strbuf flags = {0};
    strbuf_addf(&flags, " -j%u", t->count);
    if (load)
        strbuf_addf(&flags, " -l%u", load);
    if (by_name)
        strbuf_addf(&flags, " --jobserver-auth=fifo:%s", t->path);
    else
        strbuf_addf(&flags, " --jobserver-auth=%d,%d", TOKENS_FIRST_FD, TOKENS_FIRST_FD + 1);
    environment_set(env, "MAKEFLAGS", strbuf_str(&flags));
    pass[0] = by_name ? -1 : t->in;
    pass[1] = by_name ? -1 : t->out;
}
