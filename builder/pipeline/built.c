/* The modules that a step made: found out when they were linked, a fact of its manifest, and read from there
 * by whoever judges, packs and tries them. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/image.h"
#include "link/link.h"
#include "link/shared.h"
#include "pipeline/internal.h"
#include "project/unpacked.h"
#include "python/abi/abi.h"
#include "store/manifest.h"
#include "sys/fs.h"
#include "sys/path.h"

static const char FACT[] = "modules", LIBRARIES[] = "libraries", ABSENT[] = "absent-modules",
                  CRATES[] = "crates";

static void put_texts(struct json *object, const char *key, struct texts texts)
{
    struct json *list = json_set_array(object, key);
    for (size_t i = 0; i < texts.len; i++)
        json_add_text(list, texts.items[i]);
}

static void put_module(struct json *out, const struct built_module *m)
{
    json_set_text(out, "name", m->name);
    json_set_text(out, "file", m->file);
    json_set_text(out, "path", m->path);
    json_set_text(out, "map", m->map);
    json_set_text(out, "debug", m->debug);
    put_texts(out, "entries", m->entries);
    put_texts(out, "exports", m->exports);
    put_texts(out, "unmarked", m->unmarked);
    json_set_int(out, "abi3-minor", m->abi3_minor);
    if (m->shared_copy)
        json_set_bool(out, "shared-copy", true);
    if (m->shares.len)
        put_texts(out, "shares", m->shares);
    struct json *archives = json_set_array(out, "archives");
    for (size_t i = 0; i < m->archive_count; i++) {
        struct json *one = json_add_object(archives);
        json_set_text(one, "path", m->archives[i].path);
        json_set_int(one, "members", (int64_t)m->archives[i].members);
        json_set_int(one, "size", (int64_t)m->archives[i].size_bytes);
        json_set_int(one, "writable", (int64_t)m->archives[i].writable_bytes);
    }
}

void built_library_put(struct json *out, const struct built_library *l)
{
    json_set_text(out, "name", l->name);
    json_set_text(out, "version", l->version);
    put_texts(out, "license-files", l->license_files);
}

static void put_crate(struct json *out, const struct built_crate *c)
{
    json_set_text(out, "name", c->name);
    json_set_text(out, "version", c->version);
    json_set_text(out, "license", c->license);
    put_texts(out, "license-files", c->license_files);
}

static void put_absent(struct json *facts, const struct built *b)
{
    struct json *list = b->absent_count ? json_set_array(facts, ABSENT) : NULL;
    for (size_t i = 0; i < b->absent_count; i++) {
        struct json *one = json_add_object(list);
        json_set_text(one, "name", b->absent[i].name);
        json_set_text(one, "reason", b->absent[i].reason);
        json_set_text(one, "why", b->absent[i].why);
    }
}

void built_put(struct json *facts, const struct built *b)
{
    struct json *list = json_set_array(facts, FACT), *libraries = json_set_array(facts, LIBRARIES);
    for (size_t i = 0; i < b->count; i++)
        put_module(json_add_object(list), &b->items[i]);
    for (size_t i = 0; i < b->library_count; i++)
        built_library_put(json_add_object(libraries), &b->libraries[i]);
    struct json *crates = b->crate_count ? json_set_array(facts, CRATES) : NULL;
    for (size_t i = 0; i < b->crate_count; i++)
        put_crate(json_add_object(crates), &b->crates[i]);
    put_absent(facts, b);
}

static const char *get_text(struct arena *a, const struct json *text)
{
    return json_text(text) ? arena_strdup(a, json_text(text)) : NULL;
}

static struct texts get_texts(struct arena *a, const struct json *list)
{
    struct texts out = {arena_alloc(a, (json_len(list) + 1) * sizeof *out.items), 0};
    for (size_t i = 0; i < json_len(list); i++)
        if (json_text(json_at(list, i)))
            out.items[out.len++] = get_text(a, json_at(list, i));
    return out;
}

static void get_archives(struct built_module *m, struct arena *a, const struct json *list)
{
    m->archives = arena_alloc(a, (json_len(list) + 1) * sizeof *m->archives);
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *one = json_at(list, i);
        const char *path = get_text(a, json_get(one, "path"));
        if (path)
            m->archives[m->archive_count++] =
                (struct built_archive){path, (size_t)json_get_int(one, "members", 0),
                    (uint64_t)json_get_int(one, "size", 0), (uint64_t)json_get_int(one, "writable", 0)};
    }
}

/* False when it lacks what a module has. */
static bool get_module(struct built_module *m, struct arena *a, const struct json *from)
{
    *m = (struct built_module){
        .name = get_text(a, json_get(from, "name")),
        .file = get_text(a, json_get(from, "file")),
        .path = get_text(a, json_get(from, "path")),
        .map = get_text(a, json_get(from, "map")),
        .debug = get_text(a, json_get(from, "debug")),
        .entries = get_texts(a, json_get(from, "entries")),
        .exports = get_texts(a, json_get(from, "exports")),
        .unmarked = get_texts(a, json_get(from, "unmarked")),
        .abi3_minor = (int)json_get_int(from, "abi3-minor", 0),
        .shared_copy = json_get_bool(from, "shared-copy", false),
        .shares = get_texts(a, json_get(from, "shares")),
    };
    get_archives(m, a, json_get(from, "archives"));
    return m->name && m->file && m->path;
}

