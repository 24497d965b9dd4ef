/* The psABI of each machine has relocations that a shared object cannot carry:
 *   absolute   an address or a part of one, patched into code (or an address as wide as a pointer, in a
 *              section that is never writable): a text relocation, or an error of the linker
 *   relative   a distance to a symbol that another library may define or replace
 *   local tls  an offset from the thread pointer that only the executable knows */
#include "elf/pic.h"

#include "base/str.h"

enum fault {
    FINE,
    ABSOLUTE,  /* never in a shared object */
    POINTER,   /* not in a section that is not writable */
    RELATIVE,  /* not against a symbol that can be replaced */
    LOCAL_TLS, /* never in a shared object */
};

struct pic_rule {
    uint16_t machine, type;
    enum fault fault;
    const char *name;
};

#define ROW(machine, fault, type) {machine, type, fault, #type},
static const struct pic_rule rules[] = {
#include "elf/pic.def"
};
#undef ROW

static const struct pic_rule *find_rule(uint16_t machine, uint32_t type)
{
    for (size_t i = 0; i < COUNT(rules); i++)
        if (rules[i].machine == machine && rules[i].type == type)
            return &rules[i];
    return NULL;
}

static bool breaks(
    const struct pic_rule *rule, const struct elf_section *patched, const struct elf_symbol *symbol)
{
    bool global = symbol->bind != STB_LOCAL;
    switch (rule->fault) {
    case ABSOLUTE:
        return symbol->section != SHN_ABS;
    case POINTER:
        return !(patched->flags & SHF_WRITE) && symbol->section != SHN_ABS;
    case RELATIVE:
        return !(patched->flags & SHF_WRITE) && global && symbol->name[0] &&
               (symbol->visibility == STV_DEFAULT || symbol->visibility == STV_PROTECTED);
    case LOCAL_TLS:
        return true;
    default:
        return false;
    }
}

/* Rules by type number, so that one relocation costs one look; types at or above the limit are fine. */
enum { TYPE_LIMIT = 1200 };

static void index_rules(uint16_t machine, uint8_t *fault_by_type)
{
    for (size_t i = 0; i < COUNT(rules); i++)
        if (rules[i].machine == machine && rules[i].type < TYPE_LIMIT)
            fault_by_type[rules[i].type] = (uint8_t)rules[i].fault;
}

bool elf_object_is_pic(const struct elf_object *o, struct elf_pic_fault *fault)
{
    return elf_object_is_pic_among(o, NULL, NULL, fault);
}

bool elf_object_is_pic_among(const struct elf_object *o, bool (*is_hidden)(void *arg, const char *name),
    void *arg, struct elf_pic_fault *fault)
{
    uint8_t fault_by_type[TYPE_LIMIT] = {0};
    index_rules(o->machine, fault_by_type);
    if (o->machine == EM_X86_64 && !o->wide) /* x32: a pointer has 32 bits */
        fault_by_type[R_X86_64_32] = POINTER;
    for (size_t i = 1; i < o->section_count; i++) {
        struct elf_section s = elf_section_at(o, i);
        if ((s.type != SHT_REL && s.type != SHT_RELA) || s.info >= o->section_count)
            continue;
        struct elf_section patched = elf_section_at(o, s.info);
        if (!(patched.flags & SHF_ALLOC))
            continue;
        struct elf_section_relocations walk = elf_section_relocations(o, &s);
        for (struct elf_relocation r; elf_section_relocation_next(&walk, &r);) {
            if (r.type >= TYPE_LIMIT || fault_by_type[r.type] == FINE)
                continue;
            struct elf_symbol symbol;
            elf_object_symbol_at(o, r.symbol, &symbol);
            const struct pic_rule *rule = find_rule(o->machine, r.type);
            struct pic_rule found = *rule;
            found.fault = fault_by_type[r.type];
            if (!breaks(&found, &patched, &symbol))
                continue;
            if (found.fault == RELATIVE && is_hidden && is_hidden(arg, symbol.name))
                continue;
            if (fault)
                *fault = (struct elf_pic_fault){
                    .section = patched.name,
                    .offset = r.offset,
                    .relocation = rule->name,
                    .symbol = symbol.name,
                    .thread_local = found.fault == LOCAL_TLS,
                };
            return false;
        }
    }
    return true;
}
