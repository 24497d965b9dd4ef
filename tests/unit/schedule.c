/* The scheduler in a world of its own: a command takes as long as it says, and nobody waits for it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "sched/internal.h"

enum { TASKS_MAX = 12 };

/* A command, what a task without slots waits for, or a moment at which something else happens. */
struct running {
    struct command_run *run; /* NULL: the others */
    struct task_outside *outside;
    const char *words;
    unsigned tokens; /* that it took by itself */
    bool gives;      /* of a moment: they are given back */
    bool wakes;      /* of a moment: who asked for it is called */
};

struct world {
    struct sink sink; /* what happened, as "3+a:2" (at 3 s a begins with 2 slots), "-a", "!a", "?a" */
    struct strbuf events;
    int64_t seconds;
    VEC(struct running)
    running;           /* what they run is "SECONDS [beside] [later] [fail|jobs|given up]", or "SECONDS
                          shares MOST [for SECONDS] [fail]": they take that many tokens by
                          themselves, and when they fail do not give them back */
    VEC(int64_t) ends; /* beside running */
    bool stopped;
    int64_t interrupt_at; /* -1: never */
    int64_t broken_at;    /* -1: never */
    bool is_interrupted;
    size_t forgotten;
    struct job_tokens *tokens;
    int pool[2]; /* as children have it */
    void (*is_free)(void *of);
    void (*woken)(void *of);
    void *of;
    int64_t busy_until; /* the load is 5 until then, and 1 afterwards */
};

static void add_moment(struct world *w, int64_t at, struct running moment)
{
    vec_push(&w->running, moment);
    vec_push(&w->ends, at);
}

static void put_back(struct world *w, unsigned tokens)
{
    for (; tokens; tokens--)
        ck_assert_int_eq(write(w->pool[1], "+", 1), 1);
}

static void record(struct sink *sink, const struct event *event)
{
    struct world *w = (struct world *)sink;
    static const char signs[] = {
        [EVENT_STEP_BEGIN] = '+', [EVENT_STEP_END] = '-', [EVENT_STEP_SKIP] = '?', [EVENT_STEP_FAIL] = '!'};
    if (event->kind == EVENT_STEP_PHASE)
        return;
    strbuf_addf(&w->events, "%s%lld%c%s", w->events.len ? " " : "", (long long)w->seconds, signs[event->kind],
        event->step);
    if (event->kind == EVENT_STEP_BEGIN && event->count > 1)
        strbuf_addf(&w->events, ":%zu", (size_t)event->count);
}

static int start(void *arg, struct command_run *run, struct err *e)
{
    struct world *w = arg;
    const char *words = run->command->argv.items[0];
    if (str_starts(words, "missing"))
        return err_set(e, ERR_ENVIRONMENT, "%s: missing", run->label);
    if (run->command->jobs_at)
        strbuf_addf(&w->events, " %lld=%s%s", (long long)w->seconds, run->label, run->command->argv.items[1]);
    struct running r = {.run = run, .words = words};
    const char *shares = strstr(words, "shares "), *until = strstr(words, "for ");
    ck_assert(!run->tokens || shares);
    if (run->tokens) {
        char byte;
        for (int most = atoi(shares + 7); most && read(w->pool[0], &byte, 1) == 1; most--)
            r.tokens++;
        strbuf_addf(&w->events, " %lld=%s+%u", (long long)w->seconds, run->label, r.tokens);
    }
    if (run->tokens && until) {
        add_moment(w, w->seconds + atoi(until + 4), (struct running){.tokens = r.tokens, .gives = true});
        r.tokens = 0;
    }
    add_moment(w, w->seconds + atoi(words), r);
    return 0;
}

