/* A bill of materials made from the outside: every component says how it was found and where. */
#include "audit/bom.h"

#include <string.h>

#include "base/cleanup.h"
#include "inspect/library.h"
#include "inspect/pattern.h"
#include "json/json.h"
#include "sbom/sbom.h"
#include "sys/path.h"

static void add_recognised(struct held_list *held, const struct audit_embedded *e, const char *place)
{
    if (e->name)
        vec_push(&held->list,
            ((struct held){e->name, e->version, place, e->witness_count ? "binary-analysis" : "filename",
                e->likely, false, false, e->witnesses, e->witness_count}));
}

static bool is_known(const struct held_list *held, const char *name)
{
    vec_each (&held->list, h)
        if (strcmp(h->name, name) == 0)
            return true;
    return false;
}

/* Of crates, those that bring or bind a library's sources. */
static bool stands_for_library(const struct audited_part *p, const struct library *known)
{
    return known && (!p->crate || str_ends(p->name, "-sys") || str_ends(p->name, "-src"));
}

/* Crates are numbered by themselves, and may say the library's version behind it: "300.6.0+3.6.2",
 * "2.0.13+zstd.1.5.6". */
static const char *version_of_library(struct held_list *held, const struct audited_part *p)
{
    const char *plus = p->crate ? strchr(p->version, '+') : NULL;
    struct slice version;
    if (!p->crate)
        return p->version;
    const char *at = plus ? plus + strcspn(plus, "0123456789") : "";
    return pattern_match("{v}", at, strlen(at), &version)
               ? arena_strndup(&held->arena, version.ptr, version.len)
               : "";
}

/* Packages of distributions are under the library's name, and crates under their own. */
static void add_part(struct held_list *held, const struct audited_part *p)
{
    const struct library *known = library_of_package(p->name);
    bool listed = strcmp(p->source, "SBOM") == 0 || strcmp(p->source, "list") == 0,
         stands = stands_for_library(p, known);
    const char *name = stands ? known->name : p->name,
               *version = stands ? version_of_library(held, p) : p->version;
    if ((!listed || (p->crate && !*version)) && is_known(held, name))
        return;
    vec_push(&held->list, ((struct held){name, version, p->subject, listed ? "manifest-analysis" : "filename",
                              false, p->crate && !stands, p->go_module, NULL, 0}));
}

static void add_ingredient(struct held_list *held, const struct ingredient *l, const char *place)
{
    struct audited_part part = {.name = l->name,
        .version = l->version,
        .source = "list",
        .subject = place,
        .crate = l->kind == INGREDIENT_CRATE,
        .go_module = l->kind == INGREDIENT_GO_MODULE};
    add_part(held, &part);
}

void held_gather(struct held_list *held, const struct audited *a)
{
    for (size_t i = 0; i < a->module_count; i++) {
        const struct audit_report *r = &a->modules[i];
        add_recognised(held, &r->itself, r->subject);
        for (size_t k = 0; k < r->embedded_count; k++)
            add_recognised(held, &r->embedded[k], r->subject);
    }
    for (size_t i = 0; a->kind != AUDITED_WHEEL && i < a->module_count; i++) /* a wheel has them as parts */
        for (size_t k = 0; k < a->modules[i].ingredient_count; k++)
            add_ingredient(held, &a->modules[i].ingredients[k], a->modules[i].subject);
    for (size_t i = 0; i < a->part_count; i++)
        add_part(held, &a->parts[i]);
}

void held_release(struct held_list *held)
{
    vec_release(&held->list);
    arena_release(&held->arena);
}

/* One field that the evidence is about. */
static void add_identity(struct json *list, const char *field, double confidence, const struct held *h)
{
    const char *by_place[] = {h->place ? h->place : h->name};
    sbom_identity(list, field, confidence, h->technique, h->witness_count ? h->witnesses : by_place,
        h->witness_count ? h->witness_count : 1);
}

static bool is_same(const struct held *a, const struct held *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->version, b->version) == 0 && a->crate == b->crate &&
           a->go_module == b->go_module;
}

static void add_component(
    struct json *components, const struct held_list *held, const struct held *h, size_t number)
{
    struct json *to = json_add_object(components);
    AUTO_FREE char *ref = xstrf("%zu:%s", number, h->name);
    json_set_text(to, "type", "library");
    json_set_text(to, "bom-ref", ref);
    json_set_text(to, "name", h->name);
    if (*h->version) {
        AUTO_FREE char *purl = xstrf("pkg:%s/%s@%s",
            h->crate       ? "cargo"
            : h->go_module ? "golang"
                           : "generic",
            h->name, h->version);
        json_set_text(to, "version", h->version);
        if (!strpbrk(purl + strlen("pkg:"), " %?#\""))
            json_set_text(to, "purl", purl);
    }
    struct json *evidence = json_set_object(to, "evidence");
    struct json *identity = json_set_array(evidence, "identity");
    add_identity(identity, "name", strcmp(h->technique, "filename") == 0 ? 0.8 : 1, h);
    if (*h->version)
        add_identity(identity, "version", h->likely ? 0.6 : 1, h);
    struct json *occurrences = NULL;
    vec_each (&held->list, other)
        if (is_same(other, h) && other->place) {
            if (!occurrences)
                occurrences = json_set_array(evidence, "occurrences");
            json_set_text(json_add_object(occurrences), "location", other->place);
        }
}

void report_sbom(struct strbuf *out, const struct audited *a, int64_t epoch)
{
    struct held_list held = {0};
    struct json *metadata, *bom = sbom_begin(&metadata, "post-build", epoch);
    held_gather(&held, a);
    struct json *subject = json_set_object(metadata, "component");
    json_set_text(subject, "type", "file");
    json_set_text(subject, "name", path_base(a->path));
    struct json *components = json_set_array(bom, "components");
    for (size_t i = 0, number = 0; i < held.list.len; i++) {
        bool before = false;
        for (size_t k = 0; k < i; k++)
            before |= is_same(&held.list.items[k], &held.list.items[i]);
        if (!before)
            add_component(components, &held, &held.list.items[i], ++number);
    }
    sbom_end(bom, out);
    held_release(&held);
}
