/* Draws address spaces, bars and courses of memory, for the page of a footprint. */
#include "ui/footprint/pictures.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "ui/text/layout.h"

enum { SPACE_HEIGHT = 74, SPACE_TOP = 20, BAR_HEIGHT = 26, BAR_STEP = 52, SMALLEST = 4096 };
enum { CHART_LEFT = 76, CHART_RIGHT = 840, CHART_TOP = 16, CHART_BOTTOM = 250, CHART_HEIGHT = 290, GRID = 5 };
enum { MANY_REGIONS = 4000, CURVES_MAX = 4, LABEL_STEP = 15, LETTER = 7 };
#define LEAST_WIDTH 0.1              /* of what is drawn where there are so many */
#define FAR_AWAY ((uint64_t)1 << 30) /* a gap between mappings that is marked */

/* The colour of a kind: "text", "thread-stack". */
static const char *kind_class(enum region_kind kind)
{
    static const char *const classes[REGION_KINDS] = {[REGION_TEXT] = "text",
        [REGION_CONSTANTS] = "constants",
        [REGION_RELRO] = "relro",
        [REGION_DATA] = "data",
        [REGION_BSS] = "bss",
        [REGION_HEAP] = "heap",
        [REGION_STACK] = "stack",
        [REGION_THREAD_STACK] = "thread-stack",
        [REGION_ARENA] = "arena",
        [REGION_ANONYMOUS] = "anonymous",
        [REGION_SHARED] = "shared",
        [REGION_FILE] = "file",
        [REGION_GUARD] = "guard",
        [REGION_RESERVED] = "reserved",
        [REGION_KERNEL] = "kernel"};
    return classes[kind];
}

static double weight(uint64_t bytes, bool logarithmic)
{
    return logarithmic ? log2((double)bytes / SMALLEST + 1) : (double)bytes;
}

static double weight_of(const struct sample *s, bool logarithmic)
{
    double sum = 0;
    for (size_t i = 0; i < s->region_count; i++)
        sum += weight(s->regions[i].memory.virt, logarithmic);
    return sum;
}

static void describe(struct strbuf *out, const struct region *g)
{
    strbuf_addf(out, "%s: ", region_kind_name(g->kind));
    if (*g->name)
        strbuf_addf(out, "%s, ", g->name);
    size_add(out, g->memory.virt);
    strbuf_adds(out, ", present ");
    size_add(out, g->memory.rss);
    strbuf_addf(out, ", at %llx", (unsigned long long)g->start);
}

/* What is present is the lower part of a box, as high as the share of it that is. */
static void draw_region(
    struct strbuf *out, const struct region *g, double x, double y, double w, const struct page *page)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *faint = xstrf("%s empty", kind_class(g->kind));
    double full = g->memory.virt ? (double)g->memory.rss / (double)g->memory.virt : 0;
    full = full > 1 ? 1 : full;
    describe(&text, g);
    draw_shape(out, page, strbuf_str(&text), faint, (struct box){x, y, w, SPACE_HEIGHT});
    if (full > 0)
        draw_shape(out, page, strbuf_str(&text), kind_class(g->kind),
            (struct box){x, y + SPACE_HEIGHT * (1 - full), w, SPACE_HEIGHT * full});
}

static void draw_one_space(struct strbuf *out, const struct drawn_space *d, double top, double scale,
    bool logarithmic, const struct page *page)
{
    AUTO(strbuf) struct strbuf label = {0};
    double x = 0;
    strbuf_addf(&label, "%s: ", d->name);
    size_add(&label, d->sample->total.virt);
    strbuf_adds(&label, " of addresses, ");
    size_add(&label, d->sample->total.rss);
    strbuf_adds(&label, " present");
    draw_label(out, page, "", 0, top + 13, strbuf_str(&label));
    for (size_t i = 0; i < d->sample->region_count; i++) {
        const struct region *g = &d->sample->regions[i];
        double w = weight(g->memory.virt, logarithmic) * scale;
        if (w > LEAST_WIDTH || d->sample->region_count < MANY_REGIONS)
            draw_region(out, g, x, top + SPACE_TOP, w, page);
        if (i && g->start - g[-1].end >= FAR_AWAY)
            draw_line(out, page, "gap", x, top + SPACE_TOP - 3, x, top + SPACE_TOP + SPACE_HEIGHT + 3);
        x += w;
    }
}

