/* Texts in binary files. A compiler puts a text behind a NUL byte, or right behind a table of numbers, so
 * that the byte before it is no character in either case; and most of what is neither is passed over sixteen
 * bytes at a time. */
#include "inspect/scan.h"

#include <string.h>

#include "base/bytes16.h"

static unsigned hash_of(const char *four)
{
    uint32_t word;
    memcpy(&word, four, sizeof word);
    return word * 2654435761u >> 15;
}

void scan_want_first(struct scan_filter *filter, char first)
{
    filter->firsts[(unsigned char)first >> 3] |= (uint8_t)(1 << (first & 7));
}

void scan_want(struct scan_filter *filter, const char *beginning)
{
    unsigned hash = hash_of(beginning);
    filter->fours[hash >> 3] |= (uint8_t)(1 << (hash & 7));
}

static bool is_digit(char ch)
{
    return ch >= '0' && ch <= '9';
}

/* "v1.5" is no table's end, nor are parts of a word. */
size_t scan_before_number(const char *text, size_t room)
{
    for (size_t i = 0; i < 3 && i + 2 < room; i++) {
        if (!is_digit(text[i]))
            continue;
        bool number =
            i == 0 || text[i + 1] == '.' || (is_digit(text[i + 1]) && i + 2 < room && text[i + 2] == '.');
        return number && (i == 0 || !strchr("vV-/_=. ", text[i - 1])) ? i : room;
    }
    return room;
}

static bool is_wanted(const struct scan_filter *filter, const char *text)
{
    unsigned hash = hash_of(text);
    return filter->fours[hash >> 3] >> (hash & 7) & 1 ||
           (filter->numbers && (is_digit(text[1]) || is_digit(text[2])) &&
               scan_before_number(text, SCAN_LEAST) < SCAN_LEAST) ||
           filter->firsts[(unsigned char)*text >> 3] >> (*text & 7) & 1;
}

/* Bit i: byte i is a character. */
static uint64_t characters_of_block(const char *p)
{
    uint64_t is = 0;
    for (unsigned i = 0; i < 64 / BYTES16; i++) {
        bytes16 b = bytes16_at(p + BYTES16 * i);
        bytes16 printed = (bytes16)(b - ' ' < 0x7f - ' '), space = (bytes16)(b - '\t' <= '\r' - '\t');
        is |= (uint64_t)bytes16_bits(printed | space) << (BYTES16 * i);
    }
    return is;
}

static bool is_character(unsigned char ch)
{
    return (ch >= ' ' && ch < 0x7f) || (ch >= '\t' && ch <= '\r');
}

/* The last bytes, one by one. */
static void scan_slowly(const struct scan_filter *filter, const char *bytes, size_t from, size_t size,
    scan_visit *visit, void *arg)
{
    for (size_t i = from; size - i >= SCAN_LEAST; i++)
        if (is_character((unsigned char)bytes[i]) && (i == 0 || !is_character((unsigned char)bytes[i - 1])) &&
            is_wanted(filter, bytes + i))
            visit(arg, bytes + i, size - i);
}

void scan_texts(
    const struct scan_filter *filter, const char *bytes, size_t size, scan_visit *visit, void *arg)
{
    enum { BLOCK = 64 };
    size_t at = 0;
    if (size < SCAN_LEAST)
        return;
    uint64_t before = 0; /* the last byte of the block before this is a character */
    for (; size - at >= BLOCK + SCAN_LEAST; at += BLOCK) {
        uint64_t is = characters_of_block(bytes + at);
        uint64_t starts = is & ~(is << 1 | before);
        before = is >> (BLOCK - 1);
        /* Four characters in a row; of those that end behind the block we only know the beginning. */
        starts &=
            (is >> 1 | (uint64_t)1 << 63) & (is >> 2 | (uint64_t)3 << 62) & (is >> 3 | (uint64_t)7 << 61);
        for (; starts; starts &= starts - 1) {
            const char *text = bytes + at + __builtin_ctzll(starts);
            if (is_wanted(filter, text))
                visit(arg, text, size - (size_t)(text - bytes));
        }
    }
    scan_slowly(filter, bytes, at, size, visit, arg);
}
