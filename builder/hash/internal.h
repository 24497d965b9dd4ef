/* For hash/. */
#ifndef HASH_INTERNAL_H
#define HASH_INTERNAL_H

#include <stddef.h>

/* Two digits a byte, and a NUL. */
void hex_write(const unsigned char *bytes, size_t len, char *out);

#endif
