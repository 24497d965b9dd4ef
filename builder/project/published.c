/* Which file of a project's page is the source distribution that was meant. */
#include "project/published.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "json/json.h"
#include "python/pep440.h"
#include "python/pep508.h"

enum { HEX_BYTES = 64 };

static bool is_project(const char *stem, size_t len, const char *name)
{
    AUTO_FREE char *theirs = xstrndup(stem, len);
    if (!python_name_is_valid(slice_of(theirs)))
        return false;
    AUTO_FREE char *normal = python_name_normalise(theirs);
    AUTO_FREE char *wanted = python_name_normalise(name);
    return strcmp(normal, wanted) == 0;
}

const char *published_version(struct arena *a, const char *name, const char *file)
{
    static const char *const endings[] = {".tar.gz", ".zip"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (!str_ends(file, endings[i]))
            continue;
        size_t len = strlen(file) - strlen(endings[i]);
        AUTO_FREE char *stem = xstrndup(file, len);
        const char *dash = strrchr(stem, '-');
        struct pep440_version version;
        AUTO(err) struct err ignored = ERR_INIT;
        if (!dash || !is_project(stem, (size_t)(dash - stem), name) ||
            pep440_parse(&version, dash + 1, &ignored) < 0)
            return NULL;
        AUTO_FREE char *normal = pep440_format(&version);
        return arena_strdup(a, normal);
    }
    return NULL;
}

/* Whether it is better than what was found; found has no file while nothing was. */
static bool is_better(const struct published *found, const char *version, const char *wanted, bool withdrawn)
{
    struct pep440_version theirs, other;
    AUTO(err) struct err ignored = ERR_INIT;
    if (pep440_parse(&theirs, version, &ignored) < 0)
        return false;
    if (wanted)
        return !found->file && pep440_parse(&other, wanted, &ignored) == 0 &&
               pep440_compare(&theirs, &other) == 0;
    if (withdrawn || pep440_is_prerelease(&theirs))
        return false;
    return !found->file ||
           (pep440_parse(&other, found->version, &ignored) == 0 && pep440_compare(&theirs, &other) > 0);
}

static void consider(
    struct published *found, struct arena *a, const char *name, const char *wanted, const struct json *file)
{
    const char *file_name = json_get_text(file, "filename");
    const char *hash = json_get_text(json_get(file, "hashes"), "sha256");
    const char *version = file_name ? published_version(a, name, file_name) : NULL;
    enum json_kind yanked = json_kind(json_get(file, "yanked"));
    bool withdrawn = yanked == JSON_IS_TEXT || json_get_bool(file, "yanked", false);
    if (!version || !hash || strlen(hash) != HEX_BYTES || !is_better(found, version, wanted, withdrawn))
        return;
    const char *python = json_get_text(file, "requires-python");
    *found = (struct published){
        arena_strdup(a, file_name), version, arena_strdup(a, hash), python ? arena_strdup(a, python) : NULL};
}

int published_find(struct published *out, struct arena *a, const char *name, const char *version,
    struct slice page, struct err *e)
{
    AUTO(err) struct err why = ERR_INIT;
    AUTO_JSON struct json *whole = json_parse(name, page.ptr, page.len, &why);
    const struct json *files = json_get(whole, "files");
    *out = (struct published){0};
    if (!whole || json_kind(files) != JSON_IS_ARRAY)
        return err_set(e, ERR_FETCH,
            "the package index does not answer in JSON: get the source distribution of %s, and name its file",
            name);
    for (size_t i = 0; i < json_len(files); i++)
        consider(out, a, name, version, json_at(files, i));
    if (out->file)
        return 0;
    return err_set(e, ERR_FETCH, "the package index has no source distribution of %s%s%s", name,
        version ? " " : "", version ? version : "");
}
