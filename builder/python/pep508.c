/* Names and requirements of Python projects (PEP 503, PEP 508). */
#include "python/pep508.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "python/internal.h"
#include "python/pep440.h"

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '.' || c == '_' || c == '-';
}

bool python_name_is_valid(struct slice name)
{
    if (!name.len || !isalnum((unsigned char)name.ptr[0]) || !isalnum((unsigned char)name.ptr[name.len - 1]))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_name_byte(name.ptr[i]))
            return false;
    return true;
}

char *python_name_normalise(const char *name)
{
    struct strbuf out = {0};
    for (const char *p = name; *p; p++)
        if (*p != '.' && *p != '_' && *p != '-')
            strbuf_addc(&out, (char)tolower((unsigned char)*p));
        else if (p == name || !strchr("._-", p[-1]))
            strbuf_addc(&out, '-');
    return strbuf_steal(&out);
}

static void skip_space(const char **p)
{
    while (**p == ' ' || **p == '\t')
        ++*p;
}

static int fail(const char *text, const char *why, struct err *e)
{
    return err_set(e, ERR_PACKAGE, "\"%.200s\" is not a requirement (PEP 508): %s", text, why);
}

static struct slice name_at(const char **p)
{
    const char *start = *p;
    while (is_name_byte(**p))
        ++*p;
    return (struct slice){start, (size_t)(*p - start)};
}

static int read_extras(struct pep508 *r, struct arena *a, const char **p, const char *text, struct err *e)
{
    ++*p;
    size_t room = 1, end = strcspn(*p, "]");
    for (size_t i = 0; i < end; i++)
        room += (*p)[i] == ',';
    r->extras = arena_alloc(a, room * sizeof *r->extras);
    skip_space(p);
    while (**p != ']') {
        struct slice extra = name_at(p);
        if (!python_name_is_valid(extra))
            return fail(text, "an extra's name was expected inside the brackets", e);
        r->extras[r->extra_count++] = arena_strndup(a, extra.ptr, extra.len);
        skip_space(p);
        if (**p == ',') {
            ++*p;
            skip_space(p);
        } else if (**p != ']') {
            return fail(text, "\",\" or \"]\" was expected behind the extra", e);
        }
    }
    ++*p;
    return 0;
}

/* Versions, with or without parentheses around them. */
static int read_specifiers(struct pep508 *r, struct arena *a, struct slice s, const char *text, struct err *e)
{
    s = slice_trim(s);
    if (s.len && s.ptr[0] == '(') {
        if (s.ptr[s.len - 1] != ')')
            return fail(text, "the parenthesis is not closed", e);
        s = slice_trim((struct slice){s.ptr + 1, s.len - 2});
    }
    r->specifiers = arena_strndup(a, s.ptr, s.len);
    struct pep440_specifiers set;
    if (pep440_specifiers_parse(&set, r->specifiers, e) < 0)
        return err_wrap(e, "requirement \"%.200s\"", text);
    pep440_specifiers_release(&set);
    return 0;
}

int pep508_parse(struct pep508 *r, struct arena *a, const char *text, struct err *e)
{
    *r = (struct pep508){.specifiers = ""};
    const char *p = text;
    skip_space(&p);
    struct slice name = name_at(&p);
    if (!python_name_is_valid(name))
        return fail(text, "it must start with a distribution's name", e);
    r->name = arena_strndup(a, name.ptr, name.len);
    skip_space(&p);
    if (*p == '[' && read_extras(r, a, &p, text, e) < 0)
        return -1;
    skip_space(&p);
    const char *marker;
    if (*p == '@') {
        ++p;
        skip_space(&p);
        size_t len = strcspn(p, " \t");
        if (!len)
            return fail(text, "a URL was expected behind \"@\"", e);
        r->url = arena_strndup(a, p, len);
        p += len;
        skip_space(&p);
        if (*p && *p != ';')
            return fail(text, "only a marker behind \" ;\" may follow a URL", e);
        marker = *p ? p : NULL;
    } else {
        marker = strchr(p, ';');
        size_t len = marker ? (size_t)(marker - p) : strlen(p);
        if (read_specifiers(r, a, (struct slice){p, len}, text, e) < 0)
            return -1;
    }
    if (!marker)
        return 0;
    struct slice m = slice_trim(slice_of(marker + 1));
    r->marker = arena_strndup(a, m.ptr, m.len);
    const char *why = marker_check(r->marker);
    return why ? fail(text, why, e) : 0;
}

char *pep508_format(const struct pep508 *r, const char *extra)
{
    struct strbuf out = {0};
    strbuf_adds(&out, r->name);
    for (size_t i = 0; i < r->extra_count; i++)
        strbuf_addf(&out, "%s%s", i ? "," : "[", r->extras[i]);
    if (r->extra_count)
        strbuf_addc(&out, ']');
    if (r->url)
        strbuf_addf(&out, " @ %s", r->url);
    for (const char *p = r->specifiers; *p; p++)
        if (*p != ' ' && *p != '\t')
            strbuf_addc(&out, *p);
    if (!r->marker && !extra)
        return strbuf_steal(&out);
    strbuf_adds(&out, r->url ? " ; " : "; ");
    if (r->marker && extra && marker_has_or(r->marker))
        strbuf_addf(&out, "(%s)", r->marker);
    else if (r->marker)
        strbuf_adds(&out, r->marker);
    if (extra)
        strbuf_addf(&out, "%sextra == \"%s\"", r->marker ? " and " : "", extra);
    return strbuf_steal(&out);
}
