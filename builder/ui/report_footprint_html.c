/* One self-contained page (templates/footprint.html): a card for each result. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"
#include "ui/footprint_pictures.h"
#include "ui/footprint_tables.h"
#include "ui/report_footprint.h"
#include "ui/report_footprint_internal.h"

enum { REGIONS_SHOWN = 5000, FILES_SHOWN = 300 };

static void head_all(struct html_table *t, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        html_head(t, names[i]);
}

#define HEAD(t, ...)                                \
    head_all(t, (const char *const[]){__VA_ARGS__}, \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void put_card(struct strbuf *out, const char *title, const char *about, const struct strbuf *body,
    const struct audit_page *page)
{
    page_fill(out, page, "card", {"title", title}, {"about", about}, {"body", strbuf_str(body)});
}

void footprint_page(
    struct strbuf *out, const char *title, const struct strbuf *cards, const struct audit_page *page)
{
    page_fill(out, page, "head", {"title", title});
    strbuf_add(out, strbuf_str(cards), cards->len);
    page_fill(out, page, "tail", {"program", "staticbuild " STATICBUILD_VERSION});
}

static void module_tables(
    struct strbuf *out, const struct module_footprint *m, size_t number, const struct audit_page *page)
{
    struct html_table t = {.page = page};
    AUTO_FREE char *sections = xstrf("sections-%zu", number);
    AUTO_FREE char *shares = xstrf("shares-%zu", number);
    AUTO_FREE char *relocations = xstrf("relocations-%zu", number);
    AUTO_FREE char *largest = xstrf("largest-%zu", number);
    HEAD(&t, "Part", "Size", "Members");
    for (size_t i = 0; i < m->share_count; i++) {
        html_cell(&t, "", m->shares[i].name);
        html_size(&t, m->shares[i].size);
        html_number(&t, m->shares[i].members ? (double)m->shares[i].members : NAN, UNIT_COUNT);
        html_row(&t, "");
    }
    html_table_put(out, &t, shares,
        m->share_source == SHARE_LINK_MAP ? "Static libraries, by the link map"
                                          : "Source files, by their static functions and variables",
        NULL);
    HEAD(&t, "Relocation", "Number", "Class");
    for (size_t i = 0; i < m->relocation_count; i++) {
        html_cell(&t, "", m->relocations[i].name);
        html_cellf(&t, "%llu", (unsigned long long)m->relocations[i].count);
        html_cell(&t, "", relocation_class_name(m->relocations[i].class));
        html_row(&t, "");
    }
    html_table_put(out, &t, relocations, "Relocations", NULL);
    HEAD(&t, "Section", "Size", "Kind");
    for (size_t i = 0; i < m->section_count; i++) {
        html_cell(&t, "", m->sections[i].name);
        html_size(&t, m->sections[i].size);
        html_cell(&t, "", m->sections[i].code ? "code" : m->sections[i].writable ? "writable" : "read-only");
        html_row(&t, "");
    }
    html_table_put(out, &t, sections, "Sections in memory", NULL);
    HEAD(&t, "Function or object", "Size", "Kind");
    for (size_t i = 0; i < m->function_count + m->object_count; i++) {
        bool function = i < m->function_count;
        const struct module_symbol *s = function ? &m->functions[i] : &m->objects[i - m->function_count];
        html_cell(&t, "", s->name);
        html_size(&t, s->size);
        html_cell(&t, "", function ? "function" : "object");
        html_row(&t, "");
    }
    html_table_put(out, &t, largest, "The largest", NULL);
}

void module_card(
    struct strbuf *out, const struct module_footprint *m, size_t number, const struct audit_page *page)
{
    AUTO(strbuf) struct strbuf facts = {0};
    AUTO(strbuf) struct strbuf body = {0};
    html_fact_number(&facts, page, "File", (double)m->size, UNIT_BYTES);
    html_fact_number(&facts, page, "Addresses", (double)m->memory, UNIT_BYTES);
    html_fact_number(&facts, page, "Relocations", (double)m->relocation_total, UNIT_COUNT);
    html_fact_number(&facts, page, "Symbol look-ups", (double)m->lookups, UNIT_COUNT);
    html_fact_number(&facts, page, "Pages written when loaded",
        (double)(m->pages.relro_written + m->pages.data_written + m->pages.code_written), UNIT_COUNT);
    html_fact_number(&facts, page, "Constructors", (double)m->constructors, UNIT_COUNT);
    html_fact_number(&facts, page, "Exported symbols", (double)m->exported, UNIT_COUNT);
    html_fact_number(&facts, page, "Imported symbols", (double)m->imported, UNIT_COUNT);
    html_fact_number(&facts, page, "Libraries needed", (double)m->needed_count, UNIT_COUNT);
    html_fact_number(&facts, page, m->static_tls ? "Static thread-local storage" : "Thread-local storage",
        (double)m->tls_size, UNIT_BYTES);
    html_facts_put(&body, &facts, page);
    struct drawn_bar bar = {.name = "in memory"};
    bar.bytes[REGION_TEXT] = (double)m->code;
    bar.bytes[REGION_CONSTANTS] = (double)m->constants;
    bar.bytes[REGION_RELRO] = (double)(m->pages.relro * MODULE_PAGE);
    bar.bytes[REGION_DATA] = (double)(m->pages.data * MODULE_PAGE);
    bar.bytes[REGION_BSS] = (double)(m->pages.bss * MODULE_PAGE);
    draw_bars(&body, "What it is made of", &bar, 1, page);
    module_tables(&body, m, number, page);
    put_card(out, m->path, m->machine, &body, page);
}

static void memory_cells(struct html_table *t, const struct memory *m)
{
    static const enum memory_field fields[] = {MEMORY_VIRT, MEMORY_RSS, MEMORY_PSS, MEMORY_PRIVATE_CLEAN,
        MEMORY_PRIVATE_DIRTY, MEMORY_SHARED_CLEAN, MEMORY_SHARED_DIRTY, MEMORY_SWAP};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        html_size(t, memory_field(m, fields[i]));
}

#define MEMORY_HEADS                                                                                         \
    "Addresses", "Present", "Share (PSS)", "Private clean", "Private dirty", "Shared clean", "Shared dirty", \
        "Swapped"

static void process_tables(struct strbuf *out, const struct process_view *v, const struct audit_page *page)
{
    const struct sample *s = &v->sample;
    struct html_table t = {.page = page};
    HEAD(&t, "Kind", MEMORY_HEADS, "Mappings");
    for (int k = 0; k < REGION_KINDS; k++)
        if (s->kind_counts[k]) {
            html_cell(&t, "", region_kind_name(k));
            memory_cells(&t, &s->kinds[k]);
            html_cellf(&t, "%zu", s->kind_counts[k]);
            html_row(&t, "");
        }
    html_cell(&t, "", "all");
    memory_cells(&t, &s->total);
    html_cellf(&t, "%zu", s->region_count);
    html_row(&t, "sum");
    html_table_put(out, &t, "kinds", "By kind", NULL);
    HEAD(&t, "File", MEMORY_HEADS, "Mapped by others");
    for (size_t i = 0; i < s->file_count && i < FILES_SHOWN; i++) {
        html_cell(&t, "", path_base(s->files[i].name));
        memory_cells(&t, &s->files[i].total);
        html_cellf(&t, "%zu", v->sharers[i].processes);
        html_row(&t, "");
    }
    html_table_put(out, &t, "files", "By file", "Filter files: libc, python ...");
    HEAD(&t, "Mapping", "Address", "Kind", MEMORY_HEADS);
    for (size_t i = 0; i < s->region_count && i < REGIONS_SHOWN; i++) {
        const struct region *g = &s->regions[i];
        html_cell(&t, "", *g->name ? g->name : "no name");
        html_cellf(&t, "%llx", (unsigned long long)g->start);
        html_cell(&t, "", region_kind_name(g->kind));
        memory_cells(&t, &g->memory);
        html_row(&t, "");
    }
    html_table_put(out, &t, "mappings", "Mappings", "Filter mappings: heap, anonymous, libz ...");
}

static void tree_table(struct strbuf *out, const struct process_view *v, const struct audit_page *page)
{
    struct html_table t = {.page = page};
    if (v->member_count < 2)
        return;
    HEAD(&t, "Process", "PID", "Parent", "Present", "Share (PSS)", "Own (USS)");
    for (size_t i = 0; i < v->member_count; i++) {
        const struct tree_member *m = &v->members[i];
        html_cell(&t, "", m->name);
        html_cellf(&t, "%d", (int)m->pid);
        html_cellf(&t, "%d", (int)m->parent);
        html_size(&t, m->total.rss);
        html_size(&t, m->total.pss);
        html_size(&t, memory_uss(&m->total));
        html_row(&t, "");
    }
    html_cellf(&t, "all %zu", v->member_count);
    html_cell(&t, "", "");
    html_cell(&t, "", "");
    html_cell(&t, "", "");
    html_size(&t, v->tree_pss);
    html_size(&t, v->tree_uss);
    html_row(&t, "sum");
    html_table_put(out, &t, "tree", "With the processes that come from it", NULL);
}

static void follow_chart(struct strbuf *out, const struct process_view *v, const struct audit_page *page)
{
    double values[3][MOMENTS_MOST];
    char names[MOMENTS_MOST][16];
    const char *places[MOMENTS_MOST];
    if (v->moment_count < 2)
        return;
    for (size_t i = 0; i < v->moment_count; i++) {
        const struct moment *m = &v->moments[i];
        snprintf(names[i], sizeof names[i], "%.1f s", m->seconds);
        places[i] = names[i];
        values[0][i] = (double)m->total.rss;
        values[1][i] = (double)m->total.pss;
        values[2][i] = (double)memory_uss(&m->total);
    }
    struct drawn_curve curves[] = {{"present (RSS)", 0, values[0], values[0], values[0]},
        {"share (PSS)", 1, values[1], values[1], values[1]},
        {"own (USS)", 2, values[2], values[2], values[2]}};
    struct drawn_chart chart = {"Followed", places, v->moment_count, false, curves, 3};
    draw_chart(out, &chart, page);
}

void process_card(struct strbuf *out, const struct process_view *v, const struct audit_page *page)
{
    const struct sample *s = &v->sample;
    AUTO(strbuf) struct strbuf facts = {0};
    AUTO(strbuf) struct strbuf body = {0};
    AUTO_FREE char *title = xstrf("PID %d, %s", (int)s->pid, s->name);
    html_fact_number(&facts, page, "Addresses (VIRT)", (double)s->total.virt, UNIT_BYTES);
    html_fact_number(&facts, page, "Present (RSS)", (double)s->total.rss, UNIT_BYTES);
    html_fact_number(&facts, page, "Its share (PSS)", (double)s->total.pss, UNIT_BYTES);
    html_fact_number(&facts, page, "Its own (USS)", (double)memory_uss(&s->total), UNIT_BYTES);
    html_fact_number(&facts, page, "Swapped", (double)s->total.swap, UNIT_BYTES);
    html_fact_number(
        &facts, page, "Free if it ended", (double)(s->total.private_dirty + s->page_tables), UNIT_BYTES);
    html_fact_number(&facts, page, "Kept as cache then", (double)s->total.private_clean, UNIT_BYTES);
    html_fact_number(&facts, page, "Threads", (double)s->threads, UNIT_COUNT);
    html_fact_number(&facts, page, "Minor page faults", (double)s->minor_faults, UNIT_COUNT);
    html_fact_number(&facts, page, "Major page faults", (double)s->major_faults, UNIT_COUNT);
    html_facts_put(&body, &facts, page);
    if (!s->steady)
        page_fill(&body, page, "paragraph",
            {"text", "It changed while it was read: the parts are of slightly different moments."});
    struct drawn_space space = {s->name, s};
    draw_space(&body, &space, 1, false, page);
    draw_space(&body, &space, 1, true, page);
    struct drawn_bar bars[2] = {{.name = "present (RSS)"}, {.name = "its share (PSS)"}};
    for (int k = 0; k < REGION_KINDS; k++) {
        bars[0].bytes[k] = (double)s->kinds[k].rss;
        bars[1].bytes[k] = (double)s->kinds[k].pss;
    }
    draw_bars(&body, "By kind", bars, 2, page);
    follow_chart(&body, v, page);
    tree_table(&body, v, page);
    process_tables(&body, v, page);
    put_card(out, title, s->command, &body, page);
}

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

static void figures_table(
    struct strbuf *out, const struct import_measurement *m, const struct audit_page *page)
{
    struct html_table t = {.page = page};
    AUTO_FREE double *a = xcalloc(m->runs + LOADER_RUNS, sizeof *a);
    AUTO_FREE double *b = xcalloc(m->runs + LOADER_RUNS, sizeof *b);
    bool two = m->subject_count > 2;
    size_t other = two ? SUBJECT_AGAINST : SUBJECT_ALONE;
    HEAD(&t, "Figure", "Alone");
    HEAD(&t, two ? "A" : "With it", "half of the runs");
    if (two)
        HEAD(&t, "B", "half of the runs");
    html_head(&t, two ? "A to B" : "With it to alone");
    for (int f = 0; f < FIGURES; f++) {
        struct spread s[SUBJECTS_MOST];
        html_cell(&t, "", figure_title(f));
        for (size_t i = 0; i < m->subject_count; i++) {
            bool not_asked = i == SUBJECT_ALONE && f <= FIGURE_IMPORT_CPU_MS;
            s[i] = spread_of(a, not_asked ? 0 : subject_figure(&m->subjects[i], f, a));
            if (i == SUBJECT_ALONE)
                html_number(&t, s[i].median, figure_unit(f));
            else
                spread_cells(&t, &s[i], figure_unit(f));
        }
        size_t a_count = subject_figure(&m->subjects[SUBJECT_MEASURED], f, a);
        size_t b_count = s[other].count ? subject_figure(&m->subjects[other], f, b) : 0;
        struct difference d = difference_of(a, a_count, b, b_count);
        AUTO(strbuf) struct strbuf text = {0};
        ratio_put(&text, &d, &s[SUBJECT_MEASURED], &s[other]);
        html_cell(&t, verdict_class(d.verdict), strbuf_str(&text));
        html_row(&t, "");
    }
    html_table_put(
        out, &t, "figures", "Figures: medians, and where the ratio lies with 99 % confidence", NULL);
}

static void kinds_bars(struct strbuf *out, const struct import_measurement *m, enum memory_field field,
    const char *title, const struct audit_page *page)
{
    struct drawn_bar bars[SUBJECTS_MOST];
    AUTO_FREE double *values = xcalloc(m->runs + LOADER_RUNS, sizeof *values);
    for (size_t i = 0; i < m->subject_count; i++) {
        bars[i].name = m->subjects[i].label;
        for (int k = 0; k < REGION_KINDS; k++)
            bars[i].bytes[k] = spread_of(values, subject_kind(&m->subjects[i], k, field, values)).median;
    }
    draw_bars(out, title, bars, m->subject_count, page);
}

static void import_files(
    struct strbuf *out, const struct import_measurement *m, size_t which, const struct audit_page *page)
{
    static const enum memory_field fields[] = {MEMORY_VIRT, MEMORY_RSS, MEMORY_PSS, MEMORY_PRIVATE_CLEAN,
        MEMORY_PRIVATE_DIRTY, MEMORY_SHARED_CLEAN, MEMORY_SHARED_DIRTY};
    const struct subject_runs *s = &m->subjects[which];
    struct html_table t = {.page = page};
    AUTO_FREE char *id = xstrf("files-%zu", which);
    AUTO_FREE char *title = xstrf("Files, medians: %s", s->label);
    HEAD(&t, "File", "Addresses", "Present", "Share (PSS)", "Private clean", "Private dirty", "Shared clean",
        "Shared dirty");
    vec_each (&s->files, f) {
        html_cell(&t, "", path_base(f->name));
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
            html_size(&t, (uint64_t)(file_median(s, f, fields[i]) + 0.5));
        html_row(&t, "");
    }
    html_table_put(out, &t, id, title, "Filter files: libc, zmq ...");
}

void import_card(struct strbuf *out, const struct import_measurement *m, const struct audit_page *page)
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
    put_card(out, strbuf_str(&title), about, &body, page);
}

/* Curves of a figure, or of how much of the first value there still is. */
static void fork_chart(struct strbuf *out, const struct fork_measurement *m, enum fork_figure figure,
    bool percent, const char *title, const struct audit_page *page)
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
        double first = spread_of(s->values[0][figure], m->runs).median, unit = percent ? first / 100 : 1;
        if (percent && !(first > 0))
            continue;
        for (size_t i = 0; i < FORK_MOMENTS; i++) {
            struct spread spread = spread_of(s->values[i][figure], m->runs);
            values[count][i] = spread.median / unit;
            low[count][i] = spread.low / unit;
            high[count][i] = spread.high / unit;
        }
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
    const char *id, const char *title, const struct audit_page *page)
{
    struct html_table t = {.page = page};
    html_head(&t, "Setup");
    for (size_t i = 0; i < FORK_MOMENTS; i++)
        html_head(&t, fork_moment_title(m, i));
    for (size_t k = 0; k < m->setup_count; k++) {
        AUTO_FREE char *name = setup_title(m, m->setups[k].setup);
        html_cell(&t, "", name);
        for (size_t i = 0; i < FORK_MOMENTS; i++)
            html_number(&t, spread_of(m->setups[k].values[i][figure], m->runs).median,
                figure == FORK_FAULTS ? UNIT_COUNT : UNIT_BYTES);
        html_row(&t, "");
    }
    html_table_put(out, &t, id, title, NULL);
}

void fork_card(struct strbuf *out, const struct fork_measurement *m, const struct audit_page *page)
{
    AUTO(strbuf) struct strbuf body = {0};
    AUTO(strbuf) struct strbuf title = {0};
    AUTO_FREE char *about =
        xstrf("%u workers; %s (%s), %zu runs of each, in turn", m->workers, m->python, m->version, m->runs);
    for (size_t i = 0; i < m->names->len; i++)
        strbuf_addf(&title, "%s%s", i ? ", " : "import ", m->names->items[i]);
    fork_chart(&body, m, FORK_SHARED, true, "Still shared, of what was when the workers were ready", page);
    fork_chart(&body, m, FORK_PSS, false, "All processes, sum of shares (PSS)", page);
    fork_table(&body, m, FORK_PSS, "fork-pss", "All processes, sum of shares (PSS)", page);
    fork_table(&body, m, FORK_USS, "fork-uss", "One worker, its own (USS)", page);
    fork_table(&body, m, FORK_SHARED, "fork-shared", "One worker, shared and no file's", page);
    fork_table(&body, m, FORK_FAULTS, "fork-faults", "Page faults of the workers", page);
    put_card(out, title.len ? title.ptr : "bare interpreters", about, &body, page);
}
