/* One self-contained page (templates/footprint.html): its frame, and cards of what was not started by us. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"
#include "footprint/meaning.h"
#include "ui/footprint/pictures.h"
#include "ui/page/table.h"
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

enum { REGIONS_SHOWN = 5000, FILES_SHOWN = 300 };

void html_number(struct html_table *t, double value, enum figure_unit unit)
{
    AUTO(strbuf) struct strbuf text = {0};
    number_put(&text, value, unit);
    html_cell(t, "", strbuf_str(&text));
}

static void fact_number(
    struct strbuf *rows, const struct page *page, const char *name, double value, enum figure_unit unit)
{
    AUTO(strbuf) struct strbuf text = {0};
    number_put(&text, value, unit);
    page_fact(rows, page, name, strbuf_str(&text));
}

void footprint_page(
    struct strbuf *out, const char *title, const struct strbuf *cards, const struct page *page)
{
    AUTO(strbuf) struct strbuf words = {0};
    const struct footprint_word *word;
    page_begin(out, page, title);
    page_fill(out, page, "heading", {"text", title});
    strbuf_add(out, strbuf_str(cards), cards->len);
    for (size_t i = 0; (word = footprint_word_at(i)); i++)
        page_fill(&words, page, "word", {"name", word->name}, {"meaning", word->meaning});
    page_fill(out, page, "words", {"rows", strbuf_str(&words)});
    page_end(out, page);
}

void put_meaning(struct strbuf *out, const struct strvec *sentences, const struct page *page)
{
    for (size_t i = 0; i < sentences->len; i++)
        page_fill(out, page, "meaning", {"text", sentences->items[i]});
}

static void module_tables(
    struct strbuf *out, const struct module_footprint *m, size_t number, const struct page *page)
{
    struct html_table t = {.page = page, .numbers = true};
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

void module_card(struct strbuf *out, const struct module_footprint *m, size_t number, const struct page *page)
{
    AUTO(strbuf) struct strbuf facts = {0};
    AUTO(strbuf) struct strbuf body = {0};
    AUTO(strvec) struct strvec meaning = {0};
    module_meaning(&meaning, m);
    put_meaning(&body, &meaning, page);
    fact_number(&facts, page, "File", (double)m->size, UNIT_BYTES);
    fact_number(&facts, page, "Addresses", (double)m->memory, UNIT_BYTES);
    fact_number(&facts, page, "Relocations", (double)m->relocation_total, UNIT_COUNT);
    fact_number(&facts, page, "Symbol look-ups", (double)m->lookups, UNIT_COUNT);
    fact_number(&facts, page, "Pages written when loaded",
        (double)(m->pages.relro_written + m->pages.data_written + m->pages.code_written), UNIT_COUNT);
    fact_number(&facts, page, "Constructors", (double)m->constructors, UNIT_COUNT);
    fact_number(&facts, page, "Exported symbols", (double)m->exported, UNIT_COUNT);
    fact_number(&facts, page, "Imported symbols", (double)m->imported, UNIT_COUNT);
    fact_number(&facts, page, "Libraries needed", (double)m->needed_count, UNIT_COUNT);
    fact_number(&facts, page, m->static_tls ? "Static thread-local storage" : "Thread-local storage",
        (double)m->tls_size, UNIT_BYTES);
    page_facts(&body, page, &facts);
    struct drawn_bar bar = {.name = "in memory"};
    bar.bytes[REGION_TEXT] = (double)m->code;
    bar.bytes[REGION_CONSTANTS] = (double)m->constants;
    bar.bytes[REGION_RELRO] = (double)(m->pages.relro * MODULE_PAGE);
    bar.bytes[REGION_DATA] = (double)(m->pages.data * MODULE_PAGE);
    bar.bytes[REGION_BSS] = (double)(m->pages.bss * MODULE_PAGE);
    draw_bars(&body, "What it is made of", &bar, 1, page);
    module_tables(&body, m, number, page);
    page_card(out, page, m->path, m->machine, &body);
}

static void memory_cells(struct html_table *t, const struct memory *m)
{
    static const enum memory_field fields[] = {MEMORY_VIRT, MEMORY_RSS, MEMORY_PSS, MEMORY_PRIVATE_CLEAN,
        MEMORY_PRIVATE_DIRTY, MEMORY_SHARED_CLEAN, MEMORY_SHARED_DIRTY, MEMORY_SWAP};
    for (size_t i = 0; i < COUNT(fields); i++)
        html_size(t, memory_field(m, fields[i]));
}

#define MEMORY_HEADS                                                                                         \
    "Addresses", "Present", "Share (PSS)", "Private clean", "Private dirty", "Shared clean", "Shared dirty", \
        "Swapped"

static void process_tables(struct strbuf *out, const struct process_view *v, const struct page *page)
{
    const struct sample *s = &v->sample;
    struct html_table t = {.page = page, .numbers = true};
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
    html_cellf(&t, "%zu", s->mapping_count);
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

static void tree_table(struct strbuf *out, const struct process_view *v, const struct page *page)
{
    struct html_table t = {.page = page, .numbers = true};
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

static void follow_chart(struct strbuf *out, const struct process_view *v, const struct page *page)
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

void process_card(struct strbuf *out, const struct process_view *v, const struct page *page)
{
    const struct sample *s = &v->sample;
    AUTO(strbuf) struct strbuf facts = {0};
    AUTO(strbuf) struct strbuf body = {0};
    AUTO(strvec) struct strvec meaning = {0};
    AUTO_FREE char *title = xstrf("PID %d, %s", (int)s->pid, s->name);
    process_meaning(&meaning, v);
    put_meaning(&body, &meaning, page);
    fact_number(&facts, page, "Addresses (VIRT)", (double)s->total.virt, UNIT_BYTES);
    fact_number(&facts, page, "Present (RSS)", (double)s->total.rss, UNIT_BYTES);
    fact_number(&facts, page, "Its share (PSS)", (double)s->total.pss, UNIT_BYTES);
    fact_number(&facts, page, "Its own (USS)", (double)memory_uss(&s->total), UNIT_BYTES);
    fact_number(&facts, page, "Swapped", (double)s->total.swap, UNIT_BYTES);
    fact_number(
        &facts, page, "Free if it ended", (double)(s->total.private_dirty + s->page_tables), UNIT_BYTES);
    fact_number(&facts, page, "Kept as cache then", (double)s->total.private_clean, UNIT_BYTES);
    fact_number(&facts, page, "Threads", (double)s->threads, UNIT_COUNT);
    fact_number(&facts, page, "Minor page faults", (double)s->minor_faults, UNIT_COUNT);
    fact_number(&facts, page, "Major page faults", (double)s->major_faults, UNIT_COUNT);
    page_facts(&body, page, &facts);
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
    page_card(out, page, title, s->command, &body);
}
