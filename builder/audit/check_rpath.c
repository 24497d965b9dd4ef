/* Where the loader is told to look. A folder of the machine that built the file is not there elsewhere, or is
 * somebody else's; an empty or relative one is the folder in which whoever imports the file happens to be: a
 * library of the right name that lies there is loaded, and its code runs. */
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

/* A library that is searched there: neither loaded before nor found beside the file, which comes first. */
static const char *exposed_library(const struct check *c)
{
    for (size_t i = 0; i < c->image->needed_count; i++) {
        const char *library = c->image->needed[i];
        if (!interpreter_needs(library) && !library_beside(c->context, library) && !strchr(library, '/'))
            return library;
    }
    return NULL;
}

/* glibc takes an empty entry for the current folder, unless it is all there is; musl passes it over. */
static bool is_ignored(const struct check *c, const char *value, const struct search_entry *entry)
{
    return !entry->text.len && (!*value || c->facts->libc == LIBC_MUSL);
}

/* The shared copy of what has state, in a wheel that carries everything inside. */
static bool needs_sibling(const struct check *c)
{
    for (size_t i = 0; i < c->image->needed_count; i++)
        if (library_beside(c->context, c->image->needed[i]))
            return true;
    return false;
}

/* Why an entry is worth a finding, and how much of one: above the rule's severity where code is loaded from
 * the current folder. */
static const char *judge_entry(
    struct check *c, const char *value, const struct search_entry *entry, enum severity *most, bool *current)
{
    *most = SEVERITY_ERROR;
    *current = false;
    if (is_ignored(c, value, entry)) {
        *most = SEVERITY_NOTE;
        return "an empty entry, which the loader passes over";
    }
    if (!entry->from_origin) {
        *current = !entry->text.len || *entry->text.ptr != '/';
        return !entry->text.len ? "an empty entry: the current folder of whoever imports it"
               : *current       ? "a folder relative to whoever imports it"
                                : "a folder of the machine that built it";
    }
    if (c->context->wheel_path && !stays_inside(entry->behind, c->context->wheel_path))
        return "a folder outside the wheel";
    if (c->context->self_contained && !needs_sibling(c))
        return "though it carries its libraries inside";
    if (entry->varies) {
        *most = SEVERITY_WARNING;
        return "another folder on other systems: each fills in $LIB and $PLATFORM its own way";
    }
    *most = SEVERITY_NOTE;
    return "beside itself";
}

static void judge_folder(
    struct check *c, const char *tag, const char *value, const struct search_entry *entry)
{
    enum { SHOWN = 200 };
    enum severity most;
    bool current;
    const char *why = judge_entry(c, value, entry, &most, &current);
    size_t len = entry->text.len < SHOWN ? entry->text.len : SHOWN;
    struct finding *f = len ? add_finding(c, "%s %.*s: %s", tag, (int)len, entry->text.ptr, why)
                            : add_finding(c, "%s \"\": %s", tag, why);
    soften(c, f, most);
    const char *library = current ? exposed_library(c) : NULL;
    if (library) {
        f->message =
            arena_strf(&c->report->arena, "%s; a %s that lies there is loaded and run", f->message, library);
        f->library = keep(c, library);
        worsen(c, f, SEVERITY_ERROR);
    }
    if (most > SEVERITY_NOTE)
        set_remedy(c, f, "link without -rpath; LD_RUN_PATH in the build environment adds one too%s",
            c->context->wheel_path ? "; `patchelf --set-rpath` mends a file that is there" : "");
}

void check_rpath(struct check *c)
{
    const struct {
        const char *tag, *value;
    } paths[] = {{"DT_RPATH", c->image->rpath}, {"DT_RUNPATH", c->image->runpath}};
    for (size_t i = 0; i < 2; i++) {
        struct slice list = paths[i].value ? slice_of(paths[i].value) : (struct slice){0};
        for (struct search_entry entry; search_entry_next(&list, &entry);)
            judge_folder(c, paths[i].tag, paths[i].value, &entry);
    }
}
