/* The grammar of locations, for those who check recipes and those who fetch. */
#include "recipe/location.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "recipe/location_shown.h"

bool url_is_printable(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == 0x7f)
            return false;
    return true;
}

bool url_is_http(const char *url)
{
    size_t scheme = strncasecmp(url, "http://", 7) == 0 ? 7 : strncasecmp(url, "https://", 8) == 0 ? 8 : 0;
    return scheme && url[scheme] && !strchr("/?#", url[scheme]) && url_is_printable(url);
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

/* The schemes of two names; the others are URLs. */
static const struct {
    const char *prefix;
    enum location_kind kind;
    const char *form;
} pairs[] = {
    {"debian:", LOCATION_DEBIAN, "debian:PACKAGE/FILE"},
    {"pypi:", LOCATION_PYPI, "pypi:NAME/FILE"},
    {"crates:", LOCATION_CRATES, "crates:NAME/VERSION"},
};

int location_parse(struct location *out, const char *text, struct err *e)
{
    for (size_t i = 0; i < COUNT(pairs); i++)
        if (str_starts(text, pairs[i].prefix))
            return parse_pair(out, pairs[i].kind, text, pairs[i].form, e);
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
        "\"%s\" is no location: use https:, http:, file:, debian:PACKAGE/FILE, pypi:NAME/FILE or "
        "crates:NAME/VERSION",
        shown);
}

void location_release(struct location *l)
{
    free(l->where);
    free(l->file);
    *l = (struct location){0};
}

bool location_names_file(const struct location *l)
{
    const char *scheme = l->kind == LOCATION_HTTP ? strstr(l->where, "://") : NULL;
    const char *path = scheme ? scheme + 3 + strcspn(scheme + 3, "/?#") : l->where;
    return l->file || (*path == '/' && !str_ends(l->where, "/"));
}
