/* Whether a loader can map a file: segments as linkers write them, and as tools that change files afterwards
 * leave them (gABI chapter 5, "Program Loading"). */
#include "elf/image.h"

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

const char *elf_segments_fault(const struct elf_image *image, uint64_t *address)
{
    struct elf_segment before = {0};
    bool has_before = false;
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_LOAD)
            continue;
        const char *fault = fault_of(&s, has_before ? &before : NULL);
        *address = s.address;
        if (fault)
            return fault;
        before = s;
        has_before = true;
    }
    return NULL;
}
