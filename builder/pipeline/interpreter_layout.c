/* The folder of an interpreter as its users get it: from what `make install` left, without what is of no use
 * away from its build, or that its recipe leaves out. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "pipeline/interpreter.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { PROGRAM_MAX = 1 << 30 };

struct layout {
    const struct recipe *recipe;
    const char *from;    /* tree of the build */
    const char *to;      /* absolute */
    const char *python;  /* "python3.13" */
    const char *library; /* "lib/python3.13/" */
};

/* Programs are made anew or scripts that name their interpreter; libpython and what tells how to link with it
 * are for who has the build; bytecode is made anew. */
static bool is_left_out(const char *file, void *arg)
{
    const struct layout *l = arg;
    static const char *const places[] = {"bin", "lib/pkgconfig", ".staticbuild"};
    const char *below = str_starts(file, l->library) ? file + strlen(l->library) : NULL;
    for (size_t i = 0; i < COUNT(places); i++)
        if (strcmp(file, places[i]) == 0)
            return true;
    if (str_ends(file, ".a") || strcmp(path_base(file), "__pycache__") == 0)
        return true;
    if (!below)
        return false;
    return str_starts(below, "config-") || texts_have(&l->recipe->interpreter.drop, below);
}

static int copy(const char *from, const char *to, const char *file, struct err *e)
{
    AUTO_FREE char *source = path_join(from, file), *place = path_join(to, file), *folder = path_dir(place);
    AUTO_FREE char *target = NULL;
    int is_link = link_read(&target, -1, source, source, e);
    if (is_link < 0 || folder_make(folder, e) < 0)
        return -1;
    if (!is_link)
        return file_copy(source, place, e);
    return symlink(target, place) < 0 ? err_errno(e, ERR_ENVIRONMENT, "%s", place) : 0;
}

static int copy_all(
    const char *from, const char *to, bool (*skip)(const char *relative, void *arg), void *arg, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(from, skip, arg, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < files.len; i++)
        if (copy(from, to, files.items[i], e) < 0)
            return -1;
    return 0;
}

static int link_names(const struct layout *l, struct err *e)
{
    static const char *const names[] = {"python3", "python"};
    for (size_t i = 0; i < COUNT(names); i++) {
        AUTO_FREE char *link = xstrf("%s/bin/%s", l->to, names[i]);
        if (symlink(l->python, link) < 0)
            return err_errno(e, ERR_ENVIRONMENT, "%s", link);
    }
    return 0;
}

/* By this folder an interpreter knows where it is; tools that pack trees may leave out one that is empty. */
static int keep_dynload(const struct layout *l, struct err *e)
{
    static const char text[] =
        "The modules that are usually here are in the program. By this folder it knows where it is.\n";
    AUTO_FREE char *file = xstrf("%s/%slib-dynload/README.txt", l->to, l->library);
    AUTO_FREE char *folder = path_dir(file);
    return folder_make(folder, e) < 0 ? -1 : file_write(file, text, strlen(text), 0644, e);
}

static int lay_program(const struct step_run *s, const struct layout *l, struct err *e)
{
    AUTO_FREE char *program = path_join(s->draft.work, INTERPRETER_PROGRAM);
    AUTO_FREE char *place = xstrf("%s/bin/%s", l->to, l->python);
    if (file_copy_into(program, place, e) < 0)
        return -1;
    return link_names(l, e) < 0 ? -1 : keep_dynload(l, e);
}

static int lay_built_in(struct step_run *s, const struct layout *l, struct err *e)
{
    const struct edges *built_in = &s->run->graph->nodes[s->step->node].built_in;
    AUTO_FREE char *to = xstrf("%s/%ssite-packages", l->to, l->library);
    for (size_t i = 0; i < built_in->len; i++) {
        AUTO_FREE char *tree = step_tree(s->run, interpreter_built_in(s, built_in->items[i]));
        AUTO_FREE char *site = path_join(tree, BUILT_IN_SITE);
        if (copy_all(site, to, NULL, NULL, e) < 0)
            return -1;
    }
    return 0;
}

int interpreter_lay_out(struct step_run *s, struct err *e)
{
    struct arena *a = s->run->arena;
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    AUTO_FREE char *from = step_tree(s->run, step_that_builds(s->run, s->step->node));
    AUTO_FREE char *to = path_join(s->draft.work, INTERPRETER_TREE);
    const char *python = path_base(s->step->python->include);
    struct layout l = {recipe, from, to, python, arena_strf(a, "lib/%s/", python)};
    if (copy_all(from, to, is_left_out, &l, e) < 0 || lay_built_in(s, &l, e) < 0)
        return -1;
    return recipe->interpreter.layout == LAYOUT_SINGLE ? 0 : lay_program(s, &l, e);
}

/* The program was stripped before: what does that writes what it knows of a file, and of a zip it knows
 * nothing. */
int interpreter_join(struct step_run *s, struct err *e)
{
    AUTO(strbuf) struct strbuf bytes = {0};
    AUTO_FREE char *program = path_join(s->draft.work, INTERPRETER_PROGRAM);
    AUTO_FREE char *zip = path_join(s->draft.work, INTERPRETER_ZIP);
    AUTO_FREE char *made = path_join(s->draft.stage, interpreter_file(s));
    if (file_read(&bytes, program, PROGRAM_MAX, e) < 0 || file_read(&bytes, zip, PROGRAM_MAX, e) < 0)
        return -1;
    return file_write(made, bytes.ptr, bytes.len, 0755, e);
}
