/* Policies promise libstdc++ and libgcc_s, each with the versions of its time. What is built here brings its
 * own: a runtime that is needed all the same is that of the machine which linked it. */
#include "audit/internal.h"

static bool is_runtime(const char *library)
{
    static const char *const runtimes[] = {
        "libstdc++.so.", "libgcc_s.so.", "libgomp.so.", "libatomic.so.", "libc++.so.", "libc++abi.so."};
    for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
        if (str_starts(library, runtimes[i]))
            return true;
    return false;
}

void check_runtime(struct check *c)
{
    if (!c->context->self_contained)
        return;
    for (size_t i = 0; i < c->image->needed_count; i++) {
        const char *library = c->image->needed[i];
        if (!is_runtime(library) || library_beside(c->context, library) ||
            library_allowed(c->context, library))
            continue;
        struct finding *f = add_finding(c, "needs %s, which should be inside", library);
        f->library = keep(c, library);
        set_remedy(c, f, "link with the flags of {ldflags}, and name the library as stdc++ or gcc_s only");
    }
}