bool built_library_get(struct built_library *l, struct arena *a, const struct json *from)
{
    *l = (struct built_library){
        .name = get_text(a, json_get(from, "name")),
        .version = get_text(a, json_get(from, "version")),
        .license_files = get_texts(a, json_get(from, "license-files")),
    };
    return l->name && l->version;
}

static bool get_crate(struct built_crate *c, struct arena *a, const struct json *from)
{
    *c = (struct built_crate){
        .name = get_text(a, json_get(from, "name")),
        .version = get_text(a, json_get(from, "version")),
        .license = get_text(a, json_get(from, "license")),
        .license_files = get_texts(a, json_get(from, "license-files")),
    };
    return c->name && c->version;
}

static bool get_absent(struct built *b, struct arena *a, const struct json *list)
{
    b->absent = arena_alloc(a, (json_len(list) + 1) * sizeof *b->absent);
    for (size_t i = 0; i < json_len(list); i++) {
        const struct json *one = json_at(list, i);
        struct built_absent *absent = &b->absent[b->absent_count++];
        *absent = (struct built_absent){get_text(a, json_get(one, "name")),
            get_text(a, json_get(one, "reason")), get_text(a, json_get(one, "why"))};
        if (!absent->name || !absent->reason || !absent->why)
            return false;
    }
    return true;
}

bool built_get(struct built *b, struct arena *a, const struct json *facts)
{
    const struct json *list = json_get(facts, FACT), *libraries = json_get(facts, LIBRARIES);
    const struct json *crates = json_get(facts, CRATES);
    *b = (struct built){
        .items = arena_alloc(a, (json_len(list) + 1) * sizeof *b->items),
        .libraries = arena_alloc(a, (json_len(libraries) + 1) * sizeof *b->libraries),
        .crates = arena_alloc(a, (json_len(crates) + 1) * sizeof *b->crates),
    };
    if (!get_absent(b, a, json_get(facts, ABSENT)))
        return false;
    for (size_t i = 0; i < json_len(list); i++)
        if (!get_module(&b->items[b->count++], a, json_at(list, i)))
            return false;
    for (size_t i = 0; i < json_len(libraries); i++)
        if (!built_library_get(&b->libraries[b->library_count++], a, json_at(libraries, i)))
            return false;
    for (size_t i = 0; i < json_len(crates); i++)
        if (!get_crate(&b->crates[b->crate_count++], a, json_at(crates, i)))
            return false;
    return list && libraries;
}

const struct step *step_made_of(const struct run *r, const struct step *s)
{
    if (s->kind != STEP_WHEEL)
        return s;
    for (size_t i = 0; i < s->need_count; i++) {
        const struct step *need = &r->plan->steps[s->needs[i]];
        if (need->kind == STEP_MODULE || step_has_wheel(need))
            return need;
    }
    return NULL;
}

int built_read(struct built *b, struct run *r, const struct step *made, struct err *e)
{
    const struct manifest *m = step_manifest(r, made, e);
    if (!m)
        return -1;
    bool good = built_get(b, r->arena, m->facts);
    for (size_t i = 0; i < b->count && good; i++)
        good = manifest_find(m, b->items[i].path) &&
               (!b->items[i].map || manifest_find(m, b->items[i].map)) &&
               (!b->items[i].debug || manifest_find(m, b->items[i].debug));
    if (good)
        return 0;
    AUTO_FREE char *tree = step_tree(r, made);
    return err_set(e, ERR_DAMAGED, "%s: its manifest does not name the modules that are in it", tree);
}

static bool is_entry(const struct elf_symbol *symbol)
{
    return symbol->section && (str_starts(symbol->name, "PyInit") || str_starts(symbol->name, "PyModExport"));
}

