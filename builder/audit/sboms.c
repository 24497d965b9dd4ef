/* Bills of materials in a wheel (PEP 770): CycloneDX and SPDX, in JSON; of those in XML and of SPDX's tags is
 * only known what they are. */
#include <stdlib.h>
#include <string.h>

#include "audit/sbom_crates.h"
#include "audit/wheel_facts.h"
#include "base/cleanup.h"
#include "python/pep508.h"

enum { DEPTH_MAX = 16, PARTS_MAX = 10000 };

struct sbom_gathering {
    struct arena *arena;
    const char *distribution; /* components of this name are the wheel itself; or NULL */
    struct set compiling;     /* references of crates that took part in compiling alone */
    VEC(struct sbom_part) parts;
    VEC(const char *) bad;
    size_t unread; /* of a format whose parts are not read */
};

/* Names are compared as installers do (PEP 503): psycopg2_binary is psycopg2-binary. */
static bool is_distribution(const struct sbom_gathering *g, const char *name)
{
    if (!g->distribution)
        return false;
    AUTO_FREE char *a = python_name_normalise(name);
    AUTO_FREE char *b = python_name_normalise(g->distribution);
    return strcmp(a, b) == 0;
}

static const char *text_of(struct sbom_gathering *g, const struct json *object, const char *key)
{
    const char *text = json_get_text(object, key);
    return arena_strdup(g->arena, text ? text : "");
}

/* What our own SBOMs say of a component: the members that hold it, and how much of it. */
static void read_properties(struct sbom_gathering *g, struct sbom_part *part, const struct json *component)
{
    const struct json *properties = json_get(component, "properties");
    size_t len = json_len(properties);
    const char **modules = arena_alloc(g->arena, (len + 1) * sizeof *modules),
               **stateful = arena_alloc(g->arena, (len + 1) * sizeof *stateful);
    for (size_t i = 0; json_kind(properties) == JSON_IS_ARRAY && i < len; i++) {
        const struct json *property = json_at(properties, i);
        const char *name = json_get_text(property, "name");
        if (name && strcmp(name, "staticbuild:linked-into") == 0)
            modules[part->module_count++] = text_of(g, property, "value");
        if (name && strcmp(name, "staticbuild:variables-in") == 0)
            stateful[part->stateful_count++] = text_of(g, property, "value");
        if (name && strcmp(name, "staticbuild:shared-copy") == 0)
            part->shared_copy = text_of(g, property, "value");
        if (name && strcmp(name, "staticbuild:linked-bytes") == 0)
            part->size += strtoull(text_of(g, property, "value"), NULL, 10);
    }
    part->modules = modules;
    part->stateful = stateful;
}

/* "pkg:pypi/pillow@13.0.0#thirdparty/raqm": sources of others among the distribution's own. */
static bool is_ref_of_distribution(const struct sbom_gathering *g, const char *ref)
{
    static const char scheme[] = "pkg:pypi/";
    if (!str_starts(ref, scheme))
        return false;
    ref += strlen(scheme);
    AUTO_FREE char *name = xstrndup(ref, strcspn(ref, "@?#"));
    return is_distribution(g, name);
}

/* Licences by which nobody has to be named. */
static bool is_without_notice(struct slice licence)
{
    static const char *const those[] = {"0BSD", "CC0-1.0", "MIT-0", "Unlicense", "blessing"};
    for (size_t i = 0; i < COUNT(those); i++)
        if (slice_is(licence, those[i]))
            return true;
    return false;
}

/* One of those that an expression (SPDX) lets choose: "Unlicense OR MIT". */
static bool has_choice_without_notice(const char *expression)
{
    bool found = false;
    for (const char *at = expression; at && !found;) {
        const char *next = strstr(at, " OR ");
        found = is_without_notice((struct slice){at, next ? (size_t)(next - at) : strlen(at)});
        at = next ? next + strlen(" OR ") : NULL;
    }
    return found && !strstr(expression, " AND ");
}

static bool asks_no_notice(const struct json *component)
{
    const struct json *licences = json_get(component, "licenses");
    if (json_kind(licences) != JSON_IS_ARRAY || json_len(licences) != 1)
        return false;
    const struct json *one = json_at(licences, 0);
    const char *expression = json_get_text(one, "expression"),
               *id = json_get_text(json_get(one, "license"), "id");
    return has_choice_without_notice(expression ? expression : id ? id : "");
}

/* "pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?arch=x86_64": the name stands between the last slash and what
 * follows. A crate without one, in a folder ("path+file:///x#1.0"), is the project's own. */
static void read_purl(struct sbom_gathering *g, struct sbom_part *part, const struct json *component)
{
    const char *purl = json_get_text(component, "purl"), *ref = json_get_text(component, "bom-ref");
    part->purl_name = "";
    part->own = (ref && str_starts(ref, "path+file:")) || (purl && strstr(purl, "download_url=file:")) ||
                (!purl && ref && is_ref_of_distribution(g, ref));
    if (!purl)
        return;
    part->crate = str_starts(purl, "pkg:cargo/");
    size_t len = strcspn(purl, "@?#");
    const char *name = purl + len;
    while (name > purl && name[-1] != '/')
        name--;
    part->purl_name = arena_strndup(g->arena, name, (size_t)(purl + len - name));
}

/* A piece of the distribution, "pkg:pypi/pillow@13.0.0#c-ext/PIL._avif", is the distribution. */
static bool is_piece_of_it(
    const struct sbom_gathering *g, const struct sbom_part *part, const struct json *component)
{
    const char *purl = json_get_text(component, "purl");
    return purl && str_starts(purl, "pkg:pypi/") && is_distribution(g, part->purl_name);
}

