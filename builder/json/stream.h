/* A JSON document written piece by piece: a list of a hundred thousand elements is never in memory as a
 * whole, and its elements may be written elsewhere, by several threads. The bytes are those that json_write
 * gives for the same document, indented. */
#ifndef JSON_STREAM_H
#define JSON_STREAM_H

#include "json/json.h"

enum { JSON_STREAM_DEPTH_MAX = 16 };

/* Where the writer stands. json_stream_at makes it; nothing is to be released. */
struct json_stream {
    struct strbuf *out; /* the caller may empty it between two calls */
    unsigned depth;
    struct {
        char closing;  /* '}' or ']' */
        bool has_some; /* members or elements so far */
    } open[JSON_STREAM_DEPTH_MAX];
};

/* A writer at the beginning of a document (depth 0), or inside of that many lists and objects that another
 * writer has open: each value put there is one element, without a comma before it. */
struct json_stream json_stream_at(struct strbuf *out, unsigned depth);

/* Begins a member, or an element with key NULL; json_stream_end ends the innermost. */
void json_stream_object(struct json_stream *s, const char *key);
void json_stream_array(struct json_stream *s, const char *key);
void json_stream_end(struct json_stream *s);

/* Adds a value: a member, an element with key NULL, the document at depth 0. */
void json_stream_put(struct json_stream *s, const char *key, const struct json *value);

/* Adds all members of an object to the one that is open. */
void json_stream_put_members(struct json_stream *s, const struct json *object);

/* The elements of the array that was just begun are written elsewhere, by writers at s->depth, parted by
 * JSON_STREAM_BETWEEN; this one goes on behind them, in another text. */
void json_stream_leave_elements(struct json_stream *s, struct strbuf *after);
#define JSON_STREAM_BETWEEN ",\n"

#endif
