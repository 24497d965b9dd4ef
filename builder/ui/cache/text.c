/* The cache as text. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "ui/cache/report.h"
#include "ui/text/columns.h"

enum { DIGITS = 16 };

static void add_age(struct columns *c, int64_t now_ns, int64_t then_ns)
{
    AUTO(strbuf) struct strbuf text = {0};
    age_add(&text, (double)(now_ns - then_ns) / 1e9);
    columns_add(c, strbuf_str(&text));
}

void report_stock(struct strbuf *out, const struct inventory *inventory, int64_t now_ns, struct style style)
{
    static const char *const head[] = {"name", "key", "size", "age", "used", "made for"};
    struct columns c = {.width = COUNT(head), .last_is_words = true};
    for (size_t i = 0; i < COUNT(head); i++)
        columns_add(&c, head[i]);
    for (size_t i = 0; i < inventory->count; i++) {
        const struct stored *item = &inventory->items[i];
        bool is_download = item->kind == STORED_DOWNLOAD;
        bool is_tree = item->kind == STORED_TREE;
        columns_add(&c, is_download ? "download" : item->name);
        columns_addf(&c, "%.*s", DIGITS, is_download ? item->entry : item->key);
        columns_add_size(&c, item->size_bytes);
        add_age(&c, now_ns, item->made_ns);
        add_age(&c, now_ns, item->used_ns);
        if (is_tree || is_download)
            columns_add(&c, item->made_for);
        else
            columns_addf(&c, "%s: work/%s", item->group, item->entry);
    }
    columns_put(out, &c, 0, true, style);
}

static void add_total(struct columns *c, const char *name, size_t count, uint64_t size_bytes)
{
    columns_add(c, name);
    columns_addf(c, "%zu", count);
    columns_add_size(c, size_bytes);
}

void report_sizes(struct strbuf *out, const struct inventory *inventory, struct style style)
{
    AUTO_FREE struct group_sum *sums = xcalloc(inventory->count + 1, sizeof *sums);
    size_t count = sums_of(sums, inventory);
    struct columns c = {.width = 3};
    columns_add(&c, "kind");
    columns_add(&c, "count");
    columns_add(&c, "size");
    for (size_t i = 0; i < count; i++)
        add_total(&c, sums[i].group, sums[i].count, sums[i].size_bytes);
    add_total(&c, "all", inventory->count, inventory_size(inventory));
    columns_put(out, &c, 0, true, style);
}

static void add_name(struct strbuf *out, const struct stored *item)
{
    static const char *const folders[] = {[STORED_TREE] = "trees",
        [STORED_DOWNLOAD] = "downloads",
        [STORED_KEPT] = "work",
        [STORED_WORK] = "work"};
    strbuf_addf(out, "%s/", folders[item->kind]);
    text_add_safe(out, item->entry, 0);
}

void report_verification(struct strbuf *out, const struct verification *v, struct style style)
{
    for (size_t i = 0; i < v->count; i++) {
        const struct damage *d = &v->items[i];
        AUTO(strbuf) struct strbuf name = {0};
        add_name(&name, d->item);
        tone_add(out, style, TONE_BAD, strbuf_str(&name));
        strbuf_addc(out, '\n');
        for (size_t k = 0; k < d->difference_count; k++) {
            strbuf_adds(out, "  ");
            text_add_safe(out, d->differences[k], 0);
            strbuf_addc(out, '\n');
        }
        strbuf_adds(out, d->place ? "  moved to " : "  a run makes it just now: it stays where it is");
        text_add_safe(out, d->place ? d->place : "", 0);
        strbuf_addc(out, '\n');
    }
    if (!v->count)
        strbuf_addf(out, "%zu tree%s and %zu download%s are what they were\n", v->tree_count,
            v->tree_count == 1 ? "" : "s", v->download_count, v->download_count == 1 ? "" : "s");
}

/* "2 trees, 1 download and 1 work folder". */
static void add_counts(struct strbuf *out, const struct stored *const *items, size_t item_count)
{
    static const char *const words[] = {"tree", "download", "work folder"};
    size_t counts[3] = {0}, left = 0, told = 0;
    for (size_t i = 0; i < item_count; i++)
        counts[items[i]->kind < STORED_KEPT ? (size_t)items[i]->kind : 2]++;
    for (size_t i = 0; i < COUNT(words); i++)
        left += counts[i] > 0;
    for (size_t i = 0; i < COUNT(words); i++) {
        if (!counts[i])
            continue;
        left--;
        strbuf_addf(out, "%s%zu %s%s",
            !told  ? ""
            : left ? ", "
                   : " and ",
            counts[i], words[i], counts[i] == 1 ? "" : "s");
        told++;
    }
    if (!told)
        strbuf_adds(out, "nothing");
}

static void add_each(struct strbuf *out, const struct stored *const *items, size_t item_count)
{
    for (size_t i = 0; i < item_count; i++) {
        strbuf_adds(out, "  ");
        add_name(out, items[i]);
        if (*items[i]->made_for) {
            strbuf_adds(out, " (");
            text_add_safe(out, items[i]->made_for, 0);
            strbuf_addc(out, ')');
        }
        strbuf_addc(out, '\n');
    }
}

void report_room(
    struct strbuf *out, const struct room_made *made, struct room_words words, struct style style)
{
    AUTO(strbuf) struct strbuf head = {0};
    strbuf_adds(&head, words.only_told ? "would remove " : "removed ");
    add_counts(&head, made->gone, made->gone_count);
    tone_add(out, style, TONE_BOLD, strbuf_str(&head));
    strbuf_adds(out, ": ");
    size_add(out, made->gone_bytes);
    strbuf_adds(out, words.only_told ? " would be free, " : " freed, ");
    size_add(out, made->left_bytes);
    strbuf_adds(out, " left\n");
    if (words.in_full)
        add_each(out, made->gone, made->gone_count);
    if (!made->in_use_count)
        return;
    add_counts(out, made->in_use, made->in_use_count);
    strbuf_addf(out, " stay%s: a run that goes on uses %s", made->in_use_count == 1 ? "s" : "",
        made->in_use_count == 1 ? "it" : "them");
    if (made->process)
        strbuf_addf(out, " (process %ld)", made->process);
    strbuf_addc(out, '\n');
    add_each(out, made->in_use, made->in_use_count);
}
