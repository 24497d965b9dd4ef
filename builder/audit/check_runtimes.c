/* C++ runtimes that were linked in. Two of them in one process are two sets of types, locales and terminate
 * handlers: that is no harm as long as nothing goes from one to the other. An unwinder of one's own meets the
 * platform's wherever the C library has frames with destructors or is cancelled: pthread_exit through a C++
 * frame, std::call_once whose callable throws, a daemon thread that comes back while the interpreter ends.
 * Each aborts the process. */
#include <string.h>

#include "audit/wheel_facts.h"
#include "sys/path.h"

void check_own_unwinder(struct check *c)
{
    if (c->facts->role == AUDIT_EXECUTABLE || c->facts->libc != LIBC_GLIBC || !c->facts->own_unwinder)
        return;
    struct finding *f = add_finding(c, "has a C++ runtime with an unwinder of its own inside: a thread that "
                                       "ends, or is cancelled, in its code, "
                                       "and std::call_once with an exception, abort the process");
    f->library = keep(c, "libgcc_eh");
    set_remedy(
        c, f, "link with -static-libstdc++ and without -static-libgcc: every platform has libgcc_s.so.1");
}

static bool needs(const struct wheel_module *m, const struct wheel_module *other)
{
    const char *base = path_base(other->path);
    for (size_t i = 0; i < m->trace.needed_count; i++)
        if (strcmp(m->trace.needed[i], base) == 0)
            return true;
    return false;
}

/* An exception, a type or a stream that goes from one to the other is not known there. */
void check_runtimes_meet(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    for (size_t i = 0; i < w->module_count; i++)
        for (size_t k = 0; k < w->module_count; k++) {
            const struct wheel_module *m = w->modules[i], *other = w->modules[k];
            if (i == k || !m->trace.cxx_runtime || !other->trace.cxx_runtime || !needs(m, other))
                continue;
            struct finding *f = add_finding(c,
                "has a C++ runtime inside, as %s has, which it needs: what one throws the other does not "
                "catch",
                other->member->name);
            set_subject(c, f, m->member->name);
            set_remedy(c, f, "link both with libstdc++.so.6, or let one shared library carry the runtime");
        }
}

void check_two_runtimes(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    struct finding *f = NULL;
    size_t count = 0;
    for (size_t i = 0; i < w->module_count; i++)
        count += w->modules[i]->trace.cxx_runtime;
    for (size_t i = 0; count > 1 && i < w->module_count; i++) {
        if (!w->modules[i]->trace.cxx_runtime)
            continue;
        if (!f)
            f = add_finding(c, "%zu of its files have a C++ runtime of their own inside", count);
        add_evidence(c, f, "%s", w->modules[i]->member->name);
    }
}
