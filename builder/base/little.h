/* Numbers in bytes, least significant byte first, at any alignment: as zip archives have them, and code of
 * x86-64 and of AArch64. As many bytes are read as the name says bits. */
#ifndef BASE_LITTLE_H
#define BASE_LITTLE_H

#include <stdint.h>

static inline uint16_t little16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t little32(const unsigned char *p)
{
    return (uint32_t)little16(p) | (uint32_t)little16(p + 2) << 16;
}

static inline uint64_t little64(const unsigned char *p)
{
    return (uint64_t)little32(p) | (uint64_t)little32(p + 4) << 32;
}

#endif
