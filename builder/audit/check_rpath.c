#include <stdio.h>
#include <string.h>

#include "audit/internal.h"

/* Whether a path that starts at $ORIGIN stays inside the wheel when the file stands at wheel_path. */
static bool stays_inside(const char *path, const char *wheel_path)
{
    long depth = 0;
    for (const char *p = wheel_path; (p = strchr(p, '/')); p++)
        depth++;
    struct slice rest = slice_of(path);
    while (rest.ptr) {
        struct slice part = slice_cut(&rest, '/');
        if (slice_is(part, ".."))
            depth--;
        else if (part.len && !slice_is(part, "."))
            depth++;
        if (depth < 0)
            return false;
    }
    return true;
}

static void judge_folder(struct check *c, const char *tag, struct slice folder)
{
    char text[256];
    snprintf(text, sizeof text, "%.*s", (int)(folder.len < 200 ? folder.len : 200), folder.ptr);
    const char *behind = str_starts(text, "$ORIGIN")     ? text + strlen("$ORIGIN")
                         : str_starts(text, "${ORIGIN}") ? text + strlen("${ORIGIN}")
                                                         : NULL;
    const char *why = NULL;
    enum severity severity = c->severity;
    if (!folder.len)
        why = "an empty entry: the current folder of whoever imports it";
    else if (!behind && text[0] == '/')
        why = "a folder of the machine that built it";
    else if (!behind)
        why = "a folder relative to whoever imports it";
    else if (c->context->wheel_path && !stays_inside(behind, c->context->wheel_path))
        why = "a folder outside the wheel";
    else if (c->context->self_contained)
        why = "though it carries its libraries inside";
    else {
        why = "beside itself";
        severity = severity < SEVERITY_NOTE ? severity : SEVERITY_NOTE;
    }
    struct finding *f = add_finding(c, "%s %s: %s", tag, folder.len ? text : "\"\"", why);
    f->severity = severity;
    if (severity > SEVERITY_NOTE)
        set_remedy(c, f, "link without -rpath; LD_RUN_PATH in the build environment adds one too");
}

void check_rpath(struct check *c)
{
    const struct {
        const char *tag, *value;
    } paths[] = {{"DT_RPATH", c->image->rpath}, {"DT_RUNPATH", c->image->runpath}};
    for (size_t i = 0; i < 2; i++) {
        if (!paths[i].value)
            continue;
        struct slice rest = slice_of(paths[i].value);
        while (rest.ptr)
            judge_folder(c, paths[i].tag, slice_cut(&rest, ':'));
    }
}
