/* Reads zip archives that may have been made to deceive. Every oddity becomes a fact that rules can report;
 * only what cannot be read at all is an error. Nothing is unpacked to disk.
 *
 * Members are taken from the central directory (APPNOTE 6.3.10, 4.3.12), as Python's zipfile and installers
 * do, and each is compared with its local header. Zip64 is read. */
#ifndef ZIP_READER_H
#define ZIP_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"

/* What is odd about a member; bits of zip_member.facts. */
enum {
    ZIP_DESCRIPTOR = 1 << 0,     /* sizes and CRC stand behind the data */
    ZIP_EXTRA = 1 << 1,          /* an extra field, in either header */
    ZIP_MEMBER_COMMENT = 1 << 2, /* a comment in the central directory */
    ZIP_FOLDER = 1 << 3,         /* a folder entry: the name ends in a slash */
    ZIP_SYMLINK = 1 << 4,        /* the mode is a symbolic link's */
    ZIP_SPECIAL = 1 << 5,        /* the mode is a device's, a FIFO's or a socket's */
    ZIP_SETUID = 1 << 6,         /* the mode has setuid, setgid or sticky */
    ZIP_ABSOLUTE = 1 << 7,       /* the name starts with a slash or a drive letter */
    ZIP_PARENT = 1 << 8,         /* the name has a ".." part */
    ZIP_NAME = 1 << 9,           /* empty, "." or an empty part, backslash, control character, not UTF-8 */
    ZIP_DUPLICATE = 1 << 10,     /* a member before this one has the same name */
    ZIP_LOCAL_DIFFERS = 1 << 11, /* the local header has another name, method, flag, CRC or size */
    ZIP_LOCAL_MISSING = 1 << 12, /* there is no local header where the directory says, or its data ends past
                                    the archive's end; the member cannot be read */
    ZIP_OVERLAP = 1 << 13,       /* its bytes are also those of another member or of the directory */
    ZIP_ENCRYPTED = 1 << 14,     /* cannot be read */
    ZIP_METHOD = 1 << 15,        /* neither stored nor deflated; cannot be read */
    ZIP_SIZE = 1 << 16, /* the sizes cannot be true: stored and not equal, or more than deflate gives */
    ZIP_BOMB = 1 << 17, /* over 64 MiB out of less than a two-hundredth of that */
    ZIP_MEMBER_ZIP64 = 1 << 18, /* sizes or offset in a zip64 extra field */
    ZIP_UTF8_FLAG = 1 << 19,    /* says UTF-8 for a plain ASCII name, or does not say it for another */
};
enum { ZIP_MEMBER_FACTS = 20 };

/* What is odd about the archive; bits of zip.facts. */
enum {
    ZIP_COMMENT = 1 << 0,  /* an archive comment */
    ZIP_TRAILING = 1 << 1, /* bytes behind the end record and its comment */
    ZIP_TWO_ENDS = 1 << 2, /* a second end record inside the comment or the trailing bytes */
    ZIP_PREFIX = 1 << 3,   /* bytes before the archive: offsets count from a later place */
    ZIP_GAP = 1 << 4,      /* bytes that belong to no member, before, between or behind them */
    ZIP_ZIP64 = 1 << 5,    /* a zip64 end record */
    ZIP_DISKS = 1 << 6,    /* says that it is spread over several disks */
    ZIP_COUNT = 1 << 7,    /* the end record counts other members than the directory has */
};
enum { ZIP_FACTS = 8 };

/* Archives with more members are refused: what is kept of one takes about 300 bytes. */
enum { ZIP_MEMBERS_MAX = 1 << 19 };

struct zip_member {
    const char *name; /* NUL-terminated; a NUL inside the name is a fact and cuts what is seen here */
    size_t name_len;
    uint64_t plain_bytes, packed_bytes; /* as the central directory says; not to be trusted */
    uint64_t header_offset;             /* of the local header, from the start of the bytes */
    const unsigned char *data;          /* packed_bytes long; NULL when it cannot be read */
    uint32_t crc;
    uint16_t method, flags;
    uint16_t dos_time, dos_date; /* 4.4.6 */
    unsigned mode;               /* Unix mode, 0 when the archive was not made on Unix */
    uint32_t facts;
    struct slice local_extra, central_extra, comment;
};

struct zip {
    const unsigned char *bytes; /* the caller's, who keeps them until zip_release */
    size_t size_bytes;
    struct zip_member *members; /* in the order of the central directory */
    size_t len;
    struct map by_name;         /* to struct zip_member *; of duplicates the last, as zipfile takes it */
    uint64_t total_plain_bytes; /* sum over members, saturating */
    uint32_t facts;             /* of the archive */
    uint32_t all_facts;         /* of all members, joined */
    struct slice comment;
    struct arena arena;
};

/* Reads the directory. path is used in messages only. Fails (ERR_PACKAGE) when there is no end record or the
 * directory is not where it must be or is cut. Memory is in proportion to the directory's bytes. */
int zip_parse(struct zip *z, const char *path, const void *bytes, size_t len, struct err *e);
void zip_release(struct zip *z);

const struct zip_member *zip_find(const struct zip *z, const char *name);

/* What a thread needs to read members; zeroed is ready, and each thread has its own. The buffer is reused. */
struct zip_scratch {
    void *inflate;
    unsigned char *buffer;
    size_t cap;
};
void zip_scratch_release(struct zip_scratch *s);

/* Gives the member's bytes: of a stored one those of the archive itself, else in s until the next call. Fails
 * (ERR_PACKAGE) when it has more than limit bytes, when it cannot be read, or when size or CRC are not what
 * the directory says. Never allocates more than limit, nor more than deflate could make of packed_bytes. */
int zip_read(
    const struct zip_member *m, size_t limit, struct zip_scratch *s, struct slice *out, struct err *e);

/* One bit of zip_member.facts or zip.facts in words: "a data descriptor". */
const char *zip_member_fact_text(uint32_t bit);
const char *zip_fact_text(uint32_t bit);

#endif
