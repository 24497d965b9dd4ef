/* Most bytes are passed over sixteen at a time, by the first two bytes of each text. */
#include "base/needles.h"

#include <assert.h>

bool needles_add(struct needles *n, struct slice needle)
{
    assert(needle.len >= 2);
    if (n->count == NEEDLES_MAX)
        return false;
    n->items[n->count] = needle;
    n->first[n->count] = (uint8_t)needle.ptr[0] + (bytes16){0};
    n->second[n->count++] = (uint8_t)needle.ptr[1] + (bytes16){0};
    return true;
}

static bool stands_at(const struct needles *n, const char *at, const char *end, size_t *which)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->items[i].len <= (size_t)(end - at) && memcmp(at, n->items[i].ptr, n->items[i].len) == 0) {
            *which = i;
            return true;
        }
    return false;
}

const char *needles_find(const struct needles *n, const char *from, const char *end, size_t *which)
{
    const char *at = from;
    for (; end - at > BYTES16; at += BYTES16) {
        bytes16 first = bytes16_at(at), second = bytes16_at(at + 1), is = {0};
        for (size_t i = 0; i < n->count; i++)
            is |= (bytes16)(first == n->first[i]) & (bytes16)(second == n->second[i]);
        for (unsigned bits = bytes16_bits(is); bits; bits &= bits - 1)
            if (stands_at(n, at + __builtin_ctz(bits), end, which))
                return at + __builtin_ctz(bits);
    }
    for (; at < end; at++)
        if (stands_at(n, at, end, which))
            return at;
    return NULL;
}
