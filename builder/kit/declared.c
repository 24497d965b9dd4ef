/* Walks declarations as far as it takes to tell those at file scope: names outside of braces and parentheses
 * that are no tags. Line markers say whose they are. */
#include "kit/declared.h"

#include <string.h>

#include "kit/tokens.h"

struct declaration_walk {
    struct declared *declared;
    const char *file;
    int braces, parentheses;
    bool after_tag; /* the token before was struct, union or enum */
};

static const char *known_name(const struct declaration_walk *w, struct slice name)
{
    return map_getn(w->declared->names, name.ptr, name.len)
               ? arena_strndup(w->declared->arena, name.ptr, name.len)
               : NULL;
}

static void found(struct declaration_walk *w, const char *name, bool is_macro)
{
    if (name && w->file)
        vec_push(&w->declared->found, ((struct declaration){name, w->file, is_macro}));
}

/* `# 12 "/usr/include/unistd.h" 1 3 4`; the same file twice in a row keeps its text. */
static void read_marker(struct declaration_walk *w, struct slice line)
{
    const char *from = memchr(line.ptr, '"', line.len);
    const char *end = from ? memrchr(line.ptr, '"', line.len) : NULL;
    if (!from || end == from)
        return;
    struct slice file = {from + 1, (size_t)(end - from - 1)};
    if (!w->file || !slice_is(file, w->file))
        w->file = arena_strndup(w->declared->arena, file.ptr, file.len);
}

static void read_directive(struct declaration_walk *w, struct tokens *t)
{
    struct tokens line = tokens_of(tokens_line(t));
    line.inside_line = true;
    struct token word = tokens_next(&line);
    if (word.kind == TOKEN_TEXT) {
        read_marker(w, (struct slice){line.at, (size_t)(line.end - line.at)});
    } else if (slice_is(word.text, "define")) {
        word = tokens_next(&line);
        if (word.kind == TOKEN_NAME)
            found(w, known_name(w, word.text), true);
    }
}

static bool is_tag_word(struct slice word)
{
    return slice_is(word, "struct") || slice_is(word, "union") || slice_is(word, "enum");
}

void declared_read(struct declared *d, struct slice text)
{
    struct declaration_walk w = {.declared = d};
    struct tokens t = tokens_of(text);
    struct token token;
    while ((token = tokens_next(&t)).kind != TOKEN_END) {
        if (token.kind == TOKEN_DIRECTIVE) {
            read_directive(&w, &t);
            continue;
        }
        char sign = token.kind == TOKEN_SIGN ? *token.text.ptr : '\0';
        w.braces += sign == '{' ? 1 : sign == '}' ? -1 : 0;
        w.parentheses += sign == '(' ? 1 : sign == ')' ? -1 : 0;
        if (token.kind == TOKEN_NAME && !w.braces && !w.parentheses && !w.after_tag)
            found(&w, known_name(&w, token.text), false);
        w.after_tag = token.kind == TOKEN_NAME && is_tag_word(token.text);
    }
}

void declared_release(struct declared *d)
{
    vec_release(&d->found);
}