static int find_entries(struct built_module *m, struct arena *a, const char *path, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    AUTO(mapping) struct mapping bytes = {0};
    struct elf_image image;
    if (mapping_open(&bytes, path, e) < 0 || elf_open(&image, &scratch, bytes.bytes, bytes.size, e) < 0)
        return err_wrap(e, "%s", m->file);
    for (size_t i = 1; i < image.symbol_count; i++) {
        struct elf_symbol symbol;
        if (!elf_symbol_at(&image, i, &symbol) || !is_entry(&symbol))
            continue;
        const char **grown = arena_alloc(a, (m->entries.len + 1) * sizeof *grown);
        if (m->entries.len)
            memcpy(grown, m->entries.items, m->entries.len * sizeof *grown);
        grown[m->entries.len++] = arena_strdup(a, symbol.name);
        m->entries.items = grown;
    }
    return 0;
}

/* Below root, or NULL. */
static const char *below(const char *path, const char *root)
{
    return path && root && *root ? path_below(path, root) : NULL;
}

/* What lies in the store is named by its place there, wherever the store is; a link to it by where it leads.
 */
static const char *place_of(const struct run *r, const char *archive)
{
    AUTO_FREE char *real = realpath(archive, NULL);
    AUTO_FREE char *root = realpath(r->store.root, NULL);
    const char *place = below(real, root);
    if (!place)
        place = below(archive, r->store.root);
    return arena_strdup(r->arena, place ? place : archive);
}

static void find_unmarked(struct built_module *m, const struct run *r, const struct link_contents *linked)
{
    AUTO(strvec) struct strvec names = {0};
    link_unmarked(&names, linked);
    m->unmarked = (struct texts){arena_alloc(r->arena, (names.len + 1) * sizeof *m->unmarked.items), 0};
    for (size_t i = 0; i < names.len && i < AUDIT_EVIDENCE_MAX; i++)
        m->unmarked.items[m->unmarked.len++] = arena_strdup(r->arena, names.items[i]);
}

/* Archives with the names of a shared copy are copies: what they were copied from is named. */
static const char *origin_of(const struct step_run *s, const char *archive)
{
    struct run *r = s->run;
    const char *below;
    AUTO_FREE char *copied = shared_archive_of(archive, &below);
    /* In the folder of a project's libraries there are links to them. */
    AUTO_FREE char *real = !copied && s->step->kind == STEP_PROJECT ? realpath(archive, NULL) : NULL;
    if (!copied || !below)
        return place_of(r, copied ? copied : real ? real : archive);
    size_t len;
    const struct build_input *inputs = step_inputs(r, s->step, &len);
    for (size_t i = 0; i < len; i++)
        if (strcmp(inputs[i].name, copied) == 0) {
            AUTO_FREE char *origin = xstrf("%s%s", inputs[i].tree, below);
            return place_of(r, origin);
        }
    return place_of(r, archive);
}

static int find_inside(struct built_module *m, const struct step_run *s, const char *map, struct err *e)
{
    const struct run *r = s->run;
    AUTO(arena) struct arena scratch = {0};
    struct link_contents linked = {0};
    if (link_map_read(&linked, &scratch, map, e) < 0)
        return -1;
    find_unmarked(m, r, &linked);
    m->archives = arena_alloc(r->arena, (linked.len + 1) * sizeof *m->archives);
    for (size_t i = 0; i < linked.len; i++) { /* sorted by archive */
        const struct link_member *member = &linked.items[i];
        if (!member->size_bytes)
            continue; /* --gc-sections took all of it */
        if (!i || strcmp(linked.items[i - 1].archive, member->archive) != 0 || !m->archive_count)
            m->archives[m->archive_count++] = (struct built_archive){.path = origin_of(s, member->archive)};
        struct built_archive *archive = &m->archives[m->archive_count - 1];
        archive->members++;
        archive->size_bytes += member->size_bytes;
        archive->writable_bytes += member->writable_bytes;
    }
    return 0;
}

/* Where debuggers find it, below "debug". */
static int keep_debug(
    struct built_module *m, const struct step_run *s, const char *made, const char *taken, struct err *e)
{
    AUTO_FREE char *folder = path_join(s->draft.stage, "debug");
    AUTO_FREE char *below = NULL;
    if (debug_file_place(&below, made, taken, folder, e) < 0)
        return err_wrap(e, "%s", m->file);
    m->debug = below ? arena_strf(s->run->arena, "debug/%s", below) : NULL;
    return 0;
}

static int find_module(
    struct built_module *out, const struct step_run *s, const struct module_spec *m, struct err *e)
{
    const struct run *r = s->run;
    const struct recipe *recipe = r->graph->nodes[s->step->node].recipe;
    const char *limited = step_limited_api(s->step, recipe, m);
    struct python_abi stable = {0};
    if (limited)
        python_abi_parse(&stable, slice_of(limited));
    AUTO_FREE char *file = module_file_name(m->name, s->step->python, &s->step->stable);
    *out = (struct built_module){
        .name = m->name,
        .file = arena_strdup(r->arena, file),
        .path = arena_strf(r->arena, "modules/%s", file),
        .map = arena_strf(r->arena, "maps/%s.map", m->name),
        .exports = m->exports,
        .abi3_minor = stable.minor,
    };
    AUTO_FREE char *made = path_join(s->draft.stage, out->path);
    AUTO_FREE char *map = path_join(s->draft.stage, out->map);
    AUTO_FREE char *taken = xstrf("%s/obj/%s/" MODULE_DEBUG, s->draft.work, m->name);
    if (find_entries(out, r->arena, made, e) < 0 || find_inside(out, s, map, e) < 0)
        return -1;
    return keep_debug(out, s, made, taken, e);
}

