/* Where functions start, by the table that finds a frame description for an address (LSB, "Exception
 * Frames"): it is there also when symbol tables were stripped. */
#include "elf/internal.h"

enum { VERSION = 1, COUNT_UDATA4 = 0x03, TABLE_DATAREL_SDATA4 = 0x3b, HEADER = 12, ENTRY = 8 };

struct elf_function_walk elf_functions(const struct elf_image *image)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_GNU_EH_FRAME)
            continue;
        struct elf_range at = elf_at_address(image, s.address);
        if (at.len < HEADER || at.ptr[0] != VERSION || at.ptr[2] != COUNT_UDATA4 ||
            at.ptr[3] != TABLE_DATAREL_SDATA4)
            continue;
        uint64_t count = get32(at.ptr + 8, image->big), most = (at.len - HEADER) / ENTRY;
        return (struct elf_function_walk){
            {at.ptr + HEADER, at.len - HEADER}, image->big, s.address, count < most ? count : most, 0};
    }
    return (struct elf_function_walk){0};
}

bool elf_function_next(struct elf_function_walk *w, uint64_t *start, uint64_t *frame)
{
    if (w->at == w->count)
        return false;
    const unsigned char *p = w->table.ptr + ENTRY * w->at++;
    *start = w->base + (uint64_t)(int64_t)(int32_t)get32(p, w->big);
    *frame = w->base + (uint64_t)(int64_t)(int32_t)get32(p + 4, w->big);
    return true;
}
