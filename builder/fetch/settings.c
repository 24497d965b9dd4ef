/* Times that users set. */
#include "fetch/settings.h"

#include <stdlib.h>

int64_t setting_ms(const char *name, int64_t fallback_ms)
{
    const char *text = getenv(name);
    if (!text || !*text)
        return fallback_ms;
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (*end || !(seconds > 0) || seconds > 86400)
        return fallback_ms;
    return seconds < 0.001 ? 1 : (int64_t)(seconds * 1000);
}
