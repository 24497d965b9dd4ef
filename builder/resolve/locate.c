/* Where recipes are. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "resolve/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

static bool is_there(const struct graph_request *q, const char *path)
{
    return q->exists ? q->exists(q->arg, path) : path_is_file(path);
}

/* NAME.toml in the folder itself, then in its lib/ and tool/. */
static char *look_in(const struct graph_request *q, const char *folder, const char *name)
{
    static const char *const below[] = {"", "lib/", "tool/"};
    for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
        AUTO_FREE char *mixed = xstrf("%s/%s%s.toml", folder, below[i], name);
        char *path = path_clean(mixed);
        if (is_there(q, path))
            return path;
        free(path);
    }
    return NULL;
}

char *recipe_locate(const struct graph_request *q, const char *from, const char *name)
{
    if (strchr(name, '/') || str_ends(name, ".toml"))
        return is_there(q, name) ? xstrdup(name) : NULL;
    char *found = NULL;
    if (from) {
        AUTO_FREE char *folder = path_dir(from);
        found = look_in(q, folder, name);
        const char *last = path_base(folder);
        if (!found && (strcmp(last, "lib") == 0 || strcmp(last, "tool") == 0)) {
            AUTO_FREE char *above = path_dir(folder);
            found = look_in(q, above, name);
        }
    } else {
        found = look_in(q, "recipe", name);
    }
    return found || !q->installed ? found : look_in(q, q->installed, name);
}

static char broken; /* stands in the map for a recipe whose mistakes were told */

struct recipe_file *resolver_load(struct resolver *r, const char *path)
{
    void *known = map_get(&r->files, path);
    if (known)
        return known == &broken ? NULL : known;
    struct err e = ERR_INIT;
    const char *kept = arena_strdup(r->arena, path);
    struct recipe_file *f = r->request->load ? r->request->load(r->request->arg, r->arena, kept, &e)
                                             : recipe_load(r->arena, kept, &e);
    map_set(&r->files, path, f ? (void *)f : &broken);
    if (!f)
        err_add(r->error, e.kind, "%s", e.text);
    err_release(&e);
    return f;
}

const char *path_of_asking(struct resolver *r, const struct asking *a, const char *name)
{
    /* From the command line down: pyzmq -> libzmq -> libsodium >= 1 (file:line:column). */
    const char *text = a->requirement ? a->requirement->text : name;
    if (a->requirement)
        text = arena_strf(r->arena, "%s (%s:%d:%d)", text, a->requirement->at.file, a->requirement->at.line,
            a->requirement->at.column);
    size_t steps = 0; /* a cycle must not keep us */
    for (const struct pending *p = a->by; p && steps < 64; p = p->asked_len ? p->asked[0].by : NULL, steps++)
        text = arena_strf(r->arena, "%s -> %s", p->name, text);
    return text;
}
