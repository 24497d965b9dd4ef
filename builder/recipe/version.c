/* Versions of libraries of any kind, their order, and constraints on them. */
#include "recipe/version.h"

#include <assert.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The parts of a version in the order in which they sort. */
enum part_kind { PART_BEFORE, PART_NONE, PART_AFTER, PART_NUMBER };

struct version_part {
    enum part_kind kind;
    unsigned rank;     /* among PART_BEFORE */
    struct slice text; /* a number without leading zeros, or a word */
};

/* The rank of a word that stands before the release, or 0. */
static unsigned rank_before(struct slice word, bool number_follows)
{
    static const struct {
        const char *word;
        unsigned rank;
        bool only_with_number;
    } words[] = {
        {"dev", 1, false},
        {"snapshot", 1, false},
        {"alpha", 2, false},
        {"a", 2, true},
        {"beta", 3, false},
        {"b", 3, true},
        {"pre", 4, false},
        {"preview", 4, false},
        {"rc", 4, false},
    };
    for (size_t i = 0; i < COUNT(words); i++)
        if (word.len == strlen(words[i].word) && strncasecmp(word.ptr, words[i].word, word.len) == 0)
            return words[i].only_with_number && !number_follows ? 0 : words[i].rank;
    return 0;
}

static struct version_part next_part(struct slice *rest)
{
    const char *p = rest->ptr, *end = p + rest->len;
    while (p < end && !is_digit(*p) && !is_letter(*p))
        p++;
    const char *start = p;
    struct version_part part = {PART_NONE, 0, {NULL, 0}};
    if (p < end && is_digit(*p)) {
        while (p < end && is_digit(*p))
            p++;
        while (p - start > 1 && *start == '0')
            start++;
        part = (struct version_part){PART_NUMBER, 0, {start, (size_t)(p - start)}};
    } else if (p < end) {
        while (p < end && is_letter(*p))
            p++;
        part.text = (struct slice){start, (size_t)(p - start)};
        part.rank = rank_before(part.text, p < end && is_digit(*p));
        part.kind = part.rank ? PART_BEFORE : PART_AFTER;
    }
    *rest = (struct slice){p, (size_t)(end - p)};
    return part;
}

static int sign(long n)
{
    return (n > 0) - (n < 0);
}

static int compare_parts(struct version_part a, struct version_part b)
{
    static const struct version_part zero = {PART_NUMBER, 0, {"0", 1}};
    if (a.kind == PART_NONE && b.kind == PART_NUMBER)
        a = zero;
    if (b.kind == PART_NONE && a.kind == PART_NUMBER)
        b = zero;
    if (a.kind != b.kind)
        return sign((long)a.kind - (long)b.kind);
    if (a.kind == PART_NONE) /* only signs were left: they have no text */
        return 0;
    if (a.kind == PART_BEFORE)
        return sign((long)a.rank - (long)b.rank);
    if (a.kind == PART_NUMBER && a.text.len != b.text.len)
        return a.text.len < b.text.len ? -1 : 1;
    size_t len = a.text.len < b.text.len ? a.text.len : b.text.len;
    int order = a.kind == PART_NUMBER ? memcmp(a.text.ptr, b.text.ptr, len)
                                      : strncasecmp(a.text.ptr, b.text.ptr, len);
    if (order == 0 && a.text.len == b.text.len)
        return 0;
    return order ? sign(order) : a.text.len < b.text.len ? -1 : 1;
}

static int compare(struct slice a, struct slice b)
{
    while (a.len || b.len) {
        int order = compare_parts(next_part(&a), next_part(&b));
        if (order)
            return order;
    }
    return 0;
}

int version_compare(const char *a, const char *b)
{
    return compare(slice_of(a), slice_of(b));
}

bool version_is_valid(struct slice text)
{
    if (text.len == 0 || !is_digit(text.ptr[0]))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_digit(text.ptr[i]) && !is_letter(text.ptr[i]) && !memchr("._+~-", text.ptr[i], 5))
            return false;
    return true;
}

/* One comma-separated clause. */
struct clause {
    enum clause_op { OP_EQ, OP_NE, OP_LE, OP_GE, OP_COMPATIBLE, OP_LT, OP_GT } op;
    struct slice version; /* without the ".*" */
    bool prefix;          /* "== 1.2.*" */
};

static const char *parse_clause(struct slice text, struct clause *c)
{
    static const char *const ops[] = {"==", "!=", "<=", ">=", "~=", "<", ">"};
    text = slice_trim(text);
    for (size_t i = 0; i < COUNT(ops); i++) {
        size_t len = strlen(ops[i]);
        if (text.len < len || memcmp(text.ptr, ops[i], len) != 0)
            continue;
        c->op = (enum clause_op)i;
        c->version = slice_trim((struct slice){text.ptr + len, text.len - len});
        c->prefix = c->version.len > 2 && memcmp(c->version.ptr + c->version.len - 2, ".*", 2) == 0;
        if (c->prefix)
            c->version.len -= 2;
        if (c->prefix && c->op != OP_EQ && c->op != OP_NE)
            return "\".*\" goes with == and != only";
        if (c->op == OP_COMPATIBLE && !memchr(c->version.ptr, '.', c->version.len))
            return "~= needs at least two numbers, as in ~= 1.4";
        return version_is_valid(c->version) ? NULL : "the version is not one, as in 1.0.16";
    }
    return "a constraint begins with ==, !=, <, <=, >, >= or ~=, as in >= 1.0.16";
}

const char *constraint_problem(const char *text)
{
    struct slice rest = slice_trim(slice_of(text));
    if (rest.len == 0)
        return NULL;
    while (rest.ptr) {
        struct clause c;
        const char *problem = parse_clause(slice_cut(&rest, ','), &c);
        if (problem)
            return problem;
    }
    return NULL;
}

static bool has_prefix(struct slice version, struct slice prefix)
{
    while (prefix.len) {
        struct version_part want = next_part(&prefix);
        if (want.kind != PART_NONE && compare_parts(next_part(&version), want) != 0)
            return false;
    }
    return true;
}

/* "1.4.2" without its last component, the one that ~= leaves open. */
static struct slice without_last(struct slice version)
{
    const char *dot = memrchr(version.ptr, '.', version.len);
    return dot ? (struct slice){version.ptr, (size_t)(dot - version.ptr)} : version;
}

static bool holds(const struct clause *c, struct slice version)
{
    int order = compare(version, c->version);
    switch (c->op) {
    case OP_EQ:
        return c->prefix ? has_prefix(version, c->version) : order == 0;
    case OP_NE:
        return c->prefix ? !has_prefix(version, c->version) : order != 0;
    case OP_LE:
        return order <= 0;
    case OP_GE:
        return order >= 0;
    case OP_LT:
        return order < 0;
    case OP_GT:
        return order > 0;
    case OP_COMPATIBLE:
        return order >= 0 && has_prefix(version, without_last(c->version));
    }
    return false;
}

bool version_satisfies(const char *version, const char *constraint)
{
    struct slice rest = slice_trim(slice_of(constraint));
    while (rest.ptr && rest.len) {
        struct clause c;
        const char *problem = parse_clause(slice_cut(&rest, ','), &c);
        assert(!problem);
        if (problem || !holds(&c, slice_of(version)))
            return false;
    }
    return true;
}
