/* {placeholders} in a recipe's texts. */
#include "recipe/substitute.h"

#include <string.h>

#include "base/cleanup.h"

const char *const placeholder_names[] = {"prefix", "destdir", "src", "work", "jobs", "cc", "cxx", "ar",
    "ranlib", "cflags", "cxxflags", "ldflags", "python", NULL};

bool placeholder_is_list(struct slice name)
{
    return slice_is(name, "cflags") || slice_is(name, "cxxflags") || slice_is(name, "ldflags");
}

struct slice placeholder_dependency(struct slice name)
{
    static const char before[] = "dep.", after[] = ".prefix";
    const size_t around = sizeof before + sizeof after - 2;
    if (name.len <= around || memcmp(name.ptr, before, sizeof before - 1) != 0 ||
        memcmp(name.ptr + name.len - (sizeof after - 1), after, sizeof after - 1) != 0)
        return (struct slice){NULL, 0};
    return (struct slice){name.ptr + sizeof before - 1, name.len - around};
}

static bool cut_end(struct slice *name, const char *end)
{
    size_t len = strlen(end);
    if (name->len < len || memcmp(name->ptr + name->len - len, end, len) != 0)
        return false;
    name->len -= len;
    return true;
}

bool text_next_piece(const char **rest, struct text_piece *piece)
{
    const char *p = *rest;
    if (!*p)
        return false;
    size_t plain = strcspn(p, "{}");
    *piece = (struct text_piece){PIECE_LITERAL, {p, plain}, false};
    if (plain > 0) {
        *rest = p + plain;
        return true;
    }
    piece->text.len = 1;
    *rest = p + 1;
    if (p[1] == p[0]) {
        *rest = p + 2;
        return true;
    }
    size_t len = strcspn(p + 1, "{}");
    if (p[0] == '}' || p[1 + len] != '}') {
        piece->kind = PIECE_STRAY_BRACE;
        return true;
    }
    *rest = p + len + 2;
    piece->kind = PIECE_PLACEHOLDER;
    piece->text = (struct slice){p + 1, len};
    piece->spread = cut_end(&piece->text, "…") || cut_end(&piece->text, "...");
    return true;
}

void substitution_set(struct substitution *s, const char *name, const char *text)
{
    map_set(&s->texts, name, (void *)text);
}

void substitution_set_list(struct substitution *s, const char *name, const struct strvec *list)
{
    map_set(&s->lists, name, (void *)list);
}

void substitution_release(struct substitution *s)
{
    map_release(&s->texts);
    map_release(&s->lists);
}

static int add_value(struct strbuf *out, const struct text_piece *piece, const char *text,
    const struct substitution *with, struct err *e)
{
    const char *value = map_getn(&with->texts, piece->text.ptr, piece->text.len);
    const struct strvec *list = map_getn(&with->lists, piece->text.ptr, piece->text.len);
    if (!value && !list)
        return err_set(
            e, ERR_RECIPE, "{%.*s} in \"%s\" has no value here", (int)piece->text.len, piece->text.ptr, text);
    if (value)
        strbuf_adds(out, value);
    for (size_t i = 0; !value && i < list->len; i++)
        strbuf_addf(out, "%s%s", i ? " " : "", list->items[i]);
    return 0;
}

int substitute_text(struct strbuf *out, const char *text, const struct substitution *with, struct err *e)
{
    const char *rest = text;
    for (struct text_piece piece; text_next_piece(&rest, &piece);) {
        if (piece.kind != PIECE_PLACEHOLDER)
            strbuf_add(out, piece.text.ptr, piece.text.len);
        else if (add_value(out, &piece, text, with, e) < 0)
            return -1;
    }
    return 0;
}

int substitute(struct strvec *out, const char *text, const struct substitution *with, struct err *e)
{
    const char *rest = text;
    struct text_piece piece;
    if (text_next_piece(&rest, &piece) && piece.kind == PIECE_PLACEHOLDER && piece.spread && !*rest) {
        const struct strvec *list = map_getn(&with->lists, piece.text.ptr, piece.text.len);
        if (list) {
            strvec_push_all(out, list);
            return 0;
        }
    }
    AUTO(strbuf) struct strbuf one = {0};
    if (substitute_text(&one, text, with, e) < 0)
        return -1;
    strvec_push(out, strbuf_str(&one));
    return 0;
}
