/* Where texts begin in bytes: one pass that looks at sixteen bytes at a time and stops only where something
 * begins as somebody asked for. */
#ifndef INSPECT_SCAN_H
#define INSPECT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCAN_LEAST = 4 }; /* characters that a text has at least */

/* How texts begin that are wanted. Zeroed: none is. */
struct scan_filter {
    uint8_t firsts[256 / 8];      /* by their first character alone */
    uint8_t fours[(1 << 17) / 8]; /* by a hash of their first four */
    bool numbers; /* a version behind a character or two: the end of a table may look like a text */
};

/* Wants texts with this first character; those that begin with this text, of four characters at least. */
void scan_want_first(struct scan_filter *filter, char first);
void scan_want(struct scan_filter *filter, const char *beginning);

/* How many characters, at most two, stand before a number with a dot in it, where that is how a text begins;
 * room when it does not. */
size_t scan_before_number(const char *text, size_t room);

/* A text: characters that can be printed, tabs and line ends, behind a byte that is none of these. room:
 * bytes up to the end of what is scanned. */
typedef void scan_visit(void *arg, const char *text, size_t room);

/* Calls visit for each text that the filter lets through; some are none of those that were wanted. */
void scan_texts(
    const struct scan_filter *filter, const char *bytes, size_t size, scan_visit *visit, void *arg);

#endif
