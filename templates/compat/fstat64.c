#include "xstat.h"

int fstat64(int fd, struct stat64 *status)
{
    return __fxstat64(STAT_VERSION, fd, status);
}
