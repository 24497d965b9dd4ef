/* strtof128 (glibc 2.26), which libstdc++ of gcc 13 and later has for std::from_chars. As it is called there:
 * in the C locale, rounding to nearest, ties to even.
 *
 * The decimal number is a fraction of two natural numbers, divided bit by bit: slow for long ones, and exact.
 */
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "float128.h"

/* Digits beyond these cannot tell a number from the middle between two others: the longest middle has 11564.
 */
enum { MOST_DIGITS = 11600, LARGEST_POINT = 4940, SMALLEST_POINT = -4980, LIMBS = 1800 };

float128 strtof128(const char *text, char **end);

/* A natural number, least limb first, the last one not 0. */
struct natural {
    size_t len;
    uint32_t limbs[LIMBS];
};

static void multiply_add(struct natural *n, uint32_t factor, uint32_t more)
{
    uint64_t carry = more;
    for (size_t i = 0; i < n->len; i++) {
        carry += (uint64_t)n->limbs[i] * factor;
        n->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry)
        n->limbs[n->len++] = (uint32_t)carry;
}

static void multiply_by_power_of_ten(struct natural *n, int power)
{
    for (; power >= 9; power -= 9)
        multiply_add(n, 1000000000, 0);
    for (; power > 0; power--)
        multiply_add(n, 10, 0);
}

static int bit_length(const struct natural *n)
{
    return n->len ? (int)n->len * 32 - __builtin_clz(n->limbs[n->len - 1]) : 0;
}

static void shift_left(struct natural *n, int bits)
{
    size_t whole = (size_t)bits / 32;
    multiply_add(n, (uint32_t)1 << bits % 32, 0);
    if (!n->len || !whole)
        return;
    memmove(n->limbs + whole, n->limbs, n->len * sizeof *n->limbs);
    memset(n->limbs, 0, whole * sizeof *n->limbs);
    n->len += whole;
}

