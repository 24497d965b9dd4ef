/* glibc before 2.33 exports no stat(): programs carried small functions that pass the layout of struct stat
 * they were compiled with. These numbers are part of each architecture's ABI. */
#ifndef COMPAT_XSTAT_H
#define COMPAT_XSTAT_H

#include <sys/stat.h>

#if defined __x86_64__ && defined __LP64__
enum { STAT_VERSION = 1, MKNOD_VERSION = 0 };
#elif defined __i386__ || defined __arm__
enum { STAT_VERSION = 3, MKNOD_VERSION = 1 };
#elif defined __powerpc64__
enum { STAT_VERSION = 1, MKNOD_VERSION = 1 };
#elif defined __s390x__
enum { STAT_VERSION = 1, MKNOD_VERSION = 0 };
#elif defined __LP64__ /* generic: AArch64, RISC-V, LoongArch */
enum { STAT_VERSION = 0, MKNOD_VERSION = 0 };
#else
#error "the version of struct stat is not known for this architecture"
#endif

int __xstat(int version, const char *path, struct stat *status);
int __fxstat(int version, int fd, struct stat *status);
int __lxstat(int version, const char *path, struct stat *status);
int __fxstatat(int version, int folder, const char *path, struct stat *status, int flags);
int __xstat64(int version, const char *path, struct stat64 *status);
int __fxstat64(int version, int fd, struct stat64 *status);
int __lxstat64(int version, const char *path, struct stat64 *status);
int __fxstatat64(int version, int folder, const char *path, struct stat64 *status, int flags);
int __xmknod(int version, const char *path, mode_t mode, dev_t *device);
int __xmknodat(int version, int folder, const char *path, mode_t mode, dev_t *device);

#endif
