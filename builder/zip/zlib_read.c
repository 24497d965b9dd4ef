/* The stream does not say its size: a larger buffer is taken until it fits. */
#include "zip/zlib_read.h"

#include <libdeflate.h>
#include <stdlib.h>

enum { FIRST = 64 * 1024, MORE = 4 };

bool zlib_read(struct slice packed, size_t limit, struct slice *out)
{
    struct libdeflate_decompressor *inflate = libdeflate_alloc_decompressor();
    enum libdeflate_result result = LIBDEFLATE_INSUFFICIENT_SPACE;
    char *bytes = NULL;
    size_t len = 0;
    for (size_t size = FIRST < limit ? FIRST : limit; inflate && result == LIBDEFLATE_INSUFFICIENT_SPACE;
         size = size > limit / MORE ? limit : size * MORE) {
        free(bytes);
        bytes = malloc(size ? size : 1);
        if (!bytes)
            break;
        result = libdeflate_zlib_decompress(inflate, packed.ptr, packed.len, bytes, size, &len);
        if (size == limit)
            break;
    }
    libdeflate_free_decompressor(inflate);
    if (result != LIBDEFLATE_SUCCESS) {
        free(bytes);
        return false;
    }
    *out = (struct slice){bytes, len};
    return true;
}
