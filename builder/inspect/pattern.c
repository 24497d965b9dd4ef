/* Texts such as "OpenSSL 3.0.14 4 Jun 2024". A message that mentions a library looks alike at its beginning;
 * what stands behind the version tells them apart, so a pattern goes on to the end of the text. */
#include "inspect/pattern.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct pattern_reader {
    const char *at, *end;
};

static bool is_printed(char ch)
{
    return (ch >= ' ' && ch < 0x7f) || (ch >= '\t' && ch <= '\r');
}

static size_t take_digits(struct pattern_reader *r)
{
    size_t n = 0;
    for (; r->at < r->end && isdigit((unsigned char)*r->at); n++)
        r->at++;
    return n;
}

static bool take_number(struct pattern_reader *r)
{
    return take_digits(r) > 0;
}

static bool take_word(struct pattern_reader *r)
{
    const char *start = r->at;
    while (r->at < r->end && (isalnum((unsigned char)*r->at) || (*r->at && strchr("._+-", *r->at))))
        r->at++;
    return r->at > start;
}

/* What `git describe` puts behind a version: "-12-g54eaed1d". */
static size_t without_description(const char *version, size_t len)
{
    for (size_t at = 1; at < len; at++) {
        size_t end = at + 1;
        while (end < len && isdigit((unsigned char)version[end]))
            end++;
        if (version[at] == '-' && end > at + 1 && end + 2 < len && memcmp(version + end, "-g", 2) == 0)
            return at;
    }
    return len;
}

/* A full stop behind it ends the sentence. */
static bool take_version(struct pattern_reader *r, struct slice *version)
{
    const char *start = r->at;
    if (start == r->end || !isdigit((unsigned char)*start) || !take_word(r))
        return false;
    while (r->at > start && strchr("._+-", r->at[-1]))
        r->at--;
    *version = (struct slice){start, without_description(start, (size_t)(r->at - start))};
    const char *dot = memchr(start, '.', version->len);
    return dot && dot + 1 < r->at && isdigit((unsigned char)dot[1]);
}

static void skip_spaces(struct pattern_reader *r)
{
    while (r->at < r->end && *r->at == ' ')
        r->at++;
}

static bool take_month(struct pattern_reader *r)
{
    static const char *const months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (size_t i = 0; i < COUNT(months); i++)
        if (r->end - r->at >= 3 && memcmp(r->at, months[i], 3) == 0) {
            while (r->at < r->end && isalpha((unsigned char)*r->at))
                r->at++;
            return true;
        }
    return false;
}

static bool take_char(struct pattern_reader *r, char ch)
{
    if (r->at == r->end || *r->at != ch)
        return false;
    r->at++;
    return true;
}

static bool take_date(struct pattern_reader *r)
{
    if (take_month(r)) { /* Jun 4, 2024; Jun 4th, 2024 */
        skip_spaces(r);
        if (!take_number(r))
            return false;
        while (r->at < r->end && islower((unsigned char)*r->at))
            r->at++;
        take_char(r, ',');
        skip_spaces(r);
        return take_digits(r) == 4;
    }
    size_t first = take_digits(r);
    if (first == 4)
        return take_char(r, '-') && take_digits(r) == 2 && take_char(r, '-') && take_digits(r) == 2;
    if (first == 0 || first > 2 || r->at == r->end || (*r->at != ' ' && *r->at != '-'))
        return false;
    char part = *r->at;
    take_char(r, part);
    skip_spaces(r);
    if (!take_month(r) || !take_char(r, part))
        return false;
    return take_digits(r) == 4;
}

static bool take(struct pattern_reader *r, char what, struct slice *version)
{
    switch (what) {
    case 'v':
        return take_version(r, version);
    case 'n':
        return take_number(r);
    case 'd':
        return take_date(r);
    case 'w':
        return take_word(r);
    }
    return false;
}

bool pattern_match(const char *pattern, const char *text, size_t room, struct slice *version)
{
    struct pattern_reader r = {text, text + room};
    *version = (struct slice){text, 0};
    for (const char *p = pattern; *p; p++) {
        if (*p == '{' && p[1] == '*')
            return true;
        if (*p == '{') {
            if (!take(&r, p[1], version))
                return false;
            p += 2;
        } else if (!take_char(&r, *p)) {
            return false;
        } else if (*p == ' ') {
            skip_spaces(&r);
        }
    }
    return r.at == r.end || !is_printed(*r.at) || (*r.at == '\n' && (r.at + 1 == r.end || !r.at[1]));
}

struct slice pattern_beginning(const char *pattern)
{
    return (struct slice){pattern, strcspn(pattern, "{")};
}

/* Parts of a that b has too, compared as numbers. */
static int compare_parts(struct slice a, const char *b)
{
    const char *end = a.ptr + a.len;
    for (const char *p = a.ptr;; p++, b++) {
        long x = 0, y = strtol(b, (char **)&b, 10);
        for (; p < end && isdigit((unsigned char)*p) && x < 1000000; p++)
            x = x * 10 + (*p - '0');
        if (x != y)
            return x < y ? -1 : 1;
        if (*b != '.' || p >= end || *p != '.')
            return 0;
    }
}

bool version_between(struct slice version, const char *first, const char *last)
{
    return compare_parts(version, first) >= 0 && compare_parts(version, last) <= 0;
}
