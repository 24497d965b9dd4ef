/* From PKG-INFO, pyproject.toml and the recipe to what METADATA will say. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/pep440.h"
#include "python/pep508.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/metadata.h"

enum { PKG_INFO_LIMIT = 16 << 20 };

/* What everything here needs. */
struct gathering {
    struct wheel_metadata *m;
    struct arena *a;
    const char *src;
    const struct recipe *r;
    struct pyproject project;
    const char *from; /* where the fields came from, for messages: "PKG-INFO" */
};

void wheel_metadata_release(struct wheel_metadata *m)
{
    metadata_release(&m->core);
    free(m->entry_points);
    strvec_release(&m->license_files);
    strvec_release(&m->sboms);
    strvec_release(&m->notes);
    *m = (struct wheel_metadata){0};
}

static int read_fields(struct gathering *g, struct err *e)
{
    AUTO_FREE char *path = path_join(g->src, "PKG-INFO");
    if (pyproject_read(&g->project, g->a, g->src, e) < 0)
        return -1;
    int has_info = path_is_file(path, e);
    if (has_info < 0)
        return -1;
    if (has_info) {
        AUTO(strbuf) struct strbuf text = {0};
        g->from = "PKG-INFO";
        if (file_read(&text, path, PKG_INFO_LIMIT, e) < 0)
            return -1;
        return metadata_parse(&g->m->core, g->a, path, strbuf_str(&text), text.len, e);
    }
    g->from = g->project.has_project ? "pyproject.toml" : "the recipe";
    g->m->core = g->project.metadata;
    g->project.metadata = (struct metadata){0};
    return 0;
}

/* The source must be the distribution and the version that the recipe says it is. */
static int check_identity(struct gathering *g, struct err *e)
{
    const char *name = metadata_get(&g->m->core, "Name"), *version = metadata_get(&g->m->core, "Version");
    if (name) {
        AUTO_FREE char *theirs = python_name_normalise(name);
        AUTO_FREE char *ours = python_name_normalise(g->r->name);
        if (strcmp(theirs, ours) != 0)
            return err_set(e, ERR_RECIPE, "%s: recipe.name is \"%s\", but %s of its source says \"%s\"",
                g->r->file, g->r->name, g->from, name);
    }
    if (version) {
        struct pep440_version theirs, ours;
        if (pep440_parse(&theirs, version, e) < 0 || pep440_parse(&ours, g->r->version, e) < 0)
            return err_wrap(e, "%s", g->r->file);
        if (pep440_compare(&theirs, &ours) != 0)
            return err_set(e, ERR_RECIPE, "%s: recipe.version is %s, but %s of its source says %s",
                g->r->file, g->r->version, g->from, version);
    }
    return 0;
}

static void fill(struct gathering *g, const char *field, const char *value)
{
    if (value && *value && !metadata_get(&g->m->core, field))
        metadata_set(&g->m->core, g->a, field, value);
}

static void fill_from_recipe(struct gathering *g)
{
    fill(g, "Name", g->r->name);
    fill(g, "Version", g->r->version);
    fill(g, "Summary", g->r->summary);
    fill(g, "Requires-Python", g->r->python.requires);
    if (g->r->homepage && !metadata_get(&g->m->core, "Home-page")) {
        AUTO_FREE char *url = xstrf("Homepage, %s", g->r->homepage);
        fill(g, "Project-URL", url);
    }
}

/* [wheel.metadata]: a field that may repeat replaces all of the source's values by all of the recipe's. */
static int lay_recipe_over(struct gathering *g, struct err *e)
{
    const struct pairs *over = &g->r->wheel.metadata;
    for (size_t i = 0; i < over->len; i++) {
        const char *field = over->items[i].key, *value = over->items[i].value;
        if (!metadata_is_known(field) || strcasecmp(field, "Metadata-Version") == 0 ||
            strcasecmp(field, "License-File") == 0 || strcasecmp(field, "License-Expression") == 0) {
            err_add(e, ERR_RECIPE, "%s: wheel.metadata: \"%s\" cannot be set here%s", g->r->file, field,
                str_starts(field, "License") ? "; use recipe.license and recipe.license-files"
                                             : ": it is not a field of core metadata");
            continue;
        }
        if (strcasecmp(field, "Description") == 0) {
            g->m->core.description = value;
            continue;
        }
        bool again = false;
        for (size_t j = 0; j < i; j++)
            again |= strcasecmp(over->items[j].key, field) == 0;
        const char *before = metadata_get(&g->m->core, field);
        if (!again && before && strcmp(before, value) != 0)
            strvec_pushf(&g->m->notes, "%s: \"%s\" of %s is replaced by \"%s\" of the recipe", field, before,
                g->from, value);
        if (again && metadata_is_multiple(field))
            metadata_add(&g->m->core, g->a, field, value);
        else
            metadata_set(&g->m->core, g->a, field, value);
    }
    return e->text ? -1 : 0;
}

static void add_entry_point(struct wheel_metadata *m, struct entry_point ep)
{
    m->entry_points = xrealloc(m->entry_points, m->entry_point_count + 1, sizeof ep);
    m->entry_points[m->entry_point_count++] = ep;
}

static int by_group_and_name(const void *a, const void *b)
{
    const struct entry_point *x = a, *y = b;
    int c = strcmp(x->group, y->group);
    return c ? c : strcmp(x->name, y->name);
}

