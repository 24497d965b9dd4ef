#include "xstat.h"

int stat64(const char *path, struct stat64 *status)
{
    return __xstat64(STAT_VERSION, path, status);
}
