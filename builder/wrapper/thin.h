/* Thin archives: lists of object files, which stay where they are. */
#ifndef WRAPPER_THIN_H
#define WRAPPER_THIN_H

#include <stdbool.h>

#include "wrapper/bytes.h"

bool archive_is_thin(const struct bytes *b);

/* Writes to fd an archive that has what the thin one at that path, whose bytes are b, leads to. It has no
 * index. False when a member is not there, or b is damaged. */
bool archive_fill(int fd, const char *path, const struct bytes *b);

/* All of it, or false. */
bool write_all(int fd, const void *bytes, size_t size);

#endif
