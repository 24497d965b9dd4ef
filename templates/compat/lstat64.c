#include "xstat.h"

int lstat64(const char *path, struct stat64 *status)
{
    return __lxstat64(STAT_VERSION, path, status);
}
