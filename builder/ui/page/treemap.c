/* Squarified tree maps (Bruls, Huizing, van Wijk 2000). */
#include "ui/page/treemap.h"

/* The worst ratio of sides in a row of cells whose areas add up to sum, along a side. */
static double worst(double largest, double smallest, double sum, double side)
{
    double square = side * side, a = square * largest / (sum * sum), b = sum * sum / (square * smallest);
    return a > b ? a : b;
}

/* Puts a row of cells along the shorter side and gives the rest of the box. */
static struct box put_row(struct treemap_cell *cells, size_t len, double sum, double scale, struct box box)
{
    int upright = box.w >= box.h; /* the row is a column at the left */
    double side = upright ? box.h : box.w, thick = sum * scale / side, at = upright ? box.y : box.x;
    for (size_t i = 0; i < len; i++) {
        double along = cells[i].value * scale / thick;
        cells[i].box =
            upright ? (struct box){box.x, at, thick, along} : (struct box){at, box.y, along, thick};
        at += along;
    }
    return upright ? (struct box){box.x + thick, box.y, box.w - thick, box.h}
                   : (struct box){box.x, box.y + thick, box.w, box.h - thick};
}

void treemap_layout(struct treemap_cell *cells, size_t len, struct box box)
{
    double total = 0;
    for (size_t i = 0; i < len; i++)
        total += cells[i].value;
    if (total <= 0)
        return;
    double scale = box.w * box.h / total;
    for (size_t at = 0; at < len;) {
        double side = box.w >= box.h ? box.h : box.w, sum = 0;
        size_t end = at;
        if (side <= 0)
            return;
        for (; end < len; end++) {
            double more = sum + cells[end].value;
            if (end > at &&
                worst(cells[at].value * scale, cells[end].value * scale, more * scale, side) >
                    worst(cells[at].value * scale, cells[end - 1].value * scale, sum * scale, side))
                break;
            sum = more;
        }
        box = put_row(&cells[at], end - at, sum, scale, box);
        at = end;
    }
}
