/* Code that the loader has to patch, for which it must be writable (DT_TEXTREL). */
#include "audit/internal.h"

static bool is_read_only(const struct elf_image *image, uint64_t address)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_LOAD && address >= s.address && address - s.address < s.memory_size)
            return !(s.flags & PF_W);
    }
    return false;
}

void check_textrel(struct check *c)
{
    if (!c->image->textrel)
        return;
    struct finding *f = add_finding(c, "text relocations: its code is made writable while it is loaded");
    set_remedy(c, f, "compile every object with -fPIC");
    struct elf_relocation_walk walk = elf_relocations(c->image);
    for (struct elf_relocation r; elf_relocation_next(&walk, &r);) {
        struct elf_symbol s = {.name = ""};
        if (!is_read_only(c->image, r.offset))
            continue;
        if (r.symbol)
            elf_symbol_at(c->image, r.symbol, &s);
        add_evidence(c, f, "0x%llx%s%s", (unsigned long long)r.offset, s.name[0] ? " against " : "", s.name);
    }
}
