/* Code without the stack protector (-fstack-protector-strong): a function whose arrays were written past
 * returns to where the writer likes. That it is there shows by the one function that ends the program. */
#include "audit/internal.h"

enum { MANY = 100 }; /* functions: among as many some have an array */

static size_t count_functions(const struct elf_image *image)
{
    struct elf_function_walk walk = elf_functions(image);
    size_t count = 0;
    for (uint64_t start, frame; count < MANY && elf_function_next(&walk, &start, &frame);)
        count++;
    return count;
}

void check_guard(struct check *c)
{
    for (size_t i = 0; i < c->facts->import_count; i++)
        if (str_starts(c->facts->imports[i].name, "__stack_chk_"))
            return;
    if (count_functions(c->image) < MANY)
        return;
    bool runtime = c->facts->cxx_runtime;
    struct finding *f =
        add_finding(c, "none of its functions guards its frame (__stack_chk_fail is not called)%s",
            runtime ? ", nor does the C++ runtime inside" : "");
    if (runtime) /* compiled by the distribution, without */
        soften(c, f, SEVERITY_NOTE);
    set_remedy(c, f, "compile with -fstack-protector-strong");
}
