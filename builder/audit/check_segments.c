/* Whether the loader can map the file: program headers as linkers write them, and as tools that change files
 * afterwards leave them. */
#include <string.h>

#include "audit/internal.h"

/* A file that is laid out for smaller pages than a kernel's cannot be mapped there. */
void check_page_alignment(struct check *c)
{
    uint64_t page = c->facts->arch ? c->facts->arch->page_max : 4096;
    for (size_t i = 0; i < c->image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(c->image, i);
        if (s.type != PT_LOAD || s.align >= page || !s.memory_size)
            continue;
        struct finding *f = add_finding(c,
            "is laid out for pages of %llu bytes (p_align): kernels of %s with pages of %llu cannot load it",
            (unsigned long long)s.align, c->facts->arch ? c->facts->arch->name : c->report->machine,
            (unsigned long long)page);
        set_remedy(c, f, "link with -z max-page-size=%llu", (unsigned long long)page);
        return;
    }
}

void check_segments(struct check *c)
{
    uint64_t address;
    const char *fault = elf_segments_fault(c->image, &address);
    if (!fault)
        return;
    struct finding *f =
        add_finding(c, "the segment at 0x%llx cannot be mapped: %s", (unsigned long long)address, fault);
    set_remedy(
        c, f, "link it anew; a tool that changed the file afterwards (patchelf, strip) has damaged it");
}
