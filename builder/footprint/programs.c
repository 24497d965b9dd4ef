/* Processes by name, and what they take together. */
#include "footprint/programs.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "sys/path.h"

enum { NUMBERS_SHOWN = 8 };

/* As it calls itself, but by its program's file where that is only cut short (15 characters). The caller
 * frees it. */
static char *program_name(const struct watched *w)
{
    AUTO_FREE char *program = watched_link(w, "exe");
    const char *base = program ? path_base(program) : "";
    size_t len = strlen(base);
    if (str_ends(base, " (deleted)"))
        len -= strlen(" (deleted)");
    bool is_cut = len > strlen(w->name) && str_starts(base, w->name);
    return is_cut ? xstrndup(base, len) : xstrdup(w->name);
}

struct adding_up {
    struct program_list *list;
    struct map by_name; /* index + 1 */
    VEC(struct program_use) items;
};

static void add_process(struct adding_up *g, const struct watched *w, const struct memory *total)
{
    AUTO_FREE char *name = program_name(w);
    size_t place = (uintptr_t)map_get(&g->by_name, name);
    if (!place) {
        vec_push(&g->items, ((struct program_use){.name = arena_strdup(&g->list->arena, name)}));
        place = g->items.len;
        map_set(&g->by_name, name, (void *)(uintptr_t)place);
    }
    struct program_use *use = &g->items.items[place - 1];
    use->process_count++;
    memory_add(&use->total, total);
    memory_add(&g->list->total, total);
    g->list->process_count++;
}

/* One that ended meanwhile takes nothing any more. */
static void look_at(struct adding_up *g, const struct watched *w)
{
    AUTO(err) struct err ended = ERR_INIT;
    struct sample s;
    if (sample_take(&s, w, SAMPLE_TOTALS, &ended) < 0)
        return;
    add_process(g, w, &s.total);
    sample_release(&s);
}

static int by_share(const void *a, const void *b)
{
    const struct program_use *x = a, *y = b;
    if (x->total.pss != y->total.pss)
        return x->total.pss > y->total.pss ? -1 : 1;
    return strcmp(x->name, y->name);
}

int programs_read(struct program_list *l, const char *proc, struct err *e)
{
    struct adding_up g = {.list = l};
    struct watched_list all;
    *l = (struct program_list){0};
    int status = watched_all(&all, proc, e);
    for (size_t i = 0; i < all.len && status == 0; i++)
        look_at(&g, &all.items[i]);
    if (status == 0 && !l->process_count && all.unread)
        status = err_set(e, ERR_ENVIRONMENT, "no process may be read; the first: %s", all.why);
    if (g.items.len)
        qsort(g.items.items, g.items.len, sizeof *g.items.items, by_share);
    l->items = arena_memdup(&l->arena, g.items.items, g.items.len * sizeof *l->items);
    l->count = g.items.len;
    l->unread = all.unread;
    l->why = all.why ? arena_strdup(&l->arena, all.why) : NULL;
    vec_release(&g.items);
    map_release(&g.by_name);
    watched_list_release(&all);
    if (status < 0)
        program_list_release(l);
    return status;
}

void program_list_release(struct program_list *l)
{
    arena_release(&l->arena);
}

/* Of the name, and the one that they all come from. */
struct named {
    VEC(struct process_facts) processes;
};

static bool comes_from_another(const struct named *n, const struct process_facts *f)
{
    vec_each (&n->processes, other)
        if (other->pid == f->parent)
            return true;
    return false;
}

static int choose(pid_t *pid, const struct named *n, const char *name, struct err *e)
{
    AUTO(strbuf) struct strbuf numbers = {0};
    size_t first_count = 0;
    vec_each (&n->processes, f) {
        if (comes_from_another(n, f))
            continue;
        *pid = f->pid;
        if (first_count++ < NUMBERS_SHOWN)
            strbuf_addf(&numbers, "%s%d", numbers.len ? ", " : "", (int)f->pid);
    }
    if (!first_count)
        return err_set(e, ERR_USAGE, "--pid %s: no process is called so", name);
    if (first_count > 1)
        return err_set(e, ERR_USAGE, "--pid %s: %zu processes are called so (%s%s): give the number of one",
            name, first_count, numbers.ptr, first_count > NUMBERS_SHOWN ? ", …" : "");
    return 0;
}

int process_of_program(pid_t *pid, const char *proc, const char *name, struct err *e)
{
    struct watched_list all;
    struct named n = {0};
    int status = watched_all(&all, proc, e);
    for (size_t i = 0; i < all.len && status == 0; i++) {
        AUTO_FREE char *called = program_name(&all.items[i]);
        AUTO(err) struct err ended = ERR_INIT;
        struct process_facts f;
        if (strcmp(called, name) == 0 && watched_facts(&all.items[i], &f, &ended) == 0)
            vec_push(&n.processes, f);
    }
    if (status == 0)
        status = choose(pid, &n, name, e);
    vec_release(&n.processes);
    watched_list_release(&all);
    return status;
}
