/* What a handful of repeated measurements tells, without believing that they are spread in any certain way.
 */
#ifndef FOOTPRINT_STATISTICS_H
#define FOOTPRINT_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>

struct spread {
    size_t count;
    double median, low, high; /* low and high: the quartiles (linear interpolation, R's type 7) */
    double least, most;
};

/* Values in any order; NAN for an empty one. */
struct spread spread_of(const double *values, size_t count);

enum difference_verdict {
    DIFFERENCE_UNKNOWN, /* too few values to tell with this confidence */
    DIFFERENCE_NONE,    /* no more than noise */
    DIFFERENCE_LESS,    /* a is less than b */
    DIFFERENCE_MORE,
};

/* a against b, which were measured independently of each other. */
struct difference {
    enum difference_verdict verdict;
    double shift;                 /* the median of all differences a[i] - b[k] (Hodges, Lehmann 1963) */
    double shift_low, shift_high; /* holds the true shift in 99 of 100 cases; NAN: too few values */
    double ratio;                 /* median of a by median of b; NAN when that is 0 */
    double ratio_low, ratio_high; /* likewise, from all ratios; NAN when a value is not above 0 */
};

/* The limits are those of the Mann-Whitney test turned round (exact up to 40 values each, which no ties are
 * assumed for; with ties they are a little too wide): the difference is more than noise when they leave 0
 * out. */
struct difference difference_of(const double *a, size_t a_count, const double *b, size_t b_count);

/* How many of the n * m differences, in order, are cut off at each end for a confidence of 99 %; -1 when
 * there are too few values. */
long difference_cut(size_t n, size_t m);

#endif