/* Takes the one that ends first out of those that run; the first that was started of equals. */
static struct running next_end(struct world *w)
{
    size_t first = 0;
    for (size_t i = 1; i < w->running.len; i++)
        if (w->ends.items[i] < w->ends.items[first])
            first = i;
    struct running next = w->running.items[first];
    w->seconds = w->ends.items[first] > w->seconds ? w->ends.items[first] : w->seconds;
    w->running.len = --w->ends.len;
    for (size_t i = first; i < w->running.len; i++) {
        w->running.items[i] = w->running.items[i + 1];
        w->ends.items[i] = w->ends.items[i + 1];
    }
    return next;
}

static void has_ended(struct world *w, const struct running *r, struct err *failure)
{
    if (!failure->text)
        put_back(w, r->tokens);
    r->run->ended(r->run->arg, failure->text ? failure : NULL, &(struct task_usage){.cpu_seconds = 0.5});
}

/* What is no task's: true when it was that. */
static bool was_moment(struct world *w, const struct running *r)
{
    if (r->gives)
        put_back(w, r->tokens);
    if (r->wakes)
        w->woken(w->of);
    return r->gives || r->wakes;
}

static int wait_for_all(void *arg, struct err *e)
{
    struct world *w = arg;
    while (!w->stopped && w->running.len) {
        if (w->broken_at >= 0 && w->seconds >= w->broken_at)
            return err_set(e, ERR_ENVIRONMENT, "poll: no");
        struct running next = next_end(w);
        w->is_interrupted = w->interrupt_at >= 0 && w->seconds >= w->interrupt_at;
        struct err failure = ERR_INIT;
        if (next.words && strstr(next.words, "fail"))
            err_set(&failure, next.run ? next.run->failure : ERR_FETCH, "%s: failed",
                next.run ? next.run->label : "it");
        if (was_moment(w, &next))
            ;
        else if (next.run)
            has_ended(w, &next, &failure);
        else if (w->is_interrupted)
            ; /* the loop calls nobody then */
        else if (failure.text)
            task_has_failed(next.outside, &failure);
        else if (strstr(next.words, "given up"))
            task_is_given_up(next.outside);
        else
            task_is_done(next.outside);
        err_release(&failure);
        void (*is_free)(void *of) = w->is_free;
        if (is_free && tokens_left(w->tokens)) {
            w->is_free = NULL;
            is_free(w->of);
        }
    }
    return w->is_interrupted ? err_set(e, ERR_INTERRUPTED, "interrupted") : 0;
}

static void stop(void *arg)
{
    ((struct world *)arg)->stopped = true;
}

static bool interrupted(void *arg)
{
    return ((struct world *)arg)->is_interrupted;
}

static void end_all(void *arg)
{
    ((struct world *)arg)->running.len = 0;
}

static void forget(void *arg, struct command_run *run)
{
    (void)run;
    ((struct world *)arg)->forgotten++;
}

static int64_t now_ns(void *arg)
{
    return ((struct world *)arg)->seconds * 1000000000;
}

static double load(void *arg)
{
    struct world *w = arg;
    return w->seconds < w->busy_until ? 5 : 1;
}

static void want_token(void *arg, bool wanted, void (*is_free)(void *of), void *of)
{
    struct world *w = arg;
    w->is_free = wanted ? is_free : NULL;
    w->of = of;
}

static void wake(void *arg, int64_t ms, void (*woken)(void *of), void *of)
{
    struct world *w = arg;
    w->woken = woken;
    w->of = of;
    add_moment(w, w->seconds + ms / 1000, (struct running){.wakes = true});
}

/* A task: "[~|.]NAME[*WIDEST][@SECONDS known][%MEMORY known] COMMAND[, COMMAND][; COMMAND] [< NEEDS]"; after
 * the ";" come those of finish;
 * "~": it takes no slot, and what is named is no command; ".": it is told of to nobody. */
struct told {
    char name[2];
    struct strvec first, second;
    size_t needs[TASKS_MAX];
    bool finished, cleaned, succeeded;
};

