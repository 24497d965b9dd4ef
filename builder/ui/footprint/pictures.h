/* The drawings of the footprint's page (templates/footprint.html). */
#ifndef UI_FOOTPRINT_PICTURES_H
#define UI_FOOTPRINT_PICTURES_H

#include "footprint/sample.h"
#include "ui/page/draw.h"

/* Mappings in the order of their addresses, what is present of each filled in; gaps of addresses are only
 * marked. Width is in proportion to size, or to its logarithm, so that small ones are seen too. Several are
 * drawn below each other, on one scale. */
struct drawn_space {
    const char *name;
    const struct sample *sample;
};
void draw_space(struct strbuf *out, const struct drawn_space *spaces, size_t count, bool logarithmic,
    const struct page *page);

/* One stacked bar for each, on one scale: bytes by kind. */
struct drawn_bar {
    const char *name;
    double bytes[REGION_KINDS];
};
void draw_bars(struct strbuf *out, const char *title, const struct drawn_bar *bars, size_t count,
    const struct page *page);

/* Curves over the same places: a value and where it may lie, at each. */
struct drawn_curve {
    const char *name;
    unsigned colour;                   /* 0 to 3 */
    const double *values, *low, *high; /* count each */
};
struct drawn_chart {
    const char *title;
    const char *const *places; /* names along the bottom */
    size_t count;
    bool percent;                     /* else bytes */
    const struct drawn_curve *curves; /* at most four */
    size_t curve_count;
};
void draw_chart(struct strbuf *out, const struct drawn_chart *chart, const struct page *page);

#endif
