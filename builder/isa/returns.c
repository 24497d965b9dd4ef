/* Looks for `mov $number, %eax; ret` in the code of x86. */
#include "isa/returns.h"

#include <string.h>

enum { MOV_EAX = 0xb8, RET = 0xc3, LENGTH = 6 };

static bool has(const uint32_t *numbers, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

static size_t read_code(
    const unsigned char *at, const unsigned char *end, uint32_t *out, size_t count, size_t most)
{
    while (count < most && end - at >= LENGTH &&
           (at = memchr(at, MOV_EAX, (size_t)(end - at) - LENGTH + 1)) != NULL) {
        uint32_t number = at[1] | (uint32_t)at[2] << 8 | (uint32_t)at[3] << 16 | (uint32_t)at[4] << 24;
        if (at[5] == RET && number >= ISA_RETURNED_LEAST && !has(out, count, number))
            out[count++] = number;
        at++;
    }
    return count;
}

size_t isa_returned_numbers(const struct elf_image *image, uint32_t *out, size_t most)
{
    size_t count = 0;
    if (image->machine != EM_X86_64 && image->machine != EM_386)
        return 0;
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_LOAD || !(s.flags & PF_X) || !s.file_size)
            continue;
        const unsigned char *start = (const unsigned char *)image->bytes + s.offset;
        count = read_code(start, start + s.file_size, out, count, most);
    }
    return count;
}
