/* Where the members lie, and whether their local headers agree with the directory. */
#include <stdlib.h>

#include "base/alloc.h"
#include "zip/format.h"
#include "zip/internal.h"

struct extent {
    uint64_t from, to;
    struct zip_member *member; /* NULL for the central directory */
};

void zip_apply_zip64(struct zip_member *m, const unsigned char *extra, size_t len)
{
    while (len >= 4) {
        unsigned id = little16(extra);
        size_t size = little16(extra + 2);
        if (size > len - 4)
            return;
        if (id == EXTRA_ZIP64) {
            const unsigned char *p = extra + 4;
            uint64_t *const wanted[] = {&m->plain_bytes, &m->packed_bytes, &m->header_offset};
            for (size_t i = 0; i < 3; i++)
                if (*wanted[i] == UINT32_MAX && size >= 8) {
                    *wanted[i] = little64(p);
                    p += 8;
                    size -= 8;
                }
            m->facts |= ZIP_MEMBER_ZIP64;
            return;
        }
        extra += 4 + size;
        len -= 4 + size;
    }
}

/* Whether the local header says the same. Sizes and CRC may be 0 there when a descriptor follows the data. */
static bool local_agrees(const struct zip_member *m, const unsigned char *p, struct slice name)
{
    struct zip_member local = {
        .plain_bytes = little32(p + LOCAL_PLAIN), .packed_bytes = little32(p + LOCAL_PACKED)};
    zip_apply_zip64(&local, (const unsigned char *)m->local_extra.ptr, m->local_extra.len);
    uint32_t crc = little32(p + LOCAL_CRC);
    bool later = m->flags & FLAG_DESCRIPTOR && !crc && !local.plain_bytes && !local.packed_bytes;
    return slice_eq(name, (struct slice){m->name, m->name_len}) && little16(p + LOCAL_FLAGS) == m->flags &&
           little16(p + LOCAL_METHOD) == m->method &&
           (later || (crc == m->crc && local.plain_bytes == m->plain_bytes &&
                         local.packed_bytes == m->packed_bytes));
}

/* Where the descriptor behind the data ends, 4.3.9: with or without signature, sizes of 4 or 8 bytes. */
static uint64_t after_descriptor(const struct zip *z, const struct zip_member *m, uint64_t at)
{
    for (int with_magic = 1; with_magic >= 0; with_magic--)
        for (uint64_t width = 4; width <= 8; width += 4) {
            uint64_t skip = with_magic ? 4 : 0, size = skip + 4 + 2 * width;
            if (!zip_fits(z, at, size) || (with_magic && little32(z->bytes + at) != 0x08074b50u))
                continue;
            const unsigned char *p = z->bytes + at + skip;
            uint64_t packed = width == 4 ? little32(p + 4) : little64(p + 4);
            uint64_t plain = width == 4 ? little32(p + 8) : little64(p + 12);
            if (little32(p) == m->crc && packed == m->packed_bytes && plain == m->plain_bytes)
                return at + size;
        }
    return at;
}

/* Finds the local header and the data; gives the extent, empty when there is none. */
static struct extent read_local(const struct zip *z, struct zip_member *m)
{
    struct extent none = {0, 0, m};
    if (!zip_magic_at(z, m->header_offset, LOCAL_SIZE, LOCAL_MAGIC))
        goto missing;
    const unsigned char *p = z->bytes + m->header_offset;
    size_t name = little16(p + LOCAL_NAME_LEN), extra = little16(p + LOCAL_EXTRA_LEN);
    uint64_t data = m->header_offset + LOCAL_SIZE + name + extra;
    if (!zip_fits(z, data, m->packed_bytes))
        goto missing;
    m->local_extra = (struct slice){(const char *)p + LOCAL_SIZE + name, extra};
    if (extra)
        m->facts |= ZIP_EXTRA;
    if (!local_agrees(m, p, (struct slice){(const char *)p + LOCAL_SIZE, name}))
        m->facts |= ZIP_LOCAL_DIFFERS;
    m->data = z->bytes + data;
    uint64_t end = data + m->packed_bytes;
    if (m->flags & FLAG_DESCRIPTOR)
        end = after_descriptor(z, m, end);
    return (struct extent){m->header_offset, end, m};
missing:
    m->facts |= ZIP_LOCAL_MISSING;
    return none;
}

static int by_start(const void *a, const void *b)
{
    const struct extent *x = a, *y = b;
    return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->to > y->to) - (x->to < y->to);
}

/* Walks the extents in order of place: what two claim is an overlap, what nobody claims is a gap. */
static void compare_extents(struct zip *z, struct extent *extents, size_t len, uint64_t start)
{
    qsort(extents, len, sizeof *extents, by_start);
    uint64_t reached = start;
    struct zip_member *before = NULL;
    for (size_t i = 0; i < len; i++) {
        struct extent *x = &extents[i];
        if (x->to == 0)
            continue;
        if (x->from < reached) {
            if (x->member)
                x->member->facts |= ZIP_OVERLAP;
            if (before)
                before->facts |= ZIP_OVERLAP;
        } else if (x->from > reached) {
            z->facts |= ZIP_GAP;
        }
        if (x->to > reached) {
            reached = x->to;
            before = x->member;
        }
    }
}

void zip_layout(struct zip *z, uint64_t start, uint64_t directory, uint64_t directory_end)
{
    struct extent *extents = xcalloc(z->len + 1, sizeof *extents);
    for (size_t i = 0; i < z->len; i++)
        extents[i] = read_local(z, &z->members[i]);
    extents[z->len] = (struct extent){directory, directory_end, NULL};
    compare_extents(z, extents, z->len + 1, start);
    free(extents);
}