/* A library may be called like the distribution that has it inside: then it is no package of the index. */
static bool is_library_of_that_name(const struct json *component)
{
    const char *purl = json_get_text(component, "purl");
    return purl && !str_starts(purl, "pkg:pypi/");
}

static void read_component(struct sbom_gathering *g, const struct json *component, const char *version_key)
{
    struct sbom_part part = {
        .name = text_of(g, component, "name"), .version = text_of(g, component, version_key)};
    if (!*part.name || (is_distribution(g, part.name) && !is_library_of_that_name(component)))
        return;
    read_purl(g, &part, component);
    if (is_piece_of_it(g, &part, component))
        return;
    const char *scope = text_of(g, component, "scope");
    const char *ref = json_get_text(component, "bom-ref");
    part.outside = strcmp(scope, "excluded") == 0 || strcmp(scope, "optional") == 0 ||
                   (ref && set_has(&g->compiling, ref));
    part.no_notice = asks_no_notice(component);
    read_properties(g, &part, component);
    vec_push(&g->parts, part);
}

/* CycloneDX components may hold others. */
static void read_components(
    struct sbom_gathering *g, const struct json *list, const char *version_key, int depth)
{
    for (size_t i = 0; json_kind(list) == JSON_IS_ARRAY && i < json_len(list) && g->parts.len < PARTS_MAX;
         i++) {
        const struct json *component = json_at(list, i);
        read_component(g, component, version_key);
        if (depth < DEPTH_MAX)
            read_components(g, json_get(component, "components"), version_key, depth + 1);
    }
}

static bool read_document(struct sbom_gathering *g, const struct json *document)
{
    const char *format = json_get_text(document, "bomFormat");
    const struct json *list;
    const char *version_key;
    if (format && strcmp(format, "CycloneDX") == 0) {
        sbom_compiling_crates(&g->compiling, document);
        list = json_get(document, "components");
        version_key = "version";
    } else if (json_get_text(document, "spdxVersion")) {
        list = json_get(document, "packages");
        version_key = "versionInfo";
    } else {
        return false;
    }
    read_components(g, list, version_key, 0);
    return true;
}

static void complain(struct sbom_gathering *g, const char *path, const char *why)
{
    const char *text = arena_strf(g->arena, "%s: %s", path, why);
    vec_push(&g->bad, text);
}

static bool has_text(struct slice bytes, const char *text)
{
    return bytes.ptr && memmem(bytes.ptr, bytes.len, text, strlen(text));
}

static bool is_other_format(struct slice bytes)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8 */
    size_t skip = bytes.len > 3 && memcmp(bytes.ptr, mark, 3) == 0 ? 3 : 0;
    bool xml = bytes.len > skip && bytes.ptr[skip] == '<';
    return (xml && (has_text(bytes, "cyclonedx.org/schema/bom") || has_text(bytes, "spdx.org/rdf"))) ||
           (!xml && has_text(bytes, "SPDXVersion:") && !memchr(bytes.ptr, 0, bytes.len));
}

static void read_sbom(struct sbom_gathering *g, const struct zip_member *m, size_t limit)
{
    AUTO(zip_scratch) struct zip_scratch scratch = {0};
    AUTO(err) struct err why = ERR_INIT;
    struct slice bytes;
    if (zip_read(m, limit, &scratch, &bytes, &why) < 0) {
        complain(g, m->name, why.text);
        return;
    }
    if (!str_ends(m->name, ".json") && is_other_format(bytes)) {
        g->unread++;
        return;
    }
    AUTO_JSON struct json *document = json_parse(m->name, bytes.ptr ? bytes.ptr : "", bytes.len, &why);
    if (!document) {
        vec_push(&g->bad, (const char *)arena_strdup(g->arena, why.text));
        return;
    }
    if (!read_document(g, document))
        complain(g, m->name, "is neither CycloneDX nor SPDX");
}

static bool is_sbom(const struct wheel *w, const struct zip_member *m)
{
    size_t len = w->dist_info ? strlen(w->dist_info) : 0;
    return len && strncmp(m->name, w->dist_info, len) == 0 && str_starts(m->name + len, "/sboms/") &&
           !(m->facts & (ZIP_FOLDER | ZIP_OVERLAP)) && zip_find(&w->zip, m->name) == m;
}

void sboms_read(struct wheel_facts *facts, struct arena *arena, size_t limit)
{
    const struct wheel *w = facts->wheel;
    struct sbom_gathering g = {.arena = arena, .distribution = metadata_get(&w->metadata, "Name")};
    for (size_t i = 0; i < w->zip.len; i++) {
        const struct zip_member *m = &w->zip.members[i];
        if (!is_sbom(w, m))
            continue;
        facts->sbom_count++;
        read_sbom(&g, m, limit);
    }
    facts->parts =
        arena_memdup(arena, g.parts.items ? (void *)g.parts.items : "", g.parts.len * sizeof *g.parts.items);
    facts->part_count = g.parts.len;
    facts->bad_sboms =
        arena_memdup(arena, g.bad.items ? (void *)g.bad.items : "", g.bad.len * sizeof *g.bad.items);
    facts->bad_sbom_count = g.bad.len;
    facts->unread_sbom_count = g.unread;
    vec_release(&g.parts);
    vec_release(&g.bad);
    set_release(&g.compiling);
}
