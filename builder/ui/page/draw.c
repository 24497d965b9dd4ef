/* Boxes, labels and lines of pictures. */
#include "ui/page/draw.h"

#include <stdio.h>

struct drawn_number drawn_number(double value)
{
    struct drawn_number n;
    snprintf(n.text, sizeof n.text, "%.2f", value);
    return n;
}

void draw_shape(
    struct strbuf *out, const struct page *page, const char *name, const char *class, struct box box)
{
    struct drawn_number x = drawn_number(box.x), y = drawn_number(box.y), w = drawn_number(box.w),
                        h = drawn_number(box.h);
    page_fill(out, page, "shape", {"name", name}, {"class", class}, {"x", x.text}, {"y", y.text},
        {"w", w.text}, {"h", h.text});
}

void draw_label(
    struct strbuf *out, const struct page *page, const char *class, double x, double y, const char *text)
{
    struct drawn_number nx = drawn_number(x), ny = drawn_number(y);
    page_fill(out, page, "label", {"class", class}, {"x", nx.text}, {"y", ny.text}, {"text", text});
}

void draw_line(struct strbuf *out, const struct page *page, const char *class, double x1, double y1,
    double x2, double y2)
{
    struct drawn_number a = drawn_number(x1), b = drawn_number(y1), c = drawn_number(x2),
                        d = drawn_number(y2);
    page_fill(
        out, page, "line", {"class", class}, {"x1", a.text}, {"y1", b.text}, {"x2", c.text}, {"y2", d.text});
}

void draw_key(struct strbuf *key, const struct page *page, const char *class, const char *name)
{
    page_fill(key, page, "key-item", {"class", class}, {"name", name});
}

void draw_picture(struct strbuf *out, const struct page *page, const char *title, const char *about,
    double height, const struct strbuf *shapes, const struct strbuf *key)
{
    struct drawn_number h = drawn_number(height);
    page_fill(out, page, "picture", {"title", title}, {"about", about}, {"height", h.text},
        {"shapes", strbuf_str(shapes)}, {"key", strbuf_str(key)});
}
