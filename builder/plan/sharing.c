/* Of which libraries the modules of a wheel have one copy together: those with state that two of them need,
 * and the C++ runtime where two need it. A wheel with a single module has nothing to share. */
#include <string.h>

#include "base/cleanup.h"
#include "plan/internal.h"

/* An extension while it is looked at. */
struct library_users {
    struct planner *p;
    const struct recipe *recipe;
    struct edges closure; /* what it links, in link order */
    unsigned *users;      /* by closure: modules that link it */
    unsigned cxx_users;   /* modules that need the C++ runtime */
};

static const struct recipe *library_at(const struct library_users *l, size_t i)
{
    return l->p->graph->nodes[l->closure.items[i]].recipe;
}

static size_t find_library(const struct library_users *l, const char *name)
{
    size_t i = 0;
    while (i < l->closure.len && strcmp(library_at(l, i)->name, name) != 0)
        i++;
    return i;
}

/* With what it needs itself, which stands behind it in link order. */
static void use(const struct library_users *l, bool *used, size_t library)
{
    const struct edges *needs = &l->p->graph->nodes[l->closure.items[library]].libraries;
    if (used[library])
        return;
    used[library] = true;
    for (size_t i = 0; i < needs->len; i++)
        for (size_t k = 0; k < l->closure.len; k++)
            if (l->closure.items[k] == needs->items[i])
                use(l, used, k);
}

static void count_users(struct library_users *l, const struct module_spec *m)
{
    bool *used = arena_alloc(l->p->arena, l->closure.len + 1);
    bool cxx = module_has_cxx(m) || texts_have(&m->system_libraries, "stdc++");
    for (size_t i = 0; i < m->libraries.len; i++) {
        size_t library = find_library(l, m->libraries.items[i]);
        if (library < l->closure.len)
            use(l, used, library);
    }
    for (size_t i = 0; i < l->closure.len; i++) {
        if (!m->libraries.len || used[i]) {
            l->users[i]++;
            cxx = cxx || texts_have(&library_at(l, i)->provides.system_libraries, "stdc++");
        }
    }
    l->cxx_users += cxx;
}

static bool is_shared(enum sharing_choice choice, bool has_state, unsigned users)
{
    bool apart = choice == SHARING_DUPLICATE || choice == SHARING_BORROW;
    return users > 1 && !apart && (has_state || choice == SHARING_ONE);
}

static void check_borrowed(const struct library_users *l, const char *name, const char *value, unsigned users)
{
    if (users != 1)
        recipe_wrong(l->p->error, l->recipe, value,
            "sharing: %u modules have %s inside, and one can borrow it", users, name);
    else if (!recipe_borrow_floor(l->recipe, name))
        recipe_wrong(l->p->error, l->recipe, value,
            "sharing: from which version on can %s be borrowed? Say so in [requires] libraries: \"%s >= …\"",
            name, name);
}

/* The objects of modules that share something are not their own any more. */
static void check_none_borrowed(const struct library_users *l, const char *shared)
{
    const struct pairs *said = &l->recipe->wheel.sharing;
    for (size_t i = 0; i < said->len && !l->p->error->text; i++)
        if (recipe_sharing(l->recipe, said->items[i].key) == SHARING_BORROW)
            recipe_wrong(l->p->error, l->recipe, said->items[i].value,
                "sharing: %s cannot be borrowed in a wheel whose modules share %s", said->items[i].key,
                shared);
}

/* What is said of something that two modules do not have is a mistake. */
static bool check_choices(const struct library_users *l)
{
    const struct pairs *said = &l->recipe->wheel.sharing;
    for (size_t i = 0; i < said->len; i++) {
        const char *name = said->items[i].key, *value = said->items[i].value;
        size_t library = find_library(l, name);
        bool runtime = strcmp(name, SHARING_RUNTIME) == 0;
        if (recipe_sharing_is_reason(name))
            continue;
        if (!runtime && library == l->closure.len)
            recipe_wrong(l->p->error, l->recipe, value, "sharing: \"%s\" is no library that it links", name);
        else if (recipe_sharing(l->recipe, name) == SHARING_BORROW)
            check_borrowed(l, name, value, l->users[library]);
        else if ((runtime ? l->cxx_users : l->users[library]) < 2)
            recipe_wrong(l->p->error, l->recipe, value,
                "sharing: %s modules have %s inside, so that there is nothing to share",
                (runtime ? l->cxx_users : l->users[library]) ? "fewer than two" : "no", name);
    }
    return !l->p->error->text;
}

const struct sharing *sharing_of(struct planner *p, size_t node, struct edges closure)
{
    struct library_users l = {.p = p, .recipe = p->graph->nodes[node].recipe, .closure = closure};
    l.users = arena_alloc(p->arena, (closure.len + 1) * sizeof *l.users);
    for (size_t i = 0; i < l.recipe->module_count; i++)
        count_users(&l, &l.recipe->modules[i]);
    if (!check_choices(&l))
        return NULL;
    bool *libraries = arena_alloc(p->arena, closure.len + 1);
    struct sharing *sharing = arena_new(p->arena, struct sharing);
    *sharing = (struct sharing){.closure = closure, .libraries = libraries};
    sharing->names.items = arena_alloc(p->arena, (closure.len + 1) * sizeof *sharing->names.items);
    for (size_t i = 0; i < closure.len; i++) {
        const struct recipe *library = library_at(&l, i);
        libraries[i] =
            library->provides.archives.len && is_shared(recipe_sharing(l.recipe, library->name),
                                                  library->provides.state != STATE_NONE, l.users[i]);
        if (libraries[i])
            sharing->names.items[sharing->names.len++] = library->name;
    }
    sharing->cxx_runtime = is_shared(recipe_sharing(l.recipe, SHARING_RUNTIME), true, l.cxx_users);
    if (sharing->cxx_runtime)
        sharing->names.items[sharing->names.len++] = SHARING_RUNTIME;
    if (!sharing->names.len)
        return NULL;
    check_none_borrowed(&l, sharing->names.items[0]);
    return sharing;
}
