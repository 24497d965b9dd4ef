/* Which dynamic loader a program gets, and which folders that one has built in. */
#include "loader/abi.h"

#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "sys/fs.h"
#include "sys/path.h"

/* What the file says; LIBC_ANY when it does not. */
static enum libc_kind libc_of_image(const struct elf_image *image)
{
    const char *interpreter = image->interpreter ? path_base(image->interpreter) : "";
    if (*interpreter)
        return libc_of_soname(interpreter) == LIBC_MUSL ? LIBC_MUSL : LIBC_GLIBC;
    enum libc_kind libc = LIBC_ANY;
    for (size_t i = 0; i < image->needed_count && libc == LIBC_ANY; i++)
        libc = libc_of_soname(image->needed[i]);
    return libc;
}

static const char *find_loader(
    struct arena *arena, const struct loader_machine *m, const char *name, const char *triplet)
{
    AUTO(strvec) struct strvec places = {0};
    strvec_pushf(&places, "/lib64/%s", name);
    strvec_pushf(&places, "/lib/%s", name);
    if (triplet)
        strvec_pushf(&places, "/lib/%s/%s", triplet, name);
    strvec_pushf(&places, "/usr/lib64/%s", name);
    strvec_pushf(&places, "/usr/lib/%s", name);
    if (triplet)
        strvec_pushf(&places, "/usr/lib/%s/%s", triplet, name);
    for (size_t i = 0; i < places.len; i++)
        if (loader_machine_has(m, places.items[i]))
            return arena_strdup(arena, places.items[i]);
    return NULL;
}

static void choose_loader(struct loader_abi *abi, struct arena *arena, const struct loader_machine *m,
    const struct elf_image *image, const struct arch *arch)
{
    abi->libc = libc_of_image(image);
    if (image->interpreter)
        abi->interpreter = arena_strdup(arena, image->interpreter);
    if (abi->interpreter || !arch) {
        abi->libc = abi->libc == LIBC_ANY ? LIBC_GLIBC : abi->libc;
        return;
    }
    if (abi->libc != LIBC_MUSL)
        abi->interpreter = find_loader(arena, m, arch->glibc_loader, arch->multiarch);
    if (abi->libc != LIBC_GLIBC && !abi->interpreter) {
        abi->interpreter = find_loader(arena, m, arch->musl_loader, NULL);
        abi->libc = abi->interpreter ? LIBC_MUSL : abi->libc;
    }
    abi->libc = abi->libc == LIBC_ANY ? LIBC_GLIBC : abi->libc;
}

/* The length of "/folder/" and its NUL at p, or 0. */
static size_t folder_text(const unsigned char *p, size_t left)
{
    size_t n = 0, most = left < 256 ? left : 256;
    while (n < most && p[n] > ' ' && p[n] < 0x7f)
        n++;
    return n >= 5 && n < most && p[0] == '/' && p[n - 1] == '/' && !p[n] ? n + 1 : 0;
}

/* The folders built into glibc's loader: texts one behind the other that begin and end with a slash, one of
 * them with "lib" in it (elf/dl-load.c, system_dirs). */
static void read_built_in(struct strvec *out, const struct mapping *file)
{
    const unsigned char *p = file->bytes, *end = p ? p + file->size : p;
    while (p < end && (p = memchr(p, '/', (size_t)(end - p)))) {
        size_t len = folder_text(p, (size_t)(end - p));
        if (!len || (p > file->bytes && p[-1])) {
            p++;
            continue;
        }
        bool library = false;
        for (; len && out->len < 16; len = folder_text(p, (size_t)(end - p))) {
            library |= memmem(p, len, "lib", 3) != NULL;
            strvec_pushn(out, (const char *)p, len - 2);
            p += len;
        }
        if (library)
            return;
        strvec_clear(out);
    }
}

