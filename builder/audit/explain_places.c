/* From an address to the archive member, the function or the section that it is in. */
#include <stdlib.h>
#include <string.h>

#include "audit/explain_internal.h"
#include "elf/object.h"
#include "sys/path.h"

static int by_address(const void *a, const void *b)
{
    const struct code_function *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return x->size < y->size ? -1 : x->size > y->size;
}

static void add_function(struct code_places *p, const struct elf_symbol *s)
{
    bool code = s->type == STT_FUNC || s->type == STT_GNU_IFUNC || s->type == STT_OBJECT;
    if (code && s->section != SHN_UNDEF && s->value && *s->name)
        p->functions[p->function_count++] = (struct code_function){s->value, s->size, s->name};
}

static void read_sections(struct code_places *p, struct arena *scratch, const struct elf_object *o)
{
    p->sections = arena_alloc(scratch, o->section_count * sizeof *p->sections);
    for (size_t i = 1; i < o->section_count; i++) {
        struct elf_section s = elf_section_at(o, i);
        if (s.flags & SHF_ALLOC && s.address && s.size && !(s.flags & SHF_TLS && s.type == SHT_NOBITS))
            p->sections[p->section_count++] = (struct code_function){s.address, s.size, s.name};
    }
    if (p->section_count)
        qsort(p->sections, p->section_count, sizeof *p->sections, by_address);
}

void code_places_read(struct code_places *p, struct arena *scratch, const struct elf_image *image)
{
    struct err ignored = ERR_INIT;
    struct elf_object o = {0};
    struct elf_symbol s;
    *p = (struct code_places){0};
    if (elf_object_open(&o, image->bytes, image->size, &ignored) == 0)
        read_sections(p, scratch, &o);
    err_release(&ignored);
    p->functions = arena_alloc(scratch, (o.symbol_count + image->symbol_count) * sizeof *p->functions);
    for (size_t i = 1; i < o.symbol_count; i++)
        if (elf_object_symbol_at(&o, i, &s))
            add_function(p, &s);
    for (size_t i = 1; !o.symbol_count && i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s))
            add_function(p, &s);
    if (p->function_count)
        qsort(p->functions, p->function_count, sizeof *p->functions, by_address);
}

/* The one that begins last at or before the address, when it reaches that far. */
static const struct code_function *find(const struct code_function *items, size_t len, uint64_t address)
{
    size_t low = 0, high = len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (items[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low && address - items[low - 1].address < items[low - 1].size ? &items[low - 1] : NULL;
}

static const struct link_place *find_in_map(const struct code_places *p, uint64_t address)
{
    size_t low = 0, high = p->map_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->map[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low && address - p->map[low - 1].address < p->map[low - 1].size_bytes ? &p->map[low - 1] : NULL;
}

/* -ffunction-sections: ".text.deflate", ".text.unlikely.deflate". NULL for other sections. */
static const char *function_of_section(const char *section)
{
    static const char *const kinds[] = {"unlikely.", "hot.", "startup.", "exit."};
    if (!str_starts(section, ".text."))
        return NULL;
    const char *name = section + strlen(".text.");
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_starts(name, kinds[i]))
            name += strlen(kinds[i]);
    return *name ? name : NULL;
}

bool code_places_find(
    const struct code_places *p, struct arena *scratch, uint64_t address, struct audit_reason *reason)
{
    const struct code_function *f = find(p->functions, p->function_count, address);
    const struct link_place *m = find_in_map(p, address);
    *reason = (struct audit_reason){.function = f ? f->name : m ? function_of_section(m->section) : NULL};
    if (m) {
        reason->kind = REASON_MEMBER;
        reason->name = m->member ? arena_strf(scratch, "%s(%s)", path_base(m->file), m->member)
                                 : arena_strdup(scratch, path_base(m->file));
        return true;
    }
    if (f) {
        reason->kind = REASON_FUNCTION;
        reason->name = f->name;
        reason->function = NULL;
        return true;
    }
    const struct code_function *s = find(p->sections, p->section_count, address);
    reason->kind = REASON_SECTION;
    reason->name = s ? s->name : NULL;
    return s;
}
