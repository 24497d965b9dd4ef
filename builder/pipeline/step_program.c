/* A program: what its build installed is laid out as the wheel that brings it. What it says of itself is its
 * recipe's. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/image.h"
#include "pipeline/internal.h"
#include "project/unpacked.h"
#include "store/manifest.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/dist_info.h"
#include "wheel/wheel.h"

/* What is being laid out. */
struct laying {
    struct step_run *step;
    const struct recipe *recipe;
    const char *from; /* tree of the build */
    const char *to;   /* "wheel" in the stage */
    const char *stem; /* "ruff-0.4.1" */
    struct unpacked *wheel;
};

static bool is_own(const char *relative, void *arg)
{
    (void)arg;
    return strcmp(relative, ".staticbuild") == 0;
}

/* Installers put scripts where programs are looked for, whatever that folder is called there. */
static char *place_of(const struct laying *l, const char *file)
{
    static const char programs[] = "bin/";
    bool program = str_starts(file, programs);
    return xstrf(
        "%s.data/%s/%s", l->stem, program ? "scripts" : "data", program ? file + sizeof programs - 1 : file);
}

static int is_linked(const char *path, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    if (mapping_open(&m, path, e) < 0)
        return -1;
    return elf_identify(m.bytes, m.size) == ELF_KIND_LINKED;
}

/* The linker called it after what it made. */
static int keep_map(const struct laying *l, const char *file, const char **map, struct err *e)
{
    AUTO_FREE char *name = xstrf("maps/%s.map", path_base(file));
    AUTO_FREE char *from = xstrf("%s/" PROGRAM_MAPS "/%s.map", l->from, path_base(file));
    AUTO_FREE char *to = path_join(l->step->draft.stage, name);
    int there = path_is_file(from, e);
    if (there < 0)
        return -1;
    if (!there)
        return err_set(e, ERR_BUILD,
            "%s: no map says what was linked into it: it has to be linked under the name that it is "
            "installed "
            "with, by GNU ld, with the {ldflags} that the build is given",
            file);
    *map = arena_strdup(l->step->run->arena, name);
    return file_copy_into(from, to, e);
}

static int lay_file(struct laying *l, const char *file, struct err *e)
{
    AUTO_FREE char *from = path_join(l->from, file);
    AUTO_FREE char *place = place_of(l, file);
    AUTO_FREE char *to = path_join(l->to, place);
    int linked = is_linked(from, e);
    if (linked < 0 || file_copy_into(from, to, e) < 0)
        return -1;
    if (!linked)
        return 0;
    struct unpacked_object *object = &l->wheel->objects[l->wheel->object_count++];
    object->file = arena_strdup(l->step->run->arena, place);
    return keep_map(l, file, &object->map, e);
}

static int lay_files(struct laying *l, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(l->from, is_own, NULL, &files, e) < 0)
        return -1;
    l->wheel->objects = arena_alloc(l->step->run->arena, (files.len + 1) * sizeof *l->wheel->objects);
    for (size_t i = 0; i < files.len; i++)
        if (lay_file(l, files.items[i], e) < 0)
            return -1;
    return l->wheel->object_count
               ? 0
               : err_set(e, ERR_BUILD,
                     "%s: nothing that it installs is compiled: a wheel of scripts needs no "
                     "build for a platform",
                     l->step->step->label);
}

static int lay_info(
    const struct laying *l, const struct wheel_metadata *metadata, const char *licences, struct err *e)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *info = xstrf("%s/%s.dist-info", l->to, l->stem);
    AUTO_FREE char *path = path_join(info, "METADATA");
    AUTO_FREE char *texts = path_join(info, "licenses");
    const struct wheel_request request = {
        .metadata = metadata, .src = licences, .license = l->recipe->license};
    if (folder_make(info, e) < 0 || tree_copy(licences, texts, e) < 0 ||
        dist_info_metadata(&text, &request, &metadata->license_files, e) < 0)
        return -1;
    return file_write(path, strbuf_str(&text), text.len, 0644, e);
}

static int lay_out(struct step_run *s, struct laying *l, const char *licences, struct err *e)
{
    AUTO(wheel_metadata) struct wheel_metadata metadata = {0};
    if (wheel_metadata_gather(&metadata, s->run->arena, licences, l->recipe, e) < 0)
        return -1;
    AUTO_FREE char *stem = dist_info_stem(&metadata, e);
    l->stem = stem;
    return !stem || lay_files(l, e) < 0 || lay_info(l, &metadata, licences, e) < 0 ? -1 : 0;
}

static const struct step *build_of(const struct step_run *s)
{
    return step_that_builds(s->run, s->step->node);
}

static int keep_epoch(struct step_run *s, struct err *e)
{
    int64_t epoch = step_source_epoch(s->run, build_of(s), e);
    json_set_int(s->draft.facts, "epoch", epoch);
    return epoch < 0 ? -1 : 0;
}

static int prepare(struct step_run *s, struct commands *out, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    AUTO_FREE char *from = step_tree(s->run, build_of(s));
    AUTO_FREE char *to = path_join(s->draft.stage, "wheel");
    AUTO_FREE char *licences = path_join(from, LICENCES_PATH);
    struct unpacked wheel = {.file_name = recipe->name, .python = "py3", .abi = "none"};
    struct laying l = {.step = s, .recipe = recipe, .from = from, .to = to, .wheel = &wheel};
    if (keep_epoch(s, e) < 0 || lay_out(s, &l, licences, e) < 0)
        return -1;
    return wheel_take_unpacked(s, &wheel, NULL, out, e);
}

static int finish(struct step_run *s, struct commands *more, struct err *e)
{
    (void)more;
    return wheel_take_stripped(s, e) < 0 ? -1 : step_commit(s, e);
}

const struct step_hooks step_program_hooks = {
    .prepare = prepare, .finish = finish, .widest = 1, .apart = true, .failure = ERR_PACKAGE};
