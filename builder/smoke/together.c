/* Children that import one distribution, or two in either order. */
#include "smoke/together.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sched/ask.h"
#include "sys/environment.h"
#include "template/template.h"

enum { SAID_MAX = 1 << 20 };

/* One below /tmp is hidden by now. */
static void show(struct strvec *argv, const char *path)
{
    strvec_push(argv, "--ro-bind");
    strvec_push(argv, path);
    strvec_push(argv, path);
}

static void add_confinement(struct strvec *argv, const struct together *t)
{
    static const char *const words[] = {"--unshare-all", "--die-with-parent", "--new-session", "--ro-bind",
        "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--chdir", "/"};
    if (!t->confined)
        return;
    strvec_push(argv, t->confined);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        strvec_push(argv, words[i]);
    for (size_t i = 0; i < t->member_count; i++)
        show(argv, t->members[i].site);
    show(argv, t->driver);
}

static void add_names(struct strvec *argv, const struct together *t, size_t member)
{
    for (size_t i = 0; member != SIZE_MAX && i < t->members[member].names->len; i++)
        strvec_push(argv, t->members[member].names->items[i]);
}

static void add_python(struct strvec *argv, const struct together *t)
{
    static const char *const words[] = {"-I", "-B", "-S", "-X", "faulthandler"};
    for (size_t i = 0; t->python->runner && t->python->runner[i]; i++)
        strvec_push(argv, t->python->runner[i]);
    strvec_push(argv, t->python->path);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        strvec_push(argv, words[i]);
}

/* Runs it and keeps what it printed on standard error. Its end is in q; a time that is over is one of its
 * own. */
static int ask(struct question *q, struct strvec *argv, struct err *e)
{
    AUTO(strvec) struct strvec env = {0};
    environment_clean(&env, NULL, LOCALE_UTF8, "/nonexistent", "/tmp");
    *q = (struct question){
        .spec = {.argv = argv->items, .env = env.items, .dir = "/", .in = -1, .out = -1, .err = -1},
        .keeps_errors = true,
        .bytes_max = SAID_MAX,
        .timeout_ms = TOGETHER_SECONDS * 1000,
    };
    return questions_ask(q, 1, 1, e);
}

/* "Segmentation fault" stands first in what faulthandler says, an exception last in a traceback. */
static const char *last_line(struct arena *arena, const struct strbuf *said)
{
    struct slice rest = {strbuf_str(said), said->len}, last = {"", 0};
    while (rest.ptr && rest.len) {
        struct slice line = slice_trim(slice_cut(&rest, '\n'));
        if (str_starts(arena_strndup(arena, line.ptr, line.len), "Fatal Python error"))
            return arena_strndup(arena, line.ptr, line.len);
        if (line.len)
            last = line;
    }
    return arena_strndup(arena, last.ptr, last.len);
}

static int try_one(struct together *t, struct together_try *out, size_t first, size_t second, struct err *e)
{
    AUTO(strvec) struct strvec argv = {0};
    AUTO(err) struct err wrong = ERR_INIT;
    struct question q;
    *out = (struct together_try){.first = first, .second = second};
    add_confinement(&argv, t);
    add_python(&argv, t);
    strvec_push(&argv, t->driver);
    strvec_pushf(&argv, "%zu", t->member_count);
    for (size_t i = 0; i < t->member_count; i++)
        strvec_push(&argv, t->members[i].site);
    add_names(&argv, t, first);
    add_names(&argv, t, second);
    if (ask(&q, &argv, &wrong) < 0) {
        question_release(&q);
        out->end = TOGETHER_FAILS; /* it printed too much, or took too long */
        out->said = arena_strdup(&t->arena, wrong.text);
        return !q.end.status ? err_move(e, &wrong) : 0;
    }
    int status = q.end.status;
    out->signal = q.end.signal ? q.end.signal : status > 128 && status < 160 ? status - 128 : 0;
    out->end = out->signal ? TOGETHER_DIES : status ? TOGETHER_FAILS : TOGETHER_WORKS;
    if (out->end != TOGETHER_WORKS)
        out->said = last_line(&t->arena, &q.said);
    question_release(&q);
    return 0;
}

/* Confined where that works: some machines allow no namespaces. */
static int find_confinement(struct together *t, struct err *e)
{
    const char *search = getenv("PATH");
    AUTO_FREE char *found = program_find("bwrap", search ? search : "/usr/bin:/bin", e);
    if (e->kind != ERR_NONE)
        return -1;
    if (!found) {
        t->why_not = "bubblewrap (bwrap) is not installed";
        return 0;
    }
    AUTO(strvec) struct strvec argv = {0};
    AUTO(err) struct err wrong = ERR_INIT;
    struct question q;
    t->confined = arena_strdup(&t->arena, found);
    add_confinement(&argv, t);
    add_python(&argv, t);
    strvec_push(&argv, t->driver);
    strvec_push(&argv, "0");
    int status = ask(&q, &argv, &wrong);
    if (status < 0 || q.end.status) {
        t->confined = NULL;
        t->why_not = status < 0 ? arena_strdup(&t->arena, wrong.text) : last_line(&t->arena, &q.said);
    }
    question_release(&q);
    return 0;
}

int together_run(struct together *out, const struct interpreter *python,
    const struct together_member *members, size_t count, struct err *e)
{
    *out = (struct together){.python = python, .members = members, .member_count = count};
    out->alone = arena_alloc(&out->arena, (count + 1) * sizeof *out->alone);
    out->orders = arena_alloc(&out->arena, (count * count + 1) * sizeof *out->orders);
    AUTO_FREE char *driver = template_path("python/together.py", e);
    if (!driver)
        return -1;
    out->driver = arena_strdup(&out->arena, driver);
    if (find_confinement(out, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (try_one(out, &out->alone[i], i, SIZE_MAX, e) < 0)
            return -1;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            if (i == k || out->alone[i].end != TOGETHER_WORKS || out->alone[k].end != TOGETHER_WORKS)
                continue;
            if (try_one(out, &out->orders[out->order_count++], i, k, e) < 0)
                return -1;
        }
    return 0;
}

void together_release(struct together *t)
{
    arena_release(&t->arena);
    *t = (struct together){0};
}
