/* Short questions to programs: each is started, listened to and waited for, in a loop of its own. */
#include "sched/ask.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/loop.h"
#include "sys/read.h"

struct asking;

/* One question while its program runs, or still says something. */
struct talk {
    struct asking *all;
    struct question *question;
    int out, said; /* what it prints comes from there; -1: nothing more comes */
    bool runs;
    uint64_t timer;
};

struct asking {
    struct loop *loop;
    struct question *questions;
    struct talk *talks; /* beside questions */
    size_t count, next, open;
    unsigned slots;
    struct err trouble; /* the first */
};

static void start_more(struct asking *all);

static void stop_listening(struct talk *t, int *fd)
{
    if (*fd < 0)
        return;
    loop_unwatch(t->all->loop, *fd);
    close(steal_fd(fd));
}

/* When it has ended and said everything there is room for another. */
static void look_for_end(struct talk *t)
{
    if (t->runs || t->out >= 0 || t->said >= 0)
        return;
    loop_timer_cancel(t->all->loop, t->timer);
    t->all->open--;
    start_more(t->all);
}

/* Everything ends with the first failure, which is in all->trouble. */
static void give_up(struct asking *all)
{
    for (size_t i = 0; i < all->next; i++) {
        struct talk *t = &all->talks[i];
        stop_listening(t, &t->out);
        stop_listening(t, &t->said);
        loop_timer_cancel(all->loop, t->timer);
        if (t->runs)
            loop_signal(all->loop, t, SIGKILL);
    }
}

static void hear(void *arg, int fd, short events)
{
    struct talk *t = arg;
    struct question *q = t->question;
    char bytes[16384];
    (void)events;
    ssize_t n = file_take(fd, bytes, sizeof bytes, -1, q->spec.argv[0], &t->all->trouble);
    if (n > 0 && (size_t)n > q->bytes_max - q->out.len - q->said.len)
        n = err_set(&t->all->trouble, ERR_ENVIRONMENT, "%s: printed more than %zu bytes", q->spec.argv[0],
            q->bytes_max);
    if (n < 0)
        give_up(t->all);
    else if (n > 0)
        strbuf_add(fd == t->out ? &q->out : &q->said, bytes, (size_t)n);
    else {
        stop_listening(t, fd == t->out ? &t->out : &t->said);
        look_for_end(t);
    }
}

static void has_ended(void *arg, const struct process_end *end)
{
    struct talk *t = arg;
    t->runs = false;
    t->question->end = *end;
    if (!t->all->trouble.kind)
        look_for_end(t);
}

static void is_late(void *arg)
{
    struct talk *t = arg;
    err_set(&t->all->trouble, ERR_ENVIRONMENT, "%s: %s in time", t->question->spec.argv[0],
        t->out >= 0 || t->said >= 0 ? "gave no answer" : "did not end");
    give_up(t->all);
}

static int listen_to(struct talk *t, int *from, int *to, struct err *e)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "no pipe can be made");
    *from = ends[0];
    *to = ends[1];
    loop_watch(t->all->loop, *from, POLLIN, hear, t);
    return 0;
}

static int start(struct talk *t, struct err *e)
{
    struct question *q = t->question;
    AUTO_CLOSE int out = -1;
    AUTO_CLOSE int said = -1;
    t->out = t->said = -1;
    if (listen_to(t, &t->out, &out, e) < 0 || (q->keeps_errors && listen_to(t, &t->said, &said, e) < 0))
        return -1;
    struct process_spec spec = q->spec;
    spec.out = out;
    spec.err = q->keeps_errors ? said : spec.err;
    if (loop_spawn(t->all->loop, &spec, has_ended, t, e) < 0)
        return -1;
    t->runs = true;
    t->timer = loop_timer(t->all->loop, q->timeout_ms, is_late, t);
    return 0;
}

static void start_more(struct asking *all)
{
    while (!all->trouble.kind && all->next < all->count && all->open < all->slots) {
        struct talk *t = &all->talks[all->next];
        *t = (struct talk){.all = all, .question = &all->questions[all->next++]};
        all->open++;
        if (start(t, &all->trouble) < 0)
            give_up(all);
    }
}

int questions_ask(struct question *questions, size_t count, unsigned slots, struct err *e)
{
    struct asking all = {.loop = loop_new_plain(NULL),
        .questions = questions,
        .count = count,
        .slots = slots ? slots : 1,
        .talks = xcalloc(count + 1, sizeof *all.talks)};
    start_more(&all);
    int status = loop_run(all.loop, e);
    if (status == 0 && all.trouble.kind)
        status = err_move(e, &all.trouble);
    err_release(&all.trouble);
    loop_free(all.loop);
    free(all.talks);
    return status;
}

void question_release(struct question *q)
{
    strbuf_release(&q->out);
    strbuf_release(&q->said);
}

int process_run(const struct process_spec *spec, struct strbuf *out, size_t bytes_max, int timeout_ms,
    struct process_end *end, struct err *e)
{
    struct question q = {.spec = *spec, .bytes_max = bytes_max, .timeout_ms = timeout_ms};
    int status = questions_ask(&q, 1, 1, e);
    *end = q.end;
    if (out)
        strbuf_add(out, strbuf_str(&q.out), q.out.len);
    question_release(&q);
    return status;
}
