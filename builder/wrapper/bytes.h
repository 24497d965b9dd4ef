/* A file in memory. */
#ifndef WRAPPER_BYTES_H
#define WRAPPER_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
    const unsigned char *start; /* NULL when the file is empty */
    size_t size;
};

/* Maps a regular file; false when there is none that can be read. */
bool bytes_open(struct bytes *b, const char *path);
void bytes_close(struct bytes *b);

#endif