static int prepare(void *arg, unsigned slots, struct commands *out, const char **why, struct err *e)
{
    struct told *t = arg;
    *why = "there";
    if (t->first.len && strcmp(t->first.items[0], "there") == 0)
        return 1;
    if (t->first.len && strcmp(t->first.items[0], "refused") == 0)
        return err_set(e, ERR_RECIPE, "refused");
    for (size_t i = 0; i < t->first.len; i++) {
        struct command *c = commands_add(out, strstr(t->first.items[i], "later") ? "later" : "run");
        strvec_push(&c->argv, t->first.items[i]);
        c->jobs_at = str_ends(t->first.items[i], "jobs");
        c->beside = strstr(t->first.items[i], "beside") != NULL;
        c->tokens = strstr(t->first.items[i], "shares") ? TOKENS_PIPE : 0;
        if (c->jobs_at)
            strvec_pushf(&c->argv, "-j%u", slots);
    }
    return 0;
}

static int finish(void *arg, struct commands *more, struct err *e)
{
    struct told *t = arg;
    if (t->second.len && strcmp(t->second.items[0], "refused") == 0)
        return err_set(e, ERR_BUILD, "refused");
    if (t->second.len && strcmp(t->second.items[0], "given up") == 0)
        return 1;
    for (size_t i = 0; !t->finished && i < t->second.len; i++)
        strvec_push(&commands_add(more, "more")->argv, t->second.items[i]);
    t->finished = true;
    return 0;
}

static struct world world;

static int begin(void *arg, struct task_outside *outside, struct err *e)
{
    struct told *t = arg;
    if (t->first.len && strcmp(t->first.items[0], "refused") == 0)
        return err_set(e, ERR_FETCH, "refused");
    strbuf_addf(&world.events, "%s%lld~%s", world.events.len ? " " : "", (long long)world.seconds, t->name);
    vec_push(&world.running, ((struct running){.outside = outside, .words = t->first.items[0]}));
    vec_push(&world.ends, world.seconds + atoi(t->first.items[0]));
    return 0;
}

static void cleanup(void *arg, bool succeeded)
{
    struct told *t = arg;
    ck_assert_msg(!t->cleaned, "%s: twice", t->name);
    t->cleaned = true;
    t->succeeded = succeeded;
}

static void read_commands(struct strvec *out, struct slice text)
{
    while (text.ptr) {
        struct slice one = slice_trim(slice_cut(&text, ','));
        if (one.len)
            strvec_pushn(out, one.ptr, one.len);
    }
}

static int digit_behind(struct slice text, char sign, int otherwise)
{
    const char *at = memchr(text.ptr, sign, text.len);
    return at ? at[1] - '0' : otherwise;
}

/* Tasks are parted by "|"; needs are names of tasks that came before. */
static size_t read_tasks(const char *text, struct task *tasks, struct told *told)
{
    size_t len = 0;
    for (struct slice rest = slice_of(text); rest.ptr; len++) {
        struct slice needs = slice_trim(slice_cut(&rest, '|')), commands = slice_trim(slice_cut(&needs, '<'));
        struct slice head = slice_cut(&commands, ' ');
        struct told *t = &told[len];
        bool outside = head.ptr[0] == '~';
        bool aside = head.ptr[0] == '.';
        head = outside || aside ? (struct slice){head.ptr + 1, head.len - 1} : head;
        *t = (struct told){.name = {head.ptr[0]}};
        tasks[len] = (struct task){.label = t->name,
            .arg = t,
            .prepare = prepare,
            .finish = finish,
            .cleanup = cleanup,
            .begin = outside ? begin : NULL,
            .aside = aside,
            .needs = t->needs};
        tasks[len].widest = (unsigned)digit_behind(head, '*', 1);
        tasks[len].seconds = digit_behind(head, '@', 0);
        tasks[len].memory_bytes = (uint64_t)digit_behind(head, '%', 0);
        if (commands.ptr)
            read_commands(&t->first, slice_cut(&commands, ';'));
        if (commands.ptr)
            read_commands(&t->second, commands);
        for (size_t i = 0; needs.ptr && i < needs.len; i++)
            for (size_t k = 0; k < len; k++)
                if (told[k].name[0] == needs.ptr[i])
                    t->needs[tasks[len].need_count++] = k;
    }
    return len;
}

