#include "fetch/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "fetch/curl_api.h"

static bool is_printable(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == 0x7f)
            return false;
    return true;
}

bool url_is_http(const char *url)
{
    size_t scheme = strncasecmp(url, "http://", 7) == 0 ? 7 : strncasecmp(url, "https://", 8) == 0 ? 8 : 0;
    return scheme && url[scheme] && !strchr("/?#", url[scheme]) && is_printable(url);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *url_file_path(const char *url)
{
    if (strncasecmp(url, "file:", 5) != 0)
        return NULL;
    const char *path = url + 5;
    if (strncmp(path, "//", 2) == 0) {
        path += 2;
        if (strncasecmp(path, "localhost/", 10) == 0)
            path += 9;
    }
    if (*path != '/')
        return NULL;
    struct strbuf out = {0};
    for (; *path; path++) {
        int high, low;
        if (*path == '%' && (high = hex_digit(path[1])) >= 0 && (low = hex_digit(path[2])) >= 0) {
            if (!high && !low) {
                strbuf_release(&out);
                return NULL;
            }
            strbuf_addc(&out, (char)(high << 4 | low));
            path += 2;
        } else
            strbuf_addc(&out, *path);
    }
    return strbuf_steal(&out);
}

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
    if (!curl || !is_printable(reference))
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
