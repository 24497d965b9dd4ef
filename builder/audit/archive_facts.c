/* What rules ask about a static archive or an object file, read once. */
#include "audit/archive_facts.h"

#include <string.h>

#include "base/cleanup.h"
#include "elf/ar.h"
#include "elf/pic.h"
#include "sys/path.h"

/* Without the note, or with it marked executable, linkers ask for an executable stack (gABI supplement). */
static bool asks_for_executable_stack(const struct elf_object *o)
{
    bool has_code = false;
    for (size_t i = 1; i < o->section_count; i++) {
        struct elf_section s = elf_section_at(o, i);
        if (strcmp(s.name, ".note.GNU-stack") == 0)
            return s.flags & SHF_EXECINSTR;
        has_code |= s.type == SHT_PROGBITS && s.flags & SHF_EXECINSTR && s.size;
    }
    return has_code && arch_objects_need_stack_note(o->machine);
}

/* archive: the one it is a member of, or of nothing. */
static void read_object(struct object_facts *f, struct arena *arena, struct elf_pic_archive *archive,
    const unsigned char *bytes, size_t size)
{
    struct err why = ERR_INIT;
    struct elf_object o;
    struct elf_pic_fault fault;
    if (elf_object_open(&o, bytes, size, &why) < 0) {
        f->damage = arena_strdup(arena, why.text);
        err_release(&why);
        return;
    }
    f->arch = arch_of_elf(o.machine, o.machine_flags, o.wide, o.big);
    f->machine = o.machine;
    f->wide = o.wide;
    f->big = o.big;
    f->lto = elf_object_lto(&o);
    f->debug_size = elf_object_debug_size(&o);
    f->executable_stack = asks_for_executable_stack(&o);
    if (!elf_pic_archive_member(archive, &o, &fault))
        f->pic_fault = arena_strf(arena, "%s%s%s in %s%s", fault.relocation, *fault.symbol ? " against " : "",
            fault.symbol, fault.section,
            fault.thread_local ? " (thread-local storage of an executable)" : "");
}

static void read_member(struct object_facts *f, struct arena *arena, struct elf_pic_archive *archive,
    const char *name, const unsigned char *bytes, size_t size)
{
    *f = (struct object_facts){.name = name, .size = size};
    f->bitcode = size >= 4 && memcmp(bytes, "BC\xC0\xDE", 4) == 0;
    enum elf_kind kind = elf_identify(bytes, size);
    f->is_elf = kind != ELF_KIND_NONE;
    if (kind == ELF_KIND_OBJECT)
        read_object(f, arena, archive, bytes, size);
    else if (kind == ELF_KIND_LINKED)
        f->damage = "a linked file, not an object";
    else if (f->is_elf)
        f->damage = "an ELF file of an unknown kind";
}

int archive_facts_read(struct archive_facts *facts, struct arena *arena, const char *path,
    const unsigned char *bytes, size_t size, struct err *e)
{
    AUTO(elf_pic_archive) struct elf_pic_archive archive = {.bytes = bytes, .size = size};
    *facts = (struct archive_facts){.is_archive = ar_is_archive(bytes, size)};
    if (!facts->is_archive) {
        facts->objects = arena_new(arena, struct object_facts);
        facts->count = 1;
        read_member(facts->objects, arena, &archive, arena_strdup(arena, path_base(path)), bytes, size);
        return 0;
    }
    struct ar_walk walk;
    if (ar_open(&walk, bytes, size, e) < 0)
        return err_wrap(e, "%s", path);
    VEC(struct object_facts) all = {0};
    struct ar_member member;
    struct err why = ERR_INIT;
    int got;
    while ((got = ar_next(&walk, &member, &why)) > 0)
        read_member(vec_add(&all), arena, &archive, arena_strndup(arena, member.name.ptr, member.name.len),
            member.data.ptr, member.data.len);
    if (got < 0) {
        vec_push(
            &all, ((struct object_facts){.name = "what follows", .damage = arena_strdup(arena, why.text)}));
        err_release(&why);
    }
    facts->count = all.len;
    facts->objects = arena_memdup(arena, all.items ? (void *)all.items : "", all.len * sizeof *all.items);
    vec_release(&all);
    return 0;
}