static const struct {
    const char *title;
    unsigned slots;
    bool keep_going;
    const char *tasks, *events;
    size_t done, skipped, failed, blocked;
    int idle; /* slot seconds in which a task could have run */
} cases[] = {
    {"nothing to run in a task is fine", 1, false, "a", "0+a 0-a", 1, 0, 0, 0, 0},
    {"one slot, one after the other", 1, false, "a 2|b 3", "0+a 2-a 2+b 5-b", 2, 0, 0, 0, 0},
    {"no slots are one", 0, false, "a 2|b 3", "0+a 2-a 2+b 5-b", 2, 0, 0, 0, 0},
    {"two slots, side by side", 2, false, "a 2|b 3|c 1", "0+a 0+b 2-a 2+c 3-b 3-c", 3, 0, 0, 0, 0},
    {"what is needed comes first", 2, false, "a 2|b 3 < a|c 1 < ab", "0+a 2-a 2+b 5-b 5+c 6-c", 3, 0, 0, 0,
        0},
    {"what most others wait for starts first", 1, false, "a 1|b 1|c 1 < b|d 1 < c",
        "0+b 1-b 1+c 2-c 2+a 3-a 3+d 4-d", 4, 0, 0, 0, 0},
    {"a wide task takes what is free", 4, false, "a*9 2", "0+a:4 2-a", 1, 0, 0, 0, 0},
    {"and no more than it can use", 4, false, "a*3 2", "0+a:3 2-a", 1, 0, 0, 0, 0},
    {"and leaves one for each that could start", 4, false, "a*9 2|b 1|c 1", "0+a:2 0+b 0+c 1-b 1-c 2-a", 3, 0,
        0, 0, 0},
    {"and gives them back", 2, false, "a*2 2|b*2 1 < a", "0+a:2 2-a 2+b:2 3-b", 2, 0, 0, 0, 0},
    {"a later command takes what became free", 4, false, "a*9 2, 1 jobs|b 1|c 1",
        "0+a:2 0+b 0+c 1-b 1-c 2=a-j4 3-a", 3, 0, 0, 0, 0},
    {"but no more than it can use", 4, false, "a*3 2, 1 jobs|b 1|c 1", "0+a:2 0+b 0+c 1-b 1-c 2=a-j3 3-a", 3,
        0, 0, 0, 0},
    {"nor what others hold", 3, false, "a*9 2, 1 jobs|b 1 < a|c 4", "0+a:2 0+c 2=a-j2 3-a 3+b 4-c 4-b", 3, 0,
        0, 0, 0},
    {"commands come one after the other, those of finish last", 1, false, "a 1, 2; 3", "0+a 6-a", 1, 0, 0, 0,
        0},
    {"commands beside each other share the slots, what follows waits for all", 2, false,
        "a*2 3 beside, 1 beside, 1 beside, 1", "0+a:2 4-a", 1, 0, 0, 0, 0},
    {"those of another phase too", 2, false, "a*2 3 beside, 1 beside, 2 beside later, 2 beside later",
        "0+a:2 5-a", 1, 0, 0, 0, 0},
    {"they take what became free", 3, false, "a*3 2 beside, 2 beside, 2 beside|b 1|c 1 < a",
        "0+a:2 0+b 1-b 4-a 4+c 5-c", 3, 0, 0, 0, 0},
    {"with one slot they come one after the other", 1, false, "a 3 beside, 1 beside", "0+a 4-a", 1, 0, 0, 0,
        0},
    {"a failure waits for those that run, and starts no more", 2, true,
        "a*2 1 beside fail, 3 beside, 9 beside", "0+a:2 3!a", 0, 0, 1, 0, 0},
    {"of two failures the first is told once", 2, true, "a*2 2 beside fail, 1 beside fail|b 1",
        "0+a 0+b 1-b 2!a", 1, 0, 1, 0, 0},
    {"one that is not there, beside one that runs", 2, true, "a*2 2 beside, missing beside", "0+a:2 2!a", 0,
        0, 1, 0, 0},
    {"what is there is skipped, and what needs it goes on", 1, false, "a there|b 1 < a", "0?a 0+b 1-b", 1, 1,
        0, 0, 0},
    {"the first failure ends it, what runs goes on", 2, false, "a 1 fail|b 3|c 1", "0+a 0+b 1!a 3-b", 1, 0, 1,
        0, 0},
    {"with keep-going what does not need it is done", 1, true, "a 1 fail|b 1|c 1 < a|d 1 < c|e 1 < b",
        "0+a 1!a 1+b 2-b 2+e 3-e", 2, 0, 1, 2, 0},
    {"the second command fails", 1, false, "a 1, 1 fail, 9; 9", "0+a 2!a", 0, 0, 1, 0, 0},
    {"a program that is not there", 1, true, "a missing|b 1", "0+a 0!a 0+b 1-b", 1, 0, 1, 0, 0},
    {"what cannot be prepared fails", 1, true, "a refused|b 1|c 1 < a", "0+a 0!a 0+b 1-b", 1, 0, 1, 1, 0},
    {"what cannot be finished fails", 1, true, "a 1; refused|b 1", "0+a 1!a 1+b 2-b", 1, 0, 1, 0, 0},
    {"what is outside takes no slot, and is no step", 1, false, "~a 3|b 1|c 1 < a|d 1",
        "0~a 0+b 1-b 1+d 2-d 3+c 4-c", 3, 0, 0, 0, 0},
    {"what most others wait for is first", 2, false, "~a 1|~b 1|~c 1|d 1 < b|e 1 < ac|f 1 < d|g 1 < f",
        "0~b 0~a 0~c 1+d 1+e 2-d 2+f 2-e 3-f 3+g 4-g", 4, 0, 0, 0, 0},
    {"a wide task leaves slots for what is on its way", 2, false, "~a 1|~b 2|c*2 5 < a|d 1 < b|e 1 < d",
        "0~b 0~a 1+c 2+d 3-d 3+e 4-e 6-c", 3, 0, 0, 0, 0},
    {"but not for what waits for others too", 3, false, "~a 1|~b 9|c*3 5 < a|d 1 < bc",
        "0~a 0~b 1+c:3 6-c 9+d 10-d", 2, 0, 0, 0, 0},
    {"all of it is under way at once", 1, false, "~a 3|~b 1|~c 2|d 1 < abc", "0~a 0~b 0~c 3+d 4-d", 1, 0, 0,
        0, 0},
    {"it waits for what it needs", 1, false, "a 1|~b 2 < a|c 1 < b", "0+a 1-a 1~b 3+c 4-c", 2, 0, 0, 0, 0},
    {"when it fails, what runs goes on", 1, false, "~a 2 fail|b 3|c 1 < a|d 1", "0~a 0+b 2!a 3-b", 1, 0, 1, 1,
        0},
    {"and what else is outside, whose failure is told too", 1, false, "~a 2 fail|b 3|~c 4 fail|~d 5",
        "0~a 0~c 0~d 0+b 2!a 3-b 4!c", 1, 0, 2, 0, 0},
    {"with keep-going the rest is done", 1, true, "~a 2 fail|b 3|c 1 < a|d 1", "0~a 0+b 2!a 3-b 3+d 4-d", 2,
        0, 1, 1, 0},
    {"what is given up is no failure, and what needs it is left", 1, false,
        "~a 2 given up|b 3|c 1 < a|d 1|e 1 < c", "0~a 0+b 3-b 3+d 4-d", 2, 0, 0, 2, 0},
    {"what stands aside takes a slot and is no step", 1, false, "a 1|.b 2 < a|c 1 < a", "0+a 1-a 3+c 4-c", 2,
        0, 0, 0, 0},
    {"but its failure is one", 1, false, ".b 2 fail|c 1", "2!b", 0, 0, 1, 0, 0},
    {"nor is it what gives up once its commands are done", 1, false, "a 1; given up|b 2|c 1 < a|d 1 < c",
        "0+a 1?a 1+b 3-b", 1, 0, 0, 2, 0},
    {"what cannot begin fails", 1, true, "~a refused|b 1|c 1 < a", "0!a 0+b 1-b", 1, 0, 1, 1, 0},
    {"after a failure nothing outside begins", 1, false, "a 1 fail|b 2|~c 3 < b", "0+b 2-b 2~c 2+a 3!a", 1, 0,
        1, 0, 0},
    {"who takes tokens itself takes what is free", 4, false, "a 3 shares 9", "0+a 0=a+3 3-a", 1, 0, 0, 0, 0},
    {"and no more than there are", 4, false, "a 3 shares 9|b 2|c 1", "0+a 0=a+3 3-a 3+b 3+c 4-c 5-b", 3, 0, 0,
        0, 0},
    {"one that it gives back is taken at once", 3, false, "a 5 shares 2 for 2|b 1", "0+a 0=a+2 2+b 3-b 5-a",
        2, 0, 0, 0, 0},
    {"by who has the longest way to go", 2, false, "a 5 shares 1 for 2|b 1|c 1|d 1 < c",
        "0+c 0+a 0=a+0 1-c 1+b 2-b 2+d 3-d 5-a", 4, 0, 0, 0, 0},
    {"two share what there is", 4, false, "a 2 shares 1|b 3 shares 9", "0+a 0=a+1 0+b 0=b+1 2-a 3-b", 2, 0, 0,
        0, 0},
    {"what one had who was killed is not lost", 3, true, "a@9 1 shares 2 fail|b*3@1 2 jobs|c*3@1 2 jobs < b",
        "0+a 0=a+2 1!a 1+b:3 1=b-j3 3-b 3+c:3 3=c-j3 5-c", 2, 0, 1, 0, 0},
    {"while another shares it is not known what that one had", 4, true,
        "a@9 1 shares 1 fail|b@9 4 shares 1|d@1 5|c@1 1 shares 9 < d|e*9@1 2 jobs < b",
        "0+b 0=b+1 0+a 0=a+1 1!a 1+d 4-b 4+e:3 4=e-j3 6-d 6+c 6=c+0 6-e 7-c", 4, 0, 1, 0, 0},
    {"and nobody else shares until it is", 5, true,
        "a@9 1 shares 2 fail|b@9 4 shares 1|d@1 1|c*9@1 2 shares 9 < d",
        "0+a 0=a+2 0+b 0=b+1 1!a 1+d 2-d 2+c 4-b 4-c", 3, 0, 1, 0, 0},
    {"what took longest an earlier time starts first", 1, false, "a 1|b@2 1|c@5 1|d 1",
        "0+c 1-c 1+a 2-a 2+d 3-d 3+b 4-b", 4, 0, 0, 0, 0},
    {"or what it waits for", 1, false, "a@3 1|b@1 1|c@5 1 < b|d@1 1", "0+b 1-b 1+c 2-c 2+a 3-a 3+d 4-d", 4, 0,
        0, 0, 0},
    {"seconds count more than steps", 1, false, "a@9 1|b@1 1|c@1 1 < b|d@1 1 < c",
        "0+a 1-a 1+b 2-b 2+c 3-c 3+d 4-d", 4, 0, 0, 0, 0},
    {"memory that is not there is waited for", 3, false, "a%5 2|b%4 1|c%3 1", "0+a 0+c 1-c 2-a 2+b 3-b", 3, 0,
        0, 0, 0},
    {"but one runs, whatever it takes", 3, false, "a%9 2|b 1|c%9 1", "0+a 0+b 1-b 2-a 2+c 3-c", 3, 0, 0, 0,
        0},
    {"a need that is named by two", 2, false, "a 1|b 1 < a|c 1 < a|d 1 < bc",
        "0+a 1-a 1+b 1+c 2-b 2-c 2+d 3-d", 4, 0, 0, 0, 0},
};

