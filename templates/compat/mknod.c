#include "xstat.h"

int mknod(const char *path, mode_t mode, dev_t device)
{
    return __xmknod(MKNOD_VERSION, path, mode, &device);
}
