/* RECORD against what the archive holds. */
#include <string.h>

#include "audit/wheel_facts.h"

/* Beyond so many, one finding lists them. */
enum { ONE_BY_ONE = 3 };

static const struct wheel_problem *problem_at(const struct wheel_facts *w, size_t i)
{
    if (i < w->wheel->problem_count)
        return &w->wheel->problems[i];
    i -= w->wheel->problem_count;
    return w->members[i].has_problem ? &w->members[i].problem : NULL;
}

static size_t problem_limit(const struct wheel_facts *w)
{
    return w->wheel->problem_count + w->wheel->zip.len;
}

static bool is_elf(const struct wheel_facts *w, const char *path)
{
    const struct zip_member *m = zip_find(&w->wheel->zip, path);
    enum member_kind kind = m ? w->members[m - w->wheel->zip.members].kind : MEMBER_OTHER;
    return kind == MEMBER_LINKED || kind == MEMBER_DAMAGED || kind == MEMBER_UNJUDGED;
}

/* One kind of problem; elf: only those about ELF files, or only those that are not. */
struct sort {
    enum wheel_problem_kind kind;
    const char *many; /* "are not in RECORD" */
    const char *remedy;
};

static void tell(
    struct check *c, const struct sort *sort, bool (*is_meant)(const struct wheel_facts *, const char *))
{
    size_t count = 0, limit = problem_limit(c->wheel);
    const struct wheel_problem *p;
    for (size_t i = 0; i < limit; i++)
        count += (p = problem_at(c->wheel, i)) && p->kind == sort->kind && is_meant(c->wheel, p->subject);
    struct finding *all = NULL;
    for (size_t i = 0; i < limit; i++) {
        p = problem_at(c->wheel, i);
        if (!p || p->kind != sort->kind || !is_meant(c->wheel, p->subject))
            continue;
        struct finding *f = all;
        if (!f) {
            f = count > ONE_BY_ONE ? add_finding(c, "%s and %zu more %s", p->subject, count - 1, sort->many)
                                   : add_finding(c, "%s", p->message);
            if (count > ONE_BY_ONE)
                all = f;
            else
                set_subject(c, f, p->subject);
            set_remedy(c, f, "%s", sort->remedy);
        }
        if (count > ONE_BY_ONE)
            add_evidence(c, f, "%s: %s", p->subject, p->message);
    }
}

static bool is_any(const struct wheel_facts *w, const char *path)
{
    (void)w;
    (void)path;
    return true;
}

static bool is_not_elf(const struct wheel_facts *w, const char *path)
{
    return !is_elf(w, path);
}

void check_record_hash(struct check *c)
{
    static const struct sort sort = {WHEEL_RECORD_HASH, "are not what RECORD says",
        "the file was changed after RECORD was written: pack the wheel again, or do not trust it"};
    tell(c, &sort, is_any);
}

static const char again[] = "pack the wheel with a tool that writes RECORD, after the last change";

void check_record_module(struct check *c)
{
    const struct sort sort = {WHEEL_NOT_IN_RECORD, "are not in RECORD", again};
    tell(c, &sort, is_elf);
}

void check_record(struct check *c)
{
    const struct sort sorts[] = {
        {WHEEL_NOT_IN_RECORD, "are not in RECORD", again},
        {WHEEL_RECORD_ABSENT, "are in RECORD, but not in the archive", again},
        {WHEEL_RECORD_TWICE, "stand twice in RECORD", again},
        {WHEEL_RECORD, "are malformed", again},
        {WHEEL_RECORD_ALGORITHM, "have a weak or unknown hash", "write SHA-256 hashes into RECORD (PEP 627)"},
    };
    for (size_t i = 0; i < COUNT(sorts); i++)
        tell(c, &sorts[i], is_not_elf);
}