static struct told told[TASKS_MAX];
static struct task tasks[TASKS_MAX];
static struct task_totals totals;

static void set_up(void)
{
    world = (struct world){.sink = {record}, .interrupt_at = -1, .broken_at = -1};
}

static void tear_down(void)
{
    strbuf_release(&world.events);
    vec_release(&world.running);
    vec_release(&world.ends);
    tokens_free(world.tokens);
    for (size_t i = 0; i < TASKS_MAX; i++) {
        strvec_release(&told[i].first);
        strvec_release(&told[i].second);
    }
}

/* What they took an earlier time may come to 8. */
static int run_in_world(struct task *list, size_t len, unsigned slots, bool keep_going, struct err *e)
{
    enum { MEMORY = 8, LOAD = 3 };
    const struct task_host host = {
        start, wait_for_all, stop, interrupted, end_all, forget, now_ns, load, want_token, wake, &world};
    AUTO(strvec) struct strvec env = {0};
    world.tokens = tokens_new(slots, NULL, e);
    ck_assert_ptr_nonnull(world.tokens);
    tokens_tell(world.tokens, TOKENS_PIPE, 0, &env, world.pool);
    const struct task_limits limits = {
        .tokens = world.tokens, .memory_bytes = MEMORY, .load = world.busy_until ? LOAD : 0};
    int status = tasks_run_on(&host, list, len, &limits, keep_going, &world.sink, &totals, e);
    ck_assert(world.running.len || tokens_left(world.tokens) == tokens_count(world.tokens));
    return status;
}

