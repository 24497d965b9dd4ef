/* Text from outside: what of it is UTF-8 (RFC 3629), and how it is made fit to be shown. Names of files,
 * members and symbols may be any bytes, and somebody may have chosen them for what they do to a terminal or a
 * reader. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

#include "base/str.h"

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Bytes of the well-formed character that s begins with (shortest form, no surrogates), 0 when it is none;
 * left is at least 1. A NUL is a character. */
size_t utf8_length(const char *s, size_t left);

/* Bytes of what may stand in UTF-8 and must not be shown: control characters (C0, DEL, C1), marks and
 * overrides of writing direction, separators of lines. 0 when s does not begin with such a one. */
size_t utf8_harmful(const char *s, size_t left);

/* Bytes up to the first that is not printable ASCII, which is what most texts are as a whole. */
size_t utf8_plain(const char *s, size_t len);

/* Adds text with bytes that are not UTF-8 as U+FFFD, and with what is harmful as '?', but for the characters
 * in kept ("\n\t"). */
void utf8_add_harmless(struct strbuf *out, const char *text, size_t len, const char *kept);

#endif
