#include "xstat.h"

int fstatat(int folder, const char *path, struct stat *status, int flags)
{
    return __fxstatat(STAT_VERSION, folder, path, status, flags);
}
