/* What `staticbuild wheel` names: folders, source distributions, and what the package index has. Each becomes
 * a recipe in memory, once a run. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/fetch.h"
#include "pipeline/internal.h"
#include "project/build_system.h"
#include "project/published.h"
#include "project/request.h"
#include "project/said.h"
#include "python/pep440.h"
#include "python/pep508.h"
#include "python/tags.h"
#include "recipe/project_row.h"
#include "resolve/graph.h"
#include "sys/dirs.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { REMEMBERED_LIMIT = 4096 };

/* Below the folder of recipes, in data/. */
#define PROJECTS_FILE "projects.toml"

/* What stands for a recipe's file. */
struct project {
    const char *text, *folder;
};

/* Under this path its recipe is known, and mistakes are told. folder: what paths in it are relative to. */
static int add_recipe(
    struct run *r, const char *path, const char *folder, const struct project_request *request, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    project_request_recipe(&text, request);
    const char *kept = arena_strdup(r->arena, path);
    struct project *p = arena_new(r->arena, struct project);
    *p = (struct project){arena_strdup(r->arena, strbuf_str(&text)), arena_strdup(r->arena, folder)};
    if (map_set(&r->projects, kept, p))
        return err_set(e, ERR_USAGE, "%s: is named twice", path);
    r->named[r->named_count++] = kept;
    AUTO(strbuf) struct strbuf said = {0};
    said_text(&said, request->said);
    if (said.len)
        event_note(r->sink, "%s %s is built with %s", request->name, request->version, strbuf_str(&said));
    return 0;
}

/* Of a name that has a recipe: a library is in lib/. */
static bool has_library(void *arg, const char *name)
{
    struct run *r = arg;
    AUTO_FREE char *installed = dirs_data("recipes");
    AUTO_FREE char *below = xstrf("lib/%s", name);
    struct graph_request where = {.installed = installed, .exists = run_has_recipe, .arg = r};
    AUTO_FREE char *path = recipe_locate(&where, below);
    return path != NULL;
}

static int say_options(struct project_said *s, const struct pipeline_request *q, struct err *e)
{
    for (size_t i = 0; q->libraries && i < q->libraries->len; i++)
        said_library(s, q->libraries->items[i], "--library");
    for (size_t i = 0; q->settings && i < q->settings->len; i++)
        if (said_setting(s, q->settings->items[i], "--config-setting", e) < 0)
            return -1;
    return 0;
}

/* The recipe of an extension that has the project's name, in the version that it describes. */
static int say_recipe(
    struct project_said *s, struct run *r, const char *installed, const char *name, struct err *e)
{
    struct graph_request where = {.installed = installed, .exists = run_has_recipe, .arg = r};
    AUTO_FREE char *path = recipe_locate(&where, name);
    struct recipe_file *file = path ? recipe_load(r->arena, path, e) : NULL;
    if (!path)
        return 0;
    if (!file)
        return -1;
    if (recipe_file_kind(file) != RECIPE_EXTENSION)
        return 0;
    struct texts none = {0}, versions = recipe_file_versions(file);
    const struct recipe *recipe =
        recipe_variant(r->arena, file, versions.items[0], none, r->machine.platform, e);
    if (!recipe)
        return -1;
    said_recipe(s, recipe, arena_strf(r->arena, "recipe %s", name));
    return 0;
}

/* A row's patches are for what is published, not for a folder. */
static int say_row(
    struct project_said *s, struct run *r, const char *data, const char *name, bool published, struct err *e)
{
    struct project_row row;
    AUTO_FREE char *path = path_join(data, PROJECTS_FILE);
    int there = path_is_file(path, e);
    if (there <= 0)
        return there;
    if (project_row_read(&row, r->arena, path, name, e) < 0)
        return -1;
    if (!published) {
        row.patch_count = 0;
        row.test.script = NULL;
    }
    if (row.at.line)
        said_row(s, &row, arena_strf(r->arena, PROJECTS_FILE ":%d", row.at.line));
    return 0;
}

/* What the pyproject.toml of a source distribution says is known once that is unpacked, and then kept by its
 * hash. */
static char *heard_folder(const struct run *r, const char *sha256)
{
    return xstrf("%s/requests/%s", r->store.root, sha256);
}

