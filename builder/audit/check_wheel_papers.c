/* Licences and bills of materials. */
#include <string.h>

#include "audit/internal.h"
#include "base/cleanup.h"
#include "json/json.h"

static const char *below_dist_info(const struct wheel *w, const char *name)
{
    size_t len = w->dist_info ? strlen(w->dist_info) : 0;
    return len && strncmp(name, w->dist_info, len) == 0 && name[len] == '/' ? name + len + 1 : NULL;
}

static bool is_licence(const char *name)
{
    return str_starts(name, "licenses/") || str_starts(name, "license_files/") ||
           str_starts(name, "LICENSE") || str_starts(name, "LICENCE") || str_starts(name, "COPYING") ||
           str_starts(name, "NOTICE");
}

void check_wheel_licence(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    if (!c->wheel->member_count)
        return;
    for (size_t i = 0; i < w->zip.len; i++) {
        const char *name = below_dist_info(w, w->zip.members[i].name);
        if (name && is_licence(name))
            return;
    }
    struct finding *f = add_finding(c, "holds compiled code, but no licence text");
    set_remedy(c, f,
        "ship the licences of the package and of everything linked in under dist-info/licenses (PEP 639)");
}

enum { SBOM_LIMIT = 64 << 20, SBOM_DEPTH = 16 };

static bool is_sbom(const struct wheel *w, const struct zip_member *m)
{
    const char *name = below_dist_info(w, m->name);
    return name && str_starts(name, "sboms/") && !(m->facts & ZIP_FOLDER);
}

/* The document, or NULL with the reason. The caller frees it. */
static struct json *read_sbom(const struct zip_member *m, struct err *e)
{
    AUTO(zip_scratch) struct zip_scratch scratch = {0};
    struct slice text;
    return zip_read(m, SBOM_LIMIT, &scratch, &text, e) == 0 ? json_parse(m->name, text.ptr, text.len, e)
                                                            : NULL;
}

void check_wheel_sbom(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    size_t found = 0;
    for (size_t i = 0; i < w->zip.len; i++) {
        const struct zip_member *m = &w->zip.members[i];
        if (!is_sbom(w, m))
            continue;
        found++;
        if (!str_ends(m->name, ".json"))
            continue;
        AUTO(err) struct err e = ERR_INIT;
        AUTO_JSON struct json *document = read_sbom(m, &e);
        if (document)
            continue;
        struct finding *f = add_finding(c, "the bill of materials cannot be read: %s", e.text);
        f->subject = keep(c, m->name);
        f->severity = c->severity > SEVERITY_WARNING ? c->severity : SEVERITY_WARNING;
    }
    if (!found && c->wheel->member_count) {
        struct finding *f = add_finding(c, "no bill of materials says what was linked in");
        set_remedy(c, f, "ship one under dist-info/sboms (PEP 770)");
    }
}

/* Whether a CycloneDX component, or one inside it, has the name. Other tools write "libzlib" or "zlib-ng". */
static bool has_component(const struct json *components, const char *name, int depth)
{
    for (size_t i = 0; depth < SBOM_DEPTH && i < json_len(components); i++) {
        const struct json *component = json_at(components, i);
        const char *text = json_get_text(component, "name");
        if ((text && strcasestr(text, name)) ||
            has_component(json_get(component, "components"), name, depth + 1))
            return true;
    }
    return false;
}

void check_wheel_unlisted(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    AUTO(map) struct map told = {0};
    for (size_t i = 0; i < w->zip.len; i++) {
        const struct zip_member *m = &w->zip.members[i];
        if (!is_sbom(w, m) || !str_ends(m->name, ".json"))
            continue;
        AUTO(err) struct err e = ERR_INIT;
        AUTO_JSON struct json *document = read_sbom(m, &e);
        if (json_kind(json_get(document, "components")) != JSON_IS_ARRAY)
            continue;
        for (size_t k = 0; k < c->wheel->member_count; k++) {
            const struct audit_report *member = &c->wheel->members[k];
            for (size_t n = 0; n < member->embedded_count; n++) {
                const char *name = member->embedded[n].name;
                if (has_component(json_get(document, "components"), name, 0) || map_get(&told, name))
                    continue;
                map_set(&told, name, (void *)member);
                struct finding *f = add_finding(
                    c, "%s is inside %s, but the bill of materials does not list it", name, member->subject);
                f->library = name;
                f->subject = keep(c, m->name);
            }
        }
    }
}
