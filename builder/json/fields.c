/* Structs as JSON objects and back, by a table of their fields. */
#include "json/fields.h"

#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/utf8.h"

static const char *const kind_words[] = {
    [FIELD_TEXT] = "a text",
    [FIELD_TEXT_OR_NULL] = "a text",
    [FIELD_TEXTS] = "a list of texts",
    [FIELD_BOOL] = "true or false",
    [FIELD_NUMBER] = "a number that is not negative",
};

static bool is_utf8(const char *text)
{
    for (size_t left = strlen(text), n; left; left -= n, text += n)
        if (!(n = utf8_length(text, left)))
            return false;
    return true;
}

/* The value that stands for a text: itself, where JSON can hold it. */
static struct json *new_text(const char *text)
{
    if (is_utf8(text))
        return json_new_text(text);
    struct json *object = json_new_object();
    AUTO(strbuf) struct strbuf hex = {0};
    for (const char *p = text; *p; p++)
        strbuf_addf(&hex, "%02x", (unsigned char)*p);
    json_set_text(object, "hex", strbuf_str(&hex));
    return object;
}

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* In the arena; NULL when the value stands for no text. */
static const char *text_of(struct arena *a, const struct json *value)
{
    const char *hex = json_get_text(value, "hex");
    size_t len = hex ? strlen(hex) / 2 : 0;
    if (json_text(value))
        return arena_strdup(a, json_text(value));
    if (hex && strlen(hex) % 2)
        return NULL;
    char *text = hex ? arena_alloc(a, len + 1) : NULL;
    for (size_t i = 0; i < len; i++) {
        int high = digit_of(hex[2 * i]), low = digit_of(hex[2 * i + 1]);
        if (high < 0 || low < 0 || !(high || low))
            return NULL;
        text[i] = (char)(high * 16 + low);
    }
    return text;
}

static void write_one(struct json *object, const struct field *f, const char *at)
{
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_TEXT_OR_NULL: {
        const char *text = *(const char *const *)(const void *)at;
        assert(text || f->kind == FIELD_TEXT_OR_NULL);
        if (text)
            json_set(object, f->name, new_text(text));
        return;
    }
    case FIELD_TEXTS: {
        const struct strvec *texts = (const void *)at;
        struct json *array = json_set_array(object, f->name);
        for (size_t i = 0; i < texts->len; i++)
            json_add(array, new_text(texts->items[i]));
        return;
    }
    case FIELD_BOOL:
        json_set_bool(object, f->name, *(const bool *)at);
        return;
    case FIELD_NUMBER:
        json_set_int(object, f->name, (int64_t) * (const uint64_t *)(const void *)at);
        return;
    }
}

void fields_write(struct json *object, const struct field *fields, size_t count, const void *from)
{
    for (size_t i = 0; i < count; i++)
        write_one(object, &fields[i], (const char *)from + fields[i].at);
}

static bool read_texts(struct strvec *to, struct arena *a, const struct json *array)
{
    const char **items = arena_alloc(a, (json_len(array) + 1) * sizeof *items);
    bool good = json_kind(array) == JSON_IS_ARRAY;
    for (size_t i = 0; i < json_len(array) && good; i++)
        good = (items[i] = text_of(a, json_at(array, i)));
    *to = (struct strvec){.items = (char **)items, .len = json_len(array)};
    return good;
}

/* False when the value is of another kind. */
static bool read_one(char *at, struct arena *a, const struct json *value, enum field_kind kind)
{
    switch (kind) {
    case FIELD_TEXT:
    case FIELD_TEXT_OR_NULL:
        return (*(const char **)(void *)at = text_of(a, value));
    case FIELD_TEXTS:
        return read_texts((void *)at, a, value);
    case FIELD_BOOL:
        *(bool *)at = json_bool(value, false);
        return json_kind(value) == JSON_IS_BOOL;
    case FIELD_NUMBER:
        *(uint64_t *)(void *)at = (uint64_t)json_int(value, 0);
        return json_kind(value) == JSON_IS_INT && json_int(value, -1) >= 0;
    }
    return false;
}

static const struct field *field_of(const struct field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

int fields_read(void *to, struct arena *a, const char *name, const struct json *object,
    const struct field *fields, size_t count, struct err *e)
{
    void *place = NULL;
    const char *member;
    struct json *value;
    if (json_kind(object) != JSON_IS_OBJECT)
        return err_set(e, ERR_ENVIRONMENT, "%s: is not an object", name);
    while (json_next_member(object, &place, &member, &value)) {
        const struct field *f = field_of(fields, count, member);
        if (!f)
            return err_set(e, ERR_ENVIRONMENT, "%s: \"%s\" is not known", name, member);
        if (!read_one((char *)to + f->at, a, value, f->kind))
            return err_set(e, ERR_ENVIRONMENT, "%s: \"%s\" is not %s", name, member, kind_words[f->kind]);
    }
    for (size_t i = 0; i < count; i++)
        if (fields[i].kind != FIELD_TEXT_OR_NULL && !json_get(object, fields[i].name))
            return err_set(e, ERR_ENVIRONMENT, "%s: has no \"%s\"", name, fields[i].name);
    return 0;
}
