/* Spreads and differences of what was measured, subject by subject and setup by setup. */
#include "footprint/compare.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* What is asked of a subject. */
struct compare_question {
    enum { OF_FIGURE, OF_KIND, OF_ROLE, OF_FILE } of;
    int which; /* figure, kind or role */
    enum memory_field field;
    const struct file_runs *file;
};

static size_t answer(const struct subject_runs *s, const struct compare_question *q, double *out)
{
    switch (q->of) {
    case OF_FIGURE:
        return subject_figure(s, (enum figure)q->which, out);
    case OF_KIND:
        return subject_kind(s, (enum region_kind)q->which, q->field, out);
    case OF_ROLE:
        return subject_role(s, (enum file_role)q->which, q->field, out);
    case OF_FILE:
        return subject_file(s, q->file, q->field, out);
    }
    return 0;
}

static double *new_values(const struct subject_runs *s)
{
    return xcalloc(s->run_count + LOADER_RUNS, sizeof(double));
}

static struct spread spread_for(const struct subject_runs *s, const struct compare_question *q)
{
    AUTO_FREE double *values = new_values(s);
    return spread_of(values, answer(s, q, values));
}

size_t import_other(const struct import_measurement *m)
{
    return m->subject_count > 2 ? SUBJECT_AGAINST : SUBJECT_ALONE;
}

static bool is_asked(const struct compare_question *q, size_t subject)
{
    return subject != SUBJECT_ALONE || q->of != OF_FIGURE || q->which > FIGURE_IMPORT_CPU_MS;
}

static struct compared compare(const struct import_measurement *m, const struct compare_question *q)
{
    struct compared c = {.all_zero = true};
    double *values[SUBJECTS_MOST] = {NULL};
    size_t counts[SUBJECTS_MOST] = {0}, other = import_other(m);
    for (size_t i = 0; i < m->subject_count; i++) {
        values[i] = new_values(&m->subjects[i]);
        counts[i] = is_asked(q, i) ? answer(&m->subjects[i], q, values[i]) : 0;
        c.spreads[i] = spread_of(values[i], counts[i]);
        for (size_t k = 0; k < counts[i]; k++)
            c.all_zero = c.all_zero && values[i][k] == 0;
    }
    c.difference =
        difference_of(values[SUBJECT_MEASURED], counts[SUBJECT_MEASURED], values[other], counts[other]);
    for (size_t i = 0; i < m->subject_count; i++)
        free(values[i]);
    return c;
}

struct compared compare_figure(const struct import_measurement *m, enum figure figure)
{
    return compare(m, &(struct compare_question){.of = OF_FIGURE, .which = figure});
}

struct compared compare_kind(
    const struct import_measurement *m, enum region_kind kind, enum memory_field field)
{
    return compare(m, &(struct compare_question){.of = OF_KIND, .which = kind, .field = field});
}

struct compared compare_role(const struct import_measurement *m, enum file_role role, enum memory_field field)
{
    return compare(m, &(struct compare_question){.of = OF_ROLE, .which = role, .field = field});
}

bool spreads_are_equal(const struct spread *a, const struct spread *b)
{
    return a->count && b->count && a->least == a->most && b->least == b->most && a->least == b->least;
}

struct spread figure_spread(const struct subject_runs *s, enum figure figure)
{
    return spread_for(s, &(struct compare_question){.of = OF_FIGURE, .which = figure});
}

struct spread kind_spread(const struct subject_runs *s, enum region_kind kind, enum memory_field field)
{
    return spread_for(s, &(struct compare_question){.of = OF_KIND, .which = kind, .field = field});
}

struct spread role_spread(const struct subject_runs *s, enum file_role role, enum memory_field field)
{
    return spread_for(s, &(struct compare_question){.of = OF_ROLE, .which = role, .field = field});
}

struct spread file_spread(const struct subject_runs *s, const struct file_runs *f, enum memory_field field)
{
    return spread_for(s, &(struct compare_question){.of = OF_FILE, .file = f, .field = field});
}

struct difference figure_difference(
    const struct subject_runs *a, const struct subject_runs *b, enum figure figure)
{
    AUTO_FREE double *of_a = new_values(a);
    AUTO_FREE double *of_b = new_values(b);
    size_t a_count = subject_figure(a, figure, of_a), b_count = subject_figure(b, figure, of_b);
    return difference_of(of_a, a_count, of_b, b_count);
}

struct spread setup_spread(
    const struct fork_measurement *m, const struct setup_runs *s, size_t moment, enum fork_figure figure)
{
    return spread_of(s->values[moment][figure], m->runs);
}

struct spread setup_ready(const struct fork_measurement *m, const struct setup_runs *s)
{
    return spread_of(s->ready_ms, m->runs);
}

bool setup_percent(struct spread *percent, const struct fork_measurement *m, const struct setup_runs *s,
    size_t moment, enum fork_figure figure)
{
    double unit = setup_spread(m, s, 0, figure).median / 100;
    if (!(unit > 0))
        return false;
    *percent = setup_spread(m, s, moment, figure);
    percent->median /= unit;
    percent->low /= unit;
    percent->high /= unit;
    percent->least /= unit;
    percent->most /= unit;
    return true;
}

const struct setup_runs *fork_find_setup(const struct fork_measurement *m, enum fork_setup setup)
{
    for (size_t i = 0; i < m->setup_count; i++)
        if (m->setups[i].setup == setup)
            return &m->setups[i];
    return NULL;
}

struct difference setup_difference(const struct fork_measurement *m, const struct setup_runs *a,
    const struct setup_runs *b, size_t moment, enum fork_figure figure)
{
    return difference_of(a->values[moment][figure], m->runs, b->values[moment][figure], m->runs);
}
