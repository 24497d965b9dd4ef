/* What a file is, and what is inside it, of the libraries that were recognised in it.
 *
 * A library that the file needs is not inside it: a text of its headers was compiled in, with the version
 * that they had. A shared library is not inside itself, whatever a repairer of wheels called its copy. */
#include <string.h>

#include "audit/contents.h"
#include "audit/wheel_facts.h"

/* The library that the file is, by its soname or its own name. */
static const struct library *library_of_itself(const struct check *c)
{
    if (c->image->soname && library_of_file(c->image->soname))
        return library_of_file(c->image->soname);
    return is_library_of_others(c->report, c->context->subject) ? library_of_file(c->context->subject) : NULL;
}

static bool is_needed(const struct check *c, const struct library *library)
{
    for (size_t i = 0; i < c->image->needed_count; i++)
        if (library_of_file(c->image->needed[i]) == library)
            return true;
    return false;
}

static struct audit_embedded describe(struct check *c, const struct recognised *found)
{
    struct audit_embedded e = {.name = found->library->name,
        .version = keep(c, found->version),
        .stateful = found->library->stateful,
        .tool = found->library->tool,
        .likely = found->likely,
        .witness_count = found->witness_count};
    const char **witnesses = arena_alloc(&c->report->arena, (found->witness_count + 1) * sizeof *witnesses);
    for (size_t i = 0; i < found->witness_count; i++)
        witnesses[i] = keep(c, found->witnesses[i]);
    e.witnesses = witnesses;
    return e;
}

void identify_contents(struct check *c)
{
    struct audit_report *r = c->report;
    const struct library *itself = library_of_itself(c);
    if (itself)
        r->itself = (struct audit_embedded){
            .name = itself->name, .version = "", .stateful = itself->stateful, .tool = itself->tool};
    if (!c->contents)
        return;
    r->ingredients = ingredients_read(c->image, &r->arena, &r->ingredient_count);
    r->embedded = arena_alloc(&r->arena, (c->contents->recognised_count + 1) * sizeof *r->embedded);
    for (size_t i = 0; i < c->contents->recognised_count; i++) {
        const struct recognised *found = &c->contents->recognised[i];
        if (found->library == itself) {
            if (!r->itself.witness_count)
                r->itself = describe(c, found);
        } else if (!is_needed(c, found->library)) {
            r->embedded[r->embedded_count++] = describe(c, found);
        }
    }
}
