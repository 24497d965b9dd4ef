/* Bills of materials against what is recognised inside. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/wheel_facts.h"

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

static bool same_library(const char *a, const char *b)
{
    char x[64], y[64];
    essence(x, a);
    essence(y, b);
    return strcmp(x, y) == 0;
}

/* "3.0.11" and "3.0.11-1" say the same. */
static bool same_version(const char *a, const char *b)
{
    size_t x = strlen(a), y = strlen(b), least = x < y ? x : y;
    return strncmp(a, b, least) == 0 && !isdigit((unsigned char)a[least]) &&
           !isdigit((unsigned char)b[least]);
}

static bool is_listed(const struct wheel_facts *w, const struct audit_embedded *embedded, const char **other)
{
    *other = NULL;
    for (size_t i = 0; i < w->part_count; i++) {
        if (!same_library(w->parts[i].name, embedded->name))
            continue;
        if (!*embedded->version || embedded->likely || !*w->parts[i].version ||
            same_version(w->parts[i].version, embedded->version))
            return true;
        *other = w->parts[i].version;
    }
    return false;
}

void check_sbom_differs(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    if (w->unread_sbom_count || w->sbom_count == w->bad_sbom_count)
        return;
    for (size_t i = 0; i < w->module_count; i++)
        for (size_t k = 0; k < w->modules[i]->report.embedded_count; k++) {
            const struct audit_embedded *embedded = &w->modules[i]->report.embedded[k];
            const char *other;
            if (is_listed(w, embedded, &other))
                continue;
            struct finding *f =
                other ? add_finding(c, "holds %s %s; the bill of materials says %s", embedded->name,
                            embedded->version, other)
                      : add_finding(c, "holds %s%s%s, which the bill of materials does not list",
                            embedded->name, *embedded->version ? " " : "", embedded->version);
            set_subject(c, f, w->modules[i]->member->name);
            f->library = keep(c, embedded->name);
            set_remedy(c, f, "list what is linked in, in the version that is");
        }
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
