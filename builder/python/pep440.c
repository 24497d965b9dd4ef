/* Versions of Python projects, and their order (PEP 440). */
#include "python/pep440.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

enum { NUMBER_DIGITS = 18 };

static bool is_separator(char c)
{
    return c == '.' || c == '-' || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits; false when there are none or too many for a number. */
static bool number(const char **p, uint64_t *out)
{
    const char *s = *p;
    if (!is_digit(*s))
        return false;
    uint64_t value = 0;
    int digits = 0;
    for (; is_digit(*s); s++) {
        if (value && ++digits >= NUMBER_DIGITS)
            return false;
        value = value * 10 + (uint64_t)(*s - '0');
    }
    *out = value;
    *p = s;
    return true;
}

/* [-_.]? word [-_.]? number?; moves *p on success only. */
static bool labelled(const char **p, const char *const *words, uint64_t *out)
{
    const char *s = *p;
    if (is_separator(*s))
        s++;
    size_t len = 0;
    for (; *words && !len; words++)
        if (strncasecmp(s, *words, strlen(*words)) == 0)
            len = strlen(*words);
    if (!len)
        return false;
    s += len;
    *out = 0;
    if (is_separator(*s)) /* taken even when no number follows, as the published pattern does */
        s++;
    number(&s, out);
    *p = s;
    return true;
}

static bool release(struct pep440_version *v, const char **p)
{
    do {
        if (v->release_count == PEP440_RELEASE_MAX || !number(p, &v->release[v->release_count]))
            return false;
        v->release_count++;
    } while (**p == '.' && is_digit((*p)[1]) && (*p)++);
    return true;
}

static void pre(struct pep440_version *v, const char **p)
{
    static const char *const alpha[] = {"alpha", "a", NULL};
    static const char *const beta[] = {"beta", "b", NULL};
    static const char *const candidate[] = {"rc", "c", "preview", "pre", NULL};
    if (labelled(p, alpha, &v->pre_number))
        v->pre = PEP440_ALPHA;
    else if (labelled(p, beta, &v->pre_number))
        v->pre = PEP440_BETA;
    else if (labelled(p, candidate, &v->pre_number))
        v->pre = PEP440_CANDIDATE;
}

static void post(struct pep440_version *v, const char **p)
{
    static const char *const words[] = {"post", "rev", "r", NULL};
    if (**p == '-' && is_digit((*p)[1])) {
        const char *digits = *p + 1;
        v->is_post = number(&digits, &v->post);
        if (v->is_post)
            *p = digits;
    } else {
        v->is_post = labelled(p, words, &v->post);
    }
}

/* Letters, digits and single separators between them. */
static bool local(struct pep440_version *v, const char *s, const char *end)
{
    if (s == end || end - s > PEP440_LOCAL_MAX)
        return false;
    bool separated = true;
    size_t len = 0;
    for (; s < end; s++) {
        bool separator = is_separator(*s);
        if ((separator && separated) || (!separator && !isalnum((unsigned char)*s)))
            return false;
        v->local[len++] = separator ? '.' : (char)tolower((unsigned char)*s);
        separated = separator;
    }
    v->local[len] = '\0';
    return !separated;
}

static bool parse(struct pep440_version *v, const char *p)
{
    static const char *const dev[] = {"dev", NULL};
    *v = (struct pep440_version){0};
    while (isspace((unsigned char)*p))
        p++;
    const char *end = p + strlen(p);
    while (end > p && isspace((unsigned char)end[-1]))
        end--;
    if (*p == 'v' || *p == 'V')
        p++;
    const char *epoch = p;
    if (number(&epoch, &v->epoch) && *epoch == '!')
        p = epoch + 1;
    else
        v->epoch = 0;
    if (!release(v, &p))
        return false;
    pre(v, &p);
    post(v, &p);
    v->is_dev = labelled(&p, dev, &v->dev);
    if (*p == '+')
        return local(v, p + 1, end);
    return p == end;
}

int pep440_parse(struct pep440_version *v, const char *text, struct err *e)
{
    if (parse(v, text))
        return 0;
    return err_set(e, ERR_PACKAGE, "\"%s\" is not a version (PEP 440); write it like 1.2.3 or 1.0rc1", text);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static uint64_t release_part(const struct pep440_version *v, size_t i)
{
    return i < v->release_count ? v->release[i] : 0;
}

/* A part of a local version: numbers above words, numbers by value, words by text; none is below all. */
static int compare_local(const char *a, const char *b)
{
    while (*a && *b) {
        size_t la = strcspn(a, "."), lb = strcspn(b, ".");
        bool na = strspn(a, "0123456789") == la, nb = strspn(b, "0123456789") == lb;
        if (na != nb)
            return na ? 1 : -1;
        if (na) {
            while (la > 1 && *a == '0')
                a++, la--;
            while (lb > 1 && *b == '0')
                b++, lb--;
            if (la != lb)
                return la > lb ? 1 : -1;
        }
        int c = strncmp(a, b, la < lb ? la : lb);
        if (c || la != lb)
            return c ? c : la > lb ? 1 : -1;
        a += la + (a[la] == '.');
        b += lb + (b[lb] == '.');
    }
    return (*a != 0) - (*b != 0);
}

/* The place of the pre-release part: a development release of the final one is below its alphas. */
static int pre_rank(const struct pep440_version *v)
{
    if (v->pre == PEP440_FINAL)
        return v->is_dev && !v->is_post ? 0 : 4;
    return (int)v->pre;
}

static int compare_public(const struct pep440_version *a, const struct pep440_version *b)
{
    int c = compare_numbers(a->epoch, b->epoch);
    for (size_t i = 0; !c && (i < a->release_count || i < b->release_count); i++)
        c = compare_numbers(release_part(a, i), release_part(b, i));
    if (!c)
        c = pre_rank(a) - pre_rank(b);
    if (!c && a->pre != PEP440_FINAL)
        c = compare_numbers(a->pre_number, b->pre_number);
    if (!c)
        c = a->is_post != b->is_post ? (a->is_post ? 1 : -1) : compare_numbers(a->post, b->post);
    if (!c)
        c = a->is_dev != b->is_dev ? (a->is_dev ? -1 : 1) : compare_numbers(a->dev, b->dev);
    return c;
}

int pep440_compare(const struct pep440_version *a, const struct pep440_version *b)
{
    int c = compare_public(a, b);
    return c ? c : compare_local(a->local, b->local);
}

bool pep440_is_prerelease(const struct pep440_version *v)
{
    return v->pre != PEP440_FINAL || v->is_dev;
}

char *pep440_format(const struct pep440_version *v)
{
    static const char *const labels[] = {"", "a", "b", "rc"};
    struct strbuf out = {0};
    if (v->epoch)
        strbuf_addf(&out, "%llu!", (unsigned long long)v->epoch);
    for (size_t i = 0; i < v->release_count; i++)
        strbuf_addf(&out, "%s%llu", i ? "." : "", (unsigned long long)v->release[i]);
    if (v->pre != PEP440_FINAL)
        strbuf_addf(&out, "%s%llu", labels[v->pre], (unsigned long long)v->pre_number);
    if (v->is_post)
        strbuf_addf(&out, ".post%llu", (unsigned long long)v->post);
    if (v->is_dev)
        strbuf_addf(&out, ".dev%llu", (unsigned long long)v->dev);
    for (const char *p = v->local; *p;) { /* numbers lose leading zeros */
        size_t len = strcspn(p, ".");
        const char *part = p;
        if (strspn(p, "0123456789") == len)
            while (part < p + len - 1 && *part == '0')
                part++;
        strbuf_addc(&out, p == v->local ? '+' : '.');
        strbuf_add(&out, part, len - (size_t)(part - p));
        p += len + (p[len] == '.');
    }
    return strbuf_steal(&out);
}
