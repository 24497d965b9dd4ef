/* What only section headers tell; a file without them has nothing of it. */
#include "audit/internal.h"
#include "elf/object.h"

static bool read_sections(struct check *c, struct elf_object *object)
{
    struct err e = ERR_INIT;
    bool read = elf_object_open(object, c->image->bytes, c->image->size, &e) == 0;
    err_release(&e);
    return read;
}

void check_debug(struct check *c)
{
    struct elf_object object;
    uint64_t size = read_sections(c, &object) ? elf_object_debug_size(&object) : 0;
    if (!size)
        return;
    struct finding *f = add_finding(c, "%llu bytes of debug information, %d %% of the file",
        (unsigned long long)size, (int)(size * 100 / c->image->size));
    set_remedy(c, f, "strip --strip-debug, or link with -s");
}

void check_lto(struct check *c)
{
    struct elf_object object;
    if (read_sections(c, &object) && elf_object_lto(&object) != ELF_LTO_NONE) {
        struct finding *f = add_finding(c, "a compiler's intermediate code (LTO) was left in it");
        set_remedy(c, f, "strip it, or link with the compiler that made the objects");
    }
}
