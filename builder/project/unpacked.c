/* Which files of a wheel are shared objects, and which link made them: a build ID tells, whatever the file
 * was called when it was linked. */
#include "project/unpacked.h"

#include <ctype.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "elf/image.h"
#include "python/abi/abi.h"
#include "python/tags.h"
#include "sys/fs.h"
#include "sys/path.h"

static void find_link(struct unpacked_object *o, struct arena *a, const char **map, const struct links *links,
    const struct elf_image *image)
{
    AUTO(strbuf) struct strbuf id = {0};
    struct elf_range bytes = elf_build_id(image);
    for (size_t i = 0; i < bytes.len; i++)
        strbuf_addf(&id, "%02x", bytes.ptr[i]);
    if (!id.len)
        return;
    const char *relink = map_get(&links->relinks, strbuf_str(&id));
    *map = map_get(&links->maps, strbuf_str(&id));
    o->relink = relink ? arena_strdup(a, relink) : NULL;
}

/* 1 when the file is a shared object; *map is where its map is, or NULL. */
static int look_at(struct unpacked_object *o, struct arena *a, const char **map, const struct links *links,
    const char *path, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    struct mapping m = {0};
    struct elf_image image;
    AUTO(err) struct err damaged = ERR_INIT; /* the audit says so of what claims to be a module */
    if (mapping_open(&m, path, e) < 0)
        return -1;
    int found = elf_identify(m.bytes, m.size) == ELF_KIND_LINKED &&
                elf_open(&image, &scratch, m.bytes, m.size, &damaged) == 0 && image.type == ET_DYN &&
                !image.interpreter;
    if (found)
        find_link(o, a, map, links, &image);
    mapping_release(&m);
    return found;
}

static int keep_map(struct unpacked_object *object, struct arena *a, const char *map, const char *maps,
    size_t number, struct err *e)
{
    AUTO_FREE char *to = xstrf("%s/%zu.map", maps, number);
    object->map = arena_strf(a, "maps/%zu.map", number);
    return folder_make(maps, e) < 0 ? -1 : file_copy(map, to, e);
}

static int read_name(struct unpacked *u, struct arena *a, const char *file_name, struct err *e)
{
    struct wheel_name name = {0};
    if (wheel_name_parse(&name, file_name, e) < 0)
        return -1;
    AUTO_FREE char *python = tag_set_format(&name.python);
    AUTO_FREE char *abi = tag_set_format(&name.abi);
    u->file_name = arena_strdup(a, file_name);
    u->python = arena_strdup(a, python);
    u->abi = arena_strdup(a, abi);
    u->is_pure = name.platform.len == 1 && strcmp(name.platform.items[0], "any") == 0;
    wheel_name_release(&name);
    return 0;
}

int unpacked_find(struct unpacked *u, struct arena *a, const char *file_name, const char *folder,
    const struct links *links, const char *maps, struct err *e)
{
    AUTO(strvec) struct strvec files = {0};
    *u = (struct unpacked){0};
    if (read_name(u, a, file_name, e) < 0 || tree_list(folder, NULL, NULL, &files, e) < 0)
        return -1;
    u->objects = arena_alloc(a, (files.len + 1) * sizeof *u->objects);
    for (size_t i = 0; i < files.len; i++) {
        AUTO_FREE char *path = path_join(folder, files.items[i]);
        struct unpacked_object object = {.file = files.items[i]};
        const char *map = NULL;
        int found = look_at(&object, a, &map, links, path, e);
        if (found < 0)
            return -1;
        if (!found)
            continue;
        object.file = arena_strdup(a, files.items[i]);
        if (map && keep_map(&object, a, map, maps, u->object_count, e) < 0)
            return -1;
        u->objects[u->object_count++] = object;
    }
    return 0;
}

void unpacked_put(const struct unpacked *u, struct json *object)
{
    json_set_text(object, "file", u->file_name);
    json_set_text(object, "python", u->python);
    json_set_text(object, "abi", u->abi);
    json_set_bool(object, "pure", u->is_pure);
}

static const char *text_of(struct arena *a, const struct json *object, const char *key)
{
    const char *text = json_get_text(object, key);
    return text ? arena_strdup(a, text) : NULL;
}

int unpacked_get(struct unpacked *u, struct arena *a, const struct json *object, struct err *e)
{
    *u = (struct unpacked){.file_name = text_of(a, object, "file"),
        .python = text_of(a, object, "python"),
        .abi = text_of(a, object, "abi"),
        .is_pure = json_get_bool(object, "pure", false)};
    if (!u->file_name || !u->python || !u->abi)
        return err_set(e, ERR_DAMAGED, "what was found in a wheel cannot be read");
    return 0;
}

/* A file at the top, or the __init__ of a folder there: the name that imports it, cut at the first dot. */
static struct slice import_of(const char *file)
{
    const char *slash = strchr(file, '/');
    const char *base = slash ? slash + 1 : file;
    size_t len = slash ? (size_t)(slash - file) : strcspn(file, ".");
    bool is_python = str_ends(base, ".py") || python_abi_is_named(base);
    bool is_whole = !slash || str_starts(base, "__init__.");
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)file[i]) && file[i] != '_')
            return (struct slice){0};
    return (struct slice){file, is_python && is_whole && !isdigit((unsigned char)*file) ? len : 0};
}

/* Installed by mistake, or there to be run from elsewhere. */
static bool is_aside(struct slice name)
{
    static const char *const names[] = {
        "test", "tests", "testing", "docs", "doc", "examples", "benchmarks", "setup"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (slice_is(name, names[i]))
            return true;
    return false;
}

struct texts unpacked_imports(struct arena *a, const struct strvec *files)
{
    struct texts all = {arena_alloc(a, (files->len + 1) * sizeof *all.items), 0};
    struct texts open = {arena_alloc(a, (files->len + 1) * sizeof *open.items), 0};
    for (size_t i = 0; i < files->len; i++) {
        struct slice name = import_of(files->items[i]);
        bool again = all.len && slice_is(name, all.items[all.len - 1]);
        if (!name.len || again || is_aside(name))
            continue;
        all.items[all.len++] = arena_strndup(a, name.ptr, name.len);
        if (*name.ptr != '_')
            open.items[open.len++] = all.items[all.len - 1];
    }
    return open.len ? open : all;
}
