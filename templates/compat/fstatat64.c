#include "xstat.h"

int fstatat64(int folder, const char *path, struct stat64 *status, int flags)
{
    return __fxstatat64(STAT_VERSION, folder, path, status, flags);
}
