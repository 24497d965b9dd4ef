#include <string.h>

#include "audit/internal.h"
#include "audit/search_path.h"

/* Whether a path that starts at $ORIGIN stays inside the wheel when the file stands at wheel_path. $LIB may
 * be one folder or two; one is counted. */
static bool stays_inside(struct slice behind, const char *wheel_path)
{
    long depth = 0;
    for (const char *p = wheel_path; (p = strchr(p, '/')); p++)
        depth++;
    for (struct slice rest = behind; rest.ptr;) {
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

static enum severity at_most(enum severity most, enum severity severity)
{
    return severity < most ? severity : most;
}

/* Why an entry is worth a finding, and how much of one. */
static const char *judge_entry(
    const struct check *c, const struct search_entry *entry, enum severity *severity)
{
    *severity = c->severity;
    if (!entry->text.len)
        return "an empty entry: the current folder of whoever imports it";
    if (!entry->from_origin)
        return *entry->text.ptr == '/' ? "a folder of the machine that built it"
                                       : "a folder relative to whoever imports it";
    if (c->context->wheel_path && !stays_inside(entry->behind, c->context->wheel_path))
        return "a folder outside the wheel";
    if (c->context->self_contained)
        return "though it carries its libraries inside";
    if (entry->varies) {
        *severity = at_most(SEVERITY_WARNING, c->severity);
        return "another folder on other systems: each fills in $LIB and $PLATFORM its own way";
    }
    *severity = at_most(SEVERITY_NOTE, c->severity);
    return "beside itself";
}

static void judge_folder(struct check *c, const char *tag, const struct search_entry *entry)
{
    enum { SHOWN = 200 };
    enum severity severity;
    const char *why = judge_entry(c, entry, &severity);
    size_t len = entry->text.len < SHOWN ? entry->text.len : SHOWN;
    struct finding *f = len ? add_finding(c, "%s %.*s: %s", tag, (int)len, entry->text.ptr, why)
                            : add_finding(c, "%s \"\": %s", tag, why);
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
        struct slice list = paths[i].value ? slice_of(paths[i].value) : (struct slice){0};
        for (struct search_entry entry; search_entry_next(&list, &entry);)
            judge_folder(c, paths[i].tag, &entry);
    }
}
