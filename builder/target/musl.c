/* musl has no symbol versions: what a release has is known from a list of it. */
#include <string.h>

#include "target/internal.h"

static const char *const names[] = {
#define MUSL(name) #name,
#include "target/musl.def"
#undef MUSL
};

bool platform_musl_has(const char *symbol)
{
    size_t low = 0, high = COUNT(names);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(names[middle], symbol);
        if (!order)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
