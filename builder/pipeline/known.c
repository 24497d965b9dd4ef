/* What a recipe names in its sources and is not there: told before anything is built of it, with the recipe's
 * line. A local source is looked at where it lies, before anything is fetched; one from an archive as soon as
 * it is unpacked. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

typedef int looked_for(const char *path, struct err *e);

static bool is_pattern(const char *name)
{
    return strpbrk(name, "*?[{") != NULL;
}

/* Adds what is missing to *wrong; -1 with *e when that cannot be told. */
static int check_text(const struct recipe *r, const char *folder, const char *name, const char *key,
    looked_for *look, struct err *wrong, struct err *e)
{
    AUTO_FREE char *joined = path_join(folder, name), *path = path_clean(joined);
    if (is_pattern(name))
        return 0;
    int there = look(path, e);
    if (there == 0)
        recipe_wrong(wrong, r, name, "%s: the source has no %s \"%s\"", key,
            look == path_is_folder ? "folder" : "file", name);
    return there < 0 ? -1 : 0;
}

static int check_texts(const struct recipe *r, const char *folder, const struct texts *names, const char *key,
    looked_for *look, struct err *wrong, struct err *e)
{
    for (size_t i = 0; i < names->len; i++)
        if (check_text(r, folder, names->items[i], key, look, wrong, e) < 0)
            return -1;
    return 0;
}

static int check_all(const struct recipe *r, const char *src, struct err *wrong, struct err *e)
{
    AUTO_FREE char *joined = path_join(src, r->wheel.root ? r->wheel.root : ".");
    AUTO_FREE char *root = path_clean(joined);
    for (size_t i = 0; i < r->module_count; i++)
        if (check_texts(r, src, &r->modules[i].sources, "module.sources", path_is_file, wrong, e) < 0)
            return -1;
    for (size_t i = 0; i < r->wheel.package_count; i++)
        if (check_text(r, root, r->wheel.packages[i].from, "wheel.packages", path_is_folder, wrong, e) < 0)
            return -1;
    for (size_t i = 0; i < r->wheel.data_count; i++)
        if (r->wheel.data[i].from && !strchr(r->wheel.data[i].from, ':') &&
            check_text(r, src, r->wheel.data[i].from, "wheel.data", path_exists, wrong, e) < 0)
            return -1;
    if (check_texts(r, src, &r->license_files, "license-files", path_is_file, wrong, e) < 0)
        return -1;
    return check_texts(r, root, &r->wheel.modules, "wheel.modules", path_is_file, wrong, e);
}

int known_in_source(const struct recipe *r, const char *src, struct err *e)
{
    struct err wrong = ERR_INIT;
    if (check_all(r, src, &wrong, e) < 0) {
        err_release(&wrong);
        return -1;
    }
    return wrong.text ? err_move(e, &wrong) : 0;
}

/* Folders of the user's, and the test, of one node. */
static int check_local(const struct node *n, struct err *wrong, struct err *e)
{
    const struct recipe *r = n->recipe;
    int there = r->test.script ? path_is_file(r->test.script, e) : 1;
    if (there == 0)
        err_at(wrong, ERR_RECIPE, r->file, (unsigned)r->test.script_at.line,
            (unsigned)r->test.script_at.column, "test.script: %s is not there", r->test.script);
    for (size_t i = 0; there >= 0 && i < n->source_count; i++) {
        const struct source *s = n->sources[i];
        there = s->path ? path_is_folder(s->path, e) : 1;
        if (there == 0)
            err_at(wrong, ERR_RECIPE, r->file, (unsigned)s->path_at.line, (unsigned)s->path_at.column,
                "source.path: %s is not a folder", s->path);
        /* Patches and other sources may bring what this one lacks. */
        else if (there == 1 && s->path && n->source_count == 1 && !r->patch_count &&
                 strcmp(s->into, ".") == 0 && check_all(r, s->path, wrong, e) < 0)
            there = -1;
    }
    return there < 0 ? -1 : 0;
}

/* A standard of the other language would be passed over without a word. */
static void check_modules(const struct recipe *r, struct err *wrong)
{
    for (size_t i = 0; i < r->module_count; i++) {
        const struct module_spec *m = &r->modules[i];
        if (!module_std_fits(m))
            recipe_wrong(wrong, r, m->std, "std \"%s\" is for %s, and module %s has no source in it", m->std,
                strstr(m->std, "++") ? "C++" : "C", m->name);
    }
}

/* What `new` writes: a wheel tells others what they may do, so somebody has to have looked. */
static void check_licence(const struct run *r, const struct recipe *recipe, struct err *wrong)
{
    if (r->request->goal == GOAL_WHEEL && recipe->kind != RECIPE_TOOL && recipe->license &&
        strstr(recipe->license, "LicenseRef-unknown"))
        recipe_wrong(wrong, recipe, recipe->license,
            "license \"%s\": no wheel is made of what nobody knows the licence of; say which it is, as in "
            "\"MIT\"",
            recipe->license);
}

int run_check_known(const struct run *r, struct err *e)
{
    struct err wrong = ERR_INIT;
    for (size_t i = 0; i < r->graph->len; i++) {
        check_modules(r->graph->nodes[i].recipe, &wrong);
        check_licence(r, r->graph->nodes[i].recipe, &wrong);
        if (interpreter_check(r, i, &wrong, e) < 0 || check_local(&r->graph->nodes[i], &wrong, e) < 0) {
            err_release(&wrong);
            return -1;
        }
    }
    return wrong.text ? err_move(e, &wrong) : 0;
}
