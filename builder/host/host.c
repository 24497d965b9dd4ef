/* Finds the tools that builds ask for, asks them their version, and names the package of a missing one.
 * */
#include "host/host.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "host/probe.h"
#include "recipe/version.h"
#include "sched/process.h"
#include "sys/path.h"

/* pyenv, rbenv, asdf and mise keep shims: scripts that choose at run time, by the folder they are run in. */
static bool holds_shims(struct slice folder)
{
    while (folder.len && folder.ptr[folder.len - 1] == '/')
        folder.len--;
    return folder.len >= 6 && memcmp(folder.ptr + folder.len - 6, "/shims", 6) == 0;
}

char *host_program_find(const char *name, const char *search, struct err *e)
{
    char *path = program_find(name, HOST_SYSTEM_PATH, e);
    struct slice rest = slice_of(search ? search : getenv("PATH") ? getenv("PATH") : "");
    while (rest.ptr && !path && !e->kind) {
        struct slice folder = slice_cut(&rest, ':');
        if (!folder.len || folder.ptr[0] != '/' || holds_shims(folder))
            continue;
        AUTO_FREE char *one = xstrndup(folder.ptr, folder.len);
        path = program_find(name, one, e);
    }
    return path;
}

static int by_name_then_order(const void *pa, const void *pb)
{
    const struct host_need *a = *(const struct host_need *const *)pa;
    const struct host_need *b = *(const struct host_need *const *)pb;
    int order = strcmp(a->name, b->name);
    return order ? order : (a > b) - (a < b);
}

/* What is asked of one tool: by whom, and all constraints. */
struct host_demand {
    const struct host_need *const *needs;
    size_t len;
};

static bool satisfied(const char *version, const struct host_demand *d)
{
    for (size_t i = 0; i < d->len; i++)
        if (*d->needs[i]->constraint && (!*version || !version_satisfies(version, d->needs[i]->constraint)))
            return false;
    return true;
}

/* Looks for every program of a tool: 1, 0 when one is not there, or -1. "a|b" takes the first that is. */
static int find_programs(struct strvec *paths, struct strvec *names, const struct tool_entry *entry,
    const char *search, struct err *e)
{
    for (size_t i = 0; i < HOST_PROGRAMS_MOST && entry->programs[i]; i++) {
        AUTO_FREE char *path = NULL;
        struct slice rest = slice_of(entry->programs[i]);
        struct slice first = {0};
        while (rest.ptr && !path && !e->kind) {
            struct slice name = slice_cut(&rest, '|');
            first = first.ptr ? first : name;
            AUTO_FREE char *text = xstrndup(name.ptr, name.len);
            path = host_program_find(text, search, e);
        }
        if (!path)
            return e->kind ? -1 : 0;
        strvec_push(paths, path);
        strvec_pushn(names, first.ptr, first.len);
    }
    return 1;
}

/* The system's program is too old: another one further on in search may do. */
static void look_further(struct strvec *paths, char **version, const struct tool_entry *entry,
    const struct host_demand *d, const char *search, const struct fact_memory *memory)
{
    struct slice rest = slice_of(search ? search : getenv("PATH") ? getenv("PATH") : "");
    while (rest.ptr && paths->len == 1) {
        struct slice folder = slice_cut(&rest, ':');
        if (!folder.len || folder.ptr[0] != '/' || holds_shims(folder))
            continue;
        AUTO_FREE char *one = xstrndup(folder.ptr, folder.len);
        AUTO(err) struct err ignored = ERR_INIT; /* the one that is too old is told of */
        AUTO_FREE char *path = program_find(path_base(paths->items[0]), one, &ignored);
        if (!path || strcmp(path, paths->items[0]) == 0)
            continue;
        AUTO_FREE char *other = tool_version(path, entry, memory);
        if (!satisfied(other, d))
            continue;
        strvec_clear(paths);
        strvec_push(paths, path);
        free(*version);
        *version = steal_ptr(&other);
        return;
    }
}

static const char *const *keep_all(struct arena *a, const struct strvec *v)
{
    const char **items = arena_alloc(a, (v->len + 1) * sizeof *items);
    for (size_t i = 0; i < v->len; i++)
        items[i] = arena_strdup(a, v->items[i]);
    return items;
}

enum { NAMED_MOST = 4 }; /* of those who need a tool; the others are counted */