static void add_kinds_key(struct strbuf *key, const bool *seen, const struct page *page)
{
    for (int k = 0; k < REGION_KINDS; k++)
        if (seen[k])
            draw_key(key, page, kind_class(k), region_kind_name(k));
}

void draw_space(struct strbuf *out, const struct drawn_space *spaces, size_t count, bool logarithmic,
    const struct page *page)
{
    AUTO(strbuf) struct strbuf shapes = {0};
    AUTO(strbuf) struct strbuf key = {0};
    bool seen[REGION_KINDS] = {false};
    double widest = 0;
    for (size_t i = 0; i < count; i++) {
        double w = weight_of(spaces[i].sample, logarithmic);
        widest = w > widest ? w : widest;
        for (int k = 0; k < REGION_KINDS; k++)
            seen[k] |= spaces[i].sample->kind_counts[k] > 0;
    }
    if (!(widest > 0))
        return;
    double step = SPACE_TOP + SPACE_HEIGHT + 14;
    for (size_t i = 0; i < count; i++)
        draw_one_space(&shapes, &spaces[i], step * (double)i, DRAW_WIDTH / widest, logarithmic, page);
    add_kinds_key(&key, seen, page);
    const char *title = logarithmic ? "Address space, logarithmic" : "Address space, to scale";
    draw_picture(out, page, title, title, step * (double)count, &shapes, &key);
}

static double sum_of(const struct drawn_bar *b)
{
    double sum = 0;
    for (int k = 0; k < REGION_KINDS; k++)
        sum += b->bytes[k];
    return sum;
}

void draw_bars(struct strbuf *out, const char *title, const struct drawn_bar *bars, size_t count,
    const struct page *page)
{
    AUTO(strbuf) struct strbuf shapes = {0};
    AUTO(strbuf) struct strbuf key = {0};
    bool seen[REGION_KINDS] = {false};
    double widest = 0;
    for (size_t i = 0; i < count; i++)
        widest = sum_of(&bars[i]) > widest ? sum_of(&bars[i]) : widest;
    if (!(widest > 0))
        return;
    for (size_t i = 0; i < count; i++) {
        AUTO(strbuf) struct strbuf label = {0};
        double x = 0, top = BAR_STEP * (double)i;
        strbuf_addf(&label, "%s: ", bars[i].name);
        size_add(&label, (uint64_t)sum_of(&bars[i]));
        draw_label(&shapes, page, "", 0, top + 13, strbuf_str(&label));
        for (int k = 0; k < REGION_KINDS; k++) {
            AUTO(strbuf) struct strbuf text = {0};
            double w = bars[i].bytes[k] / widest * DRAW_WIDTH;
            if (!(bars[i].bytes[k] > 0))
                continue;
            strbuf_addf(&text, "%s: ", region_kind_name(k));
            size_add(&text, (uint64_t)bars[i].bytes[k]);
            draw_shape(
                &shapes, page, strbuf_str(&text), kind_class(k), (struct box){x, top + 19, w, BAR_HEIGHT});
            seen[k] = true;
            x += w;
        }
    }
    add_kinds_key(&key, seen, page);
    draw_picture(out, page, title, title, BAR_STEP * (double)count, &shapes, &key);
}

/* The next of 1, 2, 5, 10, … times a power of ten, so that the grid has round numbers. */
static double round_up(double value)
{
    double power = pow(10, floor(log10(value)));
    for (double step = 1; step <= 10; step = step < 2 ? 2 : step < 5 ? 5 : step * 2)
        if (step * power >= value)
            return step * power;
    return value;
}

struct plot {
    const struct drawn_chart *chart;
    double top; /* the value at the upper edge */
};

static double plot_x(const struct plot *p, size_t i)
{
    return p->chart->count < 2
               ? CHART_LEFT
               : CHART_LEFT + (double)(CHART_RIGHT - CHART_LEFT) * (double)i / (double)(p->chart->count - 1);
}

static double plot_y(const struct plot *p, double value)
{
    return CHART_BOTTOM - (CHART_BOTTOM - CHART_TOP) * value / p->top;
}

static void value_text(struct strbuf *out, const struct drawn_chart *chart, double value)
{
    if (chart->percent)
        strbuf_addf(out, "%.0f %%", value);
    else
        size_add(out, (uint64_t)(value + 0.5));
}

