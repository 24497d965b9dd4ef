/* Members whose bytes cannot be had, and ELF files that cannot be read. */
#include "audit/wheel_facts.h"

void check_member_unreadable(struct check *c)
{
    const struct zip *zip = &c->wheel->wheel->zip;
    size_t unjudged = 0;
    for (size_t i = 0; i < zip->len; i++) {
        const struct member_facts *m = &c->wheel->members[i];
        struct finding *f = NULL;
        if (m->has_problem && m->problem.kind == WHEEL_MEMBER) {
            f = add_finding(c, "%s", m->problem.message);
            if (zip->members[i].plain_bytes > c->wheel->wheel->member_limit)
                set_remedy(c, f, "--memory-limit lets larger members be read");
        } else if (m->kind == MEMBER_DAMAGED) {
            f = add_finding(c, "a damaged ELF file: %s", m->damage);
            set_remedy(c, f, "the loader refuses it, or reads it otherwise: build it anew");
        }
        if (f)
            set_subject(c, f, zip->members[i].name);
        unjudged += m->kind == MEMBER_UNJUDGED;
    }
    if (unjudged)
        add_finding(c, "%zu of its ELF files were not judged: there are too many", unjudged);
}
