/* GNU_PROPERTY_X86_ISA_1_NEEDED (x86-64 psABI): the loader refuses a file that needs more than the machine
 * has. */
#include "audit/internal.h"

static const uint32_t isa_1_needed = 0xc0008002;

void check_isa(struct check *c)
{
    static const char *const levels[] = {"x86-64-v2", "x86-64-v3", "x86-64-v4"};
    uint32_t needed;
    if ((c->image->machine != EM_X86_64 && c->image->machine != EM_386) ||
        !elf_property(c->image, isa_1_needed, &needed))
        return;
    for (size_t i = 3; i-- > 0;)
        if (needed & 2u << i) {
            struct finding *f = add_finding(
                c, "says that it needs %s: older processors of the platform cannot load it", levels[i]);
            set_remedy(c, f,
                "compile everything for the platform's baseline (-march=x86-64) and choose faster code at "
                "run time; do not link with -z %s",
                levels[i]);
            return;
        }
}
