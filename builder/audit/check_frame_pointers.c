/* Code without frame pointers: what samples a running process cannot walk through it without the tables of
 * exceptions, which kernels do not read (PEP 831). Functions are found by those very tables, and looked at
 * where they begin. */
#include "audit/internal.h"

#include "base/little.h"

enum { LEAST = 50, MOST = 5000, LOOKED_AT = 64 };

struct frames {
    size_t with, without;
};

/* mov %rsp, %rbp: not always right behind push %rbp, since compilers put other instructions between them. */
static void look_x86(struct frames *n, struct elf_range code)
{
    size_t len = code.len < LOOKED_AT ? code.len : LOOKED_AT;
    const unsigned char *p = code.ptr;
    bool found = false;
    for (size_t i = 0; i + 3 <= len && !found; i++)
        found = p[i] == 0x48 &&
                ((p[i + 1] == 0x89 && p[i + 2] == 0xe5) || (p[i + 1] == 0x8b && p[i + 2] == 0xec));
    *(found ? &n->with : &n->without) += 1;
}

/* stp x29, x30, [sp, …], or the return address saved alone; what calls nothing saves neither. */
static void look_arm(struct frames *n, struct elf_range code)
{
    size_t len = code.len < LOOKED_AT ? code.len : LOOKED_AT;
    for (size_t i = 0; i + 4 <= len; i += 4) {
        uint32_t word = little32(code.ptr + i);
        bool pair = (word & 0xff407fff) == 0xa9007bfd, alone = (word & 0xffe00fff) == 0xf8000ffe;
        n->with += pair;
        n->without += alone;
        if (pair || alone)
            return;
    }
}

void check_frame_pointers(struct check *c)
{
    const struct elf_image *image = c->image;
    void (*look)(struct frames * n, struct elf_range code) = image->machine == EM_X86_64    ? look_x86
                                                             : image->machine == EM_AARCH64 ? look_arm
                                                                                            : NULL;
    struct elf_function_walk walk = elf_functions(image);
    struct frames n = {0};
    for (uint64_t start, frame;
         look && n.with + n.without < MOST && elf_function_next(&walk, &start, &frame);)
        look(&n, elf_at_address(image, start));
    size_t all = n.with + n.without;
    if (all < LEAST || n.with * 2 >= all)
        return;
    bool runtime = c->facts->cxx_runtime;
    struct finding *f = add_finding(c, "%zu of %zu functions keep no frame pointer%s", n.without, all,
        runtime ? ", those of the C++ runtime inside among them" : "");
    if (runtime) /* compiled by the distribution */
        soften(c, f, SEVERITY_NOTE);
    set_remedy(c, f, "compile with -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer");
}
