/* Copies an object and writes other symbols into it. The bytes stay where they are: a symbol has its own
 * place, and longer names go into a second, larger string table behind the end, to which the section header
 * then points (gABI ch. 4, String Table). Relocations, groups and whatever else counts symbols see no change.
 */
#include "elf/edit.h"

#include <stddef.h>

#include "base/count.h"
#include "base/cleanup.h"
#include "elf/internal.h"

struct editing {
    const struct elf_object *o;
    struct strbuf *out;
    size_t begin; /* of the copy in out */
    struct strbuf names;
};

static void put16(char *p, uint16_t v, bool big)
{
    v = get16((const unsigned char *)&v, big);
    memcpy(p, &v, sizeof v);
}

static void put32(char *p, uint32_t v, bool big)
{
    v = get32((const unsigned char *)&v, big);
    memcpy(p, &v, sizeof v);
}

static void put_word(char *p, uint64_t v, bool wide, bool big)
{
    if (!wide) {
        put32(p, (uint32_t)v, big);
        return;
    }
    v = get64((const unsigned char *)&v, big);
    memcpy(p, &v, sizeof v);
}

static size_t name_table(const struct elf_object *o)
{
    return elf_section_at(o, o->symbol_section).link;
}

/* The copy begins with the first change. */
static char *copy_of(struct editing *c)
{
    if (c->out->len == c->begin) {
        struct elf_range names = elf_section_at(c->o, name_table(c->o)).data;
        strbuf_add(c->out, c->o->bytes, c->o->size);
        strbuf_add(&c->names, names.ptr, names.len);
    }
    return c->out->ptr + c->begin;
}

#define SYMBOL_FIELD(wide, field) ((wide) ? offsetof(Elf64_Sym, field) : offsetof(Elf32_Sym, field))

static void write_symbol(
    struct editing *c, size_t i, const struct elf_symbol *s, const struct elf_symbol_edit *edit)
{
    const struct elf_object *o = c->o;
    bool wide = o->wide;
    size_t at = (size_t)(o->symbols.ptr - o->bytes) + i * symbol_size(wide);
    char *p = copy_of(c) + at;
    if (edit->name) {
        put32(p + SYMBOL_FIELD(wide, st_name), (uint32_t)c->names.len, o->big);
        strbuf_add(&c->names, edit->name, strlen(edit->name) + 1);
    }
    if (edit->visible)
        p[SYMBOL_FIELD(wide, st_other)] &= (char)~3;
    if (edit->undefined) {
        p[SYMBOL_FIELD(wide, st_info)] = (char)(STB_GLOBAL << 4 | s->type);
        put16(p + SYMBOL_FIELD(wide, st_shndx), SHN_UNDEF, o->big);
        put_word(p + SYMBOL_FIELD(wide, st_value), 0, wide, o->big);
        put_word(p + SYMBOL_FIELD(wide, st_size), 0, wide, o->big);
    } else if (edit->weak && s->bind == STB_GNU_UNIQUE) {
        p[SYMBOL_FIELD(wide, st_info)] = (char)(STB_WEAK << 4 | s->type);
    }
}

/* Points the section header of the names to the new table. */
static void write_names(struct editing *c)
{
    const struct elf_object *o = c->o;
    bool wide = o->wide;
    size_t entry = wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
    char *header = c->out->ptr + c->begin + o->section_offset + name_table(o) * entry;
    size_t offset = wide ? offsetof(Elf64_Shdr, sh_offset) : offsetof(Elf32_Shdr, sh_offset);
    size_t size = wide ? offsetof(Elf64_Shdr, sh_size) : offsetof(Elf32_Shdr, sh_size);
    put_word(header + offset, c->out->len - c->begin, wide, o->big);
    put_word(header + size, c->names.len, wide, o->big);
    strbuf_add(c->out, c->names.ptr, c->names.len);
}

static bool changes(const struct elf_symbol *s, const struct elf_symbol_edit *edit)
{
    return edit->name || (edit->visible && s->visibility != STV_DEFAULT) ||
           (edit->undefined && s->section != SHN_UNDEF) || (edit->weak && s->bind == STB_GNU_UNIQUE);
}

bool elf_object_edit(struct strbuf *out, const struct elf_object *o, elf_symbol_editor *ask, void *arg)
{
    struct editing c = {.o = o, .out = out, .begin = out->len};
    bool renamed = false;
    for (size_t i = 1; i < o->symbol_count; i++) {
        struct elf_symbol s;
        struct elf_symbol_edit edit = {0};
        if (!elf_object_symbol_at(o, i, &s) || s.bind == STB_LOCAL)
            continue;
        ask(arg, o, &s, &edit);
        if (!changes(&s, &edit))
            continue;
        write_symbol(&c, i, &s, &edit);
        renamed |= edit.name != NULL;
    }
    if (renamed)
        write_names(&c);
    strbuf_release(&c.names);
    return out->len != c.begin;
}

bool elf_section_is_variable(const struct elf_section *s)
{
    static const char *const loaders_own[] = {".data.rel.ro", ".init_array", ".fini_array", ".preinit_array",
        ".ctors", ".dtors", ".tm_clone_table"};
    if (!(s->flags & SHF_ALLOC) || !(s->flags & SHF_WRITE) || !s->size)
        return false;
    for (size_t i = 0; i < COUNT(loaders_own); i++)
        if (str_starts(s->name, loaders_own[i]))
            return false;
    return !strstr(s->name, ".DW.ref."); /* the address of a personality routine */
}

bool elf_symbol_is_variable(const struct elf_object *o, const struct elf_symbol *s)
{
    if (s->section == SHN_COMMON)
        return true;
    if (s->section == SHN_UNDEF || s->section >= o->section_count || str_starts(s->name, "DW.ref."))
        return false;
    struct elf_section section = elf_section_at(o, s->section);
    return elf_section_is_variable(&section);
}
