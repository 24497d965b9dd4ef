/* The order of DT_RPATH and DT_RUNPATH. A file's DT_RPATH counts for everything that is loaded because of it,
 * which is why a library without any path finds those beside it. */
#include "loader/inherit.h"

bool loader_look_inherited(const struct loader_path_rules *r, size_t by)
{
    struct loader_paths p = r->of(r->arg, by);
    if (!r->musl && p.runpath)
        return false;
    for (size_t at = by;; at = p.asked_by, p = r->of(r->arg, at)) {
        const char *list = !p.runpath ? p.rpath : r->musl ? p.runpath : NULL;
        if (list && r->look(r->arg, list, at, p.runpath))
            return true;
        if (at == p.asked_by)
            return false;
    }
}

bool loader_look_runpath(const struct loader_path_rules *r, size_t by)
{
    struct loader_paths p = r->of(r->arg, by);
    return !r->musl && p.runpath && r->look(r->arg, p.runpath, by, true);
}