static void usual_folders(
    struct strvec *out, const struct loader_machine *m, const struct arch *arch, bool wide)
{
    const char *triplet = arch ? arch->multiarch : NULL;
    AUTO_FREE char *multiarch = xstrf("/usr/lib/%s", triplet ? triplet : "none");
    if (triplet && loader_machine_has_folder(m, multiarch)) {
        strvec_pushf(out, "/lib/%s", triplet);
        strvec_push(out, multiarch);
    } else if (wide) {
        strvec_push(out, "/lib64");
        strvec_push(out, "/usr/lib64");
    }
    strvec_push(out, "/lib");
    strvec_push(out, "/usr/lib");
}

static void read_folders(struct loader_abi *abi, const struct loader_machine *m, const struct arch *arch)
{
    if (abi->libc == LIBC_MUSL) {
        const char *name = abi->interpreter ? path_base(abi->interpreter) : arch ? arch->musl_loader : "";
        abi->conf_count = 0;
        if (!loader_machine_musl_folders(m, name, &abi->system)) {
            strvec_push(&abi->system, "/lib");
            strvec_push(&abi->system, "/usr/local/lib");
            strvec_push(&abi->system, "/usr/lib");
        }
        return;
    }
    strvec_push_all(&abi->system, &m->folders);
    abi->conf_count = abi->system.len;
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_FREE char *path = abi->interpreter ? loader_machine_path(m, abi->interpreter) : NULL;
    struct mapping file = {0};
    if (path && path_may_be_file(path) && mapping_open(&file, path, &ignored) == 0)
        read_built_in(&abi->built_in, &file);
    mapping_release(&file);
    if (!abi->built_in.len)
        usual_folders(&abi->built_in, m, arch, abi->wide);
    for (size_t i = 0; i < abi->built_in.len; i++)
        if (!strvec_has(&abi->system, abi->built_in.items[i]))
            strvec_push(&abi->system, abi->built_in.items[i]);
}

/* $LIB is a constant of the loader's build: the last parts of its first built-in folder. */
static const char *lib_of(const struct loader_abi *abi, struct arena *arena, const struct arch *arch)
{
    if (abi->libc == LIBC_MUSL)
        return NULL;
    const char *first = abi->built_in.len ? abi->built_in.items[0] : "";
    const char *triplet = arch ? arch->multiarch : NULL;
    if (triplet && str_ends(first, triplet))
        return arena_strf(arena, "lib/%s", triplet);
    if (str_starts(first, "/lib"))
        return arena_strdup(arena, first + 1);
    return arch ? arch->lib : "lib";
}

void loader_abi_read(struct loader_abi *abi, struct arena *arena, const struct loader_machine *machine,
    const struct elf_image *image)
{
    *abi = (struct loader_abi){.machine = image->machine, .wide = image->wide, .big = image->big};
    const struct arch *arch = arch_of_elf(image->machine, image->machine_flags, image->wide, image->big);
    choose_loader(abi, arena, machine, image, arch);
    read_folders(abi, machine, arch);
    abi->lib = lib_of(abi, arena, arch);
    bool ours = arch_is_here(image->machine, image->wide, image->big);
    const char *here = ours ? (const char *)(uintptr_t)getauxval(AT_PLATFORM) : NULL;
    abi->platform = here ? here : arch ? arch->name : "";
    if (ours &&
        abi->libc != LIBC_MUSL) /* of a foreign processor only what all of its kind have is believed */
        abi->hwcaps = arch_hwcaps_here(&abi->hwcap_count);
}

void loader_abi_release(struct loader_abi *abi)
{
    strvec_release(&abi->system);
    strvec_release(&abi->built_in);
}

/* musl/ldso/dynlink.c, load_library: these names are the loader's own, whatever follows the dot. */
static bool is_of_musl(const char *library)
{
    static const char *const own[] = {"c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet."};
    if (!str_starts(library, "lib"))
        return str_starts(library, "ld-musl-");
    for (size_t i = 0; i < COUNT(own); i++)
        if (str_starts(library + 3, own[i]))
            return true;
    return false;
}

bool loader_abi_is_loader(const struct loader_abi *abi, const char *library)
{
    if (abi->libc == LIBC_MUSL)
        return is_of_musl(library);
    return abi->interpreter && strcmp(library, path_base(abi->interpreter)) == 0;
}
