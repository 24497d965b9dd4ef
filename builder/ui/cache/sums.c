/* How much of what there is. */
#include <stdlib.h>
#include <string.h>

#include "ui/cache/report.h"

static int by_group(const void *a, const void *b)
{
    return strcmp(((const struct group_sum *)a)->group, ((const struct group_sum *)b)->group);
}

size_t sums_of(struct group_sum *sums, const struct inventory *inventory)
{
    size_t count = 0;
    for (size_t i = 0; i < inventory->count; i++) {
        const struct stored *item = &inventory->items[i];
        size_t at = 0;
        while (at < count && strcmp(sums[at].group, item->group) != 0)
            at++;
        if (at == count)
            sums[count++] = (struct group_sum){.group = item->group};
        sums[at].count++;
        sums[at].size_bytes += item->size_bytes;
    }
    if (count)
        qsort(sums, count, sizeof *sums, by_group);
    return count;
}
