/* What pictures of pages are made of (SVG): boxes, labels, lines, and the key below them. */
#ifndef UI_PAGE_DRAW_H
#define UI_PAGE_DRAW_H

#include "ui/page/page.h"
#include "ui/page/treemap.h"

enum { DRAW_WIDTH = 1060 }; /* of every picture, in its own units */

/* A number as attributes have it. */
struct drawn_number {
    char text[24];
};
struct drawn_number drawn_number(double value);

/* A filled box that says its name when it is pointed at. */
void draw_shape(
    struct strbuf *out, const struct page *page, const char *name, const char *class, struct box box);
void draw_label(
    struct strbuf *out, const struct page *page, const char *class, double x, double y, const char *text);
void draw_line(struct strbuf *out, const struct page *page, const char *class, double x1, double y1,
    double x2, double y2);
void draw_key(struct strbuf *key, const struct page *page, const char *class, const char *name);

/* The whole picture under its title; about is for those who do not see it. */
void draw_picture(struct strbuf *out, const struct page *page, const char *title, const char *about,
    double height, const struct strbuf *shapes, const struct strbuf *key);

#endif
