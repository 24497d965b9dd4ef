/* What `list --outdated` finds out. A recipe says where its source is published as NAME and FILE; other files
 * there of the same kind are its other versions. Where the file's own version is not the recipe's, the
 * location is of something else (a part that is unpacked into the source) and says nothing about the recipe.
 */
#include "project/newer.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "fetch/listing.h"
#include "project/published.h"
#include "recipe/version.h"

const char *newer_word(enum newer_answer answer)
{
    static const char *const words[] = {"not-asked", "failed", "current", "outdated"};
    return words[answer];
}

/* "1.3.dfsg+really1.3.2" is 1.3.2, "2.14.3+dfsg" is 2.14.3. */
static const char *upstream_version(struct arena *a, const char *text, size_t len)
{
    static const char really[] = "+really";
    static const char *const marks[] = {"+dfsg", "~dfsg", ".dfsg", "+ds", "~ds", ".ds", "+repack", "~repack"};
    const char *whole = arena_strndup(a, text, len);
    const char *behind = strstr(whole, really);
    if (behind)
        whole = behind + strlen(really);
    for (size_t i = 0; i < COUNT(marks); i++) {
        const char *mark = strstr(whole, marks[i]);
        if (mark)
            whole = arena_strndup(a, whole, (size_t)(mark - whole));
    }
    return version_is_valid(slice_of(whole)) ? whole : NULL;
}

/* NAME_VERSION.orig.tar.xz; a NAME_VERSION.orig-PART.tar.xz is a part of one. */
static const char *debian_version(struct arena *a, const char *package, const char *file)
{
    size_t len = strlen(package);
    const char *end = strstr(file, ".orig.tar.");
    if (!str_starts(file, package) || file[len] != '_' || !end || end <= file + len || str_ends(file, ".asc"))
        return NULL;
    return upstream_version(a, file + len + 1, (size_t)(end - file) - len - 1);
}

/* PACKAGE_VERSION-REVISION_ARCH.deb, of the package and the architecture that own is of. */
static const char *package_version(struct arena *a, const char *own, const char *file)
{
    size_t name = strcspn(own, "_");
    const char *arch = strrchr(own, '_'), *end = strrchr(file, '_');
    if (!arch || !end || strncmp(own, file, name + 1) != 0 || strcmp(arch, end) != 0 || end <= file + name)
        return NULL;
    const char *version = arena_strndup(a, file + name + 1, (size_t)(end - file) - name - 1);
    const char *revision = strrchr(version, '-');
    return upstream_version(a, version, revision ? (size_t)(revision - version) : strlen(version));
}

const char *newer_version_of(struct arena *a, const struct location *at, const char *file)
{
    if (at->kind == LOCATION_PYPI)
        return published_version(a, at->where, file);
    return at->file && str_ends(at->file, ".deb") ? package_version(a, at->file, file)
                                                  : debian_version(a, at->where, file);
}

/* It comes before the release that its numbers name. */
static bool is_prerelease(const char *version)
{
    size_t len = strspn(version, "0123456789.");
    AUTO_FREE char *release = xstrndup(version, len);
    return strchr(version, '~') || version_compare(version, release) < 0;
}

/* Asking about one recipe. */
struct newer_asking {
    struct newer *n;
    struct arena *arena;
    struct loop *loop;
    const char *best; /* the newest that is known, the recipe's own at first */
    struct texts asked;
    bool answered;
};

static void consider(struct newer_asking *k, const struct location *at, const char *where, const char *file)
{
    const char *version = newer_version_of(k->arena, at, file);
    if (!version || is_prerelease(version) || version_compare(version, k->best) <= 0)
        return;
    k->best = k->n->version = version;
    k->n->where = where;
}

static void ask(struct newer_asking *k, const struct location *at)
{
    AUTO(strvec) struct strvec files = {0};
    AUTO(err) struct err why = ERR_INIT;
    const char *where =
        arena_strf(k->arena, "%s:%s", at->kind == LOCATION_PYPI ? "pypi" : "debian", at->where);
    if (texts_have(&k->asked, where))
        return;
    texts_add(&k->asked, k->arena, where);
    if (listing_ask(&files, k->loop, at, &why) < 0) {
        k->n->reason = arena_strf(k->arena, "%s: %s", where, why.text);
        return;
    }
    k->answered = true;
    for (size_t i = 0; i < files.len; i++)
        consider(k, at, where, files.items[i]);
}

static void ask_sources(struct newer_asking *k, const struct recipe *r)
{
    for (size_t i = 0; i < r->source_count; i++) {
        for (size_t u = 0; u < r->sources[i].urls.len; u++) {
            struct location at = {0};
            AUTO(err) struct err ignored = ERR_INIT; /* the recipe was checked */
            if (location_parse(&at, r->sources[i].urls.items[u], &ignored) == 0 &&
                listing_can_be_asked(&at)) {
                const char *own = newer_version_of(k->arena, &at, at.file);
                if (own && version_compare(own, r->version) == 0)
                    ask(k, &at);
            }
            location_release(&at);
        }
    }
}

void newer_ask(
    struct newer *n, struct arena *a, struct loop *l, const struct recipe_file *file, const char *target)
{
    *n = (struct newer){.answer = NEWER_NOT_ASKED};
    struct texts versions = recipe_file_versions(file), known = recipe_file_features(file), features = {0};
    struct newer_asking k = {.n = n, .arena = a, .loop = l};
    for (size_t i = 0; i < known.len; i++)
        if (recipe_file_feature_default(file, known.items[i]))
            texts_add(&features, a, known.items[i]);
    for (size_t i = 0; i < versions.len; i++)
        if (!k.best || version_compare(versions.items[i], k.best) > 0)
            k.best = versions.items[i];
    for (size_t i = 0; i < versions.len; i++) {
        AUTO(err) struct err ignored = ERR_INIT; /* a version that is for other targets */
        const struct recipe *r = recipe_variant(a, file, versions.items[i], features, target, &ignored);
        if (r)
            ask_sources(&k, r);
    }
    if (n->version)
        n->answer = NEWER_PUBLISHED;
    else if (n->reason)
        n->answer = NEWER_FAILED;
    else if (k.answered)
        n->answer = NEWER_NONE;
}
