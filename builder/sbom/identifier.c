/* Package URLs and CPE names. */
#include "sbom/identifier.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "python/pep508.h"
#include "recipe/location_shown.h"

/* What is not unreserved is percent-encoded; `also` is left as it is, too. */
static void add_encoded(struct strbuf *out, const char *text, const char *also)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if ((*p < 0x80 && isalnum(*p)) || strchr("-._~", *p) || strchr(also, *p))
            strbuf_addc(out, (char)*p);
        else
            strbuf_addf(out, "%%%02X", *p);
}

static void add_name_and_version(struct strbuf *out, const char *type, const char *name, const char *version)
{
    strbuf_addf(out, "pkg:%s/", type);
    add_encoded(out, name, "");
    if (!*version)
        return;
    strbuf_addc(out, '@');
    add_encoded(out, version, "");
}

char *purl_generic(const struct component *c)
{
    struct strbuf out = {0};
    add_name_and_version(&out, "generic", c->name, c->version);
    const struct source *s = c->source_count ? c->sources[0] : NULL;
    if (s && s->sha256)
        strbuf_addf(&out, "?checksum=sha256:%s", s->sha256);
    for (size_t i = 0; s && s->sha256 && i < s->urls.len; i++)
        if (str_starts(s->urls.items[i], "https:") || str_starts(s->urls.items[i], "http:")) {
            AUTO_FREE char *shown = location_shown(s->urls.items[i]);
            strbuf_adds(&out, "&download_url=");
            add_encoded(&out, shown, ":/");
            break;
        }
    return strbuf_steal(&out);
}

char *purl_pypi(const char *name, const char *version)
{
    struct strbuf out = {0};
    AUTO_FREE char *normal = python_name_normalise(name);
    add_name_and_version(&out, "pypi", normal, version);
    return strbuf_steal(&out);
}

char *purl_cargo(const char *name, const char *version)
{
    struct strbuf out = {0};
    add_name_and_version(&out, "cargo", name, version);
    return strbuf_steal(&out);
}

/* A formatted string of CPE 2.3 (NISTIR 7695, 6.2): letters, digits, _ - and . are plain, other ASCII is
 * quoted with a backslash, and nothing else may stand there. */
static void add_cpe_part(struct strbuf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c <= ' ' || c >= 0x7f)
            strbuf_addc(out, '_');
        else if (isalnum(c) || c == '_' || c == '-' || c == '.')
            strbuf_addc(out, (char)tolower(c));
        else
            strbuf_addf(out, "\\%c", c);
    }
}

char *cpe_format(const char *cpe, const char *version)
{
    const char *colon = cpe ? strchr(cpe, ':') : NULL;
    if (!colon || colon == cpe || !colon[1] || strchr(colon + 1, ':'))
        return NULL;
    struct strbuf out = {0};
    strbuf_adds(&out, "cpe:2.3:a:");
    add_cpe_part(&out, cpe, (size_t)(colon - cpe));
    strbuf_addc(&out, ':');
    add_cpe_part(&out, colon + 1, strlen(colon + 1));
    strbuf_addc(&out, ':');
    add_cpe_part(&out, version, strlen(version));
    strbuf_adds(&out, ":*:*:*:*:*:*:*");
    return strbuf_steal(&out);
}
