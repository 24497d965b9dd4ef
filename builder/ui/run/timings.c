/* Where the time of a run went, as a page: what ran when, what the whole run waited for, what each recipe
 * cost. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "ui/page/draw.h"
#include "ui/page/table.h"
#include "ui/run/report.h"
#include "ui/text/layout.h"

enum {
    NAMES_WIDTH = 300,
    ROW_HEIGHT = 18,
    BAR_HEIGHT = 14,
    AXIS_HEIGHT = 24,
    LETTERS_OF_NAME = 44,
    MOST_TICKS = 8
};

/* How a kind of step is drawn, and its word in the key. */
static const struct drawn_kind {
    const char *kind, *class, *name;
} drawn_kinds[] = {
    {"fetch", "rest", "downloads"},
    {"toolchain", "file", "kit"},
    {"python-abi", "file", NULL},
    {"build", "text", "libraries and tools"},
    {"source", "const", "sources of extensions"},
    {"shared copy", "relro", "shared copies"},
    {"module", "data", "modules"},
    {"objects", "data", NULL},
    {"backend", "bss", "what backends need"},
    {"requirements", "bss", NULL},
    {"environment", "bss", NULL},
    {"project", "heap", "projects by their backends"},
    {"opened", "heap", NULL},
    {"built-in", "data", NULL},
    {"interpreter", "symbols", NULL},
    {"wheel", "symbols", "wheels, with audit"},
    {"try", "own", "tries"},
};

static const struct drawn_kind *drawn_kind_of(const struct timing *t)
{
    for (size_t i = 0; i < COUNT(drawn_kinds); i++)
        if (strcmp(drawn_kinds[i].kind, t->kind) == 0)
            return &drawn_kinds[i];
    return &drawn_kinds[0];
}

/* 1, 2 or 5 times a power of ten, so that there are few. */
static double tick_of(double seconds)
{
    double tick = pow(10, floor(log10(seconds / MOST_TICKS)));
    while (seconds / tick > MOST_TICKS)
        tick *= seconds / tick > 4 * MOST_TICKS ? 5 : 2;
    return tick;
}