static void draw_grid(struct strbuf *out, const struct plot *p, const struct page *page)
{
    for (int i = 0; i <= GRID; i++) {
        AUTO(strbuf) struct strbuf text = {0};
        double value = p->top * i / GRID;
        value_text(&text, p->chart, value);
        draw_line(out, page, "grid", CHART_LEFT, plot_y(p, value), CHART_RIGHT, plot_y(p, value));
        draw_label(out, page, "small end", CHART_LEFT - 8, plot_y(p, value) + 4, strbuf_str(&text));
    }
    for (size_t i = 0; i < p->chart->count; i++)
        draw_label(out, page, "small middle", plot_x(p, i), CHART_BOTTOM + 22, p->chart->places[i]);
}

static void draw_curve(
    struct strbuf *out, const struct plot *p, const struct drawn_curve *c, const struct page *page)
{
    AUTO(strbuf) struct strbuf points = {0};
    AUTO(strbuf) struct strbuf band = {0};
    char class[4];
    snprintf(class, sizeof class, "s%u", c->colour % 4);
    for (size_t i = 0; i < p->chart->count; i++) {
        strbuf_addf(&points, "%.1f,%.1f ", plot_x(p, i), plot_y(p, c->values[i]));
        strbuf_addf(&band, "%.1f,%.1f ", plot_x(p, i), plot_y(p, c->high[i]));
    }
    for (size_t i = p->chart->count; i-- > 0;)
        strbuf_addf(&band, "%.1f,%.1f ", plot_x(p, i), plot_y(p, c->low[i]));
    page_fill(
        out, page, "curve", {"class", class}, {"points", strbuf_str(&points)}, {"band", strbuf_str(&band)});
    for (size_t i = 0; i < p->chart->count; i++) {
        struct drawn_number x = drawn_number(plot_x(p, i)), y = drawn_number(plot_y(p, c->values[i]));
        AUTO(strbuf) struct strbuf text = {0};
        strbuf_addf(&text, "%s, %s: ", c->name, p->chart->places[i]);
        value_text(&text, p->chart, c->values[i]);
        page_fill(
            out, page, "dot", {"class", class}, {"name", strbuf_str(&text)}, {"x", x.text}, {"y", y.text});
    }
}

/* Each curve's name behind its last point; names that would stand in each other move down. */
static void label_ends(struct strbuf *out, const struct plot *p, const struct page *page)
{
    bool told[CURVES_MAX] = {false};
    double below = 0;
    for (size_t n = 0; n < p->chart->curve_count && n < CURVES_MAX; n++) {
        size_t next = CURVES_MAX;
        for (size_t k = 0; k < p->chart->curve_count && k < CURVES_MAX; k++) {
            const double last = p->chart->curves[k].values[p->chart->count - 1];
            if (!told[k] && (next == CURVES_MAX || last > p->chart->curves[next].values[p->chart->count - 1]))
                next = k;
        }
        AUTO(strbuf) struct strbuf name = {0};
        double y = plot_y(p, p->chart->curves[next].values[p->chart->count - 1]) + 4;
        y = y < below ? below : y;
        text_add_safe(&name, p->chart->curves[next].name, (DRAW_WIDTH - CHART_RIGHT - 10) / LETTER);
        draw_label(out, page, "", CHART_RIGHT + 10, y, strbuf_str(&name));
        told[next] = true;
        below = y + LABEL_STEP;
    }
}

void draw_chart(struct strbuf *out, const struct drawn_chart *chart, const struct page *page)
{
    AUTO(strbuf) struct strbuf shapes = {0};
    AUTO(strbuf) struct strbuf key = {0};
    struct plot p = {chart, 0};
    for (size_t k = 0; k < chart->curve_count; k++)
        for (size_t i = 0; i < chart->count; i++)
            p.top = chart->curves[k].high[i] > p.top ? chart->curves[k].high[i] : p.top;
    if (!(p.top > 0))
        return;
    p.top = chart->percent ? (p.top > 110 ? round_up(p.top) : 100) : round_up(p.top);
    draw_grid(&shapes, &p, page);
    for (size_t k = 0; k < chart->curve_count; k++) {
        char class[4];
        snprintf(class, sizeof class, "s%u", chart->curves[k].colour % 4);
        draw_curve(&shapes, &p, &chart->curves[k], page);
        draw_key(&key, page, class, chart->curves[k].name);
    }
    label_ends(&shapes, &p, page);
    draw_picture(out, page, chart->title, chart->title, CHART_HEIGHT, &shapes, &key);
}
