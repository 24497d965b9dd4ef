/* Which system, and which loader, a file names in its header: glibc's loader refuses a file of another
 * system's ABI ("ELF file OS ABI invalid"), and the kernel does not start a program whose loader is absent.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/internal.h"
#include "base/cleanup.h"
#include "sys/path.h"

static const char *system_of(uint8_t os_abi)
{
    static const struct {
        uint8_t os_abi;
        const char *name;
    } systems[] = {{1, "HP-UX"}, {2, "NetBSD"}, {6, "Solaris"}, {7, "AIX"}, {8, "IRIX"}, {9, "FreeBSD"},
        {10, "Tru64"}, {11, "Modesto"}, {12, "OpenBSD"}, {64, "ARM EABI"}, {97, "ARM"}, {255, "no system"}};
    for (size_t i = 0; i < COUNT(systems); i++)
        if (systems[i].os_abi == os_abi)
            return systems[i].name;
    return "another system";
}

void check_system(struct check *c)
{
    uint8_t abi = c->image->os_abi;
    if (abi == ELFOSABI_SYSV || abi == ELFOSABI_GNU)
        return;
    struct finding *f = add_finding(
        c, "says in its header that it is for %s (EI_OSABI %d): the loader refuses it", system_of(abi), abi);
    set_remedy(c, f, "build it with a compiler for Linux");
}

static bool is_usual_folder(const char *folder)
{
    static const char *const folders[] = {"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/lib32", "/libx32"};
    for (size_t i = 0; i < COUNT(folders); i++)
        if (strcmp(folders[i], folder) == 0)
            return true;
    return false;
}

/* What every system of its kind has: /lib64/ld-linux-x86-64.so.2, and no other folder or name. */
void check_program_loader(struct check *c)
{
    const char *loader = c->image->interpreter;
    const struct arch *arch = c->facts->arch;
    if (!loader || !arch || c->facts->role != AUDIT_EXECUTABLE)
        return;
    enum libc_kind libc = c->platform && c->platform->libc != LIBC_ANY ? c->platform->libc : c->facts->libc;
    const char *expected = libc == LIBC_MUSL ? arch->musl_loader : arch->glibc_loader;
    AUTO_FREE char *folder = path_dir(loader);
    bool fine = is_usual_folder(folder) && strcmp(path_base(loader), expected) == 0;
    if (fine)
        return;
    struct finding *f = add_finding(c, "is started by %s, which no %s system promises: it has %s", loader,
        libc == LIBC_MUSL ? "musl" : "glibc", expected);
    set_remedy(c, f,
        "link with -Wl,--dynamic-linker and the usual path, or mend it with `patchelf --set-interpreter`");
}
