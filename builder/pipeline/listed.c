/* The projects of a list (`wheel --from`), and the interpreters that each of its lines is for. */
#include <string.h>

#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/listed.h"
#include "python/pep508.h"
#include "sys/fs.h"

enum { LIST_LIMIT = 4 << 20 };

static bool marker_holds(const struct run *r, const char *marker, const struct interpreter *p)
{
    const struct target *target = &r->machine.target;
    return pep508_marker_holds(marker,
        &(struct marker_environment){p->version, target->native ? p->machine : target->platform.arch->name});
}

void run_keep_marked(const struct run *r, const char *recipe_file, struct interpreters *chosen)
{
    const char *marker = map_get(&r->markers, recipe_file);
    size_t kept = 0;
    for (size_t i = 0; i < chosen->len; i++)
        if (!marker || marker_holds(r, marker, &chosen->items[i]))
            chosen->items[kept++] = chosen->items[i];
    chosen->len = kept;
}

/* Those that were asked for. */
static int find_asked_for(struct interpreter_choice *choice, struct run *r, struct err *e)
{
    struct interpreters found = {0};
    struct fact_memory memory = store_memory(&r->store);
    if (interpreters_find(&found, r->arena, &memory, e) < 0)
        return -1;
    return interpreters_choose(choice, r->arena, &found, NULL, r->request->python, NULL, &memory, e);
}

static bool has_marker(const struct listed_projects *listed)
{
    vec_each (&listed->list, l)
        if (l->marker)
            return true;
    return false;
}

/* Whether there is one of those asked for that it is for. */
static bool is_for_any(const struct run *r, const char *marker, const struct interpreter_choice *choice)
{
    for (size_t i = 0; i < choice->len; i++)
        if (marker_holds(r, marker, &choice->items[i]))
            return true;
    return false;
}

static int add_listed(struct run *r, const char *file, const struct listed *l,
    const struct interpreter_choice *choice, struct err *e)
{
    if (l->marker && !is_for_any(r, l->marker, choice)) {
        event_note(r->sink, "%s:%u: %s is left out, for its marker does not hold (%s)", file, l->line,
            l->name ? l->name : l->path, l->marker);
        return 0;
    }
    size_t before = r->named_count;
    int failed =
        l->path ? project_add(r, l->path, e) : project_add_published(r, l->name, l->version, &l->sha256, e);
    if (!failed && l->marker && r->named_count > before)
        map_set(&r->markers, r->named[before], (void *)l->marker);
    return failed ? err_wrap(e, "%s:%u", file, l->line) : 0;
}

int projects_add_list(struct run *r, const char *file, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(listed) struct listed_projects listed = {0};
    struct interpreter_choice choice = {0};
    if (file_read(&text, file, LIST_LIMIT, e) < 0 ||
        listed_read(&listed, r->arena, file, strbuf_str(&text), e) < 0 ||
        (has_marker(&listed) && find_asked_for(&choice, r, e) < 0))
        return -1;
    r->named = arena_regrow(
        r->arena, r->named, r->named_count, r->named_count + listed.list.len + 1, sizeof *r->named);
    vec_each (&listed.list, l)
        if (add_listed(r, file, l, &choice, e) < 0)
            return -1;
    return 0;
}
