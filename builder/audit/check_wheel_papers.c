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

enum { SBOM_LIMIT = 64 << 20 };

void check_wheel_sbom(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    AUTO(zip_scratch) struct zip_scratch scratch = {0};
    size_t found = 0;
    for (size_t i = 0; i < w->zip.len; i++) {
        const struct zip_member *m = &w->zip.members[i];
        const char *name = below_dist_info(w, m->name);
        if (!name || !str_starts(name, "sboms/") || m->facts & ZIP_FOLDER)
            continue;
        found++;
        if (!str_ends(name, ".json"))
            continue;
        AUTO(err) struct err e = ERR_INIT;
        struct slice text;
        AUTO_JSON struct json *document = NULL;
        if (zip_read(m, SBOM_LIMIT, &scratch, &text, &e) == 0)
            document = json_parse(m->name, text.ptr, text.len, &e);
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
