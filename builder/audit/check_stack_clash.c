/* Code without -fstack-clash-protection: the stack pointer is moved in one step by more than the page that
 * guards the end of the stack, so that what follows is written into other memory. With it no step is larger
 * than a page on x86-64, than 64 KiB on AArch64. */
#include "audit/internal.h"

#include <string.h>

enum { PAGE = 4096, HUGE = 1 << 24, ARM_STEP = 16 /* of 4 KiB */ };

static uint32_t little32(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* sub $N, %rsp. That other bytes look like it is left to chance: less than once in a hundred megabytes, since
 * a frame is smaller than HUGE. */
static uint32_t largest_x86(struct elf_range code)
{
    enum {
        REX_W = 0x48,
        SUB = 0x81,
        FROM_RSP = 0xec,
        BEHIND = 6
    }; /* the opcode is the rarest of the three */
    uint32_t largest = 0;
    if (code.len < 1 + BEHIND)
        return 0;
    const unsigned char *p = code.ptr + 1, *end = code.ptr + code.len - BEHIND + 1;
    for (; p < end && (p = memchr(p, SUB, (size_t)(end - p))) != NULL; p++) {
        uint32_t size = p[-1] == REX_W && p[1] == FROM_RSP ? little32(p + 2) : 0;
        if (size > PAGE && size < HUGE && size > largest)
            largest = size;
    }
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
