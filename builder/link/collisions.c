/* Whether what is to be one program defines a name twice. The linker would say so too, after it has read
 * everything, and name object files; here it is known which libraries those are of. What it would take of
 * archives is found as it does it: a member that defines what is asked for and not there. What several may
 * define (weak symbols, which C++ has for what stands in headers) is no collision. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "link/built_in.h"
#include "sys/fs.h"
#include "sys/path.h"

/* An object that is or may be in the program. */
struct linked_object {
    const char *name; /* "libz.a(crc.o) of zlib" */
    struct elf_object object;
    bool taken;
};

struct defined_once {
    const struct linked_object *by;
    bool is_strong;
};

struct one_program {
    struct arena arena;
    VEC(struct mapping) files;
    VEC(struct linked_object *) objects;
    struct map defined; /* struct defined_once */
    struct map asked;   /* names that somebody needs */
    struct err wrong;
};

static void one_program_release(struct one_program *p)
{
    vec_each (&p->files, it)
        mapping_release(it);
    vec_release(&p->files);
    vec_release(&p->objects);
    map_release(&p->defined);
    map_release(&p->asked);
    err_release(&p->wrong);
    arena_release(&p->arena);
}

static bool is_definition(const struct elf_symbol *s)
{
    return s->section != SHN_UNDEF && s->bind != STB_LOCAL && *s->name;
}

static void define(struct one_program *p, const struct linked_object *o, const struct elf_symbol *s)
{
    bool is_strong = s->bind == STB_GLOBAL && s->section != SHN_COMMON;
    const struct defined_once *before = map_get(&p->defined, s->name);
    if (before && before->is_strong && is_strong) {
        err_add(&p->wrong, ERR_PACKAGE,
            "%s is defined in %s and in %s: they cannot be in one program; leave one of them out", s->name,
            before->by->name, o->name);
        return;
    }
    if (before && (before->is_strong || !is_strong))
        return;
    struct defined_once *known = arena_new(&p->arena, struct defined_once);
    *known = (struct defined_once){o, is_strong};
    map_set(&p->defined, s->name, known);
}

static void take(struct one_program *p, struct linked_object *o)
{
    o->taken = true;
    for (size_t i = 1; i < o->object.symbol_count; i++) {
        struct elf_symbol s;
        if (!elf_object_symbol_at(&o->object, i, &s))
            continue;
        if (is_definition(&s))
            define(p, o, &s);
        else if (s.section == SHN_UNDEF && s.bind == STB_GLOBAL)
            map_set(&p->asked, s.name, p);
    }
}

static bool is_wanted(const struct one_program *p, const struct linked_object *o)
{
    for (size_t i = 1; i < o->object.symbol_count; i++) {
        struct elf_symbol s;
        if (elf_object_symbol_at(&o->object, i, &s) && is_definition(&s) && map_get(&p->asked, s.name) &&
            !map_get(&p->defined, s.name))
            return true;
    }
    return false;
}

/* What is no object is nobody's definition: text, or a compiler's own code. */
static void add_object(struct one_program *p, struct elf_range bytes, const char *name, bool whole)
{
    struct linked_object *o = arena_new(&p->arena, struct linked_object);
    AUTO(err) struct err foreign = ERR_INIT;
    *o = (struct linked_object){.name = name};
    if (elf_identify(bytes.ptr, bytes.len) != ELF_KIND_OBJECT ||
        elf_object_open(&o->object, bytes.ptr, bytes.len, &foreign) < 0)
        return;
    vec_push(&p->objects, o);
    if (whole)
        take(p, o);
}

static int open_file(struct one_program *p, const char *path, struct mapping *m, struct err *e)
{
    if (mapping_open(m, path, e) < 0)
        return -1;
    vec_push(&p->files, *m);
    return 0;
}

static int add_archive(
    struct one_program *p, const struct build_input *library, const char *archive, struct err *e)
{
    bool whole = texts_have(&library->recipe->provides.whole_archive, archive);
    AUTO_FREE char *path = path_join(library->tree, archive);
    struct mapping m;
    struct ar_walk walk;
    struct ar_member member;
    if (open_file(p, path, &m, e) < 0)
        return -1;
    int more = ar_open(&walk, m.bytes, m.size, e) < 0 ? -1 : 1;
    while (more > 0 && (more = ar_next(&walk, &member, e)) > 0)
        add_object(p, member.data,
            arena_strf(&p->arena, "%s(%.*s) of %s", path_base(archive), (int)member.name.len, member.name.ptr,
                library->name),
            whole);
    return more < 0 ? err_wrap(e, "%s", path) : 0;
}

/* Until nobody asks for more. */
static void take_wanted(struct one_program *p)
{
    bool again = true;
    while (again) {
        again = false;
        vec_each (&p->objects, it)
            if (!(*it)->taken && is_wanted(p, *it)) {
                take(p, *it);
                again = true;
            }
    }
}

static int read_all(struct one_program *p, const struct program_request *r, struct err *e)
{
    for (size_t i = 0; i < r->objects->len; i++) {
        struct mapping m;
        if (open_file(p, r->objects->items[i], &m, e) < 0)
            return -1;
        add_object(p, (struct elf_range){m.bytes, m.size},
            arena_strf(&p->arena, "%s", path_base(r->objects->items[i])), true);
    }
    for (size_t i = 0; i < r->library_count; i++) {
        const struct texts *archives = &r->libraries[i].recipe->provides.archives;
        for (size_t k = 0; r->libraries[i].role == INPUT_LIBRARY && k < archives->len; k++)
            if (add_archive(p, &r->libraries[i], archives->items[k], e) < 0)
                return -1;
    }
    return 0;
}

int program_check_collisions(const struct program_request *r, struct err *e)
{
    AUTO(one_program) struct one_program p = {.files = {0}};
    if (read_all(&p, r, e) < 0)
        return -1;
    take_wanted(&p);
    return p.wrong.text ? err_move(e, &p.wrong) : 0;
}
