/* A project that its author works on is built again and again: in one folder, so that what did not change is
 * not compiled again. What is published is built once, and always from the beginning. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/internal.h"
#include "project/kept.h"
#include "sys/fs.h"
#include "sys/path.h"

#define RECORD "source.record"

const char *project_place(const struct step_run *s)
{
    return s->kept.path ? s->kept.path : s->draft.work;
}

/* Only what `wheel` named as a folder; and nothing that is for others, or that nothing earlier may have
 * touched. */
static bool may_keep(const struct step_run *s)
{
    const struct run *r = s->run;
    const struct node *n = &r->graph->nodes[s->step->node];
    return map_get(&r->projects, n->recipe->file) && n->source_count && n->sources[0]->path &&
           !r->shared.place.row && r->request->sandbox != SANDBOX_STRICT;
}

/* All that decides the result, but for the source; and which project it is. */
static void name_of(struct strbuf *out, struct step_run *s)
{
    const struct fact_list *facts = &s->step->key.facts;
    struct key key = {0};
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].name, "source-tree") != 0)
            fact_add(&key.facts, s->run->arena, facts->items[i].name, facts->items[i].value);
    fact_add(&key.facts, s->run->arena, "folder", s->run->graph->nodes[s->step->node].sources[0]->path);
    key_seal(&key, s->run->arena);
    strbuf_addf(out, "%s-%.16s-kept", s->step->name, key.digest.hex);
}

int project_keep(struct step_run *s, struct err *e)
{
    AUTO(strbuf) struct strbuf name = {0};
    if (!may_keep(s))
        return 0;
    name_of(&name, s);
    if (s->run->request->clean && work_remove_named(&s->run->store, strbuf_str(&name), e) < 0)
        return -1;
    return work_open_again(&s->kept, &s->run->store, strbuf_str(&name), e) < 0 ? -1 : 0;
}

static int empty(const char *folder, struct err *e)
{
    return tree_remove(folder, e) < 0 ? -1 : folder_make(folder, e);
}

int project_keep_source(struct step_run *s, const char *from, struct err *e)
{
    size_t changed;
    AUTO_FREE char *record = path_join(s->kept.path, RECORD);
    AUTO_FREE char *built = path_join(s->kept.path, "build");
    int kept = kept_update(from, s->src, record, &changed, e);
    if (kept < 0)
        return -1;
    s->built_before = kept > 0;
    if (kept) {
        event_note(s->run->sink,
            "%s: built where it was built before, with %zu changed file%s (--clean: from the beginning)",
            s->step->label, changed, changed == 1 ? "" : "s");
        return kept_tidy(s->src, e);
    }
    return empty(built, e) < 0 || tree_remove(s->src, e) < 0 ? -1 : kept_begin(from, s->src, record, e);
}
