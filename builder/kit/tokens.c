/* One pass over a text of C or C++; comments and white space are passed. */
#include "kit/tokens.h"

#include <string.h>

static bool begins_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void pass_comment(struct tokens *t)
{
    if (t->at[1] == '/') {
        const char *line = memchr(t->at, '\n', (size_t)(t->end - t->at));
        t->at = line ? line : t->end;
        return;
    }
    for (t->at += 2; t->at < t->end; t->at++)
        if (t->at[0] == '*' && t->end - t->at > 1 && t->at[1] == '/') {
            t->at += 2;
            return;
        }
}

static void pass_blanks(struct tokens *t)
{
    for (; t->at < t->end; t->at++) {
        char c = *t->at;
        if (c == '\n') {
            t->inside_line = false;
        } else if (c == '\\' && t->end - t->at > 1 && t->at[1] == '\n') {
            t->at++;
        } else if (c == '/' && t->end - t->at > 1 && (t->at[1] == '/' || t->at[1] == '*')) {
            pass_comment(t);
            t->at--;
        } else if (c != ' ' && c != '\t' && c != '\r' && c != '\f' && c != '\v') {
            return;
        }
    }
}

/* A string or a character; one that does not end ends with its line. */
static void pass_quoted(struct tokens *t)
{
    char quote = *t->at++;
    while (t->at < t->end && *t->at != quote && *t->at != '\n')
        t->at += *t->at == '\\' && t->end - t->at > 1 ? 2 : 1;
    if (t->at < t->end && *t->at == quote)
        t->at++;
}

struct token tokens_next(struct tokens *t)
{
    pass_blanks(t);
    if (t->at >= t->end)
        return (struct token){TOKEN_END, {t->end, 0}};
    const char *from = t->at;
    char c = *from;
    enum token_kind kind = TOKEN_SIGN;
    if (begins_name(c)) {
        kind = TOKEN_NAME;
        while (t->at < t->end && (begins_name(*t->at) || is_digit(*t->at)))
            t->at++;
    } else if (c == '"' || c == '\'') {
        kind = TOKEN_TEXT;
        pass_quoted(t);
    } else if (is_digit(c)) {
        kind = TOKEN_TEXT;
        while (t->at < t->end &&
               (begins_name(*t->at) || is_digit(*t->at) || *t->at == '.' ||
                   (*t->at == '\'' && t->end - t->at > 1 && (begins_name(t->at[1]) || is_digit(t->at[1])))))
            t->at++;
    } else {
        kind = c == '#' && !t->inside_line ? TOKEN_DIRECTIVE : TOKEN_SIGN;
        t->at++;
    }
    t->inside_line = true;
    return (struct token){kind, {from, (size_t)(t->at - from)}};
}

struct slice tokens_line(struct tokens *t)
{
    const char *from = t->at, *line = memchr(from, '\n', (size_t)(t->end - from));
    t->at = line ? line : t->end;
    return (struct slice){from, (size_t)(t->at - from)};
}
