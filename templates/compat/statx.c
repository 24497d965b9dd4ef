/* Linux 4.11; where the kernel lacks it, what fstatat() tells. */
#define _FILE_OFFSET_BITS 64 /* sizes as the kernel knows them, also where words have 32 bits */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

enum { SYNC_FLAGS = 0x6000, BASIC_STATS = 0x7ff, RESERVED = (int)0x80000000u }; /* of linux/stat.h */

/* As the kernel writes it: the same everywhere. */
struct moment {
    int64_t seconds;
    uint32_t nanoseconds;
    int32_t spare;
};
struct answer {
    uint32_t mask, block_size;
    uint64_t attributes;
    uint32_t links, user, group;
    uint16_t mode, spare;
    uint64_t inode, size, blocks, attributes_mask;
    struct moment accessed, born, changed, modified;
    uint32_t device_major, device_minor, file_system_major, file_system_minor;
    uint64_t rest[14];
};

_Static_assert(sizeof(struct answer) == 256, "not as the kernel writes it");

struct statx;
int statx(int folder, const char *path, int flags, unsigned mask, struct statx *out);

static struct moment moment_of(struct timespec t)
{
    return (struct moment){.seconds = t.tv_sec, .nanoseconds = (uint32_t)t.tv_nsec};
}

static int ask_fstatat(int folder, const char *path, int flags, unsigned mask, struct answer *out)
{
    struct stat s;
    int known = AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW | SYNC_FLAGS;
    if ((flags & ~known) || (mask & (unsigned)RESERVED)) {
        errno = EINVAL;
        return -1;
    }
    if (fstatat(folder, path, &s, flags & ~SYNC_FLAGS) < 0)
        return -1;
    *out = (struct answer){
        .mask = BASIC_STATS,
        .block_size = (uint32_t)s.st_blksize,
        .links = (uint32_t)s.st_nlink,
        .user = s.st_uid,
        .group = s.st_gid,
        .mode = (uint16_t)s.st_mode,
        .inode = s.st_ino,
        .size = (uint64_t)s.st_size,
        .blocks = (uint64_t)s.st_blocks,
        .accessed = moment_of(s.st_atim),
        .changed = moment_of(s.st_ctim),
        .modified = moment_of(s.st_mtim),
        .device_major = major(s.st_rdev),
        .device_minor = minor(s.st_rdev),
        .file_system_major = major(s.st_dev),
        .file_system_minor = minor(s.st_dev),
    };
    return 0;
}

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *out)
{
    int before = errno;
    int result = (int)syscall(SYS_statx, folder, path, flags, mask, out);
    if (result == 0 || errno != ENOSYS)
        return result;
    result = ask_fstatat(folder, path, flags, mask, (struct answer *)out);
    if (result == 0)
        errno = before;
    return result;
}
