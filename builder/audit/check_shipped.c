/* Objects, static libraries and files of the build in a wheel: nobody imports them. */
#include "audit/wheel_facts.h"

/* What only builds need. */
static bool is_of_the_build(const char *name)
{
    return str_ends(name, ".la") || str_ends(name, ".lo") || str_ends(name, ".pc") ||
           str_ends(name, ".cmake");
}

void check_shipped(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    struct finding *f = NULL;
    uint64_t size = 0;
    for (size_t i = 0; i < w->zip.len; i++) {
        enum member_kind kind = c->wheel->members[i].kind;
        const struct zip_member *m = &w->zip.members[i];
        if (kind != MEMBER_OBJECT && kind != MEMBER_ARCHIVE && !is_of_the_build(m->name))
            continue;
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
    f->message =
        f->evidence_total == 1
            ? arena_strf(&c->report->arena, "an object, static library or file of the build, of %llu bytes",
                  (unsigned long long)size)
            : arena_strf(&c->report->arena,
                  "%zu objects, static libraries or files of the build, of together %llu bytes",
                  f->evidence_total, (unsigned long long)size);
}
