/* A file that asks for an executable stack, or does not say that it needs none. */
#include "audit/internal.h"

void check_stack(struct check *c)
{
    if (c->image->has_stack && !c->image->executable_stack)
        return;
    if (!c->image->has_stack && !arch_stack_is_executable(c->image->machine))
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