/* Of files that are for others' machines: a script below their source is not at hand here. */
static int say_source(struct project_said *s, struct run *r, const char *folder, struct err *e)
{
    if (project_said_read(s, folder, has_library, r, e) < 0)
        return -1;
    s->script = NULL;
    return 0;
}

static int keep_heard(struct run *r, const char *root, const char *folder, struct err *e)
{
    AUTO_FREE char *from = path_join(root, "pyproject.toml");
    AUTO_FREE char *to = path_join(folder, "pyproject.toml");
    if (folder_make(folder, e) < 0 || file_copy(from, to, e) < 0)
        return -1;
    r->infers_again = true;
    return 0;
}

int project_hear_source(struct step_run *s, const char *root, struct err *e)
{
    struct run *r = s->run;
    const struct node *n = &r->graph->nodes[s->step->node];
    const char *sha256 = n->source_count ? n->sources[0]->sha256 : NULL;
    AUTO(project_said) struct project_said said = {.arena = r->arena};
    AUTO(err) struct err wrong = ERR_INIT;
    if (!sha256 || !map_get(&r->projects, n->recipe->file))
        return 0;
    AUTO_FREE char *folder = heard_folder(r, sha256);
    int known = path_is_folder(folder, e);
    if (known)
        return known < 0 ? -1 : 0;
    if (say_source(&said, r, root, &wrong) < 0) {
        event_warning(r->sink, "%s: what it says of itself is not heard: %s", s->step->label, wrong.text);
        return 0;
    }
    bool says = said.libraries.len || said.env.len || said.settings.len || said.abi3 || said.test_by;
    return says ? keep_heard(r, root, folder, e) : 0;
}

/* All that is said of a project; folder is NULL for one that is not unpacked yet. */
static int say_all(struct project_said *s, struct run *r, const char *folder, const char *sha256,
    const char *name, const char *version, char **data, struct err *e)
{
    struct texts inferred;
    AUTO_FREE char *installed = dirs_data("recipes");
    *data = installed ? path_join(installed, "data") : xstrdup(".");
    AUTO_FREE char *heard = sha256 ? heard_folder(r, sha256) : NULL;
    int is_heard = heard ? path_is_folder(heard, e) : 0;
    if (is_heard < 0 || say_options(s, r->request, e) < 0 ||
        (folder && project_said_read(s, folder, has_library, r, e) < 0) ||
        (is_heard && say_source(s, r, heard, e) < 0))
        return -1;
    if (say_recipe(s, r, installed, name, e) < 0 || say_row(s, r, *data, name, !folder, e) < 0 ||
        project_inferred(&inferred, r, name, version, e) < 0)
        return -1;
    for (size_t i = 0; i < inferred.len; i++)
        said_library(s, inferred.items[i], "--infer");
    return 0;
}

/* A folder's own name where the project has none that is said without running it. */
static int add_folder(struct run *r, const char *given, struct err *e)
{
    AUTO_FREE char *folder = path_absolute(given);
    AUTO_FREE char *project = path_join(folder, "pyproject.toml");
    AUTO_FREE char *setup = path_join(folder, "setup.py");
    AUTO_FREE char *data = NULL;
    AUTO(project_said) struct project_said said = {.arena = r->arena};
    struct project_identity id;
    int is_new = path_is_file(project, e), is_old = is_new < 0 ? -1 : path_is_file(setup, e);
    if (is_old < 0)
        return -1;
    if (!is_new && !is_old)
        return err_set(e, ERR_USAGE, "%s: has no pyproject.toml and no setup.py", given);
    if (project_identity_read(&id, r->arena, folder, e) < 0)
        return -1;
    AUTO_FREE char *name = python_name_normalise(id.name ? id.name : path_base(folder));
    AUTO_FREE char *shown = path_join(given, "pyproject.toml");
    if (say_all(&said, r, folder, NULL, name, id.version ? id.version : "0", &data, e) < 0)
        return -1;
    struct project_request request = {.name = name,
        .version = id.version ? id.version : "0",
        .folder = folder,
        .requires_python = id.requires_python,
        .said = &said};
    return add_recipe(r, shown, folder, &request, e);
}

