/* Members whose bytes cannot be had, and ELF files that cannot be read. */
#include <string.h>

#include "audit/wheel_facts.h"
#include "python/abi/abi.h"

void check_member_unreadable(struct check *c)
{
    const struct zip *zip = &c->wheel->wheel->zip;
    size_t unjudged = 0;
    for (size_t i = 0; i < zip->len; i++) {
        const struct member_facts *m = &c->wheel->members[i];
        struct finding *f = NULL;
        if (m->has_problem && m->problem.kind == WHEEL_MEMBER) {
            f = add_finding(c, "%s", m->problem.message);
            if (zip->members[i].plain_bytes > c->wheel->wheel->member_bytes_max)
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

/* Whether an interpreter of the wheel's tags imports, or the loader loads, what has this name. */
static bool is_expected(const struct wheel_facts *w, const char *name)
{
    bool here = strstr(name, "-linux-") || python_abi_is_named(name);
    for (size_t i = 0; i < w->claim_count && !here; i++)
        here = w->claims[i].kind == TAG_PLATFORM;
    return here;
}

static bool is_of_another_system(const char *what)
{
    return strstr(what, " for Windows") || strstr(what, " for macOS");
}

/* Importing it fails: "invalid ELF header", "file too short". */
void check_not_elf(struct check *c)
{
    const struct wheel_facts *w = c->wheel;
    for (size_t i = 0; i < w->wheel->zip.len; i++) {
        const struct member_facts *m = &w->members[i];
        const char *name = w->wheel->zip.members[i].name;
        if (m->kind != MEMBER_NOT_ELF)
            continue;
        bool module = python_abi_is_named(name);
        bool script = strcmp(m->damage, "a linker script") == 0;
        if (!is_expected(w, name) && is_of_another_system(m->damage))
            continue; /* as it should be there */
        struct finding *f = add_finding(c, "is named as a shared library, and is %s", m->damage);
        set_subject(c, f, name);
        if (script || (is_of_another_system(m->damage) && !module))
            soften(c, f, SEVERITY_NOTE);
        else if (!module && strcmp(m->damage, "a pointer of Git LFS") != 0)
            soften(c, f, SEVERITY_WARNING);
        set_remedy(c, f, "pack the file itself; `git lfs pull` replaces pointers by what they stand for");
    }
}
