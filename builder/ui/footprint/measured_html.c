/* The cards of what was started to be measured: imports, and workers. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"
#include "footprint/compare.h"
#include "footprint/meaning.h"
#include "ui/footprint/pictures.h"
#include "ui/page/table.h"
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

static const char *verdict_class(enum difference_verdict verdict)
{
    return verdict == DIFFERENCE_LESS ? "less" : verdict == DIFFERENCE_MORE ? "more" : "";
}

static void spread_cells(struct html_table *t, const struct spread *s, enum figure_unit unit)
{
    AUTO(strbuf) struct strbuf text = {0};
    number_put(&text, s->low, unit);
    if (s->count)
        strbuf_adds(&text, " to ");
    number_put(&text, s->high, unit);
    html_number(t, s->median, unit);
    html_cell(t, "", s->low == s->high ? "" : strbuf_str(&text));
}

static void figures_table(struct strbuf *out, const struct import_measurement *m, const struct page *page)
{
    struct html_table t = {.page = page, .numbers = true};
    bool two = m->subject_count > 2;
    HEAD(&t, "Figure", "Alone");
    HEAD(&t, two ? "A" : "With it", "half of the runs");
    if (two)
        HEAD(&t, "B", "half of the runs");
    html_head(&t, two ? "A to B" : "With it to alone");
    for (int f = 0; f < FIGURES; f++) {
        struct compared row = compare_figure(m, f);
        html_cell(&t, "", figure_title(f));
        html_number(&t, row.spreads[SUBJECT_ALONE].median, figure_unit(f));
        for (size_t i = SUBJECT_MEASURED; i < m->subject_count; i++)
            spread_cells(&t, &row.spreads[i], figure_unit(f));
        AUTO(strbuf) struct strbuf text = {0};
        ratio_put(&text, &row.difference, &row.spreads[SUBJECT_MEASURED], &row.spreads[import_other(m)]);
        html_cell(&t, verdict_class(row.difference.verdict), strbuf_str(&text));
        html_row(&t, "");
    }
    html_table_put(
        out, &t, "figures", "Figures: medians, and where the ratio lies with 99 % confidence", NULL);
}

static void kinds_bars(struct strbuf *out, const struct import_measurement *m, enum memory_field field,
    const char *title, const struct page *page)
{
    struct drawn_bar bars[SUBJECTS_MOST];
    for (size_t i = 0; i < m->subject_count; i++) {
        bars[i].name = m->subjects[i].label;
        for (int k = 0; k < REGION_KINDS; k++)
            bars[i].bytes[k] = kind_spread(&m->subjects[i], k, field).median;
    }
    draw_bars(out, title, bars, m->subject_count, page);
}

static void import_files(
    struct strbuf *out, const struct import_measurement *m, size_t which, const struct page *page)
{
    static const enum memory_field fields[] = {MEMORY_VIRT, MEMORY_RSS, MEMORY_PSS, MEMORY_PRIVATE_CLEAN,
        MEMORY_PRIVATE_DIRTY, MEMORY_SHARED_CLEAN, MEMORY_SHARED_DIRTY};
    const struct subject_runs *s = &m->subjects[which];
    struct html_table t = {.page = page, .numbers = true};
    AUTO_FREE char *id = xstrf("files-%zu", which);
    AUTO_FREE char *title = xstrf("Files, medians: %s", s->label);
    HEAD(&t, "File", "Addresses", "Present", "Share (PSS)", "Private clean", "Private dirty", "Shared clean",
        "Shared dirty");
    vec_each (&s->files, f) {
        html_cell(&t, "", path_base(f->name));
        for (size_t i = 0; i < COUNT(fields); i++)
            html_size(&t, (uint64_t)(file_spread(s, f, fields[i]).median + 0.5));
        html_row(&t, "");
    }
    html_table_put(out, &t, id, title, "Filter files: libc, zmq ...");
}

void import_card(struct strbuf *out, const struct import_measurement *m, const struct page *page)
{
    AUTO(strbuf) struct strbuf body = {0};
    AUTO(strbuf) struct strbuf title = {0};
    AUTO_FREE char *about =
        m->subject_count > 2
            ? xstrf("A: %s; B: %s; %s (%s), %zu starts of each, in turn", m->subjects[SUBJECT_MEASURED].label,
                  m->subjects[SUBJECT_AGAINST].label, m->python, m->version, m->runs)
            : xstrf("%s; %s (%s), %zu starts of each, in turn", m->subjects[SUBJECT_MEASURED].label,
                  m->python, m->version, m->runs);
    const struct strvec *names = &m->subjects[SUBJECT_MEASURED].subject->names;
    for (size_t i = 0; i < names->len; i++)
        strbuf_addf(&title, "%s%s", i ? ", " : "import ", names->items[i]);
    AUTO(strvec) struct strvec meaning = {0};
    import_meaning(&meaning, m);
    put_meaning(&body, &meaning, page);
    if (m->remark)
        page_fill(&body, page, "paragraph", {"text", m->remark});
    figures_table(&body, m, page);
    kinds_bars(&body, m, MEMORY_PSS, "Share (PSS) by kind", page);
    kinds_bars(&body, m, MEMORY_PRIVATE_DIRTY, "Private dirty by kind", page);
    struct drawn_space spaces[SUBJECTS_MOST];
    for (size_t i = 0; i < m->subject_count; i++)
        spaces[i] = (struct drawn_space){m->subjects[i].label, &m->subjects[i].last};
    draw_space(&body, spaces, m->subject_count, false, page);
    draw_space(&body, spaces, m->subject_count, true, page);
    for (size_t i = SUBJECT_MEASURED; i < m->subject_count; i++)
        import_files(&body, m, i, page);
    page_card(out, page, strbuf_str(&title), about, &body);
}

/* Curves of a figure, or of how much of the first value there still is. */
static void fork_chart(struct strbuf *out, const struct fork_measurement *m, enum fork_figure figure,
    bool percent, const char *title, const struct page *page)
{
    double values[SETUPS][FORK_MOMENTS], low[SETUPS][FORK_MOMENTS], high[SETUPS][FORK_MOMENTS];
    struct drawn_curve curves[SETUPS];
    char *names[SETUPS] = {NULL};
    const char *places[FORK_MOMENTS];
    size_t count = 0;
    for (size_t i = 0; i < FORK_MOMENTS; i++)
        places[i] = fork_moment_title(m, i);
    for (size_t k = 0; k < m->setup_count; k++) {
        const struct setup_runs *s = &m->setups[k];
        bool known = true;
        for (size_t i = 0; i < FORK_MOMENTS; i++) {
            struct spread spread = setup_spread(m, s, i, figure);
            known = known && (!percent || setup_percent(&spread, m, s, i, figure));
            values[count][i] = spread.median;
            low[count][i] = spread.low;
            high[count][i] = spread.high;
        }
        if (!known)
            continue;
        names[count] = setup_title(m, s->setup);
        curves[count] = (struct drawn_curve){names[count], s->setup, values[count], low[count], high[count]};
        count++;
    }
    struct drawn_chart chart = {title, places, FORK_MOMENTS, percent, curves, count};
    draw_chart(out, &chart, page);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
}

