/* Files that are still there after a power cut. */
#ifndef SYS_DURABLE_H
#define SYS_DURABLE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* As file_write, for what a run promises: on the disk before it returns. A link that lies at path is
 * replaced, never followed. */
int file_write_durably(const char *path, const void *bytes, size_t len, mode_t mode, struct err *e);

/* The same with the content of another file (a reflink where the file system can). */
int file_copy_durably(const char *from, const char *path, mode_t mode, struct err *e);

/* Everything that was written to the file system of this folder is on the disk when it returns. */
int file_system_sync(const char *folder, struct err *e);

#endif
