/* JSON; the only user of jansson. */
#include "json/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "base/cleanup.h"
#include "base/utf8.h"

/* struct json is jansson's json_t under our own name. */
static json_t *raw(const struct json *j)
{
    return (json_t *)j;
}

static struct json *ours(json_t *j)
{
    if (!j)
        abort(); /* jansson makes a value unless memory is out */
    return (struct json *)j;
}

struct json *json_parse(const char *name, const char *text, size_t len, struct err *e)
{
    json_error_t error;
    json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!j) {
        int line = error.line > 0 ? error.line : 1, column = error.column > 0 ? error.column : 1;
        err_set(e, ERR_ENVIRONMENT, "%s:%d:%d: %s", name, line, column, error.text);
    }
    return (struct json *)j;
}

struct json *json_new_object(void)
{
    return ours(json_object());
}

static struct json *json_new_array(void)
{
    return ours(json_array());
}

void json_free(struct json *j)
{
    json_decref(raw(j));
}

/* The text with each byte that is not UTF-8 replaced. */
static void clean_utf8(const char *text, struct strbuf *out)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        size_t n = utf8_length(text + i, len - i);
        if (n)
            strbuf_add(out, text + i, n);
        else
            strbuf_adds(out, UTF8_REPLACEMENT);
        i += n ? n : 1;
    }
}

static json_t *new_text(const char *text)
{
    if (!text)
        return json_null();
    json_t *j = json_string(text);
    if (j)
        return j;
    AUTO(strbuf) struct strbuf clean = {0};
    clean_utf8(text, &clean);
    return json_string(strbuf_str(&clean));
}

struct json *json_new_text(const char *text)
{
    return ours(new_text(text));
}

void json_set(struct json *object, const char *key, struct json *value)
{
    assert(json_is_object(raw(object)) && value);
    json_incref(raw(value));
    if (json_object_set_new(raw(object), key, raw(value)) == 0) {
        json_decref(raw(value));
        return;
    }
    AUTO(strbuf) struct strbuf clean = {0};
    clean_utf8(key, &clean);
    if (json_object_set_new(raw(object), strbuf_str(&clean), raw(value)) != 0)
        abort();
}

void json_set_text(struct json *object, const char *key, const char *text)
{
    json_set(object, key, ours(new_text(text)));
}

void json_set_int(struct json *object, const char *key, int64_t value)
{
    json_set(object, key, ours(json_integer(value)));
}

void json_set_real(struct json *object, const char *key, double value)
{
    json_set(object, key, ours(isfinite(value) ? json_real(value) : json_null()));
}

void json_set_bool(struct json *object, const char *key, bool value)
{
    json_set(object, key, ours(json_boolean(value)));
}

struct json *json_set_object(struct json *object, const char *key)
{
    struct json *child = json_new_object();
    json_set(object, key, child);
    return child;
}

struct json *json_set_array(struct json *object, const char *key)
{
    struct json *child = json_new_array();
    json_set(object, key, child);
    return child;
}

void json_add(struct json *array, struct json *value)
{
    assert(json_is_array(raw(array)) && value);
    if (json_array_append_new(raw(array), raw(value)) != 0)
        abort();
}

void json_add_text(struct json *array, const char *text)
{
    json_add(array, ours(new_text(text)));
}

void json_add_int(struct json *array, int64_t value)
{
    json_add(array, ours(json_integer(value)));
}

struct json *json_add_object(struct json *array)
{
    struct json *child = json_new_object();
    json_add(array, child);
    return child;
}

struct json *json_add_array(struct json *array)
{
    struct json *child = json_new_array();
    json_add(array, child);
    return child;
}

enum json_kind json_kind(const struct json *j)
{
    if (!j)
        return JSON_IS_NULL;
    switch (json_typeof(raw(j))) {
    case JSON_OBJECT:
        return JSON_IS_OBJECT;
    case JSON_ARRAY:
        return JSON_IS_ARRAY;
    case JSON_STRING:
        return JSON_IS_TEXT;
    case JSON_INTEGER:
        return JSON_IS_INT;
    case JSON_REAL:
        return JSON_IS_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return JSON_IS_BOOL;
    case JSON_NULL:
        break;
    }
    return JSON_IS_NULL;
}

struct json *json_get(const struct json *object, const char *key)
{
    return (struct json *)json_object_get(raw(object), key);
}

const char *json_text(const struct json *j)
{
    return json_string_value(raw(j));
}

int64_t json_int(const struct json *j, int64_t fallback)
{
    return json_is_integer(raw(j)) ? json_integer_value(raw(j)) : fallback;
}

double json_number(const struct json *j, double fallback)
{
    return json_is_number(raw(j)) ? json_number_value(raw(j)) : fallback;
}

bool json_bool(const struct json *j, bool fallback)
{
    return json_is_boolean(raw(j)) ? json_is_true(raw(j)) : fallback;
}

const char *json_get_text(const struct json *object, const char *key)
{
    return json_text(json_get(object, key));
}

int64_t json_get_int(const struct json *object, const char *key, int64_t fallback)
{
    return json_int(json_get(object, key), fallback);
}

bool json_get_bool(const struct json *object, const char *key, bool fallback)
{
    return json_bool(json_get(object, key), fallback);
}

size_t json_len(const struct json *j)
{
    return json_is_object(raw(j)) ? json_object_size(raw(j)) : json_array_size(raw(j));
}

struct json *json_at(const struct json *array, size_t i)
{
    return (struct json *)json_array_get(raw(array), i);
}

bool json_next_member(const struct json *object, void **at, const char **key, struct json **value)
{
    *at = *at ? json_object_iter_next(raw(object), *at) : json_object_iter(raw(object));
    if (!*at)
        return false;
    *key = json_object_iter_key(*at);
    *value = (struct json *)json_object_iter_value(*at);
    return true;
}

static int add_to_strbuf(const char *bytes, size_t len, void *out)
{
    strbuf_add(out, bytes, len);
    return 0;
}

void json_write(const struct json *j, enum json_style style, struct strbuf *out)
{
    size_t flags = JSON_ENCODE_ANY | (style == JSON_ONE_LINE ? JSON_COMPACT : JSON_INDENT(2));
    if (json_dump_callback(raw(j), add_to_strbuf, out, flags) != 0)
        abort();
}

void json_quote(const char *text, struct strbuf *out)
{
    AUTO_JSON struct json *j = ours(new_text(text));
    json_write(j, JSON_ONE_LINE, out);
}
