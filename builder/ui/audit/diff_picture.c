/* Two files beside each other as a picture (SVG 1.1, alone in a file): what is in each of them, what lies
 * beside it in the wheel, and what it asks of the machine. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/utf8.h"
#include "sys/path.h"
#include "template/template.h"
#include "ui/audit/diff.h"

enum { PANEL = 500, GAP = 20, PAD = 14, CHIP = 24, LINE = 20, MODULES_MAX = 4, CHIPS_MAX = 40 };

/* Of a sans serif at 12 units, and at 15 in bold. */
enum { LETTER = 7, TITLE_LETTER = 10 };

static const char head[] =
    "<style>text{font:12px "
    "system-ui,sans-serif;fill:#1c1c1c}.title{font-weight:600;font-size:15px}.note{fill:#595959}"
    ".panel{fill:none;stroke:#8a8a8a}.module{fill:#fff;stroke:#0072b2;stroke-width:1.5}.inside{fill:#cfe6f5}"
    ".beside{fill:#f7dfc0}.promised{fill:#d5ecdf}.unwanted{fill:#f5cfc0}"
    "@media(prefers-color-scheme:dark){text{fill:#eee}.note{fill:#b8b8b8}.module{fill:#1b1f24}.inside{fill:#"
    "12415e}"
    ".beside{fill:#5a3d12}.promised{fill:#12452f}.unwanted{fill:#5e2413}}</style>\n";

struct panel {
    struct strbuf *out;
    int left, y;
};

static void add_text(struct strbuf *out, const char *text)
{
    AUTO(strbuf) struct strbuf safe = {0};
    utf8_add_harmless(&safe, text, strlen(text), "");
    template_escape(out, strbuf_str(&safe), TEMPLATE_HTML);
}

static void put_text(struct panel *p, int x, int y, const char *class, const char *text)
{
    strbuf_addf(
        p->out, "<text x=\"%d\" y=\"%d\"%s%s%s>", x, y, *class ? " class=\"" : "", class, *class ? "\"" : "");
    add_text(p->out, text);
    strbuf_adds(p->out, "</text>\n");
}

static void put_line(struct panel *p, const char *class, const char *text)
{
    p->y += LINE;
    put_text(p, p->left + PAD, p->y, class, text);
}

/* Boxes with words in them, in as many rows as they need. */
struct row_of_chips {
    struct panel *panel;
    int x, count;
};

static void put_chip(struct row_of_chips *row, const char *class, const char *text)
{
    struct panel *p = row->panel;
    int width = (int)text_columns(text) * LETTER + 14, end = p->left + PANEL - 2 * PAD;
    if (row->count++ >= CHIPS_MAX)
        return;
    if (row->count == 1 || (row->x + width > end && row->x > p->left + 2 * PAD)) {
        row->x = p->left + 2 * PAD;
        p->y += row->count == 1 ? 8 : CHIP + 4;
    }
    width = row->x + width > end ? end - row->x : width;
    AUTO(strbuf) struct strbuf shown = {0};
    text_add_safe(&shown, text, (size_t)(width / LETTER));
    strbuf_addf(p->out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>\n", class,
        row->x, p->y, width, CHIP);
    put_text(p, row->x + 7, p->y + 16, "", strbuf_str(&shown));
    row->x += width + 6;
}

static void end_chips(struct row_of_chips *row, const char *none)
{
    if (row->count > CHIPS_MAX) {
        AUTO_FREE char *more = xstrf("and %d more", row->count - CHIPS_MAX);
        row->panel->y += CHIP;
        put_line(row->panel, "note", more);
        row->panel->y -= CHIP - 8;
    }
    if (row->count)
        row->panel->y += CHIP;
    else
        put_text(row->panel, row->panel->left + 2 * PAD, row->panel->y += LINE, "note", none);
}

static bool is_shown(const struct audit_report *r)
{
    return r->role != AUDIT_LIBRARY;
}

static bool is_part_of(const struct audited_part *part, const struct audit_report *r)
{
    return part->subject && strcmp(part->source, "file") != 0 && strcmp(part->subject, r->subject) == 0;
}

static void put_sized(struct strbuf *out, const char *name, uint64_t bytes)
{
    strbuf_addf(out, "%s, ", name);
    size_add(out, bytes);
}

static void put_title(struct panel *p, int x, const char *text)
{
    AUTO(strbuf) struct strbuf shown = {0};
    text_add_safe(&shown, text, (PANEL - 2 * PAD) / TITLE_LETTER);
    put_text(p, x, p->y, "title", strbuf_str(&shown));
}

static void draw_inside(struct panel *p, const struct audited *a, const struct audit_report *r)
{
    struct row_of_chips row = {p, 0, 0};
    for (size_t i = 0; i < a->part_count; i++)
        if (is_part_of(&a->parts[i], r)) {
            AUTO_FREE char *text =
                xstrf("%s%s%s", a->parts[i].name, *a->parts[i].version ? " " : "", a->parts[i].version);
            put_chip(&row, "inside", text);
        }
    for (size_t i = 0; a->kind != AUDITED_WHEEL && i < r->embedded_count; i++) {
        AUTO_FREE char *text = xstrf("%s %s", r->embedded[i].name, r->embedded[i].version);
        put_chip(&row, "inside", text);
    }
    end_chips(&row, "no library inside");
}

