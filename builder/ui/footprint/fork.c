/* Several interpreters, or one that forks. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/compare.h"
#include "sys/path.h"
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

char *setup_title(const struct fork_measurement *m, enum fork_setup setup)
{
    bool bare = !m->names->len;
    switch (setup) {
    case SETUP_SEPARATE:
        return xstrf("%u interpreters", m->workers);
    case SETUP_FORK_EARLY:
        return xstrdup("fork, then import");
    case SETUP_FORK:
        return xstrdup(bare ? "one that forks" : "import, then fork");
    case SETUP_FREEZE:
        return xstrdup(bare ? "gc.freeze(), fork" : "import, gc.freeze(), fork");
    case SETUPS:
        break;
    }
    return xstrdup("");
}

static void put_figure(struct strbuf *out, const struct fork_measurement *m, enum fork_figure figure,
    const char *title, struct style style)
{
    struct columns c = {.width = FORK_MOMENTS + 1};
    columns_add(&c, title);
    for (size_t i = 0; i < FORK_MOMENTS; i++)
        columns_add(&c, fork_moment_title(m, i));
    for (size_t s = 0; s < m->setup_count; s++) {
        AUTO_FREE char *name = setup_title(m, m->setups[s].setup);
        columns_add(&c, name);
        for (size_t i = 0; i < FORK_MOMENTS; i++) {
            AUTO(strbuf) struct strbuf text = {0};
            struct spread spread = setup_spread(m, &m->setups[s], i, figure);
            if (figure != FORK_FAULTS || i)
                number_put(&text, spread.median, figure == FORK_FAULTS ? UNIT_COUNT : UNIT_BYTES);
            columns_add(&c, strbuf_str(&text));
        }
    }
    columns_put(out, &c, 2, true, style);
}

/* How much of what was shared when the workers were ready is shared still. */
static void put_decay(struct strbuf *out, const struct fork_measurement *m, struct style style)
{
    struct columns c = {.width = FORK_MOMENTS + 1};
    columns_add(&c, "still shared of what was at first");
    for (size_t i = 0; i < FORK_MOMENTS; i++)
        columns_add(&c, fork_moment_title(m, i));
    for (size_t s = 0; s < m->setup_count; s++) {
        if (m->setups[s].setup == SETUP_SEPARATE)
            continue;
        AUTO_FREE char *name = setup_title(m, m->setups[s].setup);
        columns_add(&c, name);
        for (size_t i = 0; i < FORK_MOMENTS; i++) {
            struct spread left;
            if (setup_percent(&left, m, &m->setups[s], i, FORK_SHARED))
                columns_addf(&c, "%.0f %%", left.median);
            else
                columns_add(&c, "");
        }
    }
    columns_put(out, &c, 2, true, style);
}

static void put_comparison(
    struct columns *c, const struct fork_measurement *m, enum fork_setup a, enum fork_setup b)
{
    const struct setup_runs *x = fork_find_setup(m, a), *y = fork_find_setup(m, b);
    if (!x || !y)
        return;
    AUTO_FREE char *first = setup_title(m, a);
    AUTO_FREE char *second = setup_title(m, b);
    columns_addf(c, "%s : %s", first, second);
    static const size_t moments[] = {0, 1, FORK_MOMENTS - 1};
    for (size_t i = 0; i < COUNT(moments); i++) {
        struct spread s = setup_spread(m, x, moments[i], FORK_PSS),
                      t = setup_spread(m, y, moments[i], FORK_PSS);
        struct difference d = setup_difference(m, x, y, moments[i], FORK_PSS);
        AUTO(strbuf) struct strbuf text = {0};
        ratio_put(&text, &d, &s, &t);
        columns_add(c, strbuf_str(&text));
    }
}

static void put_comparisons(struct strbuf *out, const struct fork_measurement *m, struct style style)
{
    struct columns c = {.width = 4};
    columns_add(&c, "ratio of what all take");
    columns_add(&c, fork_moment_title(m, 0));
    columns_add(&c, fork_moment_title(m, 1));
    columns_add(&c, fork_moment_title(m, FORK_MOMENTS - 1));
    put_comparison(&c, m, SETUP_FORK, SETUP_SEPARATE);
    put_comparison(&c, m, SETUP_FORK, SETUP_FORK_EARLY);
    put_comparison(&c, m, SETUP_FREEZE, SETUP_FORK);
    columns_put(out, &c, 2, true, style);
}

void report_fork(struct strbuf *out, const struct fork_measurement *m, bool details, struct style style)
{
    AUTO(strbuf) struct strbuf names = {0};
    for (size_t i = 0; i < m->names->len; i++) {
        strbuf_adds(&names, i ? ", " : "import ");
        text_add_safe(&names, m->names->items[i], 0);
    }
    tone_add(out, style, TONE_NAME, names.len ? names.ptr : "bare interpreters");
    strbuf_addf(out, ", %u workers, with %s (%s), %zu runs of each, in turn\n", m->workers, m->python,
        m->version, m->runs);
    if (m->script)
        strbuf_addf(out, "  each worker runs %s\n", path_base(m->script));
    put_figure(out, m, FORK_PSS, "all processes, sum of shares (PSS)", style);
    put_figure(out, m, FORK_USS, "one worker, its own (USS)", style);
    if (details) {
        put_figure(out, m, FORK_SHARED, "one worker, shared and no file's", style);
        put_figure(out, m, FORK_RSS, "all processes, sum of present (RSS)", style);
        put_figure(out, m, FORK_FAULTS, "page faults of the workers", style);
    }
    put_decay(out, m, style);
    put_comparisons(out, m, style);
    strbuf_adds(out,
        "Medians; in brackets where the ratio lies with 99 % confidence. The forking parent is counted "
        "too.\n");
}

void report_fork_json(struct json *o, const struct fork_measurement *m)
{
    json_set_text(o, "python", m->python);
    json_set_text(o, "version", m->version);
    json_set_text(o, "label", m->label);
    struct json *names = json_set_array(o, "names");
    for (size_t i = 0; i < m->names->len; i++)
        json_add_text(names, m->names->items[i]);
    json_set_text(o, "script", m->script);
    json_set_count(o, "workers", m->workers);
    json_set_count(o, "runs", m->runs);
    struct json *moments = json_set_array(o, "moments");
    for (size_t i = 0; i < FORK_MOMENTS; i++)
        json_add_text(moments, fork_moment_title(m, i));
    struct json *setups = json_set_array(o, "setups");
    for (size_t s = 0; s < m->setup_count; s++) {
        struct json *setup = json_add_object(setups);
        json_set_text(setup, "setup", fork_setup_name(m->setups[s].setup));
        json_set_spread(setup, "ready_ms", setup_ready(m, &m->setups[s]));
        struct json *list = json_set_array(setup, "moments");
        for (size_t i = 0; i < FORK_MOMENTS; i++) {
            struct json *moment = json_add_object(list);
            for (int f = 0; f < FORK_FIGURES; f++)
                json_set_spread(moment, fork_figure_name(f), setup_spread(m, &m->setups[s], i, f));
        }
    }
}
