/* Policies promise libstdc++ and libgcc_s, each with the versions of its time. What is built here brings its
 * own libstdc++: a runtime that is needed all the same is that of the machine which linked it. Only the
 * unwinder has to be the platform's where frames of its C library may be unwound, with glibc; musl promises
 * none. */
#include "audit/internal.h"

static bool is_runtime(const char *library, enum libc_kind libc)
{
    if (libc == LIBC_GLIBC && str_starts(library, "libgcc_s.so."))
        return false;
    static const char *const runtimes[] = {
        "libstdc++.so.", "libgcc_s.so.", "libgomp.so.", "libatomic.so.", "libc++.so.", "libc++abi.so."};
    for (size_t i = 0; i < COUNT(runtimes); i++)
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
        if (!is_runtime(library, c->facts->libc) || library_beside(c->context, library) ||
            library_allowed(c->context, library))
            continue;
        struct finding *f = add_finding(c, "needs %s, which should be inside", library);
        f->library = keep(c, library);
        set_remedy(c, f, "link with the flags of {ldflags}, and name the library as stdc++ or gcc_s only");
    }
}
