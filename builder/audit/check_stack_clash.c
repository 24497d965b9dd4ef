/* Code without -fstack-clash-protection: the stack pointer is moved in one step by more than the page that
 * guards the end of the stack, so that what follows is written into other memory. With it no step is larger
 * than a page on x86-64, than 64 KiB on AArch64. */
#include "audit/internal.h"

#include "base/bytes16.h"
#include "base/little.h"

enum { PAGE = 4096, HUGE = 1 << 24, ARM_STEP = 16 /* of 4 KiB */ };

static uint32_t larger_step(uint32_t largest, uint32_t size)
{
    return size > PAGE && size < HUGE && size > largest ? size : largest;
}

/* sub $N, %rsp. That other bytes look like it is left to chance: less than once in a hundred megabytes, since
 * a frame is smaller than HUGE. */
static uint32_t largest_x86(struct elf_range code)
{
    enum { REX_W = 0x48, SUB = 0x81, FROM_RSP = 0xec, LENGTH = 7 };
    uint32_t largest = 0;
    size_t at = 0;
    for (; code.len - at >= BYTES16 + LENGTH; at += BYTES16) {
        const unsigned char *p = code.ptr + at;
        bytes16 is = (bytes16)(bytes16_at(p) == REX_W) & (bytes16)(bytes16_at(p + 1) == SUB) &
                     (bytes16)(bytes16_at(p + 2) == FROM_RSP);
        for (unsigned bits = bytes16_bits(is); bits; bits &= bits - 1)
            largest = larger_step(largest, little32(p + __builtin_ctz(bits) + 3));
    }
    for (; code.len - at >= LENGTH; at++)
        if (code.ptr[at] == REX_W && code.ptr[at + 1] == SUB && code.ptr[at + 2] == FROM_RSP)
            largest = larger_step(largest, little32(code.ptr + at + 3));
    return largest;
}

/* sub sp, sp, #N, lsl #12 */
static uint32_t largest_arm(struct elf_range code)
{
    uint32_t largest = 0;
    for (size_t i = 0; i + 4 <= code.len; i += 4) {
        uint32_t word = little32(code.ptr + i), steps = word >> 10 & 0xfff;
        if ((word & 0xffc003ff) == 0xd14003ff && steps > ARM_STEP && steps * PAGE > largest)
            largest = steps * PAGE;
    }
    return largest;
}

void check_stack_clash(struct check *c)
{
    const struct elf_image *image = c->image;
    uint32_t largest = 0;
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_LOAD || !(s.flags & PF_X))
            continue;
        struct elf_range code = elf_at_address(image, s.address);
        uint32_t found = image->machine == EM_X86_64    ? largest_x86(code)
                         : image->machine == EM_AARCH64 ? largest_arm(code)
                                                        : 0;
        largest = found > largest ? found : largest;
    }
    if (!largest)
        return;
    struct finding *f = add_finding(c,
        "a function takes %u bytes of the stack in one step, past the page that guards its end",
        (unsigned)largest);
    set_remedy(c, f, "compile with -fstack-clash-protection");
}
