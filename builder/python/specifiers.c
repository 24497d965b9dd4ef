/* Specifier sets: which versions ">=3.8,!=3.9.*" means. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/str.h"
#include "python/pep440.h"

static int compare_public(const struct pep440_version *a, const struct pep440_version *b)
{
    struct pep440_version public = *a;
    public.local[0] = '\0';
    return pep440_compare(&public, b);
}

static uint64_t release_part(const struct pep440_version *v, size_t i)
{
    return i < v->release_count ? v->release[i] : 0;
}

/* Same epoch and the first len release parts. */
static bool starts_with(const struct pep440_version *v, const struct pep440_version *prefix, size_t len)
{
    if (v->epoch != prefix->epoch)
        return false;
    for (size_t i = 0; i < len; i++)
        if (release_part(v, i) != release_part(prefix, i))
            return false;
    return true;
}

static bool same_release(const struct pep440_version *a, const struct pep440_version *b)
{
    return starts_with(a, b, a->release_count > b->release_count ? a->release_count : b->release_count);
}

static bool clause_match(const struct pep440_clause *c, const struct pep440_version *v)
{
    const struct pep440_version *w = &c->version;
    switch (c->op) {
    case PEP440_COMPATIBLE:
        return compare_public(v, w) >= 0 && starts_with(v, w, w->release_count - 1);
    case PEP440_EQUAL:
    case PEP440_NOT_EQUAL: {
        bool equal = c->prefix ? starts_with(v, w, w->release_count)
                               : (*w->local ? pep440_compare(v, w) : compare_public(v, w)) == 0;
        return equal == (c->op == PEP440_EQUAL);
    }
    case PEP440_AT_MOST:
        return compare_public(v, w) <= 0;
    case PEP440_AT_LEAST:
        return compare_public(v, w) >= 0;
    case PEP440_BELOW:
        return pep440_compare(v, w) < 0 &&
               (pep440_is_prerelease(w) || !pep440_is_prerelease(v) || !same_release(v, w));
    case PEP440_ABOVE:
        return pep440_compare(v, w) > 0 && (w->is_post || !v->is_post || !same_release(v, w)) &&
               (!*v->local || !same_release(v, w));
    case PEP440_IDENTICAL: {
        char *text = pep440_format(v);
        bool same = strcasecmp(text, c->text) == 0;
        free(text);
        return same;
    }
    }
    return false;
}

static const struct {
    const char *text;
    enum pep440_operator op;
} operators[] = {
    {"===", PEP440_IDENTICAL},
    {"~=", PEP440_COMPATIBLE},
    {"==", PEP440_EQUAL},
    {"!=", PEP440_NOT_EQUAL},
    {"<=", PEP440_AT_MOST},
    {">=", PEP440_AT_LEAST},
    {"<", PEP440_BELOW},
    {">", PEP440_ABOVE},
};

static bool parse_clause(struct pep440_clause *c, struct slice s)
{
    size_t i = 0, n = COUNT(operators);
    for (; i < n; i++)
        if (s.len > strlen(operators[i].text) &&
            memcmp(s.ptr, operators[i].text, strlen(operators[i].text)) == 0)
            break;
    if (i == n)
        return false;
    c->op = operators[i].op;
    size_t skip = strlen(operators[i].text);
    struct slice rest = slice_trim((struct slice){s.ptr + skip, s.len - skip});
    if (!rest.len)
        return false;
    char *text = xstrndup(rest.ptr, rest.len);
    if (c->op == PEP440_IDENTICAL) {
        c->text = text;
        return strpbrk(text, " \t") == NULL;
    }
    bool equality = c->op == PEP440_EQUAL || c->op == PEP440_NOT_EQUAL;
    c->prefix = equality && str_ends(text, ".*") && !str_ends(text, " .*");
    if (c->prefix)
        text[rest.len - 2] = '\0';
    struct err ignored = ERR_INIT;
    bool good = pep440_parse(&c->version, text, &ignored) == 0;
    err_release(&ignored);
    free(text);
    const struct pep440_version *v = &c->version;
    if (c->prefix && (v->pre != PEP440_FINAL || v->is_post || v->is_dev || *v->local))
        return false;
    if (c->op == PEP440_COMPATIBLE && v->release_count < 2)
        return false;
    return good && (equality || !*v->local);
}

int pep440_specifiers_parse(struct pep440_specifiers *s, const char *text, struct err *e)
{
    *s = (struct pep440_specifiers){0};
    struct slice rest = slice_trim(slice_of(text));
    if (!rest.len)
        return 0;
    while (rest.ptr) {
        struct slice part = slice_trim(slice_cut(&rest, ','));
        if (!part.len && !rest.ptr && s->len)
            break; /* a comma at the end is taken */
        if (s->len == s->cap) {
            s->cap = s->cap ? s->cap * 2 : 4;
            s->clauses = xrealloc(s->clauses, s->cap, sizeof *s->clauses);
        }
        struct pep440_clause *c = &s->clauses[s->len++];
        *c = (struct pep440_clause){0};
        if (!parse_clause(c, part)) {
            err_set(e, ERR_PACKAGE, "\"%.*s\" is not a version specifier (PEP 440); write it like >=3.8",
                (int)(part.len < 200 ? part.len : 200), part.len ? part.ptr : "");
            pep440_specifiers_release(s);
            return -1;
        }
    }
    return 0;
}

void pep440_specifiers_release(struct pep440_specifiers *s)
{
    for (size_t i = 0; i < s->len; i++)
        free(s->clauses[i].text);
    free(s->clauses);
    *s = (struct pep440_specifiers){0};
}

bool pep440_specifiers_match(
    const struct pep440_specifiers *s, const struct pep440_version *v, bool prereleases)
{
    for (size_t i = 0; i < s->len; i++) {
        const struct pep440_clause *c = &s->clauses[i];
        if (!clause_match(c, v))
            return false;
        bool names_one = c->op == PEP440_IDENTICAL || pep440_is_prerelease(&c->version);
        if (names_one && c->op != PEP440_NOT_EQUAL)
            prereleases = true;
    }
    return prereleases || !pep440_is_prerelease(v);
}

int pep440_satisfies(const char *version, const char *specifiers, struct err *e)
{
    struct pep440_version v;
    struct pep440_specifiers s;
    if (pep440_parse(&v, version, e) < 0 || pep440_specifiers_parse(&s, specifiers, e) < 0)
        return -1;
    int in = pep440_specifiers_match(&s, &v, true);
    pep440_specifiers_release(&s);
    return in;
}
