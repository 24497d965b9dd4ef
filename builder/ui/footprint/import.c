/* What an import costs, and whether two builds differ. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/compare.h"
#include "sys/path.h"
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

enum { FILES_SHOWN = 12 };

void number_put(struct strbuf *out, double value, enum figure_unit unit)
{
    if (isnan(value))
        return;
    if (value < 0) {
        strbuf_addc(out, '-');
        value = -value;
    }
    if (unit == UNIT_BYTES)
        size_add(out, (uint64_t)(value + 0.5));
    else if (unit == UNIT_MS)
        strbuf_addf(out, "%.1f ms", value);
    else
        strbuf_addf(out, "%.0f", value);
}

static const char *verdict_word(enum difference_verdict verdict)
{
    switch (verdict) {
    case DIFFERENCE_LESS:
        return "less";
    case DIFFERENCE_MORE:
        return "more";
    case DIFFERENCE_NONE:
        return "noise";
    case DIFFERENCE_UNKNOWN:
        break;
    }
    return "too few runs";
}

void ratio_put(struct strbuf *out, const struct difference *d, const struct spread *a, const struct spread *b)
{
    if (!a->count || !b->count)
        return;
    if (spreads_are_equal(a, b)) {
        strbuf_adds(out, "equal");
        return;
    }
    if (!isnan(d->ratio))
        strbuf_addf(out, "%.2f ", d->ratio);
    if (!isnan(d->ratio_low))
        strbuf_addf(out, "(%.2f to %.2f) ", d->ratio_low, d->ratio_high);
    strbuf_adds(out, verdict_word(d->verdict));
}

static void add_number(struct columns *c, double value, enum figure_unit unit)
{
    AUTO(strbuf) struct strbuf text = {0};
    number_put(&text, value, unit);
    columns_add(c, strbuf_str(&text));
}

static void add_spread(struct columns *c, const struct spread *s, enum figure_unit unit)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (s->count && s->low != s->high) {
        number_put(&text, s->low, unit);
        strbuf_adds(&text, " to ");
        number_put(&text, s->high, unit);
    }
    add_number(c, s->median, unit);
    columns_add(c, strbuf_str(&text));
}

/* With another build: against it; else against the interpreter alone, as a difference. Nothing is told of
 * what nobody has. */
static void add_row(struct columns *c, const char *name, const struct import_measurement *m,
    const struct compared *row, enum figure_unit unit)
{
    const struct spread *s = row->spreads, *other = &s[import_other(m)];
    const struct difference *d = &row->difference;
    AUTO(strbuf) struct strbuf text = {0};
    if (row->all_zero)
        return;
    columns_add(c, name);
    add_number(c, s[SUBJECT_ALONE].median, unit);
    for (size_t i = SUBJECT_MEASURED; i < m->subject_count; i++)
        add_spread(c, &s[i], unit);
    if (m->subject_count > 2) {
        ratio_put(&text, d, &s[SUBJECT_MEASURED], other);
    } else if (d->verdict == DIFFERENCE_LESS || d->verdict == DIFFERENCE_MORE) {
        strbuf_adds(&text, d->shift > 0 ? "+" : "");
        number_put(&text, d->shift, unit);
    } else if (d->verdict == DIFFERENCE_NONE && s[SUBJECT_MEASURED].least != s[SUBJECT_MEASURED].most) {
        strbuf_adds(&text, "noise");
    }
    columns_add(c, strbuf_str(&text));
}

static void add_heading(struct columns *c, const char *name, size_t subjects)
{
    columns_add(c, name);
    columns_add(c, "alone");
    columns_add(c, subjects > 2 ? "A" : "with it");
    columns_add(c, "half of the runs");
    if (subjects > 2) {
        columns_add(c, "B");
        columns_add(c, "half of the runs");
    }
    columns_add(c, subjects > 2 ? "A to B" : "adds");
    c->last_is_words = subjects > 2;
}

static void put_figures(struct strbuf *out, const struct import_measurement *m, struct style style)
{
    struct columns c = {.width = m->subject_count * 2 + 1};
    add_heading(&c, "", m->subject_count);
    for (int f = 0; f < FIGURES; f++) {
        struct compared row = compare_figure(m, f);
        add_row(&c, figure_title(f), m, &row, figure_unit(f));
    }
    columns_put(out, &c, 2, true, style);
}

static void put_kinds(struct strbuf *out, const struct import_measurement *m, enum memory_field field,
    const char *title, struct style style)
{
    struct columns c = {.width = m->subject_count * 2 + 1};
    add_heading(&c, title, m->subject_count);
    for (int k = 0; k < REGION_KINDS; k++) {
        struct compared row = compare_kind(m, k, field);
        add_row(&c, region_kind_name(k), m, &row, UNIT_BYTES);
    }
    for (int r = 0; r < FILE_ROLES; r++) {
        AUTO_FREE char *name = xstrf("files: %s", file_role_name(r));
        struct compared row = compare_role(m, r, field);
        add_row(&c, name, m, &row, UNIT_BYTES);
    }
    columns_put(out, &c, 2, true, style);
}

