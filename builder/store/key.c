/* Facts as text and back: a line each, so that people can read and compare them, with what would break a line
 * escaped, so that no two lists give the same text. */
#include "store/key.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

void fact_put(struct fact_list *list, struct arena *a, const char *name, const char *value)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 32;
        list->items = arena_regrow(a, list->items, list->count, list->room, sizeof *list->items);
    }
    list->items[list->count++] = (struct fact){name, value};
}

void fact_put_all(struct fact_list *list, struct arena *a, const struct fact_list *other)
{
    for (size_t i = 0; i < other->count; i++)
        fact_put(list, a, other->items[i].name, other->items[i].value);
}

void fact_add(struct fact_list *list, struct arena *a, const char *name, const char *value)
{
    fact_put(list, a, arena_strdup(a, name), arena_strdup(a, value));
}

void fact_add_lines(struct fact_list *list, struct arena *a, const char *prefix, const char *lines)
{
    struct slice rest = slice_of(lines);
    while (rest.ptr) {
        struct slice value = slice_cut(&rest, '\n'), word = slice_cut(&value, ' ');
        if (!word.len)
            continue;
        AUTO_FREE char *name = xstrf("%s.%.*s", prefix, (int)word.len, word.ptr);
        AUTO_FREE char *text = xstrf("%.*s", (int)value.len, value.ptr ? value.ptr : "");
        fact_add(list, a, name, text);
    }
}

/* Those of a value are "\\\n"; in a name a colon is one too: it ends there. Hardly a text has any. */
static void add_escaped(struct strbuf *out, const char *text, const char *escaped)
{
    for (;;) {
        size_t plain = strcspn(text, escaped);
        strbuf_add(out, text, plain);
        text += plain;
        if (!*text)
            return;
        strbuf_addc(out, '\\');
        strbuf_addc(out, *text == '\n' ? 'n' : *text);
        text++;
    }
}

void key_seal(struct key *k, struct arena *a)
{
    AUTO(strbuf) struct strbuf text = {0};
    for (size_t i = 0; i < k->facts.count; i++) {
        add_escaped(&text, k->facts.items[i].name, "\\\n:");
        strbuf_adds(&text, ": ");
        add_escaped(&text, k->facts.items[i].value, "\\\n");
        strbuf_addc(&text, '\n');
    }
    k->text = arena_strndup(a, strbuf_str(&text), text.len);
    digest_bytes(&k->digest, k->text, text.len);
}

/* The text without its escapes; NULL when one is wrong. */
static const char *unescaped(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\\') {
            out[len++] = text.ptr[i];
            continue;
        }
        if (++i == text.len || !strchr("\\n:", text.ptr[i]))
            return NULL;
        out[len++] = text.ptr[i] == 'n' ? '\n' : text.ptr[i];
    }
    return out;
}

/* Where the name of a line ends. */
static size_t name_length(struct slice line)
{
    size_t i = 0;
    while (i < line.len && line.ptr[i] != ':')
        i += line.ptr[i] == '\\' ? 2 : 1;
    return i;
}

int fact_list_read(struct fact_list *list, struct arena *a, const char *text)
{
    *list = (struct fact_list){0};
    struct slice rest = slice_of(text);
    while (rest.len) {
        struct slice line = slice_cut(&rest, '\n');
        size_t len = name_length(line);
        if (!rest.ptr || !len || len >= line.len || line.len - len < 2 || line.ptr[len + 1] != ' ')
            return -1;
        const char *name = unescaped(a, (struct slice){line.ptr, len});
        const char *value = unescaped(a, (struct slice){line.ptr + len + 2, line.len - len - 2});
        if (!name || !value)
            return -1;
        fact_add(list, a, name, value);
    }
    return list->count ? 0 : -1;
}

const char *fact_value(const struct fact_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return list->items[i].value;
    return NULL;
}

/* The fact of the other list that stands for this one: as many of its name come before it; or NULL. */
static const struct fact *counterpart(
    const struct fact_list *other, const struct fact_list *list, const struct fact *fact)
{
    size_t nth = 0;
    for (const struct fact *f = list->items; f < fact; f++)
        nth += strcmp(f->name, fact->name) == 0;
    for (size_t i = 0; i < other->count; i++)
        if (strcmp(other->items[i].name, fact->name) == 0 && nth-- == 0)
            return &other->items[i];
    return NULL;
}

struct fact_changes fact_changes_between(
    struct arena *a, const struct fact_list *before, const struct fact_list *now)
{
    struct fact_changes changes = {
        arena_alloc(a, (before->count + now->count + 1) * sizeof *changes.items), 0};
    for (size_t i = 0; i < now->count; i++) {
        const struct fact *f = &now->items[i], *old = counterpart(before, now, f);
        if (!old || strcmp(old->value, f->value) != 0)
            changes.items[changes.count++] = (struct fact_change){f->name, old ? old->value : NULL, f->value};
    }
    for (size_t i = 0; i < before->count; i++) {
        const struct fact *f = &before->items[i];
        if (!counterpart(now, before, f))
            changes.items[changes.count++] = (struct fact_change){f->name, f->value, NULL};
    }
    return changes;
}
