#include "xstat.h"

int fstat(int fd, struct stat *status)
{
    return __fxstat(STAT_VERSION, fd, status);
}
