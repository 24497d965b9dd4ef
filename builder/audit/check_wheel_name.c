/* File name, dist-info and WHEEL against each other, and against the names of the modules. */
#include <stdlib.h>
#include <string.h>

#include "audit/wheel.h"
#include "audit/wheel_facts.h"
#include "base/cleanup.h"
#include "sys/path.h"

static void tell_problems(struct check *c, uint32_t kinds, const char *remedy)
{
    const struct wheel *w = c->wheel->wheel;
    for (size_t i = 0; i < w->problems_len; i++) {
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

/* A module whose file name is for one Python in a wheel whose tags are for others is never imported. */
static void judge_module_name(struct check *c, const struct wheel_module *m)
{
    struct audit_context context = {0};
    context_read_name(&context, m->path);
    const struct wheel_name *name = &c->wheel->wheel->name;
    if (!context.python_minor || m->report.role != AUDIT_MODULE)
        return;
    AUTO_FREE char *tag = tag_python(3, context.python_minor);
    if (strvec_has(&name->python, tag))
        return;
    AUTO_FREE char *said = tag_set_format(&name->python);
    struct finding *f =
        add_finding(c, "is a module for %s, in a wheel for %s: it is not found there", tag, said);
    set_subject(c, f, m->member->name);
    set_remedy(
        c, f, "build one wheel for each version of Python, or the module for the stable ABI (.abi3.so)");
}

void check_wheel_tags(struct check *c)
{
    tell_problems(c, 1u << WHEEL_TAGS, "write one Tag line for each combination of the file name's tags");
    if (!c->wheel->wheel->named)
        return;
    for (size_t i = 0; i < c->wheel->module_count; i++)
        judge_module_name(c, c->wheel->modules[i]);
}
