/* Which parts of a location may be read by others. Private indexes have a password in the URL, signed links a
 * token in the query; both once stood in the bill of materials of a published wheel. */
#include "recipe/location_shown.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "base/utf8.h"
#include "recipe/location.h"
#include "sys/path.h"

static void add_printable(struct strbuf *out, const char *text, size_t len)
{
    utf8_add_harmless(out, text, len, "");
}

/* host, host:80, [::1]:80 */
static bool has_odd_port(const char *host, size_t len)
{
    const char *bracket = memchr(host, ']', len), *from = bracket ? bracket : host;
    const char *colon = memchr(from, ':', len - (size_t)(from - host));
    if (!colon)
        return false;
    for (const char *p = colon + 1; p < host + len; p++)
        if (*p < '0' || *p > '9')
            return true;
    return false;
}

/* An @ that may end a password which has an unescaped slash; one that begins a part of the path is a scope,
 * as in /@name/file. */
static bool has_late_at(const char *rest)
{
    for (const char *at = strchr(rest, '@'); at; at = strchr(at + 1, '@'))
        if (at == rest || at[-1] != '/')
            return true;
    return false;
}

/* From behind "://". */
static void add_remote(struct strbuf *out, const char *text)
{
    size_t len = strcspn(text, "/?#");
    const char *at = memrchr(text, '@', len), *rest = text + len;
    const char *host = at ? at + 1 : text; /* the last @: a password may hold one that was not escaped */
    bool more_than_host = at || memchr(host, ':', (size_t)(rest - host));
    if (has_odd_port(host, (size_t)(rest - host)) || (more_than_host && has_late_at(rest))) {
        strbuf_adds(out, "...");
        return;
    }
    size_t shown = strcspn(host, "?#");
    add_printable(out, host, shown);
    if (host[shown] == '?')
        strbuf_adds(out, "?...");
}

char *location_shown(const char *location)
{
    struct strbuf out = {0};
    const char *authority = strstr(location, "://"), *at = strrchr(location, '@');
    if (strncasecmp(location, "file:", 5) == 0) {
        const char *name = path_base(location + 5);
        strbuf_adds(&out, "file:");
        add_printable(&out, name, strcspn(name, "?#"));
    } else if (authority) {
        add_printable(&out, location, (size_t)(authority + 3 - location));
        add_remote(&out, authority + 3);
    } else if (at && location[0] != '/') { /* a URL that somebody mistyped */
        strbuf_adds(&out, "...");
        add_printable(&out, at, strlen(at));
    } else {
        add_printable(&out, location, strlen(location));
    }
    return strbuf_steal(&out);
}

char *location_file_name(const char *location)
{
    AUTO(location) struct location l = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *shown = location_shown(location);
    if (str_starts(location, "crates:") && location_parse(&l, location, &ignored) == 0)
        return xstrf("%s-%s.crate", l.where, l.file);
    shown[strcspn(shown, "?#")] = '\0';
    const char *name = path_base(shown);
    return xstrdup(str_starts(name, "file:") ? name + 5 : name);
}
