/* Writes the bill of materials of a wheel (CycloneDX, PEP 770). */
#include "sbom/sbom.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "hash/hash.h"
#include "json/json.h"
#include "recipe/location_shown.h"
#include "sbom/identifier.h"
#include "sys/clock.h"
#include "sys/path.h"

/* UUIDs are made of the content in the namespace of URLs (RFC 9562, 6.6). */
static const char url_namespace[] = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";

static char *wheel_ref(const struct component *c)
{
    return purl_pypi(c->name, c->version);
}

/* Unique: the index tells two components of one name apart. */
static char *component_ref(const struct sbom_request *r, size_t i)
{
    const struct component *c = &r->components[i];
    return xstrf("%zu:%s%s%s", i + 1, c->name, *c->version ? "@" : "", c->version);
}

static void add_property(struct json *component, const char *name, const char *value)
{
    struct json *list = json_get(component, "properties");
    if (!list)
        list = json_set_array(component, "properties");
    struct json *one = json_add_object(list);
    json_set_text(one, "name", name);
    json_set_text(one, "value", value);
}

static void add_sources(struct json *component, const struct component *c)
{
    struct json *refs = NULL;
    if (c->homepage) {
        refs = json_set_array(component, "externalReferences");
        struct json *one = json_add_object(refs);
        json_set_text(one, "type", "website");
        json_set_text(one, "url", c->homepage);
    }
    for (size_t i = 0; i < c->source_count; i++)
        for (size_t j = 0; j < c->sources[i]->urls.len; j++) {
            if (!refs)
                refs = json_set_array(component, "externalReferences");
            struct json *one = json_add_object(refs);
            json_set_text(one, "type", "source-distribution");
            AUTO_FREE char *shown = location_shown(c->sources[i]->urls.items[j]);
            json_set_text(one, "url", shown);
            if (!c->sources[i]->sha256)
                continue;
            struct json *hash = json_add_object(json_set_array(one, "hashes"));
            json_set_text(hash, "alg", "SHA-256");
            json_set_text(hash, "content", c->sources[i]->sha256);
        }
}

static void add_patches(struct json *component, const struct component *c)
{
    if (!c->patch_count)
        return;
    struct json *patches = json_set_array(json_set_object(component, "pedigree"), "patches");
    for (size_t i = 0; i < c->patch_count; i++) {
        const struct patch *p = &c->patches[i];
        struct json *one = json_add_object(patches);
        json_set_text(one, "type", p->fixes.len ? "backport" : "unofficial");
        if (p->fixes.len) {
            struct json *resolves = json_set_array(one, "resolves");
            for (size_t j = 0; j < p->fixes.len; j++) {
                struct json *issue = json_add_object(resolves);
                json_set_text(issue, "type", "security");
                json_set_text(issue, "id", p->fixes.items[j]);
            }
        }
        AUTO_FREE char *what = xstrf("%s sha256:%s", path_base(p->file), p->digest.hex);
        add_property(component, "staticbuild:patch", what);
    }
}

void sbom_identity(struct json *identity, const char *field, double confidence, const char *technique,
    const char *const *methods, size_t method_count)
{
    struct json *one = json_add_object(identity);
    json_set_text(one, "field", field);
    json_set_real(one, "confidence", confidence);
    struct json *list = json_set_array(one, "methods");
    for (size_t i = 0; i < method_count; i++) {
        struct json *method = json_add_object(list);
        json_set_text(method, "technique", technique);
        json_set_real(method, "confidence", confidence);
        json_set_text(method, "value", methods[i]);
    }
}

/* Of what the sources of a project brought along, and no recipe told. */
static void add_evidence(struct json *to, const struct component *c)
{
    if (!c->witness_count)
        return;
    struct json *identity = json_set_array(json_set_object(to, "evidence"), "identity");
    sbom_identity(identity, "name", 1, "binary-analysis", c->witnesses, c->witness_count);
    if (*c->version)
        sbom_identity(
            identity, "version", c->likely ? 0.6 : 1, "binary-analysis", c->witnesses, c->witness_count);
}

