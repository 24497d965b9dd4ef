/* Code of relocatable objects, where symbols say which functions there are. */
#include <stdlib.h>
#include <string.h>

#include "elf/object.h"
#include "isa/internal.h"

/* Sections of an object all begin at 0: here each has addresses of its own. */
enum { SECTION_SHIFT = 40 };

static int by_start(const void *a, const void *b)
{
    const struct function *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

static void find_functions(struct code *code, const struct elf_object *object)
{
    struct elf_section *sections = arena_alloc(code->arena, (object->section_count + 1) * sizeof *sections);
    for (size_t i = 0; i < object->section_count; i++)
        sections[i] = elf_section_at(object, i);
    code->functions = arena_alloc(code->arena, (object->symbol_count + 1) * sizeof *code->functions);
    struct elf_symbol s;
    for (size_t i = 1; i < object->symbol_count; i++) {
        if (!elf_object_symbol_at(object, i, &s) || (s.type != STT_FUNC && s.type != STT_GNU_IFUNC) ||
            s.section >= object->section_count)
            continue;
        const struct elf_range *bytes = &sections[s.section].data;
        if (!s.size || s.size > UINT32_MAX || s.size > bytes->len || s.value > bytes->len - s.size)
            continue;
        uint64_t start = ((uint64_t)s.section << SECTION_SHIFT) + s.value;
        code->functions[code->count++] = (struct function){
            .start = start,
            .end = start + s.size,
            .bytes = bytes->ptr + s.value,
            .name = s.name,
            .resolver = s.type == STT_GNU_IFUNC,
        };
    }
    if (code->count)
        qsort(code->functions, code->count, sizeof *code->functions, by_start);
    size_t kept = 0; /* one of those that share code */
    for (size_t i = 0; i < code->count; i++) {
        if (kept && code->functions[i].start < code->functions[kept - 1].end)
            code->functions[kept - 1].resolver |= code->functions[i].resolver;
        else
            code->functions[kept++] = code->functions[i];
    }
    code->count = kept;
}

void isa_read_object(struct isa_scan *scan, const struct elf_object *object, struct arena *arena)
{
    *scan = (struct isa_scan){0};
    if (object->machine != EM_X86_64 || !object->wide || object->big)
        return;
    struct code code = {.arena = arena};
    find_functions(&code, object);
    scan->readable = code.count && code_decode(&code);
    scan->function_count = code.count;
    scan->uses = arena_alloc(arena, (code.count + 1) * sizeof *scan->uses);
    for (size_t i = 0; i < code.count; i++)
        scan->asks_processor |= code.functions[i].asks || code.functions[i].resolver;
    for (size_t i = 0; i < code.count; i++) {
        if (!code.functions[i].use)
            continue;
        struct isa_function use = *code.functions[i].use;
        use.address = code.functions[i].start & (((uint64_t)1 << SECTION_SHIFT) - 1);
        use.name = code.functions[i].name;
        use.guarded = scan->asks_processor;
        scan->uses[scan->use_count++] = use;
    }
    vec_release(&code.references);
    vec_release(&code.accesses);
    vec_release(&code.slots);
}