static void fork_table(struct strbuf *out, const struct fork_measurement *m, enum fork_figure figure,
    const char *id, const char *title, const struct page *page)
{
    struct html_table t = {.page = page, .numbers = true};
    html_head(&t, "Setup");
    for (size_t i = 0; i < FORK_MOMENTS; i++)
        html_head(&t, fork_moment_title(m, i));
    for (size_t k = 0; k < m->setup_count; k++) {
        AUTO_FREE char *name = setup_title(m, m->setups[k].setup);
        html_cell(&t, "", name);
        for (size_t i = 0; i < FORK_MOMENTS; i++)
            html_number(&t, setup_spread(m, &m->setups[k], i, figure).median,
                figure == FORK_FAULTS ? UNIT_COUNT : UNIT_BYTES);
        html_row(&t, "");
    }
    html_table_put(out, &t, id, title, NULL);
}

void fork_card(struct strbuf *out, const struct fork_measurement *m, const struct page *page)
{
    AUTO(strbuf) struct strbuf body = {0};
    AUTO(strbuf) struct strbuf title = {0};
    AUTO_FREE char *about =
        xstrf("%u workers; %s (%s), %zu runs of each, in turn", m->workers, m->python, m->version, m->runs);
    for (size_t i = 0; i < m->names->len; i++)
        strbuf_addf(&title, "%s%s", i ? ", " : "import ", m->names->items[i]);
    AUTO(strvec) struct strvec meaning = {0};
    fork_meaning(&meaning, m);
    put_meaning(&body, &meaning, page);
    fork_chart(&body, m, FORK_SHARED, true, "Still shared, of what was when the workers were ready", page);
    fork_chart(&body, m, FORK_PSS, false, "All processes, sum of shares (PSS)", page);
    fork_table(&body, m, FORK_PSS, "fork-pss", "All processes, sum of shares (PSS)", page);
    fork_table(&body, m, FORK_USS, "fork-uss", "One worker, its own (USS)", page);
    fork_table(&body, m, FORK_SHARED, "fork-shared", "One worker, shared and no file's", page);
    fork_table(&body, m, FORK_FAULTS, "fork-faults", "Page faults of the workers", page);
    page_card(out, page, title.len ? title.ptr : "bare interpreters", about, &body);
}
