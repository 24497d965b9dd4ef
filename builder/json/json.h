/* JSON (RFC 8259) values. jansson does the work, behind json.c; its names never meet ours.
 *
 * Objects keep the order in which members were added, so the same calls write the same bytes. Text that is
 * not UTF-8 (a file name may be anything) is stored with U+FFFD for each bad byte. */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct json; /* one value; a child belongs to its parent */

enum json_kind {
    JSON_IS_NULL,
    JSON_IS_BOOL,
    JSON_IS_INT,
    JSON_IS_REAL,
    JSON_IS_TEXT,
    JSON_IS_ARRAY,
    JSON_IS_OBJECT,
};

/* Reads one value; the caller frees it. Fails (ERR_ENVIRONMENT) with "name:line:column: what" for anything
 * that is not JSON, for a key given twice, NUL in text, nesting past 2048 and bytes after the value. */
struct json *json_parse(const char *name, const char *text, size_t len, struct err *e);

/* The caller frees it, or gives it away with json_set or json_add. */
struct json *json_new_object(void);
struct json *json_new_text(const char *text);
void json_free(struct json *j); /* also its children; NULL is fine */

/* Members of an object; one of the same name is replaced and keeps its place. */
void json_set(struct json *object, const char *key, struct json *value);    /* takes value */
void json_set_text(struct json *object, const char *key, const char *text); /* NULL text writes null */
void json_set_int(struct json *object, const char *key, int64_t value);
void json_set_real(struct json *object, const char *key, double value); /* writes null unless finite */
void json_set_bool(struct json *object, const char *key, bool value);
struct json *json_set_object(struct json *object, const char *key); /* an empty one, of the parent */
struct json *json_set_array(struct json *object, const char *key);

/* Elements at the end of an array. */
void json_add(struct json *array, struct json *value); /* takes value */
void json_add_text(struct json *array, const char *text);
void json_add_int(struct json *array, int64_t value);
struct json *json_add_object(struct json *array);
struct json *json_add_array(struct json *array);

/* Reading: a missing member, a value of another kind and NULL all give the fallback, so that foreign JSON
 * needs no check before each step. Results belong to the value. */
enum json_kind json_kind(const struct json *j); /* JSON_IS_NULL for NULL */
struct json *json_get(const struct json *object, const char *key);
const char *json_get_text(const struct json *object, const char *key); /* or NULL */
int64_t json_get_int(const struct json *object, const char *key, int64_t fallback);
bool json_get_bool(const struct json *object, const char *key, bool fallback);
const char *json_text(const struct json *j); /* or NULL */
int64_t json_int(const struct json *j, int64_t fallback);
double json_number(const struct json *j, double fallback); /* of an int or a real */
bool json_bool(const struct json *j, bool fallback);
size_t json_len(const struct json *j);                    /* elements or members; 0 for other kinds */
struct json *json_at(const struct json *array, size_t i); /* NULL past the end */

/* Walks the members in order: start with *at NULL; false at the end. Change nothing meanwhile. */
bool json_next_member(const struct json *object, void **at, const char **key, struct json **value);

enum json_style { JSON_ONE_LINE, JSON_INDENTED };

/* Adds the JSON text, without a newline at the end. */
void json_write(const struct json *j, enum json_style style, struct strbuf *out);

/* Adds text as a JSON text, with its quotes. */
void json_quote(const char *text, struct strbuf *out);

static inline void cleanup_json(struct json **j)
{
    json_free(*j);
}
#define AUTO_JSON __attribute__((cleanup(cleanup_json)))

#endif
