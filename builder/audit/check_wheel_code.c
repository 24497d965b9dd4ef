/* Compiled code against what the wheel says about itself. */
#include <string.h>

#include "audit/internal.h"
#include "sys/path.h"

void check_wheel_purelib(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    bool any = false;
    for (size_t i = 0; w->named && i < w->name.platform.len; i++)
        any |= strcmp(w->name.platform.items[i], "any") == 0;
    if (!c->wheel->member_count || !(w->root_is_purelib || any))
        return;
    struct finding *f = add_finding(c, "holds compiled code, but %s",
        any ? "its platform tag is \"any\"" : "WHEEL says Root-Is-Purelib: true");
    for (size_t i = 0; i < c->wheel->member_count; i++)
        add_evidence(c, f, "%s", c->wheel->members[i].subject);
    set_remedy(c, f, "tag it for its platform, and say Root-Is-Purelib: false");
}

/* The middle of "name.cpython-311-x86_64-linux-gnu.so", or an empty slice. */
static struct slice middle_of(const char *path)
{
    const char *base = path_base(path), *dot = strchr(base, '.');
    if (!dot || !str_ends(base, ".so") || strlen(dot) <= 4)
        return (struct slice){0};
    return (struct slice){dot + 1, strlen(dot) - 4};
}

static bool fits_tags(const struct wheel *w, struct slice middle)
{
    if (slice_is(
            middle, "abi3")) { /* any CPython of its age and later; version-specific wheels may have it too */
        for (size_t i = 0; i < w->name.abi.len; i++)
            if (str_starts(w->name.abi.items[i], "abi3") || str_starts(w->name.abi.items[i], "cp3"))
                return true;
        return false;
    }
    struct slice rest = middle, word = slice_cut(&rest, '-');
    if (!slice_is(word, "cpython"))
        return true; /* no part that says anything, or another implementation's */
    word = slice_cut(&rest, '-');
    for (size_t i = 0; i < w->name.abi.len; i++) {
        const char *abi = w->name.abi.items[i];
        if (str_starts(abi, "cp") && strlen(abi) == word.len + 2 && memcmp(abi + 2, word.ptr, word.len) == 0)
            return true;
    }
    return false;
}

void check_wheel_module_name(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    for (size_t i = 0; w->named && i < c->wheel->member_count; i++) {
        const struct audit_report *m = &c->wheel->members[i];
        struct slice middle = middle_of(m->subject);
        if (m->role != AUDIT_MODULE || !middle.len || fits_tags(w, middle))
            continue;
        struct finding *f =
            add_finding(c, "%s: no Python of the wheel's tags looks for this name", m->subject);
        f->subject = keep(c, m->subject);
        set_remedy(c, f, "name it with the EXT_SUFFIX of the Python it was built for");
    }
}

void check_wheel_objects(struct check *c)
{
    static const char *const endings[] = {".o", ".a", ".la", ".lo", ".pc", ".cmake"};
    const struct zip *z = &c->wheel->wheel->zip;
    struct finding *f = NULL;
    for (size_t i = 0; i < c->wheel->object_count; i++) {
        if (!f)
            f = add_finding(c, "objects or archives are shipped");
        add_evidence(c, f, "%s", c->wheel->objects[i]);
    }
    for (size_t i = 0; i < z->len; i++)
        for (size_t k = 2; k < sizeof endings / sizeof *endings; k++)
            if (str_ends(z->members[i].name, endings[k])) {
                if (!f)
                    f = add_finding(c, "files of the build are shipped");
                add_evidence(c, f, "%s", z->members[i].name);
            }
    if (f)
        set_remedy(c, f, "exclude them from the package");
}
