/* Bytes taken for UTF-8 as RFC 3629's table says, and what is no text written so that it can be seen. */
#include "base/utf8.h"

#include <string.h>

size_t utf8_length(const char *s, size_t left)
{
    static const struct {
        unsigned char first, last, low, high, len;
    } forms[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 2},
        {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3},
        {0xed, 0xed, 0x80, 0x9f, 3},
        {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4},
        {0xf1, 0xf3, 0x80, 0xbf, 4},
        {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    const unsigned char *p = (const unsigned char *)s;
    if (p[0] < 0x80)
        return 1;
    for (size_t i = 0; i < COUNT(forms); i++) {
        if (p[0] < forms[i].first || p[0] > forms[i].last)
            continue;
        if (forms[i].len > left || p[1] < forms[i].low || p[1] > forms[i].high)
            return 0;
        for (size_t k = 2; k < forms[i].len; k++)
            if ((p[k] & 0xc0) != 0x80)
                return 0;
        return forms[i].len;
    }
    return 0;
}

size_t utf8_harmful(const char *s, size_t left)
{
    static const struct {
        unsigned char bytes[2], low, high; /* the last byte lies between these */
        unsigned char len;
    } ranges[] = {
        {{0xc2}, 0x80, 0x9f, 2},       /* C1 */
        {{0xd8}, 0x9c, 0x9c, 2},       /* U+061C, Arabic letter mark */
        {{0xe2, 0x80}, 0x8e, 0x8f, 3}, /* U+200E and U+200F, marks */
        {{0xe2, 0x80}, 0xa8, 0xae, 3}, /* U+2028 to U+202E: separators, embeddings, overrides */
        {{0xe2, 0x81}, 0xa6, 0xa9, 3}, /* U+2066 to U+2069, isolates */
    };
    const unsigned char *p = (const unsigned char *)s;
    if (p[0] < 0x20 || p[0] == 0x7f)
        return 1;
    for (size_t i = 0; i < COUNT(ranges); i++) {
        size_t len = ranges[i].len;
        if (len <= left && memcmp(p, ranges[i].bytes, len - 1) == 0 && p[len - 1] >= ranges[i].low &&
            p[len - 1] <= ranges[i].high)
            return len;
    }
    return 0;
}

size_t utf8_plain(const char *s, size_t len)
{
    size_t i = 0;
    while (i < len && s[i] >= 0x20 && s[i] < 0x7f)
        i++;
    return i;
}

void utf8_add_harmless(struct strbuf *out, const char *text, size_t len, const char *kept)
{
    while (len) {
        size_t size = utf8_plain(text, len);
        if (size) {
            strbuf_add(out, text, size);
        } else if (*text && strchr(kept, *text)) {
            size = 1;
            strbuf_addc(out, *text);
        } else if ((size = utf8_harmful(text, len)) != 0) {
            strbuf_addc(out, '?');
        } else if ((size = utf8_length(text, len)) != 0) {
            strbuf_add(out, text, size);
        } else {
            size = 1;
            strbuf_adds(out, UTF8_REPLACEMENT);
        }
        text += size;
        len -= size;
    }
}