static void add_component(struct json *to, const struct component *c, const char *ref, char *purl)
{
    json_set_text(to, "type", "library");
    json_set_text(to, "bom-ref", ref);
    json_set_text(to, "name", c->name);
    if (*c->version)
        json_set_text(to, "version", c->version);
    if (c->summary)
        json_set_text(to, "description", c->summary);
    if (c->license)
        json_set_text(json_add_object(json_set_array(to, "licenses")), "expression", c->license);
    AUTO_FREE char *cpe = cpe_format(c->cpe, c->version);
    if (cpe)
        json_set_text(to, "cpe", cpe);
    json_set_text(to, "purl", purl);
    add_sources(to, c);
    add_patches(to, c);
    add_evidence(to, c);
    if (c->runtime)
        add_property(to, "staticbuild:origin", "toolchain");
    for (size_t i = 0; i < c->modules.len; i++)
        add_property(to, "staticbuild:linked-into", c->modules.items[i]);
    for (size_t i = 0; i < c->stateful.len; i++)
        add_property(to, "staticbuild:variables-in", c->stateful.items[i]);
    if (c->shared_copy)
        add_property(to, "staticbuild:shared-copy", c->shared_copy);
    if (c->borrowed)
        add_property(to, "staticbuild:borrowed", c->borrowed);
    if (c->duplicated)
        add_property(to, "staticbuild:duplicated", c->duplicated);
    if (c->linked_bytes) {
        AUTO_FREE char *bytes = xstrf("%llu", (unsigned long long)c->linked_bytes);
        add_property(to, "staticbuild:linked-bytes", bytes);
    }
    free(purl);
}

static void add_dependency(
    struct json *list, const struct sbom_request *r, const char *ref, const struct component *c)
{
    struct json *one = json_add_object(list);
    json_set_text(one, "ref", ref);
    if (!c->need_count)
        return;
    struct json *on = json_set_array(one, "dependsOn");
    for (size_t i = 0; i < c->need_count; i++) {
        AUTO_FREE char *needed = component_ref(r, c->needs[i]);
        json_add_text(on, needed);
    }
}

struct json *sbom_begin(struct json **metadata, const char *phase, int64_t epoch)
{
    struct json *bom = json_new_object();
    char when[32];
    json_set_text(bom, "$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
    json_set_text(bom, "bomFormat", "CycloneDX");
    json_set_text(bom, "specVersion", "1.6");
    json_set_text(bom, "serialNumber", "");
    json_set_int(bom, "version", 1);
    *metadata = json_set_object(bom, "metadata");
    clock_format_utc(epoch < 0 ? 0 : epoch, when);
    if (epoch >= 0)
        json_set_text(*metadata, "timestamp", when);
    json_set_text(json_add_object(json_set_array(*metadata, "lifecycles")), "phase", phase);
    struct json *tool = json_add_object(json_set_array(json_set_object(*metadata, "tools"), "components"));
    json_set_text(tool, "type", "application");
    json_set_text(tool, "name", "staticbuild");
    json_set_text(tool, "version", STATICBUILD_VERSION);
    return bom;
}

void sbom_end(struct json *bom, struct strbuf *out)
{
    AUTO(strbuf) struct strbuf content = {0};
    char uuid[37];
    json_write(bom, JSON_ONE_LINE, &content);
    uuid5(url_namespace, content.ptr, content.len, uuid);
    AUTO_FREE char *serial = xstrf("urn:uuid:%s", uuid);
    json_set_text(bom, "serialNumber", serial);
    json_write(bom, JSON_INDENTED, out);
    strbuf_addc(out, '\n');
    json_free(bom);
}

static char *purl_of(const struct component *c)
{
    return c->crate ? purl_cargo(c->name, c->version) : purl_generic(c);
}

void sbom_write(struct strbuf *out, const struct sbom_request *r)
{
    struct json *metadata, *bom = sbom_begin(&metadata, "build", r->source_date_epoch);
    AUTO_FREE char *top = wheel_ref(r->wheel);
    add_component(json_set_object(metadata, "component"), r->wheel, top, xstrdup(top));
    if (r->toolchain)
        add_property(metadata, "staticbuild:toolchain", r->toolchain);

    struct json *components = json_set_array(bom, "components");
    for (size_t i = 0; i < r->component_count; i++) {
        AUTO_FREE char *ref = component_ref(r, i);
        add_component(json_add_object(components), &r->components[i], ref, purl_of(&r->components[i]));
    }
    struct json *dependencies = json_set_array(bom, "dependencies");
    add_dependency(dependencies, r, top, r->wheel);
    for (size_t i = 0; i < r->component_count; i++) {
        AUTO_FREE char *ref = component_ref(r, i);
        add_dependency(dependencies, r, ref, &r->components[i]);
    }
    sbom_end(bom, out);
}
