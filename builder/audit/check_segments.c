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

/* What is wrong with a segment beside the one before it; NULL when nothing is. */
static const char *fault_of(const struct elf_segment *s, const struct elf_segment *before)
{
    uint64_t align = s->align > 1 ? s->align : 1;
    if (align & (align - 1))
        return "its alignment is no power of two";
    if ((s->address - s->offset) & (align - 1))
        return "address and place in the file do not agree (\"not page-aligned\")";
    if (s->file_size > s->memory_size)
        return "it has more bytes in the file than in memory";
    if (before && s->address < before->address)
        return "it lies before the segment above it: loaders map from the first to the last";
    if (before && s->address < before->address + before->memory_size)
        return "it lies over the segment above it";
    return NULL;
}

void check_segments(struct check *c)
{
    struct elf_segment before = {0};
    bool has_before = false;
    for (size_t i = 0; i < c->image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(c->image, i);
        if (s.type != PT_LOAD)
            continue;
        const char *fault = fault_of(&s, has_before ? &before : NULL);
        if (fault) {
            struct finding *f = add_finding(
                c, "the segment at 0x%llx cannot be mapped: %s", (unsigned long long)s.address, fault);
            set_remedy(c, f,
                "link it anew; a tool that changed the file afterwards (patchelf, strip) has damaged it");
            return;
        }
        before = s;
        has_before = true;
    }
}
