#include "xstat.h"

int mknodat(int folder, const char *path, mode_t mode, dev_t device)
{
    return __xmknodat(MKNOD_VERSION, folder, path, mode, &device);
}
