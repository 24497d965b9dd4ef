/* What the wheel reader saw, by rule. */
#include "audit/internal.h"

static void report_kinds(struct check *c, unsigned kinds)
{
    for (size_t i = 0; i < c->wheel->problem_count; i++) {
        const struct wheel_problem *p = &c->wheel->problems[i];
        if (!(kinds >> p->kind & 1))
            continue;
        struct finding *f = add_finding(c, "%s: %s", p->subject, p->message);
        f->subject = keep(c, p->subject);
    }
}

#define KIND(name) (1u << WHEEL_##name)

void check_wheel_name(struct check *c)
{
    report_kinds(c, KIND(FILE_NAME) | KIND(NO_DIST_INFO) | KIND(DIST_INFO_NAME));
}

void check_wheel_metadata(struct check *c)
{
    report_kinds(c, KIND(FILE_MISSING) | KIND(METADATA) | KIND(VERSION));
}

void check_wheel_tags(struct check *c)
{
    report_kinds(c, KIND(TAGS));
}

void check_wheel_record(struct check *c)
{
    report_kinds(c, KIND(RECORD) | KIND(RECORD_TWICE) | KIND(RECORD_ABSENT) | KIND(NOT_IN_RECORD) |
                        KIND(RECORD_HASH) | KIND(RECORD_ALGORITHM) | KIND(MEMBER));
}

void check_wheel_damage(struct check *c)
{
    for (size_t i = 0; i < c->wheel->damaged_count; i++)
        add_finding(c, "%s", c->wheel->damaged[i]);
}