/* NAME-VERSION.tar.gz: the name is what stands before the last dash. */
static int add_file(struct run *r, const char *given, struct err *e)
{
    const char *base = path_base(given), *dash = strrchr(base, '-');
    AUTO_FREE char *stem = dash ? xstrndup(base, (size_t)(dash - base)) : NULL;
    AUTO_FREE char *path = path_absolute(given);
    AUTO_FREE char *url = xstrf("file://%s", path);
    AUTO_FREE char *shown = xstrf("%s/pyproject.toml", given);
    const char *version = stem ? published_version(r->arena, stem, base) : NULL;
    struct digest digest;
    if (!version)
        return err_set(e, ERR_USAGE,
            "%s: is no folder, and not called as source distributions are: NAME-VERSION.tar.gz", given);
    if (digest_file(&digest, path, e) < 0)
        return -1;
    AUTO_FREE char *name = python_name_normalise(stem);
    AUTO_FREE char *data = NULL;
    AUTO(project_said) struct project_said said = {.arena = r->arena};
    if (say_all(&said, r, NULL, digest.hex, name, version, &data, e) < 0)
        return -1;
    struct project_request request = {
        .name = name, .version = version, .url = url, .sha256 = digest.hex, .said = &said};
    return add_recipe(r, shown, data, &request, e);
}

/* Its whole name is the recipe's: those of several interpreters are several. */
static int add_wheel(struct run *r, const char *given, struct err *e)
{
    struct wheel_name name = {0};
    struct digest digest;
    AUTO_FREE char *path = path_absolute(given);
    AUTO_FREE char *url = xstrf("file://%s", path);
    AUTO_FREE char *stem = xstrndup(path_base(given), strlen(path_base(given)) - strlen(".whl"));
    AUTO_FREE char *shown = xstrf("%s%s", strchr(given, '/') ? "" : "./", given); /* no recipe's name */
    if (wheel_name_parse(&name, given, e) < 0)
        return -1;
    AUTO_FREE char *folder = path_dir(path);
    AUTO(project_said) struct project_said nothing = {.arena = r->arena};
    struct project_request request = {.name = stem,
        .version = name.version,
        .url = url,
        .sha256 = digest.hex,
        .is_wheel = true,
        .said = &nothing};
    int failed = digest_file(&digest, path, e) < 0 ? -1 : add_recipe(r, shown, folder, &request, e);
    wheel_name_release(&name);
    return failed;
}

/* A version of a project is always the same file: what the index said of it once is kept. */
static char *remembered_path(const struct run *r, const char *name, const char *version)
{
    AUTO_FREE char *normal = python_name_normalise(name);
    return xstrf("%s/requests/%s-%s", r->store.root, normal, version);
}

static bool recall(struct published *p, struct run *r, const char *name, const char *version)
{
    AUTO(err) struct err ignored = ERR_INIT; /* then the index is asked */
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = version ? remembered_path(r, name, version) : NULL;
    if (!path || !path_may_be_file(path) || file_read(&text, path, REMEMBERED_LIMIT, &ignored) < 0)
        return false;
    struct slice rest = {strbuf_str(&text), text.len}, fields[4] = {{0}};
    for (size_t i = 0; i < 4 && rest.ptr; i++)
        fields[i] = slice_cut(&rest, '\n');
    const char *texts[4];
    for (size_t i = 0; i < 4; i++)
        texts[i] = fields[i].ptr ? arena_strndup(r->arena, fields[i].ptr, fields[i].len) : "";
    *p = (struct published){texts[0], texts[1], texts[2], *texts[3] ? texts[3] : NULL};
    return *p->file && *p->version && strlen(p->sha256) == 64;
}

static int remember(struct run *r, const char *name, const struct published *p, struct err *e)
{
    AUTO_FREE char *path = remembered_path(r, name, p->version);
    AUTO_FREE char *folder = path_dir(path);
    AUTO_FREE char *text = xstrf(
        "%s\n%s\n%s\n%s\n", p->file, p->version, p->sha256, p->requires_python ? p->requires_python : "");
    return folder_make(folder, e) < 0 ? -1 : file_write(path, text, strlen(text), 0644, e);
}

/* What is locked, when that is what is asked for. */
static bool take_locked(struct published *p, const struct run *r, const char *name, const char *version)
{
    AUTO_FREE char *normal = python_name_normalise(name);
    const struct locked_recipe *locked = run_locked_project(r, normal);
    if (!locked || (version && strcmp(version, locked->version) != 0))
        return false;
    const struct locked_source *s = &locked->sources[0];
    *p = (struct published){path_base(s->urls.items[0]), locked->version, s->sha256, locked->requires_python};
    return true;
}

