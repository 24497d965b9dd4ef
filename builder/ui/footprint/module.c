/* A file that was not run. */
#include "base/cleanup.h"
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

enum { SECTIONS_SHOWN = 12, SHARES_SHOWN = 15, LARGEST_SHOWN = 10 };

static void fact(struct columns *c, const char *name, const char *value)
{
    columns_add(c, name);
    columns_add(c, value);
}

static void size_fact(struct columns *c, const char *name, uint64_t bytes, const char *remark)
{
    AUTO(strbuf) struct strbuf text = {0};
    size_add(&text, bytes);
    strbuf_adds(&text, remark);
    fact(c, name, strbuf_str(&text));
}

static void count_fact(struct columns *c, const char *name, uint64_t count, const char *remark)
{
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_addf(&text, "%llu%s", (unsigned long long)count, remark);
    fact(c, name, strbuf_str(&text));
}

static void put_facts(struct strbuf *out, const struct module_footprint *m, struct style style)
{
    struct columns c = {.width = 2, .last_is_words = true};
    size_fact(&c, "file", m->size, "");
    size_fact(&c, "addresses", m->memory, "");
    size_fact(&c, "code", m->code, "");
    size_fact(&c, "read-only data", m->constants, "");
    size_fact(&c, "writable data", m->writable, ", with relro and .bss");
    if (m->debug)
        size_fact(&c, "debug information", m->debug, ", not loaded");
    count_fact(&c, "symbols", m->exported, " exported");
    count_fact(&c, "", m->imported, " imported");
    count_fact(&c, "libraries", m->needed_count, m->needed_count ? " needed" : "");
    count_fact(&c, "constructors", m->constructors, "");
    if (m->tls_size)
        size_fact(&c, "thread-local", m->tls_size,
            m->static_tls ? " a thread, static: has to fit into what the program kept free" : " a thread");
    columns_put(out, &c, 2, false, style);
}

static void put_pages(struct strbuf *out, const struct module_footprint *m, struct style style)
{
    const struct module_pages *p = &m->pages;
    heading_put(out, "written when it is loaded, pages of 4 KiB", style);
    struct columns c = {.width = 3};
    columns_add(&c, "");
    columns_add(&c, "pages");
    columns_add(&c, "written");
    columns_add(&c, "relro");
    columns_addf(&c, "%llu", (unsigned long long)p->relro);
    columns_addf(&c, "%llu", (unsigned long long)p->relro_written);
    columns_add(&c, "data");
    columns_addf(&c, "%llu", (unsigned long long)p->data);
    columns_addf(&c, "%llu", (unsigned long long)p->data_written);
    if (p->code_written) {
        columns_add(&c, "code and read-only data");
        columns_add(&c, "");
        columns_addf(&c, "%llu", (unsigned long long)p->code_written);
    }
    columns_add(&c, "bss");
    columns_addf(&c, "%llu", (unsigned long long)p->bss);
    columns_add(&c, "0");
    columns_put(out, &c, 2, true, style);
}

static void put_relocations(struct strbuf *out, const struct module_footprint *m, struct style style)
{
    if (!m->relocation_count)
        return;
    AUTO(strbuf) struct strbuf title = {0};
    strbuf_addf(&title, "%llu relocations, %llu symbol look-ups%s", (unsigned long long)m->relocation_total,
        (unsigned long long)m->lookups, m->bind_now ? "" : " at most (calls at the first call)");
    heading_put(out, strbuf_str(&title), style);
    struct columns c = {.width = 3};
    for (size_t i = 0; i < m->relocation_count; i++) {
        columns_add(&c, m->relocations[i].name);
        columns_addf(&c, "%llu", (unsigned long long)m->relocations[i].count);
        columns_add(&c, relocation_class_name(m->relocations[i].class));
    }
    c.last_is_words = true;
    columns_put(out, &c, 2, false, style);
}

static void put_sections(
    struct strbuf *out, const struct module_footprint *m, bool details, struct style style)
{
    AUTO_FREE struct module_section *sorted = xcalloc(m->section_count + 1, sizeof *sorted);
    for (size_t i = 0; i < m->section_count; i++) { /* a few dozen: the largest first */
        size_t at = i;
        for (; at && sorted[at - 1].size < m->sections[i].size; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = m->sections[i];
    }
    heading_put(out, "sections in memory", style);
    struct columns c = {.width = 2};
    uint64_t rest = 0;
    for (size_t i = 0; i < m->section_count; i++)
        if (details || i < SECTIONS_SHOWN) {
            columns_add(&c, sorted[i].name);
            columns_add_size(&c, sorted[i].size);
        } else {
            rest += sorted[i].size;
        }
    if (rest) {
        columns_add(&c, "others");
        columns_add_size(&c, rest);
    }
    columns_put(out, &c, 2, false, style);
}

static void put_shares(struct strbuf *out, const struct module_footprint *m, bool details, struct style style)
{
    if (m->share_source == SHARE_UNKNOWN)
        return;
    bool map = m->share_source == SHARE_LINK_MAP;
    heading_put(out,
        map ? "static libraries, by the link map" : "source files, by their static functions and variables",
        style);
    struct columns c = {.width = 3};
    for (size_t i = 0; i < m->share_count && (details || i < SHARES_SHOWN); i++) {
        columns_add(&c, m->shares[i].name);
        columns_add_size(&c, m->shares[i].size);
        if (map)
            columns_addf(&c, "%zu members", m->shares[i].members);
        else
            columns_add(&c, "");
    }
    columns_put(out, &c, 2, false, style);
    if (m->share_count > SHARES_SHOWN && !details)
        strbuf_addf(out, "  and %zu more\n", m->share_count - SHARES_SHOWN);
}

static void put_largest(struct strbuf *out, const char *title, const struct module_symbol *symbols,
    size_t count, bool details, struct style style)
{
    if (!count)
        return;
    heading_put(out, title, style);
    struct columns c = {.width = 2, .first_is_number = true, .last_is_words = true};
    for (size_t i = 0; i < count && (details || i < LARGEST_SHOWN); i++) {
        columns_add_size(&c, symbols[i].size);
        AUTO(strbuf) struct strbuf name = {0};
        text_add_safe(&name, symbols[i].name, details || style.width < 40 ? 0 : style.width - 12);
        columns_add(&c, strbuf_str(&name));
    }
    columns_put(out, &c, 2, false, style);
}

void report_module(struct strbuf *out, const struct module_footprint *m, bool details, struct style style)
{
    AUTO(strbuf) struct strbuf path = {0};
    text_add_safe(&path, m->path, 0);
    tone_add(out, style, TONE_NAME, strbuf_str(&path));
    strbuf_addf(out, " (%s)\n", m->machine);
    put_facts(out, m, style);
    put_pages(out, m, style);
    put_relocations(out, m, style);
    put_sections(out, m, details, style);
    put_shares(out, m, details, style);
    put_largest(out, m->from_symbol_table ? "largest functions" : "largest exported functions", m->functions,
        m->function_count, details, style);
    put_largest(out, m->from_symbol_table ? "largest variables and constants" : "largest exported variables",
        m->objects, m->object_count, details, style);
}