static void complain_missing(const char *name, const struct host_demand *d, struct err *e)
{
    AUTO(strbuf) struct strbuf who = {0};
    AUTO(strvec) struct strvec constraints = {0};
    AUTO_FREE char *remedy = host_remedy(name);
    for (size_t i = 0; i < d->len; i++) {
        const char *constraint = d->needs[i]->constraint;
        if (*constraint && !strvec_has(&constraints, constraint))
            strvec_push(&constraints, constraint);
        if (i < NAMED_MOST)
            strbuf_addf(&who, "%s%s", i ? ", " : "", d->needs[i]->by);
    }
    if (d->len > NAMED_MOST)
        strbuf_addf(&who, " and %zu more", d->len - NAMED_MOST);
    AUTO(strbuf) struct strbuf which = {0};
    for (size_t i = 0; i < constraints.len; i++)
        strbuf_addf(&which, "%s%s", i ? ", " : " (", constraints.items[i]);
    err_add(e, ERR_MISSING, "missing tool \"%s\"%s%s, needed by %s\n  %s", name, strbuf_str(&which),
        constraints.len ? ")" : "", who.ptr, remedy);
}

static void complain_old(
    const char *name, const char *path, const char *version, const struct host_demand *d, struct err *e)
{
    for (size_t i = 0; i < d->len; i++) {
        const struct host_need *r = d->needs[i];
        if (!*r->constraint || (*version && version_satisfies(version, r->constraint)))
            continue;
        if (*version)
            err_add(e, ERR_MISSING,
                "tool \"%s\" is version %s (%s), but %s needs %s: install such a version and put it in PATH",
                name, version, path, r->by, r->constraint);
        else
            err_add(e, ERR_MISSING, "tool \"%s\" (%s) does not say its version, but %s needs %s", name, path,
                r->by, r->constraint);
    }
}

static int check_tool(struct host_tool *out, struct arena *a, const struct host_demand *d, const char *search,
    const struct fact_memory *memory, struct err *e)
{
    const char *name = d->needs[0]->name;
    const struct tool_entry *known = tool_entry_of(name);
    const struct tool_entry any = {.name = name, .programs = {name}};
    const struct tool_entry *entry = known ? known : &any;
    AUTO(strvec) struct strvec paths = {0};
    AUTO(strvec) struct strvec names = {0};
    AUTO(err) struct err why = ERR_INIT;
    int found = find_programs(&paths, &names, entry, search, &why);
    if (found < 0)
        return err_add(e, why.kind, "looking for the tool \"%s\": %s", name, why.text);
    if (!found) {
        complain_missing(name, d, e);
        return -1;
    }
    AUTO_FREE char *version = tool_version(paths.items[0], entry, memory);
    if (!satisfied(version, d))
        look_further(&paths, &version, entry, d, search, memory);
    if (!satisfied(version, d)) {
        complain_old(name, paths.items[0], version, d, e);
        return -1;
    }
    out->name = arena_strdup(a, name);
    out->version = arena_strdup(a, version);
    out->programs = keep_all(a, &paths);
    out->names = keep_all(a, &names);
    out->path = out->programs[0];
    return 0;
}

/* One command that installs all that is missing. */
static void add_summary(const struct strvec *missing, struct err *e)
{
    AUTO(strvec) struct strvec packages = {0};
    for (size_t i = 0; i < missing->len; i++) {
        const char *names = host_packages(missing->items[i], host_family());
        struct slice rest = slice_of(names ? names : "");
        while (names && rest.ptr) { /* of no package known: named above, and no word for the command */
            struct slice one = slice_cut(&rest, ' ');
            AUTO_FREE char *text = xstrndup(one.ptr, one.len);
            if (!strvec_has(&packages, text))
                strvec_push(&packages, text);
        }
    }
    const char *command = host_install_command(host_family());
    if (missing->len < 2 || !packages.len || !command)
        return;
    AUTO(strbuf) struct strbuf line = {0};
    for (size_t i = 0; i < packages.len; i++)
        strbuf_addf(&line, " %s", packages.items[i]);
    err_add(e, ERR_MISSING, "all at once: %s%s", command, line.ptr);
}

int host_tools_check(struct host_tools *out, struct arena *a, const struct host_need *needs, size_t len,
    const char *search, const struct fact_memory *memory, struct err *e)
{
    VEC(const struct host_need *) sorted = {0};
    for (size_t i = 0; i < len; i++)
        vec_push(&sorted, &needs[i]);
    if (len)
        qsort(sorted.items, len, sizeof *sorted.items, by_name_then_order);
    AUTO(strvec) struct strvec failed = {0};
    *out = (struct host_tools){arena_alloc(a, (len + 1) * sizeof *out->items), 0};
    for (size_t i = 0, end; i < len; i = end) {
        for (end = i + 1; end < len && strcmp(sorted.items[end]->name, sorted.items[i]->name) == 0;)
            end++;
        struct host_demand d = {sorted.items + i, end - i};
        if (check_tool(&out->items[out->len], a, &d, search, memory, e) == 0)
            out->len++;
        else
            strvec_push(&failed, sorted.items[i]->name);
    }
    vec_release(&sorted);
    if (failed.len)
        add_summary(&failed, e);
    return failed.len ? -1 : 0;
}
