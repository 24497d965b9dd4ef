#include <errno.h>

int NAME(TYPE x, TYPE y);

int NAME(TYPE x, TYPE y)
{
    volatile TYPE a = x, b = y; /* both comparisons are made */
    int not_above = a <= b, not_below = a >= b;
    if (!not_above && !not_below)
        errno = EDOM;
    return not_above && not_below;
}