static int ask_index(struct published *p, struct run *r, const char *name, const char *version, struct err *e)
{
    AUTO(strbuf) struct strbuf page = {0};
    if (take_locked(p, r, name, version))
        return 0;
    if (r->request->locked)
        return err_set(e, ERR_RECIPE, "pypi:%s%s%s: is not in %s, and --locked takes nothing else", name,
            version ? "==" : "", version ? version : "", r->locks.path);
    if (recall(p, r, name, version))
        return 0;
    if (r->request->offline)
        return err_set(e, ERR_FETCH, "pypi:%s%s%s: the package index is not asked (--offline)%s", name,
            version ? "==" : "", version ? version : "",
            version ? "" : "; a version that was built before can be named");
    if (!r->loop)
        r->loop = loop_new();
    struct slice text;
    if (fetch_index_page(r->loop, name, &page, e) < 0)
        return -1;
    text = (struct slice){strbuf_str(&page), page.len};
    return published_find(p, r->arena, name, version, text, e) < 0 ? -1 : remember(r, name, p, e);
}

/* sha256: what it may be; none: anything. */
int project_add_published(
    struct run *r, const char *name, const char *version, const struct texts *sha256, struct err *e)
{
    struct published p;
    const char *before = version ? version : map_get(&r->versions, name);
    if (ask_index(&p, r, name, before, e) < 0)
        return -1;
    map_set(&r->versions, name, (void *)p.version);
    if (sha256 && sha256->len && !texts_have(sha256, p.sha256))
        return err_set(e, ERR_FETCH, "%s: has the hash sha256:%s, which is none of those that are listed",
            p.file, p.sha256);
    AUTO_FREE char *normal = python_name_normalise(name);
    AUTO_FREE char *url = xstrf("pypi:%s/%s", normal, p.file);
    AUTO_FREE char *shown = xstrf("%s/pyproject.toml", url);
    AUTO_FREE char *data = NULL;
    AUTO(project_said) struct project_said said = {.arena = r->arena};
    if (say_all(&said, r, NULL, p.sha256, normal, p.version, &data, e) < 0)
        return -1;
    struct project_request request = {.name = normal,
        .version = p.version,
        .url = url,
        .sha256 = p.sha256,
        .requires_python = p.requires_python,
        .said = &said};
    return add_recipe(r, shown, data, &request, e);
}

/* One thing that was named. */
int project_add(struct run *r, const char *given, struct err *e)
{
    const char *name, *version;
    bool is_wheel = str_ends(given, ".whl");
    if (is_wheel != r->request->finish)
        return err_set(e, ERR_USAGE,
            is_wheel ? "%s: is a wheel already; `staticbuild finish` makes a proved one of it"
                     : "%s: is not a wheel's file name: NAME-VERSION-PYTHON-ABI-PLATFORM.whl",
            given);
    if (is_wheel)
        return add_wheel(r, given, e);
    int published = project_request_index(&name, &version, r->arena, given, e);
    int folder = published ? 0 : path_is_folder(given, e);
    if (published < 0 || folder < 0)
        return -1;
    return published ? project_add_published(r, name, version, NULL, e)
           : folder  ? add_folder(r, given, e)
                     : add_file(r, given, e);
}

int run_read_projects(struct run *r, struct err *e)
{
    const struct pipeline_request *q = r->request;
    if (r->named)
        return 0;
    r->named = arena_alloc(r->arena, (q->recipe_count + q->project_count + 1) * sizeof *r->named);
    for (size_t i = 0; i < q->recipe_count; i++)
        r->named[r->named_count++] = q->recipes[i];
    for (size_t i = 0; i < q->project_count; i++)
        if (project_add(r, q->projects[i], e) < 0)
            return -1;
    return q->list ? projects_add_list(r, q->list, e) : 0;
}

struct recipe_file *run_load_recipe(void *arg, struct arena *a, const char *path, struct err *e)
{
    const struct run *r = arg;
    const struct project *p = map_get(&r->projects, path);
    return p ? recipe_parse_in(a, path, p->folder, p->text, strlen(p->text), e) : recipe_load(a, path, e);
}

bool run_has_recipe(void *arg, const char *path)
{
    const struct run *r = arg;
    return map_get(&r->projects, path) || path_may_be_file(path);
}
