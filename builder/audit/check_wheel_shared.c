/* What two modules of one wheel have in common. */
#include <string.h>

#include "audit/internal.h"
#include "base/cleanup.h"

static bool is_usual(const char *name)
{
    static const char *const usual[] = {"_init", "_fini", "_edata", "_end", "__bss_start"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strcmp(usual[i], name) == 0)
            return true;
    return false;
}

void check_wheel_exports(struct check *c)
{
    AUTO(map) struct map seen = {0};
    struct finding *f = NULL;
    for (size_t i = 0; i < c->wheel->member_count; i++) {
        const struct audit_report *m = &c->wheel->members[i];
        for (size_t k = 0; m->role == AUDIT_MODULE && k < m->export_count; k++) {
            if (is_usual(m->exports[k]))
                continue;
            const struct audit_report *other = map_get(&seen, m->exports[k]);
            if (!other) {
                map_set(&seen, m->exports[k], (void *)m);
            } else if (other != m) {
                if (!f)
                    f = add_finding(
                        c, "modules export the same symbols: the one loaded first may serve both");
                add_evidence(c, f, "%s: %s, %s", m->exports[k], other->subject, m->subject);
            }
        }
    }
    if (f)
        set_remedy(c, f, "export only entry points, with a version script");
}

void check_wheel_twice(struct check *c)
{
    AUTO(map) struct map seen = {0};
    for (size_t i = 0; i < c->wheel->member_count; i++) {
        const struct audit_report *m = &c->wheel->members[i];
        for (size_t k = 0; k < m->embedded_count; k++) {
            const struct audit_embedded *embedded = &m->embedded[k];
            if (!embedded->stateful)
                continue;
            const struct audit_report *other = map_get(&seen, embedded->name);
            if (!other) {
                map_set(&seen, embedded->name, (void *)m);
                continue;
            }
            if (other == m)
                continue;
            struct finding *f = add_finding(
                c, "%s is inside several modules, and each copy has a state of its own", embedded->name);
            f->library = embedded->name;
            add_evidence(c, f, "%s", other->subject);
            add_evidence(c, f, "%s", m->subject);
            set_remedy(c, f, "put what uses it into one module");
        }
    }
}
