/* strfromf128 (glibc 2.26; ISO/IEC TS 18661-1), which libstdc++ of gcc 13 and later has for std::to_chars. As
 * it is called there: in the C locale, rounding to nearest, ties to even.
 *
 * A binary number has finitely many decimal digits: all are made, then rounded where the format says. */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "float128.h"

/* Groups of 9 digits: 2^16384 has 549; 2^-16494 has 16494 digits behind the point. */
enum {
    GROUP = 1000000000,
    WHOLE_GROUPS = 560,
    ALL_GROUPS = WHOLE_GROUPS + 1840,
    LARGEST_PRECISION = 1 << 30
};

int strfromf128(char *buffer, size_t size, const char *format, float128 number);

/* 0.d1d2d3… * 10^point; digits behind count are 0. */
struct decimal {
    int count, point;
    char digits[ALL_GROUPS * 9]; /* numbers, not characters; the first is not 0 */
};

/* What is written, as snprintf does it. */
struct output {
    char *buffer;
    size_t size, len;
};

static void put(struct output *o, char c)
{
    if (o->len + 1 < o->size)
        o->buffer[o->len] = c;
    o->len++;
}

static void put_text(struct output *o, const char *text)
{
    while (*text)
        put(o, *text++);
}

/* All digits of mantissa * 2^exponent. */
static void expand(struct decimal *d, uint128 mantissa, int exponent)
{
    uint32_t groups[ALL_GROUPS] = {0};
    size_t first = WHOLE_GROUPS, end = WHOLE_GROUPS; /* the point is before groups[WHOLE_GROUPS] */
    while (mantissa) { /* divided by hand: that of 128 bits is a function of libgcc */
        uint64_t rest = 0;
        uint128 quotient = 0;
        for (int shift = 96; shift >= 0; shift -= 32) {
            rest = rest << 32 | (uint32_t)(mantissa >> shift);
            quotient = quotient << 32 | rest / GROUP;
            rest %= GROUP;
        }
        groups[--first] = (uint32_t)rest;
        mantissa = quotient;
    }
    for (int shift; exponent > 0; exponent -= shift) {
        shift = exponent < 29 ? exponent : 29;
        uint64_t carry = 0;
        for (size_t i = end; i-- > first;) {
            carry += (uint64_t)groups[i] << shift;
            groups[i] = (uint32_t)(carry % GROUP);
            carry /= GROUP;
        }
        if (carry)
            groups[--first] = (uint32_t)carry;
    }
    for (int shift; exponent < 0; exponent += shift) { /* 10^9 can be halved 9 times */
        shift = -exponent < 9 ? -exponent : 9;
        uint32_t rest = 0;
        for (size_t i = first; i < end; i++) {
            uint32_t group = groups[i];
            groups[i] = (group >> shift) + rest;
            rest = (group & ((1u << shift) - 1)) * (GROUP >> shift);
        }
        if (rest)
            groups[end++] = rest;
        while (first < end && !groups[first])
            first++;
    }
    d->count = 0;
    d->point = ((int)WHOLE_GROUPS - (int)first) * 9;
    for (size_t i = first; i < end; i++)
        for (uint32_t unit = GROUP / 10; unit; unit /= 10) {
            char digit = (char)(groups[i] / unit % 10);
            if (d->count || digit)
                d->digits[d->count++] = digit;
            else
                d->point--;
        }
    while (d->count && !d->digits[d->count - 1])
        d->count--;
    if (!d->count)
        d->point = 1; /* 0 */
}

/* Keeps that many digits. */
static void round_to(struct decimal *d, long keep)
{
    if (keep >= d->count)
        return;
    if (keep < 0) {
        d->count = 0;
        return;
    }
    bool odd = keep > 0 && d->digits[keep - 1] & 1;
    bool up = d->digits[keep] > 5 || (d->digits[keep] == 5 && (d->count > keep + 1 || odd));
    d->count = (int)keep;
    if (!up)
        return;
    while (d->count && d->digits[d->count - 1] == 9)
        d->count--;
    if (d->count) {
        d->digits[d->count - 1]++;
    } else {
        d->digits[d->count++] = 1;
        d->point++;
    }
}

static char digit_at(const struct decimal *d, long i)
{
    return (char)('0' + (i >= 0 && i < d->count ? d->digits[i] : 0));
}

static void put_fixed(struct output *o, const struct decimal *d, long precision)
{
    if (d->point <= 0 || !d->count)
        put(o, '0');
    for (long i = 0; i < d->point && d->count; i++)
        put(o, digit_at(d, i));
    if (precision > 0)
        put(o, '.');
    for (long i = 0; i < precision; i++)
        put(o, d->count ? digit_at(d, d->point + i) : '0');
}

