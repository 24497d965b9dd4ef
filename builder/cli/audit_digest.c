/* The text of many files, cut to what is read: eight thousand lines of a folder tell nobody anything. */
#include "cli/audit_digest.h"

#include <string.h>

enum { FAILING_LINES = 30, PASSING_LINES = 10 };

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* The beginning of a text, of at most so many lines. */
static size_t length_of_lines(const char *text, size_t lines)
{
    const char *at = text;
    while (lines && (at = strchr(at, '\n'))) {
        at++;
        lines--;
    }
    return at ? (size_t)(at - text) : strlen(text);
}

static void add_failing(struct audit_digest *d, const char *text)
{
    size_t lines = count_lines(text);
    if (d->failing_lines && d->failing_lines + lines > FAILING_LINES) {
        d->failing_left++;
        return;
    }
    strbuf_add(&d->failing, text, length_of_lines(text, FAILING_LINES));
    if (lines > FAILING_LINES)
        strbuf_addf(&d->failing, "  and %zu more lines\n", lines - FAILING_LINES);
    d->failing_lines += lines;
}

static void add_passing(struct audit_digest *d, const char *text)
{
    if (d->quiet)
        return;
    if (d->passing_lines == PASSING_LINES) {
        d->passing_left++;
        return;
    }
    strbuf_add(&d->passing, text, length_of_lines(text, 1));
    d->passing_lines++;
}

static void add_one(struct audit_digest *d, bool told, const char *text)
{
    if (told)
        add_failing(d, text);
    else
        add_passing(d, text);
}

void audit_digest_add(struct audit_digest *d, bool told, const char *text)
{
    if (d->files++ == 0) {
        strbuf_adds(&d->single, text);
        d->single_told = told;
        return;
    }
    if (d->files == 2)
        add_one(d, d->single_told, strbuf_str(&d->single));
    add_one(d, told, text);
}

void audit_digest_put(const struct audit_digest *d, struct strbuf *out)
{
    if (d->files == 1 && (d->single_told || !d->quiet))
        strbuf_adds(out, strbuf_str(&d->single));
    strbuf_adds(out, strbuf_str(&d->failing));
    if (d->failing_left)
        strbuf_addf(out, "and %zu more that do%s not pass; --explain tells all\n", d->failing_left,
            d->failing_left == 1 ? "es" : "");
    strbuf_adds(out, strbuf_str(&d->passing));
    if (d->passing_left)
        strbuf_addf(out, "and %zu more that pass%s\n", d->passing_left, d->passing_left == 1 ? "es" : "");
}

void audit_digest_release(struct audit_digest *d)
{
    strbuf_release(&d->single);
    strbuf_release(&d->failing);
    strbuf_release(&d->passing);
    *d = (struct audit_digest){0};
}
