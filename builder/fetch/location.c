/* Where a location is on this machine: the pools of the Debian archives that apt knows. */
#include "fetch/location.h"

#include <string.h>

static bool is_security(const char *base)
{
    return strstr(base, "debian-security") || strstr(base, "://security.");
}

void debian_urls(struct strvec *out, const struct strvec *bases, const char *package, const char *file)
{
    int prefix = str_starts(package, "lib") && strlen(package) >= 4 ? 4 : 1;
    for (size_t i = 0; i < bases->len; i++)
        strvec_pushf(out, "%s/pool/%smain/%.*s/%s/%s", bases->items[i],
            is_security(bases->items[i]) ? "updates/" : "", prefix, package, package, file);
}
