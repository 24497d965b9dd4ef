/* Names of licence texts. SPDX licence expressions (SPDX 2.3, annex D): split at AND, joined with AND. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "wheel/metadata.h"

enum { DEPTH_MAX = 32 };

bool license_is_text(const char *name)
{
    static const char *const begin[] = {"LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"};
    for (size_t i = 0; i < COUNT(begin); i++)
        if (strncasecmp(name, begin[i], strlen(begin[i])) == 0)
            return !str_ends(name, ".rs");
    return false;
}

static bool is_id_byte(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '+' || c == ':';
}

/* One token: a parenthesis or a run of identifier bytes; len 0 at the end or at what cannot stand here. */
static struct slice next_token(struct slice *rest)
{
    *rest = slice_trim(*rest);
    size_t len = rest->len && (rest->ptr[0] == '(' || rest->ptr[0] == ')') ? 1 : 0;
    if (!len)
        while (len < rest->len && is_id_byte(rest->ptr[len]))
            len++;
    struct slice token = {rest->ptr, len};
    *rest = (struct slice){rest->ptr + len, rest->len - len};
    return token;
}

static bool is_word(struct slice token, const char *word)
{
    return token.len == strlen(word) && strncasecmp(token.ptr, word, token.len) == 0;
}

static bool is_operator(struct slice t)
{
    return is_word(t, "AND") || is_word(t, "OR") || is_word(t, "WITH");
}

/* What is found between operators and parentheses. */
struct licence_reading {
    struct strvec *terms; /* the operands of the outermost ANDs */
    int depth;
    bool has_or; /* at the outermost level */
    bool valid;
};

/* Walks the expression once: operand, operator, operand; parentheses match; WITH between identifiers. */
static void read_expression(struct licence_reading *r, struct slice text)
{
    struct slice rest = text, before = {0};
    const char *start = NULL;
    bool operand_next = true;
    r->valid = false;
    for (;;) {
        struct slice t = next_token(&rest);
        if (!t.len)
            break;
        if (!start)
            start = t.ptr;
        if (is_word(t, "(") || (!is_operator(t) && !is_word(t, ")"))) {
            bool open = is_word(t, "(");
            if (!operand_next || (open && (is_word(before, "WITH") || ++r->depth > DEPTH_MAX)))
                return;
            operand_next = open;
        } else {
            if (operand_next || (is_word(t, ")") && --r->depth < 0) ||
                (is_word(t, "WITH") && is_word(before, ")")))
                return;
            operand_next = !is_word(t, ")");
            if (r->depth == 0 && is_word(t, "OR"))
                r->has_or = true;
            if (r->depth == 0 && is_word(t, "AND")) {
                struct slice term = slice_trim((struct slice){start, (size_t)(t.ptr - start)});
                strvec_pushn(r->terms, term.ptr, term.len);
                start = NULL;
            }
        }
        before = t;
    }
    if (operand_next || r->depth || rest.len)
        return;
    struct slice term = slice_trim((struct slice){start, (size_t)(text.ptr + text.len - start)});
    strvec_pushn(r->terms, term.ptr, term.len);
    r->valid = true;
}

/* The text inside when one pair of parentheses holds all of it. */
static struct slice unwrap(struct slice s)
{
    for (;;) {
        s = slice_trim(s);
        if (s.len < 2 || s.ptr[0] != '(' || s.ptr[s.len - 1] != ')')
            return s;
        int depth = 0;
        for (size_t i = 0; i < s.len; i++) {
            depth += s.ptr[i] == '(' ? 1 : s.ptr[i] == ')' ? -1 : 0;
            if (depth == 0 && i + 1 < s.len)
                return s;
        }
        s = (struct slice){s.ptr + 1, s.len - 2};
    }
}

static bool has_term(const struct strvec *terms, const char *term)
{
    for (size_t i = 0; i < terms->len; i++)
        if (strcasecmp(terms->items[i], term) == 0)
            return true;
    return false;
}

char *license_join(const char *const *expressions, size_t len, struct err *e)
{
    AUTO(strvec) struct strvec joined = {0};
    for (size_t i = 0; i < len; i++) {
        AUTO(strvec) struct strvec terms = {0};
        struct slice text = unwrap(slice_of(expressions[i]));
        struct licence_reading r = {.terms = &terms};
        read_expression(&r, text);
        if (!r.valid) {
            err_set(e, ERR_RECIPE,
                "\"%s\" is not an SPDX licence expression; write it like \"MIT AND (Apache-2.0 OR "
                "GPL-2.0-only)\"",
                expressions[i]);
            return NULL;
        }
        if (r.has_or) { /* AND binds tighter than OR: the whole is one operand */
            strvec_clear(&terms);
            strvec_pushn(&terms, text.ptr, text.len);
        }
        for (size_t j = 0; j < terms.len; j++) {
            struct strbuf term = {0};
            strbuf_addf(&term, r.has_or ? "(%s)" : "%s", terms.items[j]);
            if (!has_term(&joined, term.ptr))
                strvec_push(&joined, term.ptr);
            strbuf_release(&term);
        }
    }
    /* A choice that stands alone needs no parentheses. */
    struct slice alone = joined.len == 1 ? unwrap(slice_of(joined.items[0])) : (struct slice){"", 0};
    struct strbuf out = {0};
    strbuf_add(&out, alone.ptr, alone.len);
    for (size_t i = 0; joined.len > 1 && i < joined.len; i++)
        strbuf_addf(&out, "%s%s", i ? " AND " : "", joined.items[i]);
    return strbuf_steal(&out);
}
