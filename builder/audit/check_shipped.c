/* Static libraries and objects in a wheel: nobody imports them. */
#include "audit/wheel_facts.h"

void check_shipped(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    struct finding *f = NULL;
    uint64_t size = 0;
    for (size_t i = 0; i < w->zip.len; i++) {
        enum member_kind kind = c->wheel->members[i].kind;
        if (kind != MEMBER_OBJECT && kind != MEMBER_ARCHIVE)
            continue;
        const struct zip_member *m = &w->zip.members[i];
        if (!f) {
            f = add_finding(c, "%s", "");
            set_subject(c, f, m->name);
            set_remedy(c, f, "leave it out of the wheel, unless others are meant to link with it");
        }
        add_evidence(c, f, "%s (%llu bytes)", m->name, (unsigned long long)m->plain_bytes);
        size += m->plain_bytes;
    }
    if (!f)
        return;
    f->message = f->evidence_total == 1
                     ? arena_strf(&c->report->arena, "a static library or object of %llu bytes",
                           (unsigned long long)size)
                     : arena_strf(&c->report->arena, "%zu static libraries or objects of together %llu bytes",
                           f->evidence_total, (unsigned long long)size);
}
