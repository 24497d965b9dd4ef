#include "audit/internal.h"

/* Where PT_GNU_STACK is absent, the C library takes the machine's old default, which was executable on these.
 */
static bool executable_by_default(uint16_t machine)
{
    return machine == EM_X86_64 || machine == EM_386 || machine == EM_ARM || machine == EM_S390 ||
           machine == EM_PPC;
}

void check_stack(struct check *c)
{
    if (c->image->has_stack && !c->image->executable_stack)
        return;
    if (!c->image->has_stack && !executable_by_default(c->image->machine))
        return;
    struct finding *f =
        c->image->has_stack
            ? add_finding(c, "asks for an executable stack (PT_GNU_STACK has the X flag)")
            : add_finding(c, "does not say that it needs no executable stack (PT_GNU_STACK is absent)");
    if (c->facts->role == AUDIT_EXECUTABLE)
        soften(c, f, SEVERITY_WARNING); /* a program starts with one; what is loaded later is refused */
    set_remedy(c, f,
        "link with -z noexecstack, and add .note.GNU-stack to assembler files; "
        "glibc 2.41 refuses to load such a module");
}
