/* Bills of materials against what is recognised inside. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/bom.h"
#include "audit/wheel_facts.h"
#include "sbom/sbom.h"

void check_sbom_unreadable(struct check *c)
{
    for (size_t i = 0; i < c->wheel->bad_sbom_count; i++) {
        struct finding *f = add_finding(c, "%s", c->wheel->bad_sboms[i]);
        set_remedy(c, f, "write CycloneDX or SPDX, as JSON, into dist-info/sboms (PEP 770)");
    }
}

/* The letters of a name that tell libraries apart: "libPNG16" is "png". */
static void essence(char out[64], const char *name)
{
    size_t len = 0;
    if (strncasecmp(name, "lib", 3) == 0 && isalpha((unsigned char)name[3]))
        name += 3;
    for (; *name && len < 63; name++)
        if (isalnum((unsigned char)*name))
            out[len++] = (char)tolower((unsigned char)*name);
    while (len > 1 && isdigit((unsigned char)out[len - 1]))
        len--;
    out[len] = '\0';
}

/* A package of a distribution, a crate or a library itself: by the table where it has the name, else by its
 * letters. */
static bool same_library(const struct sbom_part *part, const char *name)
{
    const struct library *known = library_of_part(part);
    if (known && strcmp(known->name, name) == 0)
        return true;
    char x[64], y[64];
    essence(x, part->name);
    essence(y, name);
    return strcmp(x, y) == 0;
}

/* "3.0.11" and "3.0.11-1", "1:3.0.11" say the same; "300.3.1+3.3.1" and "2.0.9+zstd.1.5.5" of crates
 * say 3.3.1, 1.5.5. */
static bool same_version(const char *listed, const char *found)
{
    size_t len = strlen(found);
    const char *plus = strchr(listed, '+');
    for (const char *at = listed; (at = strstr(at, found)); at++) {
        char before = at > listed ? at[-1] : ':', behind = at[len];
        bool begins =
            before == ':' || before == '+' || before == 'v' || (before == '.' && plus && plus < at - 1);
        if (begins && !isdigit((unsigned char)behind))
            return true;
    }
    return strncmp(found, listed, strlen(listed)) == 0 && !isdigit((unsigned char)found[strlen(listed)]);
}

static bool may_be_same_version(const char *listed, const struct audit_embedded *found)
{
    return !*found->version || found->likely || !*listed || same_version(listed, found->version);
}

bool bom_component_is(const struct component *c, const struct audit_embedded *found)
{
    struct sbom_part part = {.name = c->name, .version = c->version, .purl_name = "", .crate = c->crate};
    return same_library(&part, found->name) && may_be_same_version(c->version, found);
}

/* *other: the version that the bill of materials says instead. */
static bool is_listed(const struct wheel_facts *w, const struct audit_embedded *embedded, const char **other)
{
    *other = NULL;
    for (size_t i = 0; i < w->part_count; i++) {
        if (!same_library(&w->parts[i], embedded->name))
            continue;
        if (may_be_same_version(w->parts[i].version, embedded))
            return true;
        *other = w->parts[i].version;
    }
    return false;
}

/* A library that the bill of materials does not have as it is inside; a finding each, whatever number of
 * files hold it. */
struct unlisted {
    const char *name, *version, *other;
    struct finding *f;
};

struct unlisted_list {
    VEC(struct unlisted) list;
};

/* Files of one library often say its version in one of them only. */
static struct unlisted *unlisted_of(
    struct unlisted_list *all, const struct audit_embedded *embedded, const char *other)
{
    vec_each (&all->list, u)
        if (strcmp(u->name, embedded->name) == 0 && !u->other == !other &&
            (!*u->version || !*embedded->version || strcmp(u->version, embedded->version) == 0))
            return u;
    return NULL;
}

static void compare(struct check *c, struct unlisted_list *all, const struct wheel_module *module,
    const struct audit_embedded *embedded)
{
    const char *other;
    if (!embedded->name || embedded->tool || is_listed(c->wheel, embedded, &other))
        return;
    struct unlisted *u = unlisted_of(all, embedded, other);
    if (!u) {
        vec_push(&all->list, ((struct unlisted){embedded->name, "", other, add_finding(c, "%s", "")}));
        u = &all->list.items[all->list.len - 1];
        set_subject(c, u->f, module->member->name);
        u->f->library = keep(c, embedded->name);
        set_remedy(c, u->f, "list what is linked in, in the version that is");
    }
    if (!*u->version)
        u->version = embedded->version;
    add_evidence(c, u->f, "%s", module->member->name);
}

static void conclude_unlisted(struct check *c, const struct unlisted *u)
{
    size_t more = u->f->evidence_total - 1;
    const char *holders = more ? arena_strf(&c->report->arena, ", as %zu more file%s do%s", more,
                                     more == 1 ? "" : "s", more == 1 ? "es" : "")
                               : "";
    u->f->message =
        u->other ? arena_strf(&c->report->arena, "holds %s %s%s; the bill of materials says %s", u->name,
                       u->version, holders, u->other)
                 : arena_strf(&c->report->arena, "holds %s%s%s%s, which the bill of materials does not list",
                       u->name, *u->version ? " " : "", u->version, holders);
}

void check_sbom_differs(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    struct unlisted_list all = {0};
    if (w->unread_sbom_count || w->sbom_count == w->bad_sbom_count)
        return;
    for (size_t i = 0; i < w->module_count; i++) {
        compare(c, &all, w->modules[i], &w->modules[i]->report.itself);
        for (size_t k = 0; k < w->modules[i]->report.embedded_count; k++)
            compare(c, &all, w->modules[i], &w->modules[i]->report.embedded[k]);
    }
    vec_each (&all.list, u)
        conclude_unlisted(c, u);
    vec_release(&all.list);
}

void check_sbom_absent(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    if (w->sbom_count)
        return;
    struct finding *f = NULL;
    for (size_t i = 0; i < w->module_count; i++) {
        const struct audit_report *r = &w->modules[i]->report;
        if (!f && (r->embedded_count || is_library_of_others(r, w->modules[i]->member->name)))
            f = add_finding(c, "carries code of others, and no bill of materials");
        for (size_t k = 0; k < r->embedded_count; k++)
            add_evidence(
                c, f, "%s: %s %s", w->modules[i]->member->name, r->embedded[k].name, r->embedded[k].version);
        if (is_library_of_others(r, w->modules[i]->member->name))
            add_evidence(c, f, "%s", w->modules[i]->member->name);
    }
    if (f)
        set_remedy(c, f, "ship one in dist-info/sboms (PEP 770): scanners then see what is inside");
}
