/* A wheel that others made becomes the tree of a step: unpacked as it is, its modules looked at, and their
 * symbol tables put where debuggers find them. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/object.h"
#include "link/link.h"
#include "pipeline/internal.h"
#include "project/links.h"
#include "project/unpacked.h"
#include "store/manifest.h"
#include "sys/environment.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "wheel/wheel.h"

static char *stripped_path(const struct step_run *s, const struct built_module *m)
{
    return xstrf("%s/%s.stripped", s->draft.stage, m->path);
}

static int has_symbols(const char *path, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    AUTO(err) struct err none = ERR_INIT; /* a file without sections */
    struct elf_object object;             /* those of a linked file are as those of an object */
    if (mapping_open(&m, path, e) < 0)
        return -1;
    return elf_object_open(&object, m.bytes, m.size, &none) == 0 && object.symbol_section != 0;
}

/* Symbol tables leave the modules, and stay beside them where debuggers find them by the build id. */
static int part(struct step_run *s, struct built_module *m, const struct strvec *env, struct commands *more,
    struct err *e)
{
    AUTO_FREE char *file = path_join(s->draft.stage, m->path);
    int symbols = has_symbols(file, e);
    if (symbols < 1)
        return symbols < 0 ? err_wrap(e, "%s", m->file) : 0;
    AUTO_FREE char *below = debug_file_name(file, e);
    if (!below && e->kind)
        return err_wrap(e, "%s", m->file);
    AUTO_FREE char *debug =
        below ? xstrf("%s/debug/%s", s->draft.stage, below) : path_join(s->draft.work, MODULE_DEBUG);
    AUTO_FREE char *folder = path_dir(debug);
    if (folder_make(folder, e) < 0)
        return -1;
    AUTO_FREE char *stripped = stripped_path(s, m);
    struct debug_split split = {.toolchain = &s->run->machine.toolchain,
        .file = file,
        .debug = debug,
        .work = s->draft.work,
        .logs = s->draft.logs,
        .stripped = stripped};
    debug_command(&split, env, more);
    strip_command(&split, env, more);
    m->debug = below ? arena_strf(s->run->arena, "debug/%s", below) : NULL;
    return 0;
}

static int part_all(struct step_run *s, struct built *built, struct commands *more, struct err *e)
{
    AUTO(strvec) struct strvec env = {0};
    environment_clean(&env, NULL, LOCALE_C, NULL, NULL);
    for (size_t i = 0; i < built->count; i++)
        if (part(s, &built->items[i], &env, more, e) < 0)
            return -1;
    return 0;
}

/* What patchelf laid out strip may lay out so that no loader maps it: 1 when it did not. */
static int can_be_mapped(const char *path, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    AUTO(arena) struct arena scratch = {0};
    struct elf_image image;
    uint64_t address;
    if (mapping_open(&m, path, e) < 0 || elf_open(&image, &scratch, m.bytes, m.size, e) < 0)
        return -1;
    return !elf_segments_fault(&image, &address);
}

static int keep_stripped(struct step_run *s, const struct built_module *m, struct err *e)
{
    AUTO_FREE char *stripped = stripped_path(s, m);
    AUTO_FREE char *file = path_join(s->draft.stage, m->path);
    int there = path_is_file(stripped, e);
    if (there < 1)
        return there;
    int good = can_be_mapped(stripped, e);
    if (good < 0)
        return err_wrap(e, "%s, stripped", m->file);
    if (good)
        return file_rename(stripped, file, e);
    event_detail(s->run->sink,
        "%s: %s keeps its symbol table: patchelf moved its segments, and strip would make a file of it that "
        "no loader maps",
        s->step->label, m->file);
    return tree_remove(stripped, e);
}

int wheel_take_stripped(struct step_run *s, struct err *e)
{
    struct built built;
    if (!built_get(&built, s->run->arena, s->draft.facts))
        return 0; /* nothing was taken */
    for (size_t i = 0; i < built.count; i++)
        if (keep_stripped(s, &built.items[i], e) < 0)
            return -1;
    return 0;
}

int wheel_take_unpacked(
    struct step_run *s, struct unpacked *u, const struct links *links, struct commands *more, struct err *e)
{
    struct built built;
    if (built_find_unpacked(&built, s, u, e) < 0 || (links && built_keep_crates(&built, s, links, e) < 0) ||
        (!u->is_pure && part_all(s, &built, more, e) < 0))
        return -1;
    unpacked_put(u, json_set_object(s->draft.facts, "wheel"));
    built_put(s->draft.facts, &built);
    return 0;
}

int wheel_take_files(
    struct step_run *s, struct unpacked *u, struct wheel *wheel, const struct links *links, struct err *e)
{
    AUTO_FREE char *folder = path_join(s->draft.stage, "wheel");
    AUTO_FREE char *maps = path_join(s->draft.stage, "maps");
    if (wheel_take_apart(wheel, folder, e) < 0)
        return -1;
    return unpacked_find(u, s->run->arena, path_base(wheel->path), folder, links, maps, e);
}

int wheel_take(struct step_run *s, struct unpacked *u, struct wheel *wheel, const struct links *links,
    struct commands *more, struct err *e)
{
    return wheel_take_files(s, u, wheel, links, e) < 0 ? -1 : wheel_take_unpacked(s, u, links, more, e);
}

int wheel_taken(struct unpacked *u, struct run *r, const struct step *made, struct err *e)
{
    const struct manifest *m = step_manifest(r, made, e);
    return m ? unpacked_get(u, r->arena, json_get(m->facts, "wheel"), e) : -1;
}
