/* Shared by the reader's two halves: reader.c (end record and directory) and layout.c (local headers). */
#ifndef ZIP_INTERNAL_H
#define ZIP_INTERNAL_H

#include <stdbool.h>

#include "zip/format.h"
#include "zip/reader.h"

static inline bool zip_fits(const struct zip *z, uint64_t off, uint64_t size)
{
    return size <= z->size_bytes && off <= z->size_bytes - size;
}

static inline bool zip_magic_at(const struct zip *z, uint64_t off, uint64_t size, uint32_t magic)
{
    return zip_fits(z, off, size) && little32(z->bytes + off) == magic;
}

/* Replaces the sizes and the offset that are all ones by those of a zip64 extra field, 4.5.3. */
void zip_apply_zip64(struct zip_member *m, const unsigned char *extra, size_t len);

/* Finds each member's local header and data and compares them with what the directory says and with each
 * other. start is where the archive begins; the directory and what follows it end at directory_end. */
void zip_layout(struct zip *z, uint64_t start, uint64_t directory, uint64_t directory_end);

#endif
