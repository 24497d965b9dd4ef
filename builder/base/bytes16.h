/* Sixteen bytes compared at once, in the vectors of GCC and clang: `(bytes16)(b == 0x48)` has 0xff where a
 * byte is 0x48. */
#ifndef BASE_BYTES16_H
#define BASE_BYTES16_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef uint8_t bytes16 __attribute__((vector_size(16)));

enum { BYTES16 = sizeof(bytes16) };

/* Those at p, wherever it is. */
static inline bytes16 bytes16_at(const void *p)
{
    bytes16 b;
    memcpy(&b, p, sizeof b);
    return b;
}

/* Bit i: byte i, which is 0 or 0xff, is 0xff. */
static inline unsigned bytes16_bits(bytes16 is)
{
#ifdef __SSE2__
    return (unsigned)_mm_movemask_epi8((__m128i)is);
#else
    uint64_t words[2];
    memcpy(words, &is, sizeof words);
    unsigned bits = 0;
    for (unsigned i = 0; i < 2; i++) /* each of eight bits to the place of its own in the highest byte */
        bits |= (unsigned)((le64toh(words[i]) >> 7 & 0x0101010101010101u) * 0x0102040810204080u >> 56)
                << (8 * i);
    return bits;
#endif
}

#endif
