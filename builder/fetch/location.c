#include "fetch/location.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/url.h"
#include "recipe/location_shown.h"

/* Names that need no escaping in a URL and cannot leave their folder. */
static bool is_safe_name(struct slice s)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._~:";
    if (!s.len || s.ptr[0] == '.' || s.ptr[0] == '-')
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!s.ptr[i] || !strchr(allowed, s.ptr[i]))
            return false;
    return true;
}

static int parse_pair(
    struct location *out, enum location_kind kind, const char *text, const char *form, struct err *e)
{
    struct slice rest = slice_of(strchr(text, ':') + 1);
    struct slice name = slice_cut(&rest, '/');
    if (!rest.ptr || !is_safe_name(name) || !is_safe_name(rest)) {
        AUTO_FREE char *shown = location_shown(text);
        return err_set(e, ERR_RECIPE, "\"%s\" is not of the form %s", shown, form);
    }
    *out = (struct location){kind, xstrndup(name.ptr, name.len), xstrndup(rest.ptr, rest.len)};
    return 0;
}

int location_parse(struct location *out, const char *text, struct err *e)
{
    if (str_starts(text, "debian:"))
        return parse_pair(out, LOCATION_DEBIAN, text, "debian:PACKAGE/FILE", e);
    if (str_starts(text, "pypi:"))
        return parse_pair(out, LOCATION_PYPI, text, "pypi:NAME/FILE", e);
    if (strncasecmp(text, "file:", 5) == 0) {
        char *path = url_file_path(text);
        if (!path) {
            AUTO_FREE char *shown = location_shown(text);
            return err_set(
                e, ERR_RECIPE, "\"%s\" does not name a file of this machine by its whole path", shown);
        }
        *out = (struct location){LOCATION_FILE, path, NULL};
        return 0;
    }
    if (url_is_http(text)) {
        *out = (struct location){LOCATION_HTTP, xstrdup(text), NULL};
        return 0;
    }
    AUTO_FREE char *shown = location_shown(text);
    return err_set(e, ERR_RECIPE,
        "\"%s\" is no location: use https:, http:, file:, debian:PACKAGE/FILE or pypi:NAME/FILE", shown);
}

void location_release(struct location *l)
{
    free(l->where);
    free(l->file);
    *l = (struct location){0};
}

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