static void put_seconds(struct strbuf *out, double seconds)
{
    strbuf_addf(out, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
}

static int by_begin(const void *a, const void *b)
{
    const struct timing *x = *(const struct timing *const *)a, *y = *(const struct timing *const *)b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return strcmp(x->label, y->label);
}

static void draw_axis(
    struct strbuf *shapes, double seconds, double scale, double height, const struct page *page)
{
    double tick = tick_of(seconds);
    for (double at = 0; at <= seconds; at += tick) {
        AUTO(strbuf) struct strbuf text = {0};
        put_seconds(&text, at);
        double x = NAMES_WIDTH + at * scale;
        draw_line(shapes, page, "grid", x, AXIS_HEIGHT - 6, x, height);
        draw_label(shapes, page, "small", x + 3, AXIS_HEIGHT - 10, text.ptr);
    }
}

static void draw_row(
    struct strbuf *shapes, const struct timing *t, double y, double scale, const struct page *page)
{
    AUTO(strbuf) struct strbuf name = {0};
    AUTO(strbuf) struct strbuf title = {0};
    AUTO(strbuf) struct strbuf class = {0};
    text_add_safe(&name, t->label, LETTERS_OF_NAME);
    strbuf_addf(&title, "%s: ", t->label);
    put_seconds(&title, t->end - t->begin);
    strbuf_adds(&title, t->failed ? ", failed" : "");
    strbuf_addf(&class, "%s%s", drawn_kind_of(t)->class, t->critical ? " critical" : "");
    double width = (t->end - t->begin) * scale;
    draw_label(shapes, page, t->critical ? "critical" : "", 0, y + BAR_HEIGHT - 3, name.ptr);
    draw_shape(shapes, page, title.ptr, class.ptr,
        (struct box){NAMES_WIDTH + t->begin * scale, y, width < 1 ? 1 : width, BAR_HEIGHT});
}

static void put_picture(struct strbuf *out, const struct pipeline_result *r, const struct page *page)
{
    AUTO(strbuf) struct strbuf shapes = {0};
    AUTO(strbuf) struct strbuf key = {0};
    const struct timing **rows = xcalloc(r->timing_count, sizeof *rows);
    double height = AXIS_HEIGHT + (double)r->timing_count * ROW_HEIGHT, last = 0;
    for (size_t i = 0; i < r->timing_count; i++) {
        rows[i] = &r->timings[i];
        last = rows[i]->end > last ? rows[i]->end : last;
    }
    qsort(rows, r->timing_count, sizeof *rows, by_begin);
    double scale = (DRAW_WIDTH - NAMES_WIDTH - 40) / (last > 0 ? last : 1);
    draw_axis(&shapes, last > 0 ? last : 1, scale, height, page);
    for (size_t i = 0; i < r->timing_count; i++)
        draw_row(&shapes, rows[i], AXIS_HEIGHT + (double)i * ROW_HEIGHT, scale, page);
    for (size_t i = 0; i < COUNT(drawn_kinds); i++)
        for (size_t k = 0; drawn_kinds[i].name && k < r->timing_count; k++)
            if (drawn_kind_of(rows[k]) == &drawn_kinds[i]) {
                draw_key(&key, page, drawn_kinds[i].class, drawn_kinds[i].name);
                break;
            }
    draw_picture(out, page, "What ran when; bold and outlined: what the whole run waited for",
        "Each step of the run from its beginning to its end", height, &shapes, &key);
    free(rows);
}

static void put_steps(struct strbuf *out, const struct pipeline_result *r, const struct page *page)
{
    struct html_table t = {.page = page, .numbers = true};
    HEAD(&t, "Step", "Begins", "Takes", "Processor", "Memory", "Waited for");
    for (size_t i = 0; i < r->timing_count; i++) {
        const struct timing *s = &r->timings[i];
        html_cell(&t, "", s->label);
        html_cellf(&t, "%.1f", s->begin);
        html_cellf(&t, "%.1f", s->end - s->begin);
        html_cellf(&t, "%.1f", s->cpu_seconds);
        html_size(&t, s->peak_bytes);
        html_cell(&t, "", s->failed ? "failed" : s->critical ? "yes" : "");
        html_row(&t, "");
    }
    html_table_put(out, &t, "steps", "Steps and downloads, in seconds", "filter by name");
}

/* What a recipe cost, in all its steps. */
struct recipe_cost {
    const char *name;
    double seconds, cpu_seconds;
    size_t step_count;
};

static int by_processor(const void *a, const void *b)
{
    const struct recipe_cost *x = a, *y = b;
    if (x->cpu_seconds != y->cpu_seconds)
        return x->cpu_seconds > y->cpu_seconds ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void put_recipes(struct strbuf *out, const struct pipeline_result *r, const struct page *page)
{
    AUTO(map) struct map places = {0}; /* index + 1 */
    VEC(struct recipe_cost) costs = {0};
    for (size_t i = 0; i < r->timing_count; i++) {
        const struct timing *s = &r->timings[i];
        const char *name = *s->of ? s->of : "kit and environments";
        size_t place = (uintptr_t)map_get(&places, name);
        if (!place) {
            vec_push(&costs, ((struct recipe_cost){.name = name}));
            place = costs.len;
            map_set(&places, name, (void *)(uintptr_t)place);
        }
        struct recipe_cost *c = &costs.items[place - 1];
        c->seconds += s->end - s->begin;
        c->cpu_seconds += s->cpu_seconds;
        c->step_count++;
    }
    if (costs.len)
        qsort(costs.items, costs.len, sizeof *costs.items, by_processor);
    struct html_table t = {.page = page, .numbers = true};
    HEAD(&t, "Recipe", "Processor", "Takes, summed up", "Steps");
    vec_each (&costs, c) {
        html_cell(&t, "", c->name);
        html_cellf(&t, "%.1f", c->cpu_seconds);
        html_cellf(&t, "%.1f", c->seconds);
        html_count(&t, c->step_count);
        html_row(&t, "");
    }
    html_table_put(out, &t, "recipes", "What each recipe cost, in seconds", NULL);
    vec_release(&costs);
}

static void put_facts(struct strbuf *out, const struct pipeline_result *r, const struct page *page)
{
    AUTO(strbuf) struct strbuf rows = {0};
    AUTO(strbuf) struct strbuf wall = {0};
    AUTO(strbuf) struct strbuf waited = {0};
    double critical = 0, cpu = r->children_cpu_seconds + r->own_cpu_seconds;
    for (size_t i = 0; i < r->timing_count; i++)
        critical += r->timings[i].critical ? r->timings[i].end - r->timings[i].begin : 0;
    put_seconds(&wall, r->seconds);
    put_seconds(&waited, critical);
    AUTO_FREE char *busy = xstrf("%.1f", r->seconds > 0 ? cpu / r->seconds : 0);
    AUTO_FREE char *done = xstrf("%zu", r->steps_done), *kept = xstrf("%zu", r->steps_up_to_date);
    page_fact(&rows, page, "The whole run", wall.ptr);
    page_fact(&rows, page, "Steps in a row that it waited for", waited.ptr);
    page_fact(&rows, page, "Processors at work, on average", busy);
    page_fact(&rows, page, "Steps done", done);
    page_fact(&rows, page, "Steps that were in the cache", kept);
    page_facts(out, page, &rows);
}

int report_timings(struct strbuf *out, const struct pipeline_result *r, struct err *e)
{
    struct page *page = page_read("timings.html", e);
    AUTO(strbuf) struct strbuf body = {0};
    if (!page)
        return -1;
    page_begin(out, page, "staticbuild: where the time went");
    put_facts(&body, r, page);
    if (r->timing_count) {
        put_picture(&body, r, page);
        put_recipes(&body, r, page);
        put_steps(&body, r, page);
    }
    page_fill(out, page, "heading", {"text", "Where the time of a run went"});
    page_card(out, page, "The run",
        r->timing_count ? "To end earlier, make what is outlined faster, or have less wait for it."
                        : "Nothing was to be done.",
        &body);
    page_end(out, page);
    page_free(page);
    return 0;
}
