/* [build-system] of a pyproject.toml, and what is meant where nothing is said. */
#include "project/build_system.h"

#include <string.h>

#include "base/cleanup.h"
#include "python/metadata.h"
#include "python/pep508.h"
#include "python/pyproject.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "toml/toml.h"

enum { PKG_INFO_LIMIT = 16 << 20 };

/* PEP 517: "if the pyproject.toml file is absent, or the build-backend key is missing". */
static const char LEGACY[] = "setuptools.build_meta:__legacy__";
static const char *const legacy_requires[] = {"setuptools>=40.8.0"};

struct system_reading {
    struct project_build *b;
    struct arena *a;
    const char *path;
    struct err *e;
};

static void wrong(struct system_reading *r, const struct toml_node *at, const char *what)
{
    err_at(r->e, ERR_PACKAGE, r->path, at->pos.line, at->pos.column, "build-system.%s: %s",
        at->key ? at->key : "…", what);
}

static void read_texts(struct system_reading *r, const struct toml_node *n, struct texts *out)
{
    if (n->type != TOML_ARRAY) {
        wrong(r, n, "an array of strings was expected");
        return;
    }
    out->items = arena_alloc(r->a, (n->list.len + 1) * sizeof *out->items);
    out->len = 0;
    toml_each (n, it) {
        if (it->type == TOML_STRING)
            out->items[out->len++] = arena_strdup(r->a, it->string);
        else
            wrong(r, n, "an array of strings was expected");
    }
}

static void check_requires(struct system_reading *r, const struct toml_node *n)
{
    for (size_t i = 0; i < r->b->requires.len; i++) {
        struct pep508 parsed;
        AUTO(err) struct err why = ERR_INIT;
        if (pep508_parse(&parsed, r->a, r->b->requires.items[i], &why) < 0)
            wrong(r, n, why.text);
    }
}

static void check_path(struct system_reading *r, const struct toml_node *n)
{
    for (size_t i = 0; i < r->b->path.len; i++)
        if (strcmp(r->b->path.items[i], ".") != 0 && !path_stays_inside(r->b->path.items[i]))
            wrong(r, n, "the folder must lie below the project");
}

static void read_system(struct system_reading *r, const struct toml_node *system)
{
    const struct toml_node *requires = toml_get(system, "requires"), *path = toml_get(system, "backend-path");
    const struct toml_node *backend = toml_get(system, "build-backend");
    r->b->said = true;
    if (requires) {
        read_texts(r, requires, &r->b->requires);
        check_requires(r, requires);
    } else {
        wrong(r, system, "\"requires\" is missing");
    }
    if (path) {
        read_texts(r, path, &r->b->path);
        check_path(r, path);
    }
    if (backend && backend->type != TOML_STRING)
        wrong(r, backend, "a string was expected");
    else if (backend)
        r->b->backend = arena_strdup(r->a, backend->string);
    else if (path)
        wrong(r, path, "goes with \"build-backend\"");
}

int project_said_read(struct project_said *s, const char *root, bool (*exists)(void *arg, const char *name),
    void *arg, struct err *e)
{
    AUTO_FREE char *path = path_join(root, "pyproject.toml");
    const struct toml_node *whole = NULL;
    struct project_row row;
    int there = toml_read_file(&whole, s->arena, path, e);
    if (there <= 0)
        return there;
    const struct toml_node *tool = toml_member(whole, "tool", TOML_TABLE),
                           *ours = tool ? toml_get(tool, "staticbuild") : NULL;
    if (ours && project_row_of(&row, s->arena, path, ours, "tool.staticbuild", e) < 0)
        return -1;
    if (ours && row.patch_count)
        return err_at(e, ERR_RECIPE, path, row.patches[0].at.line, row.patches[0].at.column,
            "tool.staticbuild.patch: a project's own source needs no patch; change it");
    if (ours)
        said_row(s, &row, arena_strf(s->arena, "pyproject.toml:%d", row.at.line));
    const struct toml_node *external = toml_member(whole, "external", TOML_TABLE);
    if (external)
        said_external(
            s, external, arena_strf(s->arena, "pyproject.toml:%u", external->key_pos.line), exists, arg);
    return 0;
}

int project_build_read(struct project_build *b, struct arena *a, const char *root, struct err *e)
{
    AUTO_FREE char *path = path_join(root, "pyproject.toml");
    const struct toml_node *root_table = NULL;
    *b = (struct project_build){.backend = LEGACY};
    b->requires.items = arena_memdup(a, legacy_requires, sizeof legacy_requires);
    b->requires.len = COUNT(legacy_requires);
    int there = toml_read_file(&root_table, a, path, e);
    if (there <= 0)
        return there;
    const struct toml_node *system = toml_get(root_table, "build-system");
    struct system_reading r = {b, a, path, e};
    if (system && system->type == TOML_TABLE)
        read_system(&r, system);
    else if (system)
        wrong(&r, system, "a table was expected");
    return e->text ? -1 : 0;
}

char *project_build_text(const struct project_build *b)
{
    struct strbuf out = {0};
    strbuf_addf(&out, "built by %s%s%s", b->said ? "" : "setup.py, with ", b->backend,
        b->path.len ? " of its own" : "");
    for (size_t i = 0; i < b->requires.len; i++)
        strbuf_addf(&out, "%s%s", i ? ", " : "; that needs ", b->requires.items[i]);
    return strbuf_steal(&out);
}

static void take_identity(struct project_identity *id, const struct metadata *m)
{
    *id = (struct project_identity){
        metadata_get(m, "Name"), metadata_get(m, "Version"), metadata_get(m, "Requires-Python")};
}

static int identity_of_info(struct project_identity *id, struct arena *a, const char *path, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(metadata) struct metadata m = {0};
    if (file_read(&text, path, PKG_INFO_LIMIT, e) < 0 ||
        metadata_parse(&m, a, path, strbuf_str(&text), text.len, e) < 0)
        return -1;
    take_identity(id, &m);
    return 0;
}

int project_identity_read(struct project_identity *id, struct arena *a, const char *root, struct err *e)
{
    AUTO_FREE char *info = path_join(root, "PKG-INFO");
    struct pyproject project;
    *id = (struct project_identity){0};
    int there = path_is_file(info, e);
    if (there)
        return there < 0 ? -1 : identity_of_info(id, a, info, e);
    if (pyproject_read(&project, a, root, e) < 0)
        return -1;
    take_identity(id, &project.metadata);
    pyproject_release(&project);
    return 0;
}
