/* Loading a file of a wheel, as far as the wheel's own files go: breadth first, as loaders do, each library
 * searched by the paths of the file that needs it and of those that led there. */
#include "audit/wheel_loads.h"

#include <stdlib.h>
#include <string.h>

#include "audit/search_path.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "loader/inherit.h"
#include "sys/path.h"

struct loading {
    const struct wheel_facts *w;
    size_t *order, *asked_by; /* loaded modules in order; by module, the one that asked first */
    size_t count;
    bool *found;
    const char *folder; /* of the library that is being looked for */
};

const struct wheel_module *wheel_module_named(const struct wheel_facts *w, const char *base)
{
    const struct zip_member *m = map_get(w->by_base, base);
    return m ? w->members[m - w->wheel->zip.members].module : NULL;
}

/* SIZE_MAX when it is not one of the wheel's. */
static size_t number_of(const struct wheel_facts *w, const struct wheel_module *module)
{
    for (size_t i = 0; module && i < w->module_count; i++)
        if (w->modules[i] == module)
            return i;
    return SIZE_MAX;
}

static struct loader_paths paths_of(void *arg, size_t object)
{
    const struct loading *l = arg;
    const struct module_trace *t = &l->w->modules[object]->trace;
    return (struct loader_paths){t->rpath, t->runpath, l->asked_by[object]};
}

static bool is_folder(void *arg, const char *folder)
{
    AUTO_FREE char *clean = path_clean(folder);
    return strcmp(clean, arg) == 0;
}

static bool look(void *arg, const char *list, size_t object, bool is_runpath)
{
    const struct loading *l = arg;
    (void)is_runpath;
    AUTO_FREE char *origin = path_dir(l->w->modules[object]->path);
    AUTO_FREE char *folder = xstrdup(l->folder);
    return search_path_visit(list, origin, l->w->modules[object]->report.arch, is_folder, folder);
}

static void load(struct loading *l, size_t module, size_t by)
{
    l->found[module] = true;
    l->asked_by[module] = by;
    l->order[l->count++] = module;
}

static void load_needed(struct loading *l, size_t by, const char *base, bool musl)
{
    size_t library = number_of(l->w, wheel_module_named(l->w, base));
    if (library == SIZE_MAX || l->found[library])
        return;
    AUTO_FREE char *dir = path_dir(l->w->modules[library]->path);
    AUTO_FREE char *folder = path_clean(dir);
    l->folder = folder;
    const struct loader_path_rules rules = {musl, paths_of, look, l};
    if (loader_look_inherited(&rules, by) || loader_look_runpath(&rules, by))
        load(l, library, by);
}

void wheel_loads(const struct wheel_facts *w, size_t start, bool musl, bool *found)
{
    AUTO_FREE size_t *order = xcalloc(w->module_count + 1, sizeof *order);
    AUTO_FREE size_t *asked_by = xcalloc(w->module_count + 1, sizeof *asked_by);
    struct loading l = {.w = w, .order = order, .asked_by = asked_by, .found = found};
    memset(found, 0, w->module_count * sizeof *found);
    load(&l, start, start);
    for (size_t i = 0; i < l.count; i++) {
        const struct module_trace *t = &w->modules[order[i]]->trace;
        for (size_t k = 0; k < t->needed_count; k++)
            load_needed(&l, order[i], t->needed[k], musl);
    }
}