/* Those of the recipe replace those of the project that have the same group and name. */
static int gather_entry_points(struct gathering *g, struct err *e)
{
    const struct pairs *own = &g->r->wheel.entry_points;
    for (size_t i = 0; i < own->len; i++) {
        const char *colon = strchr(own->items[i].key, ':');
        if (!colon)
            continue;
        struct entry_point ep = {arena_strndup(g->a, own->items[i].key, (size_t)(colon - own->items[i].key)),
            arena_strdup(g->a, colon + 1), arena_strdup(g->a, own->items[i].value)};
        if (!entry_point_is_valid(&ep))
            return err_set(e, ERR_RECIPE,
                "%s: wheel.entry-points.%s: \"%s = %s\" is not an entry point; write "
                "name = \"module:function\"",
                g->r->file, ep.group, ep.name, ep.value);
        add_entry_point(g->m, ep);
    }
    size_t recipe_count = g->m->entry_point_count;
    for (size_t i = 0; i < g->project.entry_point_count; i++) {
        bool replaced = false;
        for (size_t j = 0; j < recipe_count; j++)
            replaced |= by_group_and_name(&g->m->entry_points[j], &g->project.entry_points[i]) == 0;
        if (!replaced)
            add_entry_point(g->m, g->project.entry_points[i]);
    }
    if (g->m->entry_point_count)
        qsort(g->m->entry_points, g->m->entry_point_count, sizeof *g->m->entry_points, by_group_and_name);
    return 0;
}

static void add_once(struct strvec *v, const char *text)
{
    if (!strvec_has(v, text))
        strvec_push(v, text);
}

/* Folders that hold no licence text or SBOM of the distribution itself. */
static bool skip_folder(const char *relative, void *arg)
{
    (void)arg;
    static const char *const names[] = {".git", ".hg", ".svn", "__pycache__", "node_modules"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(path_base(relative), names[i]) == 0)
            return true;
    return false;
}

static bool is_default_license(const char *path)
{
    static const char *const patterns[] = {"LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*"};
    for (size_t i = 0; i < COUNT(patterns); i++)
        if (fnmatch(patterns[i], path, FNM_PATHNAME) == 0)
            return true;
    return false;
}

static bool is_sbom(const char *path)
{
    bool json = str_ends(path, ".cdx.json") || str_ends(path, ".spdx.json");
    return (json && !strchr(path, '/')) || (fnmatch("sboms/*.json", path, FNM_PATHNAME) == 0);
}

/* "**" of a PEP 639 pattern crosses folders, "*" does not. */
static bool license_matches(const char *pattern, const char *path)
{
    return fnmatch(pattern, path, strstr(pattern, "**") ? 0 : FNM_PATHNAME) == 0;
}

/* The recipe's texts must be there; patterns of the project may match nothing; without either, what is called
 * like a licence at the top (PEP 639's customary names). */
static int gather_license_files(struct gathering *g, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    struct strvec *out = &g->m->license_files;
    for (size_t i = 0; i < g->r->license_files.len; i++) {
        const char *name = g->r->license_files.items[i];
        AUTO_FREE char *path = path_join(g->src, name);
        int there = path_stays_inside(name) ? path_is_file(path, e) : 0;
        if (there < 0)
            return -1;
        if (!there)
            return err_set(
                e, ERR_RECIPE, "%s: recipe.license-files: the source has no file \"%s\"", g->r->file, name);
        add_once(out, name);
    }
    if (tree_list(g->src, skip_folder, NULL, &files, e) < 0)
        return -1;
    bool defaults = !out->len && !g->project.has_license_files && !g->project.license_files.len;
    for (size_t i = 0; i < files.len; i++) {
        const char *name = files.items[i];
        bool take = defaults && is_default_license(name);
        for (size_t j = 0; j < g->project.license_files.len; j++)
            take |= license_matches(g->project.license_files.items[j], name);
        for (size_t j = 0; j < g->m->core.len; j++)
            take |= strcasecmp(g->m->core.fields[j].name, "License-File") == 0 &&
                    strcmp(g->m->core.fields[j].value, name) == 0;
        if (take)
            add_once(out, name);
        if (is_sbom(name))
            strvec_push(&g->m->sboms, name);
    }
    strvec_sort(out);
    return 0;
}

/* License-Expression takes the place of the older ways to name a licence (PEP 639). */
static void note_older_licenses(struct gathering *g)
{
    for (size_t i = 0; i < g->m->core.len; i++) {
        const struct metadata_field *f = &g->m->core.fields[i];
        bool older = strcmp(f->name, "License") == 0 ||
                     (strcmp(f->name, "Classifier") == 0 && str_starts(f->value, "License ::"));
        if (older)
            strvec_pushf(&g->m->notes, "%s: \"%.60s\" of %s gives way to License-Expression", f->name,
                f->value, g->from);
    }
}

static int gather(struct gathering *g, struct err *e)
{
    if (read_fields(g, e) < 0 || check_identity(g, e) < 0)
        return -1;
    fill_from_recipe(g);
    if (lay_recipe_over(g, e) < 0 || gather_entry_points(g, e) < 0 || gather_license_files(g, e) < 0)
        return -1;
    if (g->r->license)
        note_older_licenses(g);
    return metadata_check(&g->m->core, g->from, e);
}

int wheel_metadata_gather(
    struct wheel_metadata *m, struct arena *a, const char *src, const struct recipe *r, struct err *e)
{
    *m = (struct wheel_metadata){0};
    struct gathering g = {.m = m, .a = a, .src = src, .r = r};
    int got = gather(&g, e);
    pyproject_release(&g.project);
    if (got < 0)
        wheel_metadata_release(m);
    return got;
}