/* The frame is drawn when its height is known, and stands below what is in it. */
static void draw_module(struct panel *p, const struct audited *a, const struct audit_report *r)
{
    AUTO(strbuf) struct strbuf contents = {0}, title = {0};
    int top = p->y + 10;
    struct panel inside = {&contents, p->left, top + LINE - 2};
    put_sized(&title, path_base(r->subject), r->size);
    put_title(&inside, p->left + 2 * PAD, strbuf_str(&title));
    draw_inside(&inside, a, r);
    p->y = inside.y + 10;
    strbuf_addf(p->out, "<rect class=\"module\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n",
        p->left + PAD, top, PANEL - 2 * PAD, p->y - top);
    strbuf_add(p->out, contents.ptr, contents.len);
}

static void draw_modules(struct panel *p, const struct audited *a)
{
    size_t shown = 0, left_out = 0;
    for (size_t i = 0; i < a->module_count; i++)
        if (is_shown(&a->modules[i]) || a->module_count == 1) {
            left_out += shown == MODULES_MAX;
            if (shown < MODULES_MAX && ++shown)
                draw_module(p, a, &a->modules[i]);
        }
    if (left_out) {
        AUTO_FREE char *more = xstrf("and %zu more module%s", left_out, left_out == 1 ? "" : "s");
        put_line(p, "note", more);
    }
}

static void draw_beside(struct panel *p, const struct audited *a)
{
    struct row_of_chips row = {p, 0, 0};
    p->y += 8;
    put_line(p, "", "libraries beside it, in the wheel");
    for (size_t i = 0; a->module_count > 1 && i < a->module_count; i++)
        if (!is_shown(&a->modules[i])) {
            AUTO(strbuf) struct strbuf text = {0};
            put_sized(&text, path_base(a->modules[i].subject), a->modules[i].size);
            put_chip(&row, "beside", strbuf_str(&text));
        }
    end_chips(&row, "none");
}

static void draw_needed(struct panel *p, const struct audited *a)
{
    AUTO(strvec) struct strvec told = {0};
    struct row_of_chips row = {p, 0, 0};
    p->y += 8;
    put_line(p, "", "what it asks of the machine");
    for (size_t i = 0; i < a->module_count; i++)
        for (size_t k = 0; k < a->modules[i].needed_count; k++) {
            const struct audit_needed *n = &a->modules[i].needed[k];
            if (n->beside || strvec_has(&told, n->library))
                continue;
            strvec_push(&told, n->library);
            put_chip(&row, n->promised ? "promised" : "unwanted", n->library);
        }
    end_chips(&row, "nothing");
}

/* "pyzmq 27.1.0" of a wheel, whose tags are said below. */
static char *short_name(const struct audited *a)
{
    const char *base = path_base(a->path), *version = a->kind == AUDITED_WHEEL ? strchr(base, '-') : NULL;
    const char *end = version ? strchr(version + 1, '-') : NULL;
    return end ? xstrf("%.*s %.*s", (int)(version - base), base, (int)(end - version - 1), version + 1)
               : xstrdup(base);
}

/* Gives where it ends. */
static int draw_panel(struct strbuf *out, const struct audited *a, int left)
{
    struct panel p = {out, left, 6};
    AUTO(strbuf) struct strbuf title = {0}, tag = {0};
    AUTO_FREE char *name = short_name(a);
    put_sized(&title, name, a->size);
    p.y += LINE;
    put_title(&p, left + PAD, strbuf_str(&title));
    strbuf_addf(&tag, "earns %s", a->has_earned ? a->earned.name : "no tag");
    if (a->errors)
        strbuf_addf(&tag, "; %zu error%s", a->errors, a->errors == 1 ? "" : "s");
    put_line(&p, "note", strbuf_str(&tag));
    draw_modules(&p, a);
    draw_beside(&p, a);
    draw_needed(&p, a);
    return p.y + PAD;
}

void report_diff_svg(struct strbuf *out, const struct diff_drawing *d)
{
    AUTO(strbuf) struct strbuf panels = {0};
    int left = draw_panel(&panels, d->older, 0), right = draw_panel(&panels, d->newer, PANEL + GAP);
    int height = left > right ? left : right;
    strbuf_addf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
        2 * PANEL + GAP + 2, height + 2);
    add_text(out, path_base(d->older->path));
    strbuf_adds(out, " beside ");
    add_text(out, path_base(d->newer->path));
    strbuf_addf(out, "\">\n%s", head);
    for (int i = 0; i < 2; i++)
        strbuf_addf(out, "<rect class=\"panel\" x=\"%d\" y=\"1\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n",
            1 + i * (PANEL + GAP), PANEL - 2, height);
    strbuf_add(out, panels.ptr, panels.len);
    strbuf_adds(out, "</svg>\n");
}
