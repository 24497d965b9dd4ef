#include "ui/layout.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"

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

void tone_add(struct strbuf *out, struct style style, enum tone tone, const char *text)
{
    static const char *const codes[] = {
        [TONE_PLAIN] = "",
        [TONE_BOLD] = "\x1b[1m",
        [TONE_DIM] = "\x1b[2m",
        [TONE_GOOD] = "\x1b[32m",
        [TONE_BAD] = "\x1b[1;31m",
        [TONE_WARN] = "\x1b[33m",
        [TONE_NAME] = "\x1b[36m",
    };
    bool toned = style.colour && tone != TONE_PLAIN;
    if (toned)
        strbuf_adds(out, codes[tone]);
    strbuf_adds(out, text);
    if (toned)
        strbuf_adds(out, "\x1b[0m");
}

static bool continues(unsigned char c)
{
    return (c & 0xc0) == 0x80; /* a later byte of a UTF-8 code point */
}

static size_t columns_of(const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += !continues((unsigned char)text[i]);
    return n;
}

size_t text_columns(const char *text)
{
    return columns_of(text, strlen(text));
}

/* C0 controls, DEL, and the C1 controls, which UTF-8 spells C2 80 to C2 9F. */
static size_t control_bytes(const char *s)
{
    unsigned char a = (unsigned char)s[0], b = (unsigned char)s[1];
    if (a < 0x20 || a == 0x7f)
        return 1;
    return a == 0xc2 && b >= 0x80 && b <= 0x9f ? 2 : 0;
}

/* Bytes up to the first that may have to be replaced. */
static size_t plain_bytes(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    while ((*p >= 0x20 && *p < 0x7f) || (*p > 0x7f && *p != 0xc2))
        p++;
    return (size_t)(p - (const unsigned char *)text);
}

/* Without a limit on columns. */
static void add_all_safe(struct strbuf *out, const char *text)
{
    while (*text) {
        size_t plain = plain_bytes(text);
        strbuf_add(out, text, plain);
        text += plain;
        size_t controls = *text ? control_bytes(text) : 0;
        if (*text)
            strbuf_addc(out, controls ? '?' : *text);
        text += controls ? controls : *text != '\0';
    }
}

void text_add_safe(struct strbuf *out, const char *text, size_t columns)
{
    if (!columns) {
        add_all_safe(out, text);
        return;
    }
    static const char mark[] = "...";
    size_t whole = text_columns(text), room = whole;
    bool cut = whole > columns;
    if (cut)
        room = columns > sizeof mark - 1 ? columns - (sizeof mark - 1) : columns;
    size_t used = 0;
    while (*text) {
        if (!continues((unsigned char)*text) && used++ == room)
            break;
        size_t controls = control_bytes(text);
        strbuf_addc(out, controls ? '?' : *text);
        text += controls ? controls : 1;
    }
    if (cut && columns > sizeof mark - 1)
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
        size_t columns = 0;
        for (text = word; *text && *text != ' ' && *text != '\n'; text++)
            columns += !continues((unsigned char)*text);
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
    if (!text[plain_bytes(text)]) {
        text_wrap(out, text, first, indent, width);
        return;
    }
    AUTO(strbuf) struct strbuf safe = {0};
    add_all_safe(&safe, text);
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
    while (value >= 999.95 && unit + 1 < sizeof units / sizeof *units) {
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
