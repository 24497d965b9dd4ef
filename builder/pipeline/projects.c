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
#include "python/pep440.h"
#include "python/pep508.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { REMEMBERED_LIMIT = 4096 };

/* Under this path its recipe is known, and mistakes are told. */
static int add_recipe(struct run *r, const char *path, const struct project_request *request, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    if (project_request_recipe(&text, request, e) < 0)
        return -1;
    const char *kept = arena_strdup(r->arena, path);
    if (map_set(&r->projects, kept, arena_strdup(r->arena, strbuf_str(&text))))
        return err_set(e, ERR_USAGE, "%s: is named twice", path);
    r->named[r->named_count++] = kept;
    return 0;
}

/* A folder's own name where the project has none that is said without running it. */
static int add_folder(struct run *r, const char *given, struct err *e)
{
    AUTO_FREE char *folder = path_absolute(given);
    AUTO_FREE char *project = path_join(folder, "pyproject.toml");
    AUTO_FREE char *setup = path_join(folder, "setup.py");
    struct project_identity id;
    int is_new = path_is_file(project, e), is_old = is_new < 0 ? -1 : path_is_file(setup, e);
    if (is_old < 0)
        return -1;
    if (!is_new && !is_old)
        return err_set(e, ERR_USAGE, "%s: has no pyproject.toml and no setup.py", given);
    AUTO(strvec) struct strvec libraries = {0};
    if (r->request->libraries)
        strvec_push_all(&libraries, r->request->libraries);
    if (project_identity_read(&id, r->arena, folder, e) < 0 ||
        project_libraries_read(&libraries, r->arena, folder, e) < 0)
        return -1;
    AUTO_FREE char *name = python_name_normalise(id.name ? id.name : path_base(folder));
    AUTO_FREE char *shown = path_join(given, "pyproject.toml");
    struct project_request request = {.name = name,
        .version = id.version ? id.version : "0",
        .folder = folder,
        .requires_python = id.requires_python,
        .libraries = &libraries,
        .settings = r->request->settings};
    return add_recipe(r, shown, &request, e);
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
    struct project_request request = {
        .name = name, .version = version, .url = url, .sha256 = digest.hex, .settings = r->request->settings};
    return add_recipe(r, shown, &request, e);
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

static int ask_index(struct published *p, struct run *r, const char *name, const char *version, struct err *e)
{
    AUTO(strbuf) struct strbuf page = {0};
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

static int add_published(struct run *r, const char *name, const char *version, struct err *e)
{
    struct published p;
    if (ask_index(&p, r, name, version, e) < 0)
        return -1;
    AUTO_FREE char *normal = python_name_normalise(name);
    AUTO_FREE char *url = xstrf("pypi:%s/%s", normal, p.file);
    AUTO_FREE char *shown = xstrf("%s/pyproject.toml", url);
    struct project_request request = {.name = normal,
        .version = p.version,
        .url = url,
        .sha256 = p.sha256,
        .requires_python = p.requires_python,
        .libraries = r->request->libraries,
        .settings = r->request->settings};
    return add_recipe(r, shown, &request, e);
}

int run_read_projects(struct run *r, struct err *e)
{
    const struct pipeline_request *q = r->request;
    if (r->named)
        return 0;
    r->named = arena_alloc(r->arena, (q->recipes_len + q->projects_len + 1) * sizeof *r->named);
    for (size_t i = 0; i < q->recipes_len; i++)
        r->named[r->named_count++] = q->recipes[i];
    for (size_t i = 0; i < q->projects_len; i++) {
        const char *given = q->projects[i], *name, *version;
        int published = project_request_index(&name, &version, r->arena, given, e);
        int folder = published ? 0 : path_is_folder(given, e);
        if (published < 0 || folder < 0)
            return -1;
        int failed = published ? add_published(r, name, version, e)
                     : folder  ? add_folder(r, given, e)
                               : add_file(r, given, e);
        if (failed)
            return -1;
    }
    return 0;
}

struct recipe_file *run_load_recipe(void *arg, struct arena *a, const char *path, struct err *e)
{
    const struct run *r = arg;
    const char *text = map_get(&r->projects, path);
    return text ? recipe_parse(a, path, text, strlen(text), e) : recipe_load(a, path, e);
}

bool run_has_recipe(void *arg, const char *path)
{
    const struct run *r = arg;
    return map_get(&r->projects, path) || path_may_be_file(path);
}
