/* A look over TOML text before the parser sees it: keys of too many parts, words with too many underscores.
 */
#include "toml/scan.h"

#include <stdbool.h>
#include <string.h>

struct scan {
    const char *at, *end;
    unsigned line;
    unsigned dots;        /* since the last character that ends a key or a value */
    unsigned underscores; /* since the last that ends a word */
};

static bool three_quotes(const struct scan *s)
{
    return s->end - s->at >= 3 && s->at[1] == s->at[0] && s->at[2] == s->at[0];
}

/* at stands on the opening quote and moves behind the closing one, or to the end of the line or text. */
static void skip_string(struct scan *s)
{
    const char quote = *s->at;
    const bool longer = three_quotes(s);
    s->at += longer ? 3 : 1;
    for (; s->at < s->end; s->at++) {
        if (*s->at == '\n') {
            if (!longer)
                return;
            s->line++;
        } else if (*s->at == '\\' && quote == '"' && s->end - s->at > 1 && s->at[1] != '\n') {
            s->at++;
        } else if (*s->at == quote && (!longer || three_quotes(s))) {
            s->at += longer ? 3 : 1;
            /* One or two more quotes belong to the text of a long string. */
            for (int more = 0; longer && more < 2 && s->at < s->end && *s->at == quote; more++)
                s->at++;
            return;
        }
    }
}

static void skip_comment(struct scan *s)
{
    while (s->at < s->end && *s->at != '\n')
        s->at++;
}

const char *toml_excess(const char *text, size_t len, unsigned *line)
{
    struct scan s = {.at = text, .end = text + len, .line = 1};
    while (s.at < s.end) {
        const char c = *s.at;
        *line = s.line;
        if (c == '.' && ++s.dots >= TOML_MAX_KEY_PARTS)
            return "a key with too many parts";
        if (c == '_' && ++s.underscores > TOML_MAX_UNDERSCORES)
            return "too many underscores";
        if (c == '"' || c == '\'') {
            skip_string(&s);
        } else if (c == '#') {
            skip_comment(&s);
        } else {
            s.line += c == '\n';
            if (memchr("\n=,[]{}", c, 7))
                s.dots = 0;
            if (memchr("\n=,[]{} \t", c, 9))
                s.underscores = 0;
            s.at++;
        }
    }
    return NULL;
}
