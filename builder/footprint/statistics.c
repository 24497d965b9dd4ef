/* Medians, spreads, and whether two groups differ by more than chance. */
#include "footprint/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

#define CHANCE 0.005 /* at each end */

enum { EXACT_MOST = 40 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double quantile(const double *sorted, size_t count, double part)
{
    double place = part * (double)(count - 1);
    size_t below = (size_t)place;
    double rest = place - (double)below;
    return rest > 0 ? sorted[below] + rest * (sorted[below + 1] - sorted[below]) : sorted[below];
}

struct spread spread_of(const double *values, size_t count)
{
    if (!count)
        return (struct spread){0, NAN, NAN, NAN, NAN, NAN};
    AUTO_FREE double *sorted = xcalloc(count, sizeof *sorted);
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    return (struct spread){count, quantile(sorted, count, 0.5), quantile(sorted, count, 0.25),
        quantile(sorted, count, 0.75), sorted[0], sorted[count - 1]};
}

/* The distribution of U when both come from one source: ways[u] of choosing n of n + m places so that u pairs
 * are in the wrong order. Counted value by value (Mann, Whitney 1947): adding the j-th place of the second
 * kind multiplies the generating function by (1 - q^(n + j)) / (1 - q^j). */
static double *count_ways(size_t n, size_t m)
{
    size_t most = n * m;
    double *ways = xcalloc(most + 1, sizeof *ways);
    ways[0] = 1;
    for (size_t j = 1; j <= m; j++) {
        for (size_t u = most; u >= n + j; u--)
            ways[u] -= ways[u - n - j];
        for (size_t u = j; u <= most; u++)
            ways[u] += ways[u - j];
    }
    return ways;
}

static long cut_exactly(size_t n, size_t m)
{
    AUTO_FREE double *ways = count_ways(n, m);
    double all = 0, below = 0;
    for (size_t u = 0; u <= n * m; u++)
        all += ways[u];
    long cut = -1;
    for (size_t u = 0; u <= n * m; u++) {
        below += ways[u];
        if (below / all > CHANCE)
            break;
        cut = (long)u;
    }
    return cut;
}

long difference_cut(size_t n, size_t m)
{
    if (!n || !m)
        return -1;
    if (n <= EXACT_MOST && m <= EXACT_MOST)
        return cut_exactly(n, m);
    double mean = (double)n * (double)m / 2, width = sqrt((double)n * (double)m * (double)(n + m + 1) / 12);
    return (long)floor(mean - 2.5758 * width - 0.5); /* the normal distribution's 0.5 % */
}

/* The limits and the middle of all pairs; cut pairs are left out at each end. */
static void limits(double *pairs, size_t count, long cut, double *low, double *middle, double *high)
{
    qsort(pairs, count, sizeof *pairs, by_value);
    *middle = quantile(pairs, count, 0.5);
    bool enough = cut >= 0 && (size_t)cut < count - (size_t)cut;
    *low = enough ? pairs[cut] : NAN;
    *high = enough ? pairs[count - 1 - (size_t)cut] : NAN;
}

static bool all_above_zero(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(values[i] > 0))
            return false;
    return true;
}

struct difference difference_of(const double *a, size_t a_count, const double *b, size_t b_count)
{
    struct difference d = {DIFFERENCE_UNKNOWN, NAN, NAN, NAN, NAN, NAN, NAN};
    size_t count = a_count * b_count;
    if (!count)
        return d;
    long cut = difference_cut(a_count, b_count);
    AUTO_FREE double *pairs = xcalloc(count, sizeof *pairs);
    double middle;
    for (size_t i = 0; i < count; i++)
        pairs[i] = a[i / b_count] - b[i % b_count];
    limits(pairs, count, cut, &d.shift_low, &d.shift, &d.shift_high);
    double of_b = spread_of(b, b_count).median;
    if (of_b != 0)
        d.ratio = spread_of(a, a_count).median / of_b;
    if (all_above_zero(a, a_count) && all_above_zero(b, b_count)) {
        for (size_t i = 0; i < count; i++)
            pairs[i] = a[i / b_count] / b[i % b_count];
        limits(pairs, count, cut, &d.ratio_low, &middle, &d.ratio_high);
    }
    if (isnan(d.shift_low))
        return d;
    d.verdict = d.shift_low > 0 ? DIFFERENCE_MORE : d.shift_high < 0 ? DIFFERENCE_LESS : DIFFERENCE_NONE;
    return d;
}
