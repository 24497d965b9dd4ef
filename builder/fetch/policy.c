/* What is allowed of servers: redirects, status codes, ranges. */
#include "fetch/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool has_scheme(const char *url, const char *scheme)
{
    size_t len = strlen(scheme);
    return strncasecmp(url, scheme, len) == 0 && strncmp(url + len, "://", 3) == 0;
}

const char *redirect_refusal(const char *from, const char *to)
{
    if (has_scheme(to, "https"))
        return NULL;
    if (!has_scheme(to, "http"))
        return "redirects to something that is neither http nor https";
    return has_scheme(from, "https") ? "redirects from https to http" : NULL;
}

bool status_may_pass(long status)
{
    return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
}

int64_t retry_delay(int64_t first_ms, unsigned attempt, double chance)
{
    enum { LONGEST_MS = 30000 };
    int64_t delay = first_ms;
    for (unsigned i = 2; i < attempt && delay < LONGEST_MS; i++)
        delay *= 2;
    if (delay > LONGEST_MS)
        delay = LONGEST_MS;
    return delay + (int64_t)((double)delay / 2 * chance);
}

static bool number(const char **at, char end, uint64_t *out)
{
    if (**at < '0' || **at > '9')
        return false;
    char *rest = NULL;
    errno = 0;
    *out = strtoull(*at, &rest, 10);
    if (errno || *rest != end)
        return false;
    *at = rest + (end != '\0');
    return true;
}

bool content_range_parse(const char *value, uint64_t *first, uint64_t *total)
{
    uint64_t last;
    if (strncasecmp(value, "bytes ", 6) != 0)
        return false;
    value += 6;
    if (!number(&value, '-', first) || !number(&value, '/', &last) || last < *first)
        return false;
    *total = 0;
    if (strcmp(value, "*") == 0)
        return true;
    return number(&value, '\0', total) && last < *total;
}
