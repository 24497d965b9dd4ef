/* What the strtol() family of C23 does beyond C99: base 0 and base 2 take "0b" before binary digits (N3096
 * 7.24.1.7). Everything else is left to the C99 functions, under names that headers do not redirect.
 *
 * Include once with CHARACTER, FAMILY ("strto"), NAME(rest) and IS_SPACE(character, locale or NULL) defined.
 */
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef CHARACTER character;

long long c99_ll(const character *, character **, int) __asm__(FAMILY "ll");
unsigned long long c99_ull(const character *, character **, int) __asm__(FAMILY "ull");
long long c99_ll_l(const character *, character **, int, locale_t) __asm__(FAMILY "ll_l");
unsigned long long c99_ull_l(const character *, character **, int, locale_t) __asm__(FAMILY "ull_l");

/* A number with "0b". */
struct binary {
    unsigned long long value;
    bool negative, too_large; /* errno is ERANGE then */
};

/* Reads one; false when there is no "0b" before binary digits. */
static bool read_binary(struct binary *b, const character *s, character **end, int base, locale_t locale)
{
    if (base != 0 && base != 2)
        return false;
    while (IS_SPACE(*s, locale))
        s++;
    b->negative = *s == '-';
    s += *s == '-' || *s == '+';
    if (s[0] != '0' || (s[1] != 'b' && s[1] != 'B') || (s[2] != '0' && s[2] != '1'))
        return false;
    int before = errno;
    errno = 0;
    b->value = c99_ull(s + 2, end, 2);
    b->too_large = errno == ERANGE;
    if (!b->too_large)
        errno = before;
    return true;
}

/* What a type takes whose greatest number that is. */
static long long signed_of(struct binary *b, unsigned long long most)
{
    most += b->negative;
    if (b->value > most) {
        errno = ERANGE;
        b->value = most;
    }
    return (long long)(b->negative ? -b->value : b->value);
}

static unsigned long long unsigned_of(struct binary *b, unsigned long long most)
{
    if (b->value > most) {
        errno = ERANGE;
        return most;
    }
    return b->negative && !b->too_large ? -b->value : b->value;
}

static long long read_signed(const character *s, character **end, int base, locale_t locale)
{
    struct binary b;
    if (read_binary(&b, s, end, base, locale))
        return signed_of(&b, LLONG_MAX);
    return locale ? c99_ll_l(s, end, base, locale) : c99_ll(s, end, base);
}

static unsigned long long read_unsigned(const character *s, character **end, int base, locale_t locale)
{
    struct binary b;
    if (read_binary(&b, s, end, base, locale))
        return unsigned_of(&b, ULLONG_MAX);
    return locale ? c99_ull_l(s, end, base, locale) : c99_ull(s, end, base);
}

#if LONG_MAX == LLONG_MAX
#define read_long read_signed
#define read_unsigned_long read_unsigned
#else
long c99_l(const character *, character **, int) __asm__(FAMILY "l");
unsigned long c99_ul(const character *, character **, int) __asm__(FAMILY "ul");
long c99_l_l(const character *, character **, int, locale_t) __asm__(FAMILY "l_l");
unsigned long c99_ul_l(const character *, character **, int, locale_t) __asm__(FAMILY "ul_l");

static long read_long(const character *s, character **end, int base, locale_t locale)
{
    struct binary b;
    if (read_binary(&b, s, end, base, locale))
        return (long)signed_of(&b, LONG_MAX);
    return locale ? c99_l_l(s, end, base, locale) : c99_l(s, end, base);
}

static unsigned long read_unsigned_long(const character *s, character **end, int base, locale_t locale)
{
    struct binary b;
    if (read_binary(&b, s, end, base, locale))
        return (unsigned long)unsigned_of(&b, ULONG_MAX);
    return locale ? c99_ul_l(s, end, base, locale) : c99_ul(s, end, base);
}
#endif

#define DEFINE(rest, type, reader)                                  \
    type NAME(rest)(const character *s, character **end, int base); \
    type NAME(rest)(const character *s, character **end, int base)  \
    {                                                               \
        return (type)reader(s, end, base, NULL);                    \
    }
#define DEFINE_L(rest, type, reader)                                            \
    type NAME(rest)(const character *s, character **end, int base, locale_t l); \
    type NAME(rest)(const character *s, character **end, int base, locale_t l)  \
    {                                                                           \
        return (type)reader(s, end, base, l);                                   \
    }

DEFINE(l, long, read_long)
DEFINE(ll, long long, read_signed)
DEFINE(ul, unsigned long, read_unsigned_long)
DEFINE(ull, unsigned long long, read_unsigned)
DEFINE(imax, intmax_t, read_signed)
DEFINE(umax, uintmax_t, read_unsigned)
DEFINE_L(l_l, long, read_long)
DEFINE_L(ll_l, long long, read_signed)
DEFINE_L(ul_l, unsigned long, read_unsigned_long)
DEFINE_L(ull_l, unsigned long long, read_unsigned)
