/* Packages for another architecture than this machine's: their names hold the architecture's. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/internal.h"

/* Debian's packages have no underscore: "gcc-x86-64-linux-gnu". */
static char *as_package(const char *name)
{
    char *text = xstrdup(name);
    for (char *at = text; (at = strchr(at, '_'));)
        *at = '-';
    return text;
}

char *host_cross_remedy(const struct arch *arch)
{
    if (host_family() != HOST_DEBIAN) /* the others' compilers come without a C library */
        return xstrf(
            "install %s-gcc with its C library, or name a compiler in STATICBUILD_CC", arch->compiler);
    AUTO_FREE char *compiler = as_package(arch->compiler);
    AUTO_FREE char *packages = xstrf("gcc-%s g++-%s libc6-dev-%s-cross", compiler, compiler, arch->debian);
    return host_remedy_of(packages);
}

char *host_emulator_remedy(const struct arch *arch)
{
    static const char *const packages[] = {[HOST_DEBIAN] = "qemu-user",
        [HOST_FEDORA] = "qemu-user",
        [HOST_ARCH] = "qemu-user",
        [HOST_SUSE] = "qemu-linux-user"};
    enum host_family family = host_family();
    AUTO_FREE char *own = xstrf("qemu-%s", arch->qemu);
    const char *package = family == HOST_ALPINE ? own : packages[family];
    return package ? host_remedy_of(package) : xstrf("install %s", own);
}