static int compare(const struct natural *a, const struct natural *b)
{
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    for (size_t i = a->len; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

/* a must not be below b. */
static void subtract(struct natural *a, const struct natural *b)
{
    int64_t borrow = 0;
    for (size_t i = 0; i < a->len; i++) {
        borrow += (int64_t)a->limbs[i] - (i < b->len ? b->limbs[i] : 0);
        a->limbs[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
    while (a->len && !a->limbs[a->len - 1])
        a->len--;
}

/* above / below * 2^exponent, neither of them 0; changes both. */
static uint128 divide(struct natural *above, struct natural *below, long exponent)
{
    int shift = bit_length(above) - bit_length(below);
    shift_left(shift > 0 ? below : above, shift > 0 ? shift : -shift);
    exponent += shift;
    if (compare(above, below) < 0) {
        shift_left(above, 1);
        exponent--;
    }
    /* Now the quotient is at least 1 and below 2. */
    if (exponent > LARGEST_EXPONENT) {
        errno = ERANGE;
        return (uint128)SPECIAL << FRACTION_BITS;
    }
    bool subnormal = exponent < SMALLEST_EXPONENT;
    long bits = FRACTION_BITS + 1 - (subnormal ? SMALLEST_EXPONENT - exponent : 0);
    uint128 quotient = 0;
    for (long i = 0; i < bits; i++) {
        bool bit = compare(above, below) >= 0;
        if (bit)
            subtract(above, below);
        quotient = quotient << 1 | bit;
        shift_left(above, 1);
    }
    int half = bits < 0 ? -1 : compare(above, below);
    uint128 result = quotient + (half > 0 || (half == 0 && quotient & 1));
    if (!subnormal) /* a carry out of the fraction goes where it belongs: into the exponent */
        result += (uint128)(exponent + LARGEST_EXPONENT - 1) << FRACTION_BITS;
    bool inexact = bits < 0 || above->len;
    if (result >> FRACTION_BITS == SPECIAL || (inexact && !(result >> FRACTION_BITS)))
        errno = ERANGE;
    return result;
}

/* An exponent behind its letter: 0 and *s as it was when there is none. Large ones are cut: they are beyond
 * anything, with MOST_DIGITS digits as well. */
static long read_exponent(const char **s)
{
    const char *at = *s + 1;
    bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    if (!isdigit((unsigned char)*at))
        return 0;
    long exponent = 0;
    for (; isdigit((unsigned char)*at); at++)
        if (exponent < 1000000000)
            exponent = exponent * 10 + (*at - '0');
    *s = at;
    return negative ? -exponent : exponent;
}

/* Digits and at most one point, of base 10 or 16. Returns where they end, NULL when there is no digit; *scale
 * is the power of the base that the number made of the digits taken is to be multiplied with. */
static const char *read_digits(const char *s, struct natural *n, uint32_t base, int most, long *scale)
{
    bool any = false, point = false, more = false;
    int taken = 0;
    *scale = 0;
    for (;; s++) {
        if (*s == '.' && !point) {
            point = true;
            continue;
        }
        unsigned char c = (unsigned char)*s;
        if (!isdigit(c) && !(base == 16 && isxdigit(c)))
            break;
        any = true;
        uint32_t digit = (uint32_t)(isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        if (taken || digit) {
            if (taken < most) {
                multiply_add(n, base, digit);
                taken++;
            } else {
                more |= digit != 0;
                ++*scale;
            }
        }
        *scale -= point;
    }
    if (more) { /* a little above what was taken */
        multiply_add(n, base, 1);
        --*scale;
    }
    return any ? s : NULL;
}

/* "0x" and hexadecimal digits. */
static const char *read_hexadecimal(const char *s, uint128 *bits)
{
    struct natural above = {0}, below = {1, {1}};
    long scale;
    s = read_digits(s + 2, &above, 16, 40, &scale);
    if (!s)
        return NULL;
    long exponent = *s == 'p' || *s == 'P' ? read_exponent(&s) : 0;
    *bits = above.len ? divide(&above, &below, exponent + 4 * scale) : 0;
    return s;
}

static const char *read_decimal(const char *s, uint128 *bits)
{
    struct natural above = {0}, below = {1, {1}};
    long scale;
    s = read_digits(s, &above, 10, MOST_DIGITS, &scale);
    if (!s)
        return NULL;
    scale += *s == 'e' || *s == 'E' ? read_exponent(&s) : 0;
    if (!above.len) {
        *bits = 0;
        return s;
    }
    long point = scale + bit_length(&above) * 30103L / 100000; /* of its first digit, within one */
    if (point > LARGEST_POINT || point < SMALLEST_POINT) {
        errno = ERANGE;
        *bits = point > 0 ? (uint128)SPECIAL << FRACTION_BITS : 0;
        return s;
    }
    multiply_by_power_of_ten(scale > 0 ? &above : &below, (int)(scale > 0 ? scale : -scale));
    *bits = divide(&above, &below, 0);
    return s;
}

static const char *read_special(const char *s, uint128 *bits)
{
    *bits = (uint128)SPECIAL << FRACTION_BITS;
    if (strncasecmp(s, "inf", 3) == 0)
        return s + (strncasecmp(s, "infinity", 8) == 0 ? 8 : 3);
    if (strncasecmp(s, "nan", 3) != 0)
        return NULL;
    *bits |= (uint128)1 << (FRACTION_BITS - 1); /* a quiet one */
    s += 3;
    size_t len = 1;
    while (*s == '(' && (isalnum((unsigned char)s[len]) || s[len] == '_'))
        len++;
    return *s == '(' && s[len] == ')' ? s + len + 1 : s;
}

float128 strtof128(const char *text, char **end)
{
    const char *s = text;
    while (isspace((unsigned char)*s))
        s++;
    bool negative = *s == '-';
    s += *s == '-' || *s == '+';
    uint128 bits = 0;
    const char *behind = read_special(s, &bits);
    if (!behind && s[0] == '0' && (s[1] | 0x20) == 'x')
        behind = read_hexadecimal(s, &bits);
    if (!behind)
        behind = read_decimal(s, &bits);
    if (!behind)
        bits = 0, negative = false;
    if (end)
        *end = (char *)(behind ? behind : text);
    union parts result = {.bits = bits | (uint128)negative << 127};
    return result.number;
}
