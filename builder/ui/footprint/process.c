/* A process: where its addresses go, what is present, what is shared, what would be free. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/path.h"
#include "ui/footprint/report.h"
#include "ui/footprint/internal.h"

enum { FILES_SHOWN = 12 };

static void add_memory(struct columns *c, const struct memory *m)
{
    columns_add_size(c, m->virt);
    columns_add_size(c, m->rss);
    columns_add_size(c, m->pss);
    columns_add_size(c, memory_uss(m));
    columns_add_size(c, m->swap);
}

static void add_memory_heading(struct columns *c, const char *first)
{
    static const char *const names[] = {"addresses", "present", "its share", "its own", "swapped"};
    columns_add(c, first);
    for (size_t i = 0; i < COUNT(names); i++)
        columns_add(c, names[i]);
}

static void put_title(struct strbuf *out, const struct sample *s, struct style style)
{
    AUTO(strbuf) struct strbuf safe = {0};
    text_add_safe(&safe, *s->command ? s->command : s->name, style.width > 30 ? style.width - 20 : 0);
    AUTO(strbuf) struct strbuf title = {0};
    strbuf_addf(&title, "PID %d", (int)s->pid);
    tone_add(out, style, TONE_NAME, strbuf_str(&title));
    strbuf_addf(out, "  %s\n", strbuf_str(&safe));
}

static void put_sentence(struct strbuf *out, const struct process_view *v)
{
    const struct sample *s = &v->sample;
    AUTO(strbuf) struct strbuf text = {0};
    size_add(&text, s->total.virt);
    strbuf_adds(&text, " of addresses, ");
    size_add(&text, s->total.rss);
    strbuf_adds(&text, " present; its share ");
    size_add(&text, s->total.pss);
    strbuf_adds(&text, ", its own ");
    size_add(&text, memory_uss(&s->total));
    strbuf_addf(&text, ". %llu thread%s, %zu libraries, ", (unsigned long long)s->threads,
        s->threads == 1 ? "" : "s", s->libraries);
    if (s->open_files >= 0)
        strbuf_addf(&text, "%d open files, ", s->open_files);
    strbuf_addf(&text, "%llu minor and %llu major page faults.", (unsigned long long)s->minor_faults,
        (unsigned long long)s->major_faults);
    strbuf_addf(out, "%s\n", strbuf_str(&text));
    if (!s->steady)
        strbuf_adds(out, "It changed while it was read: the parts are of slightly different moments.\n");
    if (!s->has_pss)
        strbuf_adds(out, "This kernel does not tell shares (pss).\n");
    for (size_t i = 0; i < s->note_count; i++)
        strbuf_addf(out, "not read: %s\n", s->notes[i]);
}

static void put_kinds(struct strbuf *out, const struct sample *s, struct style style)
{
    struct columns c = {.width = 7};
    add_memory_heading(&c, "kind");
    columns_add(&c, "mappings");
    for (int k = 0; k < REGION_KINDS; k++)
        if (s->kind_counts[k]) {
            columns_add(&c, region_kind_name(k));
            add_memory(&c, &s->kinds[k]);
            columns_addf(&c, "%zu", s->kind_counts[k]);
        }
    if (s->pss_rounding) {
        columns_add(&c, "rounding");
        for (int i = 0; i < 2; i++)
            columns_add(&c, "");
        columns_add_size(&c, s->pss_rounding);
        for (int i = 0; i < 3; i++)
            columns_add(&c, "");
    }
    columns_add(&c, "all");
    add_memory(&c, &s->total);
    columns_addf(&c, "%zu", s->mapping_count);
    columns_put(out, &c, 2, true, style);
}

static void add_sharers(struct columns *c, const struct file_sharers *f)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (f->processes) {
        strbuf_addf(&text, "%zu: ", f->processes);
        for (size_t i = 0; i < f->name_count; i++)
            strbuf_addf(&text, "%s%s", i ? ", " : "", f->names[i]);
        if (f->name_count == SHARERS_NAMED)
            strbuf_adds(&text, ", ...");
    } else {
        strbuf_adds(&text, "nobody");
    }
    columns_add(c, strbuf_str(&text));
}

/* Indices of the files, the largest share first. */
static size_t *largest_files(const struct sample *s)
{
    size_t *order = xcalloc(s->file_count + 1, sizeof *order);
    for (size_t i = 0; i < s->file_count; i++) {
        size_t at = i;
        for (; at && s->files[order[at - 1]].total.pss < s->files[i].total.pss; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return order;
}

static void put_files(struct strbuf *out, const struct process_view *v, bool details, struct style style)
{
    const struct sample *s = &v->sample;
    if (!s->file_count)
        return;
    heading_put(out, "files, with the .bss behind them", style);
    AUTO_FREE size_t *order = largest_files(s);
    struct columns c = {.width = 7, .last_is_words = true};
    struct memory rest = {0};
    add_memory_heading(&c, "file");
    columns_add(&c, "also mapped by");
    for (size_t i = 0; i < s->file_count; i++) {
        const struct mapped_file *f = &s->files[order[i]];
        if (!details && i >= FILES_SHOWN) {
            memory_add(&rest, &f->total);
            continue;
        }
        columns_addf(&c, "%s%s", details ? f->name : path_base(f->name), f->deleted ? " (removed)" : "");
        add_memory(&c, &f->total);
        add_sharers(&c, &v->sharers[order[i]]);
    }
    if (rest.virt) {
        columns_addf(&c, "%zu others", s->file_count - FILES_SHOWN);
        add_memory(&c, &rest);
        columns_add(&c, "");
    }
    columns_put(out, &c, 2, true, style);
    if (v->unseen)
        strbuf_addf(
            out, "  %zu process%s could not be asked what they map\n", v->unseen, v->unseen == 1 ? "" : "es");
}

static void put_freed(struct strbuf *out, const struct sample *s, struct style style)
{
    AUTO(strbuf) struct strbuf text = {0};
    heading_put(out, "if it ended", style);
    strbuf_adds(&text, "  free at once    ");
    size_add(&text, s->total.private_dirty + s->page_tables);
    strbuf_adds(&text, " of its own");
    if (s->page_tables) {
        strbuf_adds(&text, ", of that ");
        size_add(&text, s->page_tables);
        strbuf_adds(&text, " page tables");
    }
    if (s->total.swap) {
        strbuf_adds(&text, "; and ");
        size_add(&text, s->total.swap_pss ? s->total.swap_pss : s->total.swap);
        strbuf_adds(&text, " of swap");
    }
    strbuf_adds(&text, "\n  kept as cache   ");
    size_add(&text, s->total.private_clean);
    strbuf_adds(&text, " of files, until the memory is needed\n  stays in use    ");
    size_add(&text, s->total.shared_clean + s->total.shared_dirty);
    strbuf_adds(&text, " that others have too");
    if (s->shared_anonymous) {
        strbuf_adds(&text, ", of that ");
        size_add(&text, s->shared_anonymous);
        strbuf_adds(&text, " of no file, shared since a fork");
    }
    strbuf_addc(&text, '\n');
    strbuf_adds(out, strbuf_str(&text));
}

static void put_tree(struct strbuf *out, const struct process_view *v, struct style style)
{
    if (v->member_count < 2 && !v->unread)
        return;
    heading_put(out, "with the processes that come from it", style);
    struct columns c = {.width = 5, .last_is_words = false};
    static const char *const names[] = {"process", "PID", "present", "its share", "its own"};
    for (size_t i = 0; i < COUNT(names); i++)
        columns_add(&c, names[i]);
    for (size_t i = 0; i < v->member_count; i++) {
        const struct tree_member *m = &v->members[i];
        columns_addf(&c, "%*s%s", (int)m->depth * 2, "", m->name);
        columns_addf(&c, "%d", (int)m->pid);
        columns_add_size(&c, m->total.rss);
        columns_add_size(&c, m->total.pss);
        columns_add_size(&c, memory_uss(&m->total));
    }
    columns_add(&c, "all");
    columns_addf(&c, "%zu", v->member_count);
    columns_add(&c, "");
    columns_add_size(&c, v->tree_pss);
    columns_add_size(&c, v->tree_uss);
    columns_put(out, &c, 2, true, style);
    if (v->unread)
        strbuf_addf(out, "  %zu more could not be read, and are missing in the sums: %s\n", v->unread,
            v->why_unread ? v->why_unread : "");
}

static void add_change(struct columns *c, uint64_t now, uint64_t first)
{
    AUTO(strbuf) struct strbuf text = {0};
    strbuf_adds(&text, now < first ? "-" : "+");
    size_add(&text, now < first ? first - now : now - first);
    columns_add(c, now == first ? "" : strbuf_str(&text));
}

static void put_moments(struct strbuf *out, const struct process_view *v, struct style style)
{
    if (v->moment_count < 2 && !v->ended)
        return;
    heading_put(out, "followed: what changed since the first look", style);
    struct columns c = {.width = 8};
    static const char *const names[] = {"seconds", "addresses", "present", "its share", "its own",
        "minor faults", "major", "share of the tree"};
    for (size_t i = 0; i < COUNT(names); i++)
        columns_add(&c, names[i]);
    const struct moment *first = &v->moments[0];
    for (size_t i = 0; i < v->moment_count; i++) {
        const struct moment *m = &v->moments[i];
        columns_addf(&c, "%.1f", m->seconds);
        add_change(&c, m->total.virt, first->total.virt);
        add_change(&c, m->total.rss, first->total.rss);
        add_change(&c, m->total.pss, first->total.pss);
        add_change(&c, memory_uss(&m->total), memory_uss(&first->total));
        columns_addf(&c, "+%llu", (unsigned long long)(m->minor_faults - first->minor_faults));
        columns_addf(&c, "+%llu", (unsigned long long)(m->major_faults - first->major_faults));
        add_change(&c, m->tree_pss, first->tree_pss);
    }
    columns_put(out, &c, 2, true, style);
    if (v->ended)
        strbuf_addf(out, "  %s\n", v->ended);
}

void report_process(struct strbuf *out, const struct process_view *v, bool details, struct style style)
{
    put_title(out, &v->sample, style);
    put_sentence(out, v);
    put_kinds(out, &v->sample, style);
    put_files(out, v, details, style);
    put_freed(out, &v->sample, style);
    put_tree(out, v, style);
    put_moments(out, v, style);
}
