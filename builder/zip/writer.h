/* Writes zip archives as the public index of wheels takes them: sizes and CRC in the local headers, no data
 * descriptors, no extra fields, no folder entries, no comments, Unix modes 0644 or 0755, one time for every
 * member. The same members in the same order give the same bytes. Zip64 is not written: a member or an
 * archive of 4 GiB or more is refused. */
#ifndef ZIP_WRITER_H
#define ZIP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct zip_writer;

/* Level of libdeflate, 1 to 12. The module of pyzmq, 1864 kB (bytes made, CPU time): 5 695 kB 24 ms, 6 691 kB
 * 31 ms, 7 688 kB 41 ms, 8 687 kB 88 ms, 10 669 kB 151 ms, 12 668 kB 242 ms. The driver itself packs, so what
 * ten gains in size would be its largest share of a build. */
enum { ZIP_LEVEL_DEFAULT = 6 };

/* Starts an archive at the present position of fd, which the caller owns, keeps open until zip_writer_finish
 * and closes. time_s is in seconds since 1970, UTC, clamped to what a zip can say (1980 to 2107, even
 * seconds). path names the archive in errors. Never NULL; end it with zip_writer_free. */
struct zip_writer *zip_writer_new(int fd, const char *path, int64_t time_s, int level);

/* Adds a file, deflated or, where that is not smaller, stored. The name must be relative, `/`-separated UTF-8
 * without `.`, `..` or empty parts, and new to the archive; the bytes are not kept. An executable gets mode
 * 0755, everything else 0644. */
int zip_writer_add(
    struct zip_writer *w, const char *name, bool executable, const void *bytes, size_t len, struct err *e);

/* Writes the central directory; nothing may be added afterwards. */
int zip_writer_finish(struct zip_writer *w, struct err *e);

void zip_writer_free(struct zip_writer *w);

#endif
