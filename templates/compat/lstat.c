#include "xstat.h"

int lstat(const char *path, struct stat *status)
{
    return __lxstat(STAT_VERSION, path, status);
}
