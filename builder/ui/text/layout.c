/* Text for terminals and files: colours, widths, wrapping, and nothing that a terminal would obey. */
#include "ui/text/layout.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/utf8.h"

bool style_is_terminal(FILE *out)
{
    const char *term = getenv("TERM");
    return isatty(fileno(out)) && term && *term && strcmp(term, "dumb") != 0;
}

struct style style_of(FILE *out)
{
    struct style s = {.width = 80};
    const char *no_color = getenv("NO_COLOR");
    s.colour = style_is_terminal(out) && !(no_color && *no_color);
    struct winsize size;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        s.width = size.ws_col;
    return s;
}

static const char *const tones[] = {
    [TONE_PLAIN] = "",
    [TONE_BOLD] = "\x1b[1m",
    [TONE_DIM] = "\x1b[2m",
    [TONE_GOOD] = "\x1b[32m",
    [TONE_BAD] = "\x1b[1;31m",
    [TONE_WARN] = "\x1b[33m",
    [TONE_NAME] = "\x1b[36m",
};
static const char tone_end[] = "\x1b[0m";

void tone_add(struct strbuf *out, struct style style, enum tone tone, const char *text)
{
    bool toned = style.colour && tone != TONE_PLAIN;
    if (toned)
        strbuf_adds(out, tones[tone]);
    utf8_add_harmless(out, text, strlen(text), "\n");
    if (toned)
        strbuf_adds(out, tone_end);
}

/* Bytes of the tone, or of its end, that s begins with. */
static size_t tone_bytes(const char *s, size_t left)
{
    size_t len = sizeof tone_end - 1;
    if (left >= len && memcmp(s, tone_end, len) == 0)
        return len;
    for (size_t i = TONE_BOLD; i < COUNT(tones); i++) {
        len = strlen(tones[i]);
        if (left >= len && memcmp(s, tones[i], len) == 0)
            return len;
    }
    return 0;
}

/* Bytes at s that may be written as they are, 0 when they may not. JSON may hold marks of direction, and C1.
 */
static size_t own_bytes(const char *s, size_t left)
{
    size_t plain = utf8_plain(s, left);
    if (plain)
        return plain;
    if (*s == '\n' || *s == '\t')
        return 1;
    if (*s == '\x1b')
        return tone_bytes(s, left);
    return (unsigned char)*s < 0x20 ? 0 : utf8_length(s, left);
}

bool style_keep_own(const struct strbuf *text, struct strbuf *out)
{
    size_t at = 0, bytes = 1;
    for (; at < text->len && (bytes = own_bytes(text->ptr + at, text->len - at)) != 0; at += bytes)
        ;
    if (at == text->len)
        return true;
    strbuf_add(out, text->ptr, at);
    for (; at < text->len; at += bytes ? bytes : 1) {
        bytes = own_bytes(text->ptr + at, text->len - at);
        if (bytes)
            strbuf_add(out, text->ptr + at, bytes);
        else
            utf8_add_harmless(out, text->ptr + at, 1, "");
    }
    return false;
}

/* The character that text begins with, or one byte that is none; each is shown in a column. */
static size_t character(const char *text, size_t left)
{
    size_t size = utf8_length(text, left);
    return size ? size : 1;
}

static size_t columns_of(const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; n++)
        i += character(text + i, len - i);
    return n;
}

size_t text_columns(const char *text)
{
    return columns_of(text, strlen(text));
}

void text_add_safe(struct strbuf *out, const char *text, size_t columns)
{
    static const char mark[] = "...";
    size_t len = strlen(text), shown = 0, room = columns;
    bool cut = columns && columns_of(text, len) > columns;
    if (!cut) {
        utf8_add_harmless(out, text, len, "");
        return;
    }
    bool marked = columns > sizeof mark - 1;
    if (marked)
        room -= sizeof mark - 1;
    while (room--)
        shown += character(text + shown, len - shown);
    utf8_add_harmless(out, text, shown, "");
    if (marked)
        strbuf_adds(out, mark);
}

void text_pad(struct strbuf *out, size_t columns)
{
    while (columns--)
        strbuf_addc(out, ' ');
}

/* Words that stand in a text as they are to stand on the line. */
static void add_words(struct strbuf *out, struct slice *words)
{
    if (words->len)
        strbuf_add(out, words->ptr, words->len);
    words->len = 0;
}

void text_wrap(struct strbuf *out, const char *text, size_t first, size_t indent, size_t width)
{
    size_t at = first;
    bool fresh = true;        /* nothing stands on this line yet */
    struct slice words = {0}; /* of this line, not added yet */
    while (*text) {
        if (*text == '\n') {
            add_words(out, &words);
            strbuf_addc(out, '\n');
            at = 0, fresh = true;
            text++;
            continue;
        }
        const char *word = text;
        while (*word == ' ')
            word++;
        text = word + strcspn(word, " \n");
        size_t columns = columns_of(word, (size_t)(text - word));
        if (text == word)
            continue;
        if (!fresh && at + 1 + columns > width) {
            add_words(out, &words);
            strbuf_addc(out, '\n');
            at = 0, fresh = true;
        }
        if (fresh && at < indent && out->len && out->ptr[out->len - 1] == '\n') {
            text_pad(out, indent - at);
            at = indent;
        }
        if (words.len && word == words.ptr + words.len + 1) {
            words.len = (size_t)(text - words.ptr);
        } else {
            add_words(out, &words);
            if (!fresh)
                strbuf_addc(out, ' ');
            words = (struct slice){word, (size_t)(text - word)};
        }
        at += columns + !fresh;
        fresh = false;
    }
    add_words(out, &words);
}

void text_wrap_safe(struct strbuf *out, const char *text, size_t first, size_t indent, size_t width)
{
    size_t len = strlen(text);
    if (utf8_plain(text, len) == len) {
        text_wrap(out, text, first, indent, width);
        return;
    }
    AUTO(strbuf) struct strbuf safe = {0};
    utf8_add_harmless(&safe, text, len, "");
    text_wrap(out, strbuf_str(&safe), first, indent, width);
}

void size_add(struct strbuf *out, uint64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    if (bytes < 1000) {
        strbuf_addf(out, "%u B", (unsigned)bytes);
        return;
    }
    double value = (double)bytes / 1000;
    size_t unit = 0;
    while (value >= 999.95 && unit + 1 < COUNT(units)) {
        value /= 1000;
        unit++;
    }
    strbuf_addf(out, "%.1f %s", value, units[unit]);
}

void seconds_add(struct strbuf *out, double seconds)
{
    if (seconds < 0)
        seconds = 0;
    if (seconds < 9.95)
        strbuf_addf(out, "%.1f s", seconds);
    else if (seconds < 99.5)
        strbuf_addf(out, "%.0f s", seconds);
    else
        strbuf_addf(out, "%ld min %02ld s", (long)(seconds + 0.5) / 60, (long)(seconds + 0.5) % 60);
}

void age_add(struct strbuf *out, double seconds)
{
    static const struct {
        double least, is; /* seconds: from when it is told in this, and what one is */
        const char *name;
    } steps[] = {{2 * 86400.0, 86400, "days"}, {2 * 3600.0, 3600, "h"}, {120, 60, "min"}, {1, 1, "s"}};
    for (size_t i = 0; i < COUNT(steps); i++)
        if (seconds >= steps[i].least) {
            strbuf_addf(out, "%.0f %s", seconds / steps[i].is - 0.5 + 1e-9, steps[i].name);
            return;
        }
    strbuf_adds(out, "now");
}