static int run(const char *text, unsigned slots, bool keep_going, struct err *e)
{
    size_t len = read_tasks(text, tasks, told);
    return run_in_world(tasks, len, slots, keep_going, e);
}

START_TEST(tasks_run_in_this_order)
{
    AUTO(err) struct err e = ERR_INIT;
    int result = run(cases[_i].tasks, cases[_i].slots, cases[_i].keep_going, &e);
    ck_assert_int_eq(result, cases[_i].failed ? -1 : 0);
    ck_assert_msg(strcmp(strbuf_str(&world.events), cases[_i].events) == 0, "%s:\n%s\n%s", cases[_i].title,
        strbuf_str(&world.events), cases[_i].events);
    ck_assert_uint_eq(totals.done, cases[_i].done);
    ck_assert_uint_eq(totals.skipped, cases[_i].skipped);
    ck_assert_uint_eq(totals.failed, cases[_i].failed);
    ck_assert_uint_eq(totals.blocked, cases[_i].blocked);
    ck_assert_double_eq(totals.slot_idle_seconds, cases[_i].idle);
    ck_assert_double_eq(totals.wall_seconds, (double)world.seconds);
}
END_TEST

/* Who began is released, once, and told whether it came to a good end; who did not, is not. */
START_TEST(what_was_begun_is_released)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(run("a 1|b 2 fail|c 9 < b|d there", 3, false, &e), -1);
    ck_assert_msg(str_starts(e.text, "b: failed"), "%s", e.text);
    ck_assert_int_eq(e.kind, ERR_BUILD);
    ck_assert(told[0].cleaned && told[0].succeeded);
    ck_assert(told[1].cleaned && !told[1].succeeded);
    ck_assert(!told[2].cleaned);
    ck_assert(told[3].cleaned && told[3].succeeded);
    ck_assert_double_eq(totals.children_cpu_seconds, 1);
}
END_TEST

