/* What iscanonical() of <math.h> calls where a long double writes the first bit of its significand: set, but for
 * zero and what is smaller than a normal number. */
#if __LDBL_MANT_DIG__ == 64
#include <stdint.h>
#include <string.h>

int __iscanonicall(long double x);

int __iscanonicall(long double x)
{
    struct {
        uint64_t significand;
        uint16_t exponent;
    } parts;
    memcpy(&parts, &x, 10);
    return ((parts.exponent & 0x7fff) != 0) == (parts.significand >> 63);
}
#endif
