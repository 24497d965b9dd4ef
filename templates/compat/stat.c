#include "xstat.h"

int stat(const char *path, struct stat *status)
{
    return __xstat(STAT_VERSION, path, status);
}
