/* A squarified treemap (Bruls, Huizing, van Wijk 2000): areas in proportion to values, as square as can be.
 */
#ifndef UI_PAGE_TREEMAP_H
#define UI_PAGE_TREEMAP_H

#include <stddef.h>

struct box {
    double x, y, w, h;
};

struct treemap_cell {
    double value; /* more than 0 */
    struct box box;
};

/* Lays cells, which must be sorted with the largest first, into the box. */
void treemap_layout(struct treemap_cell *cells, size_t len, struct box box);

#endif
