/* Relative relocations in a packed table (DT_RELR). glibc before 2.36 does not know the tag and leaves
 * pointers as they are; since, it refuses files that do not say GLIBC_ABI_DT_RELR, which some linkers do not
 * write. musl knows it since 1.2.4, which no policy asks for. */
#include <string.h>

#include "audit/internal.h"

static bool has_marker(const struct elf_image *image)
{
    for (size_t i = 0; i < image->needed_version_count; i++)
        if (strcmp(image->needed_versions[i].name, "GLIBC_ABI_DT_RELR") == 0)
            return true;
    return false;
}

bool has_unmarked_relr(const struct elf_image *image)
{
    return image->relr.len && !has_marker(image);
}

void check_relr(struct check *c)
{
    if (!has_unmarked_relr(c->image))
        return;
    struct finding *f = add_finding(c, "%s",
        c->facts->libc == LIBC_MUSL
            ? "has packed relocations, which musl before 1.2.4 leaves undone"
            : "has packed relocations without GLIBC_ABI_DT_RELR: old loaders leave them undone, new ones "
              "refuse the file");
    set_remedy(c, f,
        "link without -z pack-relative-relocs or --pack-dyn-relocs=relr; a library that was copied from the "
        "system "
        "that built the wheel (libgcc_s, libstdc++) has to come from an older one");
}
