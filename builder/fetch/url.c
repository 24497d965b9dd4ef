/* URLs as text: which are absolute, and what a reference on a page means. */
#include "fetch/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "fetch/curl_api.h"

static bool same_part(const struct curl_api *curl, CURLU *a, CURLU *b, CURLUPart part, unsigned flags)
{
    char *x = NULL, *y = NULL;
    curl->url_get(a, part, &x, flags);
    curl->url_get(b, part, &y, flags);
    bool same = x && y && strcasecmp(x, y) == 0;
    curl->free(x);
    curl->free(y);
    return same;
}

static void copy_part(const struct curl_api *curl, CURLU *from, CURLU *to, CURLUPart part)
{
    char *text = NULL;
    if (curl->url_get(from, part, &text, 0) == CURLUE_OK)
        curl->url_set(to, part, text, 0);
    curl->free(text);
}

static void settle_credentials(const struct curl_api *curl, CURLU *base, CURLU *u)
{
    if (same_part(curl, base, u, CURLUPART_SCHEME, 0) && same_part(curl, base, u, CURLUPART_HOST, 0) &&
        same_part(curl, base, u, CURLUPART_PORT, CURLU_DEFAULT_PORT)) {
        copy_part(curl, base, u, CURLUPART_USER);
        copy_part(curl, base, u, CURLUPART_PASSWORD);
        return;
    }
    curl->url_set(u, CURLUPART_USER, NULL, 0);
    curl->url_set(u, CURLUPART_PASSWORD, NULL, 0);
}

char *url_resolve(const char *base, const char *reference)
{
    struct err ignored = ERR_INIT;
    const struct curl_api *curl = curl_api_load(&ignored);
    err_release(&ignored);
    if (!curl || !url_is_printable(reference))
        return NULL;
    CURLU *b = curl->url(), *u = curl->url();
    char *text = NULL, *result = NULL;
    if (curl->url_set(b, CURLUPART_URL, base, 0) == CURLUE_OK &&
        curl->url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
        curl->url_set(u, CURLUPART_URL, reference, 0) == CURLUE_OK) {
        settle_credentials(curl, b, u);
        curl->url_set(u, CURLUPART_FRAGMENT, NULL, 0);
        if (curl->url_get(u, CURLUPART_URL, &text, 0) == CURLUE_OK && url_is_http(text))
            result = xstrdup(text);
    }
    curl->free(text);
    curl->url_cleanup(b);
    curl->url_cleanup(u);
    return result;
}
