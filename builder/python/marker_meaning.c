/* Environment markers: whether one holds (PEP 508, "Environment Markers"). Two versions are compared as
 * versions, everything else as text. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/count.h"
#include "python/internal.h"
#include "python/pep440.h"
#include "python/pep508.h"

/* "3.11" of "3.11.2". */
static struct slice minor_version(const char *version)
{
    const char *dot = strchr(version, '.');
    const char *second = dot ? strchr(dot + 1, '.') : NULL;
    return (struct slice){version, second ? (size_t)(second - version) : strlen(version)};
}

/* The caller frees it. */
static char *meaning_of(struct slice value, bool quoted, const struct marker_environment *env)
{
    static const struct {
        const char *name, *text;
    } same[] = {{"os_name", "posix"}, {"os.name", "posix"}, {"sys_platform", "linux"},
        {"sys.platform", "linux"}, {"platform_system", "Linux"},
        {"platform_python_implementation", "CPython"}, {"platform.python_implementation", "CPython"},
        {"python_implementation", "CPython"}, {"implementation_name", "cpython"}};
    if (quoted)
        return xstrndup(value.ptr, value.len);
    for (size_t i = 0; i < COUNT(same); i++)
        if (slice_is(value, same[i].name))
            return xstrdup(same[i].text);
    struct slice minor = minor_version(env->version);
    if (slice_is(value, "python_version"))
        return xstrndup(minor.ptr, minor.len);
    if (slice_is(value, "python_full_version") || slice_is(value, "implementation_version"))
        return xstrdup(env->version);
    if (slice_is(value, "platform_machine") || slice_is(value, "platform.machine"))
        return xstrdup(env->machine);
    return xstrdup("");
}

static bool holds_as_text(const char *left, struct slice op, const char *right)
{
    int order = strcmp(left, right);
    if (slice_is(op, "in"))
        return strstr(right, left) != NULL;
    if (slice_is(op, "not in"))
        return strstr(right, left) == NULL;
    if (slice_is(op, "!="))
        return order != 0;
    if (slice_is(op, "<") || slice_is(op, "<="))
        return order < 0 || (op.len == 2 && order == 0);
    if (slice_is(op, ">") || slice_is(op, ">="))
        return order > 0 || (op.len == 2 && order == 0);
    return order == 0;
}

static bool compare(const char *left, struct slice op, const char *right)
{
    AUTO(err) struct err none = ERR_INIT; /* then they are no versions */
    AUTO_FREE char *clause = xstrf("%.*s%s", (int)op.len, op.ptr, right);
    int holds = strchr("=~!<>", *op.ptr) ? pep440_satisfies(left, clause, &none) : -1;
    return holds < 0 ? holds_as_text(left, op, right) : holds > 0;
}

/* Its parentheses are those of marker_check, which are few. */
struct marker_reading {
    const char *at;
    const struct marker_environment *env;
};

static bool any_of(struct marker_reading *r);

static bool comparison(struct marker_reading *r)
{
    bool quoted;
    struct slice value = marker_value(&r->at, &quoted);
    AUTO_FREE char *left = meaning_of(value, quoted, r->env);
    struct slice op = marker_operator(&r->at);
    value = marker_value(&r->at, &quoted);
    AUTO_FREE char *right = meaning_of(value, quoted, r->env);
    return compare(left, op, right);
}

static bool term(struct marker_reading *r)
{
    r->at += strspn(r->at, " \t");
    if (*r->at != '(')
        return comparison(r);
    r->at++;
    bool holds = any_of(r);
    r->at += strspn(r->at, " \t");
    r->at += *r->at == ')';
    return holds;
}

static bool all_of(struct marker_reading *r)
{
    bool holds = term(r);
    while (marker_word(&r->at, "and"))
        holds = term(r) && holds;
    return holds;
}

static bool any_of(struct marker_reading *r)
{
    bool holds = all_of(r);
    while (marker_word(&r->at, "or"))
        holds = all_of(r) || holds;
    return holds;
}

bool pep508_marker_holds(const char *marker, const struct marker_environment *env)
{
    struct marker_reading r = {marker, env};
    return any_of(&r);
}
