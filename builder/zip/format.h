/* The records of a zip archive as they lie in the file (PKWARE APPNOTE 6.3.10, section 4.3): sizes,
 * signatures and the offsets of the fields this program reads or writes. All numbers are little-endian. */
#ifndef ZIP_FORMAT_H
#define ZIP_FORMAT_H

#include <stdint.h>

#include "base/little.h"

enum {
    LOCAL_SIZE = 30,     /* local file header, 4.3.7 */
    CENTRAL_SIZE = 46,   /* central directory header, 4.3.12 */
    END_SIZE = 22,       /* end of central directory record, 4.3.16 */
    END64_SIZE = 56,     /* zip64 end of central directory record, 4.3.14 */
    LOCATOR64_SIZE = 20, /* zip64 end of central directory locator, 4.3.15 */

    FLAG_ENCRYPTED = 1 << 0,
    FLAG_DESCRIPTOR = 1 << 3, /* sizes and CRC stand behind the data */
    FLAG_UTF8 = 1 << 11,

    METHOD_STORED = 0,
    METHOD_DEFLATED = 8,

    EXTRA_ZIP64 = 0x0001,

    VERSION_DEFLATE = 20, /* 2.0, the version of the format that has deflate */
    MADE_BY_UNIX = 3,
};

#define LOCAL_MAGIC 0x04034b50u
#define CENTRAL_MAGIC 0x02014b50u
#define END_MAGIC 0x06054b50u
#define END64_MAGIC 0x06064b50u
#define LOCATOR64_MAGIC 0x07064b50u

/* Offsets inside a local header. */
enum {
    LOCAL_VERSION = 4,
    LOCAL_FLAGS = 6,
    LOCAL_METHOD = 8,
    LOCAL_TIME = 10,
    LOCAL_CRC = 14,
    LOCAL_PACKED = 18,
    LOCAL_PLAIN = 22,
    LOCAL_NAME_LEN = 26,
    LOCAL_EXTRA_LEN = 28,
};

/* Offsets inside a central directory header. */
enum {
    CENTRAL_MADE_BY = 4,
    CENTRAL_VERSION = 6,
    CENTRAL_FLAGS = 8,
    CENTRAL_METHOD = 10,
    CENTRAL_TIME = 12,
    CENTRAL_CRC = 16,
    CENTRAL_PACKED = 20,
    CENTRAL_PLAIN = 24,
    CENTRAL_NAME_LEN = 28,
    CENTRAL_EXTRA_LEN = 30,
    CENTRAL_COMMENT_LEN = 32,
    CENTRAL_DISK = 34,
    CENTRAL_ATTRIBUTES = 38, /* the Unix mode in the upper half when made by Unix */
    CENTRAL_OFFSET = 42,
};

/* Offsets inside the end record. */
enum {
    END_DISK = 4,
    END_DISK_DIRECTORY = 6,
    END_COUNT_DISK = 8,
    END_COUNT = 10,
    END_DIRECTORY_SIZE = 12,
    END_DIRECTORY_OFFSET = 16,
    END_COMMENT_LEN = 20,
};

static inline void put16(unsigned char *p, unsigned value)
{
    p[0] = (unsigned char)value;
    p[1] = (unsigned char)(value >> 8);
}

static inline void put32(unsigned char *p, uint32_t value)
{
    put16(p, value & 0xffff);
    put16(p + 2, value >> 16);
}

#endif
