/* A segment that is writable and executable at once. */
#include "audit/internal.h"

void check_writable_code(struct check *c)
{
    for (size_t i = 0; i < c->image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(c->image, i);
        if (s.type != PT_LOAD || (s.flags & (PF_W | PF_X)) != (PF_W | PF_X))
            continue;
        struct finding *f =
            add_finding(c, "the segment at 0x%llx (%llu bytes) is both writable and executable",
                (unsigned long long)s.address, (unsigned long long)s.memory_size);
        set_remedy(c, f, "link without -N and without --omagic; check linker scripts");
    }
}