/* A file of the wheel as any module, but that nobody imports it. */
static int find_shared_copy(struct built_module *out, const struct step_run *s, struct err *e)
{
    const struct run *r = s->run;
    AUTO_FREE char *map = path_join(s->draft.stage, "maps/" SHARED_MAP);
    *out = (struct built_module){
        .name = path_base(s->shared_copy),
        .file = s->shared_copy,
        .path = arena_strf(r->arena, "modules/%s", s->shared_copy),
        .map = "maps/" SHARED_MAP,
        .shared_copy = true,
    };
    AUTO_FREE char *made = path_join(s->draft.stage, out->path);
    AUTO_FREE char *taken = path_join(s->draft.work, SHARED_DEBUG);
    return find_inside(out, s, map, e) < 0 ? -1 : keep_debug(out, s, made, taken, e);
}

int built_find(struct built *b, struct step_run *s, struct err *e)
{
    const struct recipe *recipe = s->run->graph->nodes[s->step->node].recipe;
    *b = (struct built){.items = arena_alloc(s->run->arena, (recipe->module_count + 2) * sizeof *b->items)};
    b->absent = arena_alloc(s->run->arena, (recipe->module_count + 1) * sizeof *b->absent);
    for (size_t i = 0; i < recipe->module_count; i++) {
        const struct module_spec *m = &recipe->modules[i];
        if (s->attempts[i].why)
            b->absent[b->absent_count++] = (struct built_absent){m->name, m->optional, s->attempts[i].why};
        else if (find_module(&b->items[b->count++], s, m, e) < 0)
            return -1;
    }
    if (s->shared_copy && find_shared_copy(&b->items[b->count++], s, e) < 0)
        return -1;
    return built_keep_libraries(b, s, e);
}

/* One that was not linked as a module here has no map; what it exports is what the project made it for. */
static int find_object(struct built_module *out, const struct step_run *s, const struct unpacked_object *o,
    int minor, struct err *e)
{
    static const char *any[] = {"*"};
    struct arena *a = s->run->arena;
    *out = (struct built_module){.name = o->file,
        .file = o->file,
        .path = arena_strf(a, "wheel/%s", o->file),
        .map = o->map,
        .abi3_minor = minor};
    AUTO_FREE char *made = path_join(s->draft.stage, out->path);
    AUTO_FREE char *map = o->map ? path_join(s->draft.stage, o->map) : NULL;
    if (find_entries(out, a, made, e) < 0 || (map && find_inside(out, s, map, e) < 0))
        return -1;
    out->shared_copy = s->shared_copy && strcmp(o->file, s->shared_copy) == 0;
    if (out->shared_copy)
        out->shares = s->shared_names;
    else if (!out->entries.len)
        out->exports = (struct texts){any, 1};
    return 0;
}

int built_find_program(struct built *b, struct step_run *s, const char *program, const char *file,
    const char *map, struct err *e)
{
    /* templates/interpreter/exports.list; and variables of the C library, which a program has copies of */
    static const char *api[] = {
        "Py*", "_Py*", "environ", "_environ", "__environ", "stdin", "stdout", "stderr"};
    *b = (struct built){.items = arena_alloc(s->run->arena, sizeof *b->items), .count = 1};
    b->items[0] = (struct built_module){
        .name = path_base(file), .file = file, .path = program, .exports = {api, COUNT(api)}};
    return find_inside(&b->items[0], s, map, e) < 0 ? -1 : built_keep_libraries(b, s, e);
}

int built_find_unpacked(struct built *b, struct step_run *s, const struct unpacked *u, struct err *e)
{
    int minor = strcmp(u->abi, "abi3") == 0 || strcmp(u->abi, "abi3.abi3t") == 0
                    ? python_abi_minor_of_tag(u->python)
                    : 0;
    *b = (struct built){.items = arena_alloc(s->run->arena, (u->object_count + 1) * sizeof *b->items)};
    for (size_t i = 0; i < u->object_count; i++)
        if (find_object(&b->items[b->count++], s, &u->objects[i], minor, e) < 0)
            return -1;
    return built_keep_libraries(b, s, e);
}
