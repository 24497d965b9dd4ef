/* issignaling() of a _Float128. */
#include <stdint.h>
#include <string.h>

#include "float128.h"

int __issignalingf128(float128 x);

int __issignalingf128(float128 x)
{
    uint64_t words[2];
    memcpy(words, &x, sizeof words);
    uint64_t high = words[1] & ((UINT64_C(1) << 48) - 1);
    return (words[1] >> 48 & 0x7fff) == 0x7fff && (high | words[0]) && !(high >> 47);
}
