/* File name, dist-info and WHEEL against each other, and against the names of the modules. */
#include <stdlib.h>
#include <string.h>

#include "audit/wheel_facts.h"
#include "base/cleanup.h"
#include "python/abi/abi.h"
#include "sys/path.h"

static void tell_problems(struct check *c, uint32_t kinds, const char *remedy)
{
    const struct wheel *w = c->wheel->wheel;
    for (size_t i = 0; i < w->problem_count; i++) {
        const struct wheel_problem *p = &w->problems[i];
        if (!(kinds & UINT32_C(1) << p->kind))
            continue;
        struct finding *f = add_finding(c, "%s", p->message);
        set_subject(c, f, p->subject);
        set_remedy(c, f, "%s", remedy);
    }
}

void check_wheel_name(struct check *c)
{
    tell_problems(c, 1u << WHEEL_FILE_NAME | 1u << WHEEL_NO_DIST_INFO | 1u << WHEEL_DIST_INFO_NAME,
        "name it {name}-{version}-{python}-{abi}-{platform}.whl as its METADATA says; do not rename wheels");
}

void check_wheel_metadata(struct check *c)
{
    tell_problems(c, 1u << WHEEL_FILE_MISSING | 1u << WHEEL_METADATA | 1u << WHEEL_VERSION,
        "build the wheel anew: an installer reads these files");
}

void check_wheel_tags(struct check *c)
{
    tell_problems(c, 1u << WHEEL_TAGS, "write one Tag line for each combination of the file name's tags");
}

/* What stands between the name and ".so": "cpython-311-x86_64-linux-gnu", "abi3", or nothing. */
static struct slice suffix_of(const char *path)
{
    const char *base = path_base(path), *dot = strchr(base, '.');
    if (!dot || !str_ends(base, ".so") || strlen(dot) <= strlen(".so") + 1)
        return (struct slice){0};
    return (struct slice){dot + 1, strlen(dot) - strlen(".so") - 1};
}

/* "cpython-313t-…" belongs to the ABI cp313t, "abi3" to every CPython of its age and later. */
static bool fits_tags(const struct wheel_name *name, const char *path)
{
    struct python_abi module, wheel;
    if (!python_abi_of_file(&module, path))
        return true; /* no part that says anything, or another implementation's */
    for (size_t i = 0; i < name->abi.len; i++) {
        if (!python_abi_of_tag(&wheel, "", name->abi.items[i]))
            continue;
        if (module.kind != PYTHON_ABI_VERSION)
            return true;
        if (wheel.kind == PYTHON_ABI_VERSION && wheel.minor == module.minor &&
            wheel.free_threaded == module.free_threaded && wheel.debug == module.debug)
            return true;
    }
    return false;
}

/* An interpreter looks for its own suffixes alone. */
void check_module_suffix(struct check *c)
{
    const struct wheel *w = c->wheel->wheel;
    for (size_t i = 0; w->named && i < c->wheel->module_count; i++) {
        const struct wheel_module *m = c->wheel->modules[i];
        struct slice suffix = suffix_of(m->path);
        if (!suffix.ptr || m->report.role != AUDIT_MODULE || fits_tags(&w->name, m->path))
            continue;
        AUTO_FREE char *abi = tag_set_format(&w->name.abi);
        struct finding *f = add_finding(c, "is a module for %.*s, in a wheel for %s: it is not found there",
            (int)(suffix.len < 60 ? suffix.len : 60), suffix.ptr, abi);
        set_subject(c, f, m->member->name);
        set_remedy(
            c, f, "name it with the EXT_SUFFIX of the Python it was built for, and tag the wheel for that");
    }
}