static void put_exponent(struct output *o, char letter, int exponent, int least)
{
    char digits[8];
    int count = 0;
    unsigned left = (unsigned)(exponent < 0 ? -exponent : exponent);
    put(o, letter);
    put(o, exponent < 0 ? '-' : '+');
    do
        digits[count++] = (char)('0' + left % 10);
    while ((left /= 10) || count < least);
    while (count)
        put(o, digits[--count]);
}

static void put_scientific(struct output *o, const struct decimal *d, long precision, char letter)
{
    put(o, digit_at(d, 0));
    if (precision > 0)
        put(o, '.');
    for (long i = 1; i <= precision; i++)
        put(o, digit_at(d, i));
    put_exponent(o, letter, d->count ? d->point - 1 : 0, 2);
}

static void put_general(struct output *o, struct decimal *d, long precision, char letter)
{
    if (precision == 0)
        precision = 1;
    round_to(d, precision);
    int exponent = d->count ? d->point - 1 : 0;
    while (d->count && !d->digits[d->count - 1])
        d->count--;
    if (exponent < -4 || exponent >= precision)
        put_scientific(o, d, d->count ? d->count - 1 : 0, letter);
    else
        put_fixed(o, d, d->count > d->point ? d->count - d->point : 0);
}

/* precision below 0: as many digits as there are. */
static void put_hexadecimal(struct output *o, uint128 bits, long precision, char letter)
{
    enum { DIGITS = FRACTION_BITS / 4 };
    const char *names = letter == 'a' ? "0123456789abcdef" : "0123456789ABCDEF";
    uint128 fraction = bits & (((uint128)1 << FRACTION_BITS) - 1);
    int field = (int)(bits >> FRACTION_BITS & SPECIAL);
    int exponent = field ? field - LARGEST_EXPONENT : fraction ? SMALLEST_EXPONENT : 0;
    uint128 value = fraction | (uint128)(field != 0) << FRACTION_BITS;
    if (precision >= 0 && precision < DIGITS) {
        int cut = 4 * (DIGITS - (int)precision);
        uint128 half = (uint128)1 << (cut - 1), rest = value & (half * 2 - 1);
        value >>= cut;
        value += rest > half || (rest == half && value & 1);
        value <<= cut;
    } else if (precision < 0) {
        precision = DIGITS;
        while (precision && !(value >> 4 * (DIGITS - precision) & 15))
            precision--;
    }
    put(o, '0');
    put(o, letter == 'a' ? 'x' : 'X');
    put(o, names[(unsigned)(value >> FRACTION_BITS)]);
    if (precision > 0)
        put(o, '.');
    for (long i = 1; i <= precision; i++)
        put(o, i <= DIGITS ? names[(unsigned)(value >> 4 * (DIGITS - i)) & 15] : '0');
    put_exponent(o, letter == 'a' ? 'p' : 'P', exponent, 1);
}

static void put_decimal(struct output *o, uint128 bits, long precision, char letter)
{
    struct decimal d;
    int field = (int)(bits >> FRACTION_BITS & SPECIAL);
    uint128 fraction = bits & (((uint128)1 << FRACTION_BITS) - 1);
    expand(&d, fraction | (uint128)(field != 0) << FRACTION_BITS,
        (field ? field - LARGEST_EXPONENT : SMALLEST_EXPONENT) - FRACTION_BITS);
    if (precision < 0)
        precision = 6;
    switch (letter | 0x20) {
    case 'f':
        round_to(&d, d.point + precision);
        put_fixed(o, &d, precision);
        break;
    case 'e':
        round_to(&d, precision + 1);
        put_scientific(o, &d, precision, letter);
        break;
    default:
        put_general(o, &d, precision, letter == 'g' ? 'e' : 'E');
    }
}

int strfromf128(char *buffer, size_t size, const char *format, float128 number)
{
    struct output o = {buffer, size, 0};
    union parts parts = {.number = number};
    long precision = -1;
    format++; /* '%' */
    if (*format == '.')
        for (precision = 0, format++; isdigit((unsigned char)*format); format++)
            if (precision < LARGEST_PRECISION / 10)
                precision = precision * 10 + (*format - '0');
    bool lower = islower((unsigned char)*format);
    if (parts.bits >> 127)
        put(&o, '-');
    if ((parts.bits >> FRACTION_BITS & SPECIAL) == SPECIAL) {
        bool nan = parts.bits << 16 != 0;
        put_text(&o, nan ? lower ? "nan" : "NAN" : lower ? "inf" : "INF");
    } else if ((*format | 0x20) == 'a') {
        put_hexadecimal(&o, parts.bits, precision, *format);
    } else {
        put_decimal(&o, parts.bits, precision, *format);
    }
    if (size)
        buffer[o.len < size ? o.len : size - 1] = '\0';
    return (int)o.len;
}
