/* What macros of <math.h> call: issignaling(), iseqsig() and iscanonical(). */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "brought.h"
#include "float128.h"

/* A NaN whose quiet bit is clear. Nothing is computed, which would make it quiet. */
static inline int is_signaling(uint64_t high, uint64_t rest, int exponent_bits, int fraction_bits)
{
    uint64_t fraction = high & ((UINT64_C(1) << fraction_bits) - 1),
             ones = (UINT64_C(1) << exponent_bits) - 1;
    return (high >> fraction_bits & ones) == ones && (fraction | rest) && !(fraction >> (fraction_bits - 1));
}

#if __LDBL_MANT_DIG__ == 64
/* The first bit of its significand is written. */
struct extended {
    uint64_t significand;
    uint16_t exponent;
};

static inline struct extended extended_of(long double x)
{
    struct extended parts;
    memcpy(&parts, &x, 10);
    parts.exponent &= 0x7fff;
    return parts;
}
#endif

#ifdef HAS_FLOAT128
enum { HIGH = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

static inline int quad_is_signaling(float128 x)
{
    uint64_t words[2];
    memcpy(words, &x, sizeof words);
    return is_signaling(words[HIGH], words[!HIGH], 15, 48);
}
#endif

#if __LDBL_MANT_DIG__ == 106
/* IBM's: the sum of two, the first of which is what the sum is rounded to. */
static inline void halves_of(double halves[2], long double x)
{
    memcpy(halves, &x, 2 * sizeof *halves);
}
#endif

#if LACKS(18)
int __issignaling(double x);
int __issignalingf(float x);
int __issignalingl(long double x);

BROUGHT int __issignaling(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return is_signaling(bits, 0, 11, 52);
}

BROUGHT int __issignalingf(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return is_signaling(bits, 0, 8, 23);
}

BROUGHT int __issignalingl(long double x)
{
#if __LDBL_MANT_DIG__ == 64
    struct extended parts = extended_of(x);
    return parts.exponent == 0x7fff && parts.significand >> 62 == 2 && parts.significand << 2;
#elif __LDBL_MANT_DIG__ == 106
    double halves[2];
    halves_of(halves, x);
    return __issignaling(halves[0]);
#elif __LDBL_MANT_DIG__ == 113
    return quad_is_signaling(x);
#else
    return __issignaling((double)x);
#endif
}
#endif

/* Equality that tells of a NaN: by the exception of <= and by errno. Both comparisons are made. */
#define EQUALITY(name, type)                        \
    int name(type x, type y);                       \
    BROUGHT int name(type x, type y)                \
    {                                               \
        volatile type a = x, b = y;                 \
        int not_above = a <= b, not_below = a >= b; \
        if (!not_above && !not_below)               \
            errno = EDOM;                           \
        return not_above && not_below;              \
    }

#if LACKS(25)
EQUALITY(__iseqsig, double)
EQUALITY(__iseqsigf, float)
EQUALITY(__iseqsigl, long double)

#if __LDBL_MANT_DIG__ == 64
int __iscanonicall(long double x);

BROUGHT int __iscanonicall(long double x)
{
    struct extended parts = extended_of(x);
    return (parts.exponent != 0) == (parts.significand >> 63);
}
#elif __LDBL_MANT_DIG__ == 106
int __iscanonicall(long double x);

BROUGHT int __iscanonicall(long double x)
{
    double halves[2];
    halves_of(halves, x);
    volatile double sum = halves[0] + halves[1];
    return halves[0] != halves[0] || halves[0] - halves[0] != 0 || sum == halves[0];
}
#endif
#endif

#if LACKS(26) && defined HAS_FLOAT128
int __issignalingf128(float128 x);

BROUGHT int __issignalingf128(float128 x)
{
    return quad_is_signaling(x);
}

EQUALITY(__iseqsigf128, float128)
#endif
