/* What is in the program of an interpreter, by its link map, and whether it keeps what its target promises.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/interpreter.h"
#include "sys/fs.h"
#include "sys/path.h"

/* The extensions that are built in stand beside the libraries. */
static void add_built_in(struct contents *c, struct step_run *s)
{
    const struct graph *g = s->run->graph;
    const struct edges *built_in = &g->nodes[s->step->node].built_in;
    for (size_t i = 0; i < built_in->len; i++) {
        const struct node *n = &g->nodes[built_in->items[i]];
        component_from_node(contents_grow(c, s->run->arena, n->recipe->module_count), n);
    }
}

static int copy_texts(const char *folder, const struct texts *files, const char *to, struct err *e)
{
    for (size_t i = 0; i < files->len; i++) {
        AUTO_FREE char *from = path_join(folder, files->items[i]);
        AUTO_FREE char *place = path_join(to, files->items[i]);
        if (file_copy_into(from, place, e) < 0)
            return -1;
    }
    return 0;
}

/* share/licenses/NAME/…, and the bill of materials. Those of extensions are with what is Python of them. */
static int lay_texts(struct step_run *s, const struct contents *c, struct err *e)
{
    struct run *r = s->run;
    const struct node *n = &r->graph->nodes[s->step->node];
    const struct step *build = step_that_builds(r, s->step->node);
    AUTO_FREE char *tree = step_tree(r, build);
    AUTO_FREE char *own = path_join(tree, LICENCES_PATH);
    AUTO_FREE char *share = xstrf("%s/" INTERPRETER_TREE "/share", s->draft.work);
    AUTO_FREE char *sboms = path_join(share, "sbom");
    AUTO_FREE char *sbom = xstrf("%s/%s.cdx.json", sboms, n->recipe->name);
    AUTO_FREE char *licences = xstrf("%s/licenses/%s", share, n->recipe->name);
    AUTO(strbuf) struct strbuf text = {0};
    int64_t epoch = step_source_epoch(r, build, e);
    if (epoch < 0 || copy_texts(own, &n->recipe->license_files, licences, e) < 0)
        return -1;
    for (size_t i = 0; i < c->len; i++) {
        AUTO_FREE char *to = xstrf("%s/licenses/%s", share, c->items[i].name);
        if (c->items[i].license_folder &&
            copy_texts(c->items[i].license_folder, &c->items[i].license_files, to, e) < 0)
            return -1;
    }
    wheel_sbom(&text, r, n, c, NULL, epoch);
    return folder_make(sboms, e) < 0 ? -1 : file_write(sbom, text.ptr, text.len, 0644, e);
}

int interpreter_judge(struct step_run *s, struct err *e)
{
    struct built built;
    struct contents contents = {0};
    const char *file = arena_strf(s->run->arena, "bin/%s", path_base(s->step->python->include));
    AUTO_FREE char *map = path_join(s->draft.stage, INTERPRETER_MAP);
    if (built_find_program(&built, s, INTERPRETER_PROGRAM, file, map, e) < 0 ||
        judge_modules(s, s->wheel, &built, s->draft.work, NULL, e) < 0)
        return -1;
    contents_of(&contents, s->run, s->step, s->draft.stage, &built);
    add_built_in(&contents, s);
    contents_tell(s->wheel, s->run->arena, &contents);
    hardened_tell(s->wheel, s, &contents);
    return lay_texts(s, &contents, e);
}