START_TEST(an_interrupt_starts_nothing_more_and_blames_nobody)
{
    AUTO(err) struct err e = ERR_INIT;
    world.interrupt_at = 2;
    ck_assert_int_eq(run("a 1|b 2|c 3|d 1 < b", 2, true, &e), -1);
    ck_assert_int_eq(e.kind, ERR_INTERRUPTED);
    ck_assert_str_eq(strbuf_str(&world.events), "0+b 0+a 1-a 1+c");
    ck_assert_uint_eq(totals.failed, 0);
    ck_assert(told[1].cleaned && !told[1].succeeded && !told[3].cleaned);
}
END_TEST

START_TEST(a_world_that_breaks_is_left_in_order)
{
    AUTO(err) struct err e = ERR_INIT;
    world.broken_at = 1;
    ck_assert_int_eq(run("a 1|b 5|c 5", 2, false, &e), -1);
    ck_assert_str_eq(e.text, "poll: no");
    ck_assert_uint_eq(world.forgotten, 2);
    ck_assert(
        told[0].succeeded && told[1].cleaned && !told[1].succeeded && told[2].cleaned && !told[2].succeeded);
}
END_TEST

/* One runs whatever the load is; the second waits for it to fall, or for the first to end. */
START_TEST(a_busy_machine_is_left_alone)
{
    static const struct {
        int64_t busy_until;
        const char *events;
    } loads[] = {
        {4, "0+a 4+b 5-b 9-a"},
        {99, "0+a 9-a 9+b 10-b"},
    };
    AUTO(err) struct err e = ERR_INIT;
    world.busy_until = loads[_i].busy_until;
    ck_assert_int_eq(run("a 9|b 1", 4, false, &e), 0);
    ck_assert_str_eq(strbuf_str(&world.events), loads[_i].events);
    ck_assert_double_eq(totals.slot_idle_seconds, 0);
}
END_TEST

