/* Code without _FORTIFY_SOURCE: functions of the C library that could know how much room there is are called
 * by their names that do not. glibc's headers replace each of those below, whatever is known of the room
 * (bits/stdio2.h). */
#include "audit/internal.h"

#include <string.h>

static bool is_always_replaced(const char *name)
{
    static const char *const names[] = {"printf", "fprintf", "vprintf", "vfprintf", "sprintf", "vsprintf",
        "snprintf", "vsnprintf", "dprintf", "vdprintf", "asprintf", "vasprintf", "syslog", "vsyslog"};
    if (!str_ends(name, "printf") && !str_ends(name, "syslog")) /* nearly all */
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool is_told_the_size(const char *name)
{
    return str_starts(name, "__") && str_ends(name, "_chk");
}

void check_fortify(struct check *c)
{
    size_t plain = 0;
    if (c->facts->libc != LIBC_GLIBC)
        return;
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const char *name = c->facts->imports[i].name;
        if (is_told_the_size(name))
            return;
        plain += is_always_replaced(name);
    }
    if (!plain)
        return;
    bool runtime = c->facts->cxx_runtime;
    struct finding *f =
        add_finding(c, "calls functions of the C library that are not told how much room there is%s",
            runtime ? ", as does the C++ runtime inside" : "");
    if (runtime) /* compiled by the distribution, without */
        soften(c, f, SEVERITY_NOTE);
    for (size_t i = 0; i < c->facts->import_count; i++)
        if (is_always_replaced(c->facts->imports[i].name))
            add_evidence(c, f, "%s", c->facts->imports[i].name);
    set_remedy(c, f, "compile with -O2 -D_FORTIFY_SOURCE=3");
}
