/* Environment markers: their grammar. What they mean: marker_meaning.c. */
#include <assert.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "python/internal.h"

enum { DEPTH_MAX = 32 };

static const char *const variables[] = {"python_version", "python_full_version", "os_name", "sys_platform",
    "platform_release", "platform_system", "platform_version", "platform_machine",
    "platform_python_implementation", "implementation_name", "implementation_version", "extra", "extras",
    "dependency_groups", "os.name", "sys.platform", "platform.version", "platform.machine",
    "platform.python_implementation", "python_implementation"};

static const char *const operators[] = {"===", "~=", "==", "!=", "<=", ">=", "<", ">"};

static void skip_space(const char **p)
{
    while (**p == ' ' || **p == '\t')
        ++*p;
}

/* Moves past the word when it stands here and ends here. */
static bool word(const char **p, const char *w)
{
    size_t len = strlen(w);
    if (strncmp(*p, w, len) != 0 || isalnum((unsigned char)(*p)[len]) || (*p)[len] == '_')
        return false;
    *p += len;
    return true;
}

static const char *value(const char **p)
{
    skip_space(p);
    if (**p == '"' || **p == '\'') {
        const char *end = strchr(*p + 1, **p);
        if (!end)
            return "a quote in the marker is not closed";
        *p = end + 1;
        return NULL;
    }
    for (size_t i = 0; i < COUNT(variables); i++)
        if (word(p, variables[i]))
            return NULL;
    return "a marker variable such as python_version, or a quoted text, was expected";
}

struct slice marker_value(const char **p, bool *quoted)
{
    skip_space(p);
    const char *begin = *p;
    const char *why = value(p);
    assert(!why);
    (void)why;
    *quoted = *begin == '"' || *begin == '\'';
    size_t len = (size_t)(*p - begin);
    return *quoted ? (struct slice){begin + 1, len - 2} : (struct slice){begin, len};
}

struct slice marker_operator(const char **p)
{
    skip_space(p);
    const char *begin = *p;
    if (word(p, "in"))
        return (struct slice){begin, 2};
    if (word(p, "not")) {
        skip_space(p);
        word(p, "in");
        return slice_of("not in");
    }
    size_t len = strspn(begin, "=~!<>");
    *p += len;
    return (struct slice){begin, len};
}

bool marker_word(const char **p, const char *w)
{
    skip_space(p);
    return word(p, w);
}

static const char *comparison(const char **p)
{
    const char *why = value(p);
    if (why)
        return why;
    skip_space(p);
    bool found = word(p, "in");
    if (!found && word(p, "not")) {
        skip_space(p);
        found = word(p, "in");
    } else {
        for (size_t i = 0; !found && i < COUNT(operators); i++)
            if (strncmp(*p, operators[i], strlen(operators[i])) == 0) {
                *p += strlen(operators[i]);
                found = true;
            }
    }
    return found ? value(p) : "a comparison was expected in the marker";
}

/* Without recursion: depth counts the open parentheses. */
const char *marker_check(const char *text)
{
    const char *p = text;
    for (int depth = 0;;) {
        skip_space(&p);
        while (*p == '(') {
            if (++depth > DEPTH_MAX)
                return "the marker is nested too deeply";
            ++p;
            skip_space(&p);
        }
        const char *why = comparison(&p);
        if (why)
            return why;
        skip_space(&p);
        while (*p == ')') {
            if (--depth < 0)
                return "a parenthesis too many in the marker";
            ++p;
            skip_space(&p);
        }
        if (!*p)
            return depth ? "a parenthesis in the marker is not closed" : NULL;
        if (!word(&p, "and") && !word(&p, "or"))
            return "\"and\" or \"or\" was expected in the marker";
    }
}

bool marker_has_or(const char *text)
{
    int depth = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\'') {
            const char *end = strchr(p + 1, *p);
            if (!end)
                return false;
            p = end;
        } else if (*p == '(' || *p == ')') {
            depth += *p == '(' ? 1 : -1;
        } else if (depth == 0 && p > text && strchr(" \t)\"'", p[-1]) && word(&p, "or")) {
            return true;
        }
    }
    return false;
}
