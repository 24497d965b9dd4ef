/* A zlib stream (RFC 1950) that is nobody's member. */
#ifndef ZIP_ZLIB_READ_H
#define ZIP_ZLIB_READ_H

#include "base/str.h"

/* Inflates the whole of it; the caller frees out->ptr. False when it is damaged, or holds more than limit
 * bytes. */
bool zlib_read(struct slice packed, size_t limit, struct slice *out);

#endif
