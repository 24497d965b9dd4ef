/* A number and a unit: sizes in bytes, times in seconds. */
#include "base/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"

struct unit {
    const char *name;
    double is;
};

static const struct unit sizes[] = {{"", 1}, {"B", 1}, {"k", 1e3}, {"K", 1e3}, {"kB", 1e3}, {"M", 1e6},
    {"MB", 1e6}, {"G", 1e9}, {"GB", 1e9}, {"T", 1e12}, {"TB", 1e12}, {"KiB", 0x1p10}, {"MiB", 0x1p20},
    {"GiB", 0x1p30}, {"TiB", 0x1p40}};

static const struct unit times[] = {
    {"", 1}, {"s", 1}, {"ms", 0.001}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400.0}};

static bool parse(const char *text, const struct unit *units, size_t unit_count, double *out)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || !isfinite(value) || value < 0 || *text == '-')
        return false;
    while (*end == ' ')
        end++;
    for (size_t i = 0; i < unit_count; i++)
        if (strcmp(end, units[i].name) == 0) {
            *out = value * units[i].is;
            return true;
        }
    return false;
}

bool size_parse(const char *text, uint64_t *bytes)
{
    double value;
    if (!parse(text, sizes, COUNT(sizes), &value) || value >= 0x1p63)
        return false;
    *bytes = (uint64_t)value;
    return true;
}

bool duration_parse(const char *text, double *seconds)
{
    double value;
    if (!parse(text, times, COUNT(times), &value) || value <= 0)
        return false;
    *seconds = value;
    return true;
}