/* A thousand tasks in a chain and a thousand beside it: no more than slots at once, and nothing is left over.
 */
START_TEST(many_tasks)
{
    enum { MANY = 2000 };
    AUTO(err) struct err e = ERR_INIT;
    struct told *all = xcalloc(MANY, sizeof *all);
    struct task *list = xcalloc(MANY, sizeof *list);
    for (size_t i = 0; i < MANY; i++) {
        all[i].name[0] = 'x';
        strvec_push(&all[i].first, "1");
        all[i].needs[0] = i - 1;
        list[i] = (struct task){.label = all[i].name,
            .arg = &all[i],
            .prepare = prepare,
            .cleanup = cleanup,
            .needs = all[i].needs,
            .need_count = i > 0 && i < MANY / 2};
    }
    ck_assert_int_eq(run_in_world(list, MANY, 2, false, &e), 0);
    ck_assert_uint_eq(totals.done, MANY);
    ck_assert_double_eq(totals.wall_seconds, MANY / 2); /* the chain, with the others beside it */
    for (size_t i = 0; i < MANY; i++) {
        ck_assert(all[i].succeeded);
        strvec_release(&all[i].first);
    }
    free(all);
    free(list);
}
END_TEST

Suite *schedule_suite(void)
{
    Suite *s = suite_create("schedule");
    TCase *t = tcase_create("schedule");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, tasks_run_in_this_order, 0, COUNT(cases));
    tcase_add_test(t, what_was_begun_is_released);
    tcase_add_test(t, an_interrupt_starts_nothing_more_and_blames_nobody);
    tcase_add_test(t, a_world_that_breaks_is_left_in_order);
    tcase_add_loop_test(t, a_busy_machine_is_left_alone, 0, 2);
    tcase_add_test(t, many_tasks);
    suite_add_tcase(s, t);
    return s;
}