static bool in_baseline(const struct import_measurement *m, const char *name)
{
    vec_each (&m->subjects[SUBJECT_ALONE].files, f)
        if (strcmp(f->name, name) == 0)
            return true;
    return false;
}

static void put_files(struct strbuf *out, const struct import_measurement *m, const struct subject_runs *s,
    const char *letter, bool details, struct style style)
{
    static const enum memory_field fields[] = {MEMORY_VIRT, MEMORY_RSS, MEMORY_PSS, MEMORY_PRIVATE_CLEAN,
        MEMORY_PRIVATE_DIRTY, MEMORY_SHARED_CLEAN, MEMORY_SHARED_DIRTY};
    static const char *const names[] = {"addresses", "present", "its share", "private clean", "private dirty",
        "shared clean", "shared dirty"};
    enum { FIELDS = COUNT(fields) };
    AUTO_FREE char *title = xstrf("%sfiles that the import brought", letter);
    struct columns c = {.width = FIELDS + 1};
    size_t shown = 0, brought = 0;
    columns_add(&c, title);
    for (size_t i = 0; i < FIELDS; i++)
        columns_add(&c, names[i]);
    vec_each (&s->files, f) {
        bool new = !in_baseline(m, f->name);
        brought += new;
        if ((!new && !details) || (shown == FILES_SHOWN && !details))
            continue;
        shown++;
        columns_add(&c, details ? f->name : path_base(f->name));
        for (size_t i = 0; i < FIELDS; i++)
            columns_add_size(&c, (uint64_t)(file_spread(s, f, fields[i]).median + 0.5));
    }
    columns_put(out, &c, 2, true, style);
    if (brought > shown)
        strbuf_addf(out, "  and %zu more\n", brought - shown);
}

static void put_added(struct strbuf *out, const struct subject_runs *s, const char *letter)
{
    const struct added_objects *a = &s->added;
    AUTO(strbuf) struct strbuf size = {0};
    size_add(&size, a->file_bytes);
    strbuf_addf(out, "  %s%zu object%s, %s of files, %llu constructors; relocations:", letter, a->objects,
        a->objects == 1 ? "" : "s", strbuf_str(&size), (unsigned long long)a->constructors);
    for (int k = 0; k < RELOCATION_CLASSES; k++)
        if (a->relocations[k])
            strbuf_addf(out, " %llu %s,", (unsigned long long)a->relocations[k], relocation_class_name(k));
    strbuf_addf(out, " %llu pages written", (unsigned long long)a->pages_written);
    if (a->unread)
        strbuf_addf(out, "; %zu could not be read", a->unread);
    strbuf_addc(out, '\n');
}

static void put_names(struct strbuf *out, const struct import_measurement *m, struct style style)
{
    AUTO(strbuf) struct strbuf names = {0};
    const struct subject *s = m->subjects[SUBJECT_MEASURED].subject;
    for (size_t i = 0; i < s->names.len; i++) {
        strbuf_adds(&names, i ? ", " : "");
        text_add_safe(&names, s->names.items[i], 0);
    }
    strbuf_adds(out, "import ");
    tone_add(out, style, TONE_NAME, strbuf_str(&names));
    strbuf_addf(out, " with %s (%s), %zu starts of each, in turn\n", m->python, m->version, m->runs);
    if (m->subject_count > 2)
        strbuf_addf(out, "  A: %s\n  B: %s\n", m->subjects[SUBJECT_MEASURED].label,
            m->subjects[SUBJECT_AGAINST].label);
    else
        strbuf_addf(out, "  %s\n", m->subjects[SUBJECT_MEASURED].label);
    if (m->remark)
        strbuf_addf(out, "  %s\n", m->remark);
}

void report_import(struct strbuf *out, const struct import_measurement *m, bool details, struct style style)
{
    static const enum memory_field fields[] = {
        MEMORY_PRIVATE_CLEAN, MEMORY_PRIVATE_DIRTY, MEMORY_SHARED_CLEAN, MEMORY_SHARED_DIRTY};
    static const char *const names[] = {"private clean", "private dirty", "shared clean", "shared dirty"};
    bool two = m->subject_count > 2;
    put_names(out, m, style);
    put_figures(out, m, style);
    put_kinds(out, m, MEMORY_PSS, "its share (PSS)", style);
    for (size_t i = 0; details && i < COUNT(fields); i++)
        put_kinds(out, m, fields[i], names[i], style);
    for (size_t i = SUBJECT_MEASURED; i < m->subject_count; i++) {
        const char *letter = !two ? "" : i == SUBJECT_MEASURED ? "A: " : "B: ";
        put_files(out, m, &m->subjects[i], letter, details, style);
        put_added(out, &m->subjects[i], letter);
    }
    if (two)
        strbuf_adds(out,
            "A to B: ratio of the medians, where the ratio lies with 99 % confidence, and whether A "
            "is less or more than B, or no more than noise parts them.\n");
}
