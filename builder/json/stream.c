/* The streaming writer: commas, newlines and indentation; values are written by json_write. */
#include "json/stream.h"

#include <assert.h>
#include <string.h>

#include "base/cleanup.h"

enum { INDENT = 2 };

static void indent(struct json_stream *s)
{
    for (unsigned i = 0; i < s->depth * INDENT; i++)
        strbuf_addc(s->out, ' ');
}

struct json_stream json_stream_at(struct strbuf *out, unsigned depth)
{
    return (struct json_stream){.out = out, .depth = depth};
}

/* What stands before a value: the end of the one before it, and its key. */
static void begin(struct json_stream *s, const char *key)
{
    bool inside = s->depth && s->open[s->depth - 1].closing;
    assert(!key == !(inside && s->open[s->depth - 1].closing == '}'));
    if (inside) {
        strbuf_adds(s->out, s->open[s->depth - 1].has_some ? JSON_STREAM_BETWEEN : "\n");
        s->open[s->depth - 1].has_some = true;
    }
    indent(s);
    if (key) {
        json_quote(key, s->out);
        strbuf_adds(s->out, ": ");
    }
}

static void open_one(struct json_stream *s, const char *key, char opening, char closing)
{
    assert(s->depth < JSON_STREAM_DEPTH_MAX);
    begin(s, key);
    strbuf_addc(s->out, opening);
    s->open[s->depth].closing = closing;
    s->open[s->depth++].has_some = false;
}

void json_stream_object(struct json_stream *s, const char *key)
{
    open_one(s, key, '{', '}');
}

void json_stream_array(struct json_stream *s, const char *key)
{
    open_one(s, key, '[', ']');
}

void json_stream_end(struct json_stream *s)
{
    assert(s->depth && s->open[s->depth - 1].closing);
    s->depth--;
    if (s->open[s->depth].has_some) {
        strbuf_addc(s->out, '\n');
        indent(s);
    }
    strbuf_addc(s->out, s->open[s->depth].closing);
}

/* A newline in JSON is never part of a text, so that lines can be moved to the right. */
void json_stream_put(struct json_stream *s, const char *key, const struct json *value)
{
    AUTO(strbuf) struct strbuf text = {0};
    json_write(value, JSON_INDENTED, &text);
    begin(s, key);
    for (struct slice rest = slice_of(strbuf_str(&text)); rest.ptr;) {
        struct slice line = slice_cut(&rest, '\n');
        strbuf_add(s->out, line.ptr, line.len);
        if (rest.ptr) {
            strbuf_addc(s->out, '\n');
            indent(s);
        }
    }
}

void json_stream_put_members(struct json_stream *s, const struct json *object)
{
    const char *key;
    struct json *value;
    for (void *at = NULL; json_next_member(object, &at, &key, &value);)
        json_stream_put(s, key, value);
}

void json_stream_leave_elements(struct json_stream *s, struct strbuf *after)
{
    assert(s->depth && s->open[s->depth - 1].closing == ']' && !s->open[s->depth - 1].has_some);
    strbuf_addc(s->out, '\n');
    s->open[s->depth - 1].has_some = true;
    s->out = after;
}
