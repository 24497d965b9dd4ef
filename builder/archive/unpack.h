/* Unpacks archives of sources. Everything in them is hostile: the work is done by a child of ourselves with
 * little memory, which writes below one folder and nowhere else.
 *
 * tar (plain, gzip, bzip2, xz, zstd), zip, and what a Debian package installs, read by libarchive. Refused,
 * each with the entry's name: absolute paths, "..", links that leave the tree, devices, FIFOs and sockets,
 * setuid, setgid and sticky bits, the same path twice, paths through a link, encrypted entries, and archives
 * that expand past the limits. */
#ifndef ARCHIVE_UNPACK_H
#define ARCHIVE_UNPACK_H

#include <stdint.h>

#include "base/err.h"
#include "sched/helper.h"
#include "sched/tasks.h"

struct unpack_request {
    const char *archive; /* path of the archive */
    const char *shown;   /* what messages call it */
    const char *sha256;  /* of the archive; NULL: not compared */
    const char *into;    /* absolute: an existing folder; may hold other things already */
    const char *newest;  /* file that gets the newest modification time of all entries, in decimal; or NULL */
    uint64_t bytes_max;  /* that the archive may expand to; 0: UNPACK_BYTES_MAX */
    uint64_t entries_max;  /* 0: UNPACK_ENTRIES_MAX */
    struct strvec exclude; /* clean paths below the top folder: not written, nor is what is in them */
};

#define UNPACK_BYTES_MAX ((uint64_t)4 << 30)
#define UNPACK_ENTRIES_MAX ((uint64_t)500000)
#define UNPACK_MEMORY_BYTES ((uint64_t)256 << 20)

/* Fills the command of the helper that does it, with UNPACK_MEMORY_BYTES of address space. There the archive
 * is hashed, so that nobody else waits for it; one whose hash is another than sha256 is not unpacked, and
 * moved away, to its name with ".damaged" behind. */
void unpack_command(struct command *c, const struct unpack_request *r);

extern const struct helper unpack_helper;

/* Unpacks here, in this process. The one top folder that most archives have is left out; an archive without
 * one is taken as it is. Fails (ERR_FETCH) before anything is written when sha256 is given and not the
 * archive's. Files get mode 0644 or 0755 whatever the umask, and keep their times. Fails (ERR_BUILD) with the
 * archive, the entry and what is wrong with it; what was written until then stays in the folder, which the
 * caller throws away. */
int unpack_archive(const struct unpack_request *r, struct err *e);

#endif
