/* What commands without a run of their own need: store, recipes, interpreters. */
#include "cli/workplace.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/fits.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/fs.h"
#include "sys/path.h"

static bool fits_all(const struct invocation *inv, const struct interpreter *python)
{
    for (size_t i = 0; i < inv->arguments.len; i++)
        if (str_ends(inv->arguments.items[i], ".whl") && !wheel_file_fits(inv->arguments.items[i], python))
            return false;
    return !inv->against || !str_ends(inv->against, ".whl") || wheel_file_fits(inv->against, python);
}

/* A virtual environment's own executable finds what is installed there; the one behind it would not. */
static void keep_environment(struct workplace *p, const char *given)
{
    AUTO_FREE char *absolute = path_absolute(given);
    AUTO_FREE char *bin = path_dir(absolute);
    AUTO_FREE char *folder = path_dir(bin);
    AUTO_FREE char *mark = path_join(folder, "pyvenv.cfg");
    if (strchr(given, '/') && path_may_be_file(mark))
        p->python.path = arena_strdup(&p->arena, absolute);
}

static int choose_python(struct workplace *p, const struct invocation *inv, struct err *e)
{
    bool wheels = (inv->arguments.len && str_ends(inv->arguments.items[0], ".whl")) ||
                  (inv->against && str_ends(inv->against, ".whl"));
    if (inv->python && strchr(inv->python, '/')) {
        if (interpreter_probe(&p->python, &p->arena, inv->python, NULL, e) < 0)
            return -1;
        keep_environment(p, inv->python);
        return 0;
    }
    if (!inv->python && !wheels)
        return interpreter_probe(&p->python, &p->arena, "python3", NULL, e);
    struct interpreters found;
    struct interpreter_choice choice = {0};
    if (interpreters_find(&found, &p->arena, NULL, e) < 0 ||
        (inv->python &&
            interpreters_choose(&choice, &p->arena, &found, NULL, inv->python, NULL, NULL, e) < 0))
        return -1;
    if (choice.len) {
        p->python = choice.items[0];
        return 0;
    }
    for (size_t i = 0; i < found.len; i++)
        if (fits_all(inv, &found.items[i])) {
            p->python = found.items[i];
            return 0;
        }
    return err_set(e, ERR_ENVIRONMENT, "%s: none of the interpreters found here is one that it is for",
        inv->arguments.len ? inv->arguments.items[0] : inv->against);
}

static int make_scratch(struct workplace *p, struct err *e)
{
    AUTO(store) struct store store = {0};
    if (store_open(&store, NULL, e) < 0)
        return -1;
    if (work_open(&p->folder, &store, "footprint", e) < 0)
        return -1;
    p->scratch = p->folder.path;
    return 0;
}

int workplace_open(struct workplace *p, const struct invocation *inv, struct err *e)
{
    const char *what = inv->arguments.len ? inv->arguments.items[0] : "installed";
    *p = (struct workplace){0};
    if (choose_python(p, inv, e) < 0 || make_scratch(p, e) < 0)
        return -1;
    if (inv->fork && !inv->arguments.len && !inv->import_names.len) { /* bare interpreters */
        p->measured.label = "";
        return 0;
    }
    if (subject_open(&p->measured, &p->arena, what, &inv->import_names, &p->python, p->scratch, e) < 0)
        return -1;
    if (!inv->against)
        return 0;
    p->has_against = true;
    return subject_open(&p->against, &p->arena, inv->against, &p->measured.names, &p->python, p->scratch, e);
}

void workplace_release(struct workplace *p)
{
    AUTO(err) struct err ignored = ERR_INIT;
    work_remove(&p->folder, &ignored);
    subject_release(&p->measured);
    subject_release(&p->against);
    arena_release(&p->arena);
}
