/* Follows a file's code from its functions, and tells which need a newer processor and which ask first. */
#include "isa/isa.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "isa/internal.h"

const char *isa_level_name(uint16_t machine, enum isa_level level)
{
    static const char *const names[ISA_LEVELS][2] = {
        [ISA_BASELINE] = {"x86-64", "Armv8.0"},
        [ISA_V2] = {"x86-64-v2", "Armv8.1 (LSE)"},
        [ISA_V3] = {"x86-64-v3", "Armv8.2 and later"},
        [ISA_V4] = {"x86-64-v4", "SVE or SME"},
        [ISA_EXTRA] = {"extensions that no level has",
            "extensions that not every Armv8 has (AES, SHA, CRC-32)"},
    };
    return names[level][machine == EM_AARCH64];
}

bool isa_reads(const struct elf_image *image)
{
    return image->wide && !image->big && (image->machine == EM_X86_64 || image->machine == EM_AARCH64);
}

static bool uses_more(const struct function *f)
{
    for (int level = ISA_V2; level < ISA_LEVELS; level++)
        if (function_uses(f, level))
            return true;
    return false;
}

static int by_address(const void *a, const void *b)
{
    const struct access *x = a, *y = b;
    return (x->address > y->address) - (x->address < y->address);
}

/* Flags of a processor are kept in a few words that follow each other. */
enum { FLAGS_SIZE = 48 };

/* Who takes the address of the flags and tests only what every processor has asks nothing. */
static void look(struct function *f, const struct access *a)
{
    if (!a->reads || (f->weak_tests && !f->other_tests))
        return;
    f->looks = true;
    function_note_check(f, f->start + a->offset);
}

/* Marks functions that read what one that asks, or that calls one that asks, has written. */
static void mark_lookers(struct code *code)
{
    struct access *a = code->accesses.items;
    size_t len = code->accesses.len;
    uint64_t written_to = 0; /* flags were written up to here */
    if (len)
        qsort(a, len, sizeof *a, by_address);
    for (size_t i = 0, end; i < len; i = end) {
        for (end = i; end < len && a[end].address == a[i].address; end++)
            if (a[end].writes &&
                (code->functions[a[end].function].asks || code->functions[a[end].function].hears))
                written_to = a[end].address + FLAGS_SIZE;
        for (size_t k = i; a[i].address < written_to && k < end; k++)
            look(&code->functions[a[k].function], &a[k]);
    }
}

/* bool has(int feature): small, and asked instead of the flags themselves. */
enum { GETTER_SIZE = 64 };

static uint64_t place_of(const struct code *code, const struct isa_reference *r)
{
    return code->functions[r->from].start + r->offset;
}

static void mark_askers(struct code *code)
{
    for (size_t i = 0; i < code->references.len; i++) {
        const struct isa_reference *r = &code->references.items[i];
        if (code->functions[r->to].asks) {
            code->functions[r->from].hears = true;
            function_note_check(&code->functions[r->from], place_of(code, r));
        }
        code->functions[r->to].chosen |= code->functions[r->from].resolver;
    }
    mark_lookers(code);
    for (size_t i = 0; i < code->references.len; i++) {
        struct function *from = &code->functions[code->references.items[i].from];
        const struct function *to = &code->functions[code->references.items[i].to];
        if (to->looks && to->end - to->start <= GETTER_SIZE) {
            from->hears = true;
            function_note_check(from, place_of(code, &code->references.items[i]));
        }
    }
}

static bool checks(const struct function *f)
{
    return f->asks || f->hears || f->looks || f->resolver || f->chosen;
}

/* A check in a function is one for what comes after it: what stands before it, and before the first jump,
 * runs whatever the processor is. */
static bool is_before_check(const struct function *f, uint64_t at)
{
    return at < f->first_check && at < f->entry_end;
}

/* What nothing in the code leads to, or leads to from outside. Where the file asks the processor at all, a
 * function that uses more and is exported, or stands in a table, is taken for one of those that a caller
 * chooses among; an entry point is called whatever the processor is. */
static bool is_root(const struct function *f, bool asks_processor)
{
    if (f->resolver || f->chosen)
        return false;
    if (asks_processor && uses_more(f) && !checks(f))
        return f->name && str_starts(f->name, "PyInit");
    return f->exported || f->in_data || !f->referred;
}

/* Whether what a function does itself is behind a check. */
static bool is_guarded(const struct function *f)
{
    if (!f->reached || f->resolver || f->chosen)
        return true;
    bool guarded = checks(f);
    for (int level = ISA_V2; level < ISA_LEVELS && guarded; level++)
        guarded = !function_uses(f, level) || !is_before_check(f, f->use->at[level]);
    return guarded;
}

/* Marks what is reached without a check. References are in the order of functions, as these were read. */
static void code_follow(struct code *code)
{
    size_t count = code->count, top = 0;
    bool asks = code->asking_slots.len;
    for (size_t i = 0; i < count; i++)
        asks |= code->functions[i].asks || code->functions[i].resolver;
    mark_askers(code);

    const struct isa_reference *references = code->references.items;
    size_t *first = arena_alloc(code->arena, (count + 1) * sizeof *first),
           *stack = arena_alloc(code->arena, count * sizeof *stack);
    for (size_t i = 0, at = 0; i <= count; i++) {
        first[i] = at;
        while (i < count && at < code->references.len && references[at].from == i)
            at++;
    }
    for (size_t i = 0; i < count; i++)
        if (is_root(&code->functions[i], asks)) {
            code->functions[i].reached = true;
            stack[top++] = i;
        }
    while (top) {
        size_t from = stack[--top];
        for (size_t k = first[from]; k < first[from + 1]; k++) {
            struct function *to = &code->functions[references[k].to];
            const struct function *caller = &code->functions[from];
            uint64_t at = place_of(code, &references[k]);
            bool is_check = at == caller->first_check; /* what answers is called itself */
            bool passed = checks(caller) && !is_check && !is_before_check(caller, at);
            if (to->reached || passed || to->resolver || to->chosen)
                continue;
            to->reached = true;
            stack[top++] = references[k].to;
        }
    }
}

static bool understand(struct code *code)
{
    code_find_functions(code);
    code_read_tables(code);
    if (!code->count || !(code->image->machine == EM_AARCH64 ? code_read_aarch64(code) : code_decode(code)))
        return false;
    code_follow(code);
    return true;
}

void isa_read(struct isa_scan *scan, const struct elf_image *image, struct arena *arena)
{
    *scan = (struct isa_scan){0};
    if (!isa_reads(image))
        return;
    struct code code = {.image = image, .arena = arena};
    scan->readable = understand(&code);
    scan->function_count = code.count;
    scan->asks_processor = code.asking_slots.len;
    size_t uses = 0;
    for (size_t i = 0; i < code.count; i++) {
        scan->asks_processor |= code.functions[i].asks || code.functions[i].resolver;
        uses += uses_more(&code.functions[i]);
    }
    scan->uses = arena_alloc(arena, uses * sizeof *scan->uses);
    for (size_t i = 0; i < code.count; i++) {
        struct function *f = &code.functions[i];
        if (!uses_more(f))
            continue;
        f->use->address = f->start;
        f->use->name = f->name;
        f->use->guarded = is_guarded(f);
        scan->uses[scan->use_count++] = *f->use;
    }
    vec_release(&code.references);
    vec_release(&code.accesses);
    vec_release(&code.slots);
    vec_release(&code.asking_slots);
}
