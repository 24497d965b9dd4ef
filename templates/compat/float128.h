/* The parts of an IEEE 754 binary128 number. Nothing computes with it: its operators are functions of libgcc.
 */
#ifndef COMPAT_FLOAT128_H
#define COMPAT_FLOAT128_H

#include <stdbool.h>

#if __LDBL_MANT_DIG__ == 113
#define HAS_FLOAT128
typedef long double float128;
#elif defined __x86_64__ || defined __i386__ || defined __FLOAT128__
#define HAS_FLOAT128
typedef __float128 float128;
#endif

#ifdef __SIZEOF_INT128__
typedef unsigned __int128 uint128;

enum {
    FRACTION_BITS = 112,
    LARGEST_EXPONENT = 16383,
    SMALLEST_EXPONENT = -16382,
    SPECIAL = 0x7fff, /* exponent field of infinities and NaNs */
};

union parts {
    float128 number;
    uint128 bits;
};
#endif

#endif
