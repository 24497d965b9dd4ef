/* Reads RECORD, line by line (CSV). */
#include "wheel/record.h"

#include <string.h>

enum { FIELDS = 3 };

/* One field (RFC 4180): plain up to a comma or the line's end, or in quotes with quotes doubled. Gives what
 * ended it: ',', '\n', or 0 at the end of the text; -1 when a quote is out of place. */
static int next_field(struct slice *rest, struct arena *a, const char **out)
{
    const char *p = rest->ptr, *end = p + rest->len;
    if (p < end && *p == '"') {
        const char *start = ++p;
        while (p < end && (*p != '"' || (p + 1 < end && p[1] == '"')))
            p += *p == '"' ? 2 : 1;
        if (p == end)
            return -1;
        char *text = arena_strndup(a, start, (size_t)(p - start)), *to = text;
        for (const char *from = start; from < p; from += *from == '"' ? 2 : 1)
            *to++ = *from;
        *to = '\0';
        *out = text;
        p++;
    } else {
        const char *start = p;
        while (p < end && *p != ',' && *p != '\n' && *p != '"')
            p++;
        size_t len = (size_t)(p - start);
        if (len && (p == end || *p == '\n') && start[len - 1] == '\r')
            len--;
        *out = arena_strndup(a, start, len);
    }
    if (p < end && *p == '\r' && (p + 1 == end || p[1] == '\n'))
        p++;
    int ended = p == end ? 0 : *p;
    if (ended && ended != ',' && ended != '\n')
        return -1;
    p += ended != 0;
    *rest = (struct slice){p, (size_t)(end - p)};
    return ended;
}

static void skip_line(struct slice *rest)
{
    const char *newline = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    size_t skip = newline ? (size_t)(newline - rest->ptr) + 1 : rest->len;
    *rest = (struct slice){rest->ptr + skip, rest->len - skip};
}

static int read_size(const char *text, int64_t *out)
{
    *out = -1;
    if (!*text)
        return 0;
    int64_t value = 0;
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9' || p - text > 17)
            return -1;
        value = value * 10 + (*p - '0');
    }
    *out = value;
    return 0;
}

int record_next(struct slice *rest, struct arena *a, struct record_entry *entry, const char **message)
{
    const char *fields[FIELDS] = {"", "", ""};
    *message = NULL;
    while (rest->len && (*rest->ptr == '\n' || *rest->ptr == '\r')) /* blank lines */
        *rest = (struct slice){rest->ptr + 1, rest->len - 1};
    if (!rest->len)
        return 0;
    int ended = ',';
    for (int i = 0; ended == ','; i++) {
        const char *field;
        ended = next_field(rest, a, &field);
        if (ended < 0 || (i >= FIELDS && *field)) {
            if (ended != '\n' && ended != 0)
                skip_line(rest);
            *message = ended < 0 ? "a quotation mark is out of place" : "more than three fields";
            return -1;
        }
        if (i < FIELDS)
            fields[i] = field;
    }
    *entry = (struct record_entry){.path = fields[0], .hash = fields[1]};
    if (!*entry->path) {
        *message = "no path";
        return -1;
    }
    if (read_size(fields[2], &entry->size) < 0) {
        *message = "the size is not a number";
        return -1;
    }
    return 1;
}
