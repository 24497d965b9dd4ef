/* What issignaling() of <math.h> calls: a NaN whose quiet bit is clear. Nothing is computed, which would make it
 * quiet. */
#include <stdint.h>
#include <string.h>

int __issignaling(double x);
int __issignalingf(float x);
int __issignalingl(long double x);

int __issignaling(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    return (bits >> 52 & 0x7ff) == 0x7ff && fraction && !(fraction >> 51);
}

int __issignalingf(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t fraction = bits & ((UINT32_C(1) << 23) - 1);
    return (bits >> 23 & 0xff) == 0xff && fraction && !(fraction >> 22);
}

#if __LDBL_MANT_DIG__ == 64
/* The first bit of the significand is written; where it is clear, no processor of today takes it for a NaN. */
int __issignalingl(long double x)
{
    struct {
        uint64_t significand;
        uint16_t exponent;
    } parts;
    memcpy(&parts, &x, 10);
    return (parts.exponent & 0x7fff) == 0x7fff && parts.significand >> 62 == 2 && parts.significand << 2;
}
#else
int __issignalingl(long double x)
{
    uint64_t words[2];
    memcpy(words, &x, sizeof words);
    uint64_t high = words[1] & ((UINT64_C(1) << 48) - 1);
    return (words[1] >> 48 & 0x7fff) == 0x7fff && (high | words[0]) && !(high >> 47);
}
#endif
