/* What of a module's symbols and relocations is kept for comparing modules with each other. */
#include "audit/trace.h"

#include <string.h>

#include "elf/object.h"

/* What start files and linkers put into every module. */
static bool is_linker_symbol(const char *name)
{
    static const char *const usual[] = {"_init", "_fini", "_edata", "_end", "_fbss", "_fdata", "_ftext",
        "__bss_start", "__bss_start__", "__bss_end__", "__end__", "__data_start", "__dso_handle",
        "__TMC_END__", "_DYNAMIC", "_GLOBAL_OFFSET_TABLE_", "__GNU_EH_FRAME_HDR", "__FRAME_END__",
        "__odr_asan_gen_", "_IO_stdin_used"};
    for (size_t i = 0; i < COUNT(usual); i++)
        if (strcmp(usual[i], name) == 0)
            return true;
    return false;
}

static void trace_needed(struct check *c, struct module_trace *t)
{
    t->needed_count = c->image->needed_count;
    t->needed = arena_alloc(&c->report->arena, t->needed_count * sizeof *t->needed);
    for (size_t i = 0; i < t->needed_count; i++)
        t->needed[i] = keep(c, c->image->needed[i]);
    t->soname = keep(c, c->image->soname);
    t->rpath = keep(c, c->image->rpath);
    t->runpath = keep(c, c->image->runpath);
}

static void trace_exports(struct check *c, struct module_trace *t)
{
    size_t room = c->facts->export_count < TRACE_MAX ? c->facts->export_count : TRACE_MAX;
    t->exports = arena_alloc(&c->report->arena, room * sizeof *t->exports);
    size_t unique = 0;
    for (size_t i = 0; i < c->facts->export_count && t->export_count < room; i++) {
        const char *name = c->facts->exports[i].name;
        if (!is_entry_point(name) && !is_linker_symbol(name))
            t->exports[t->export_count++] = keep(c, name);
        unique += c->facts->exports[i].bind == STB_GNU_UNIQUE;
    }
    t->unique = arena_alloc(&c->report->arena, unique * sizeof *t->unique);
    for (size_t i = 0; i < c->facts->export_count && t->unique_count < unique; i++)
        if (c->facts->exports[i].bind == STB_GNU_UNIQUE)
            t->unique[t->unique_count++] = keep(c, c->facts->exports[i].name);
}

static bool needs_sibling(const struct check *c)
{
    for (size_t i = 0; i < c->image->needed_count; i++)
        if (library_beside(c->context, c->image->needed[i]))
            return true;
    return false;
}

static void trace_wanted(struct check *c, struct module_trace *t)
{
    if (!needs_sibling(c))
        return;
    size_t room = c->facts->import_count < TRACE_MAX ? c->facts->import_count : TRACE_MAX;
    t->wanted = arena_alloc(&c->report->arena, room * sizeof *t->wanted);
    for (size_t i = 0; i < c->facts->import_count && t->wanted_count < room; i++) {
        const struct import *import = &c->facts->imports[i];
        if (!import->weak && !import->python && !(import->version && import->version->file))
            t->wanted[t->wanted_count++] = keep(c, import->name);
    }
}

/* Names that every module of a kind has, whatever is linked into it. */
static bool is_common_variable(const char *name)
{
    static const char *const prefixes[] = {"__pyx_", "__Pyx", "_ZGV", "_ZZ", "_ZT", "_ZStL", "_ZN8pybind11"};
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (str_starts(name, prefixes[i]))
            return true;
    return is_linker_symbol(name);
}

static bool is_state(const struct elf_symbol *s)
{
    return s->type == STT_OBJECT && s->size && s->section != SHN_UNDEF && s->section != SHN_ABS &&
           s->bind != STB_WEAK && s->bind != STB_GNU_UNIQUE &&
           (s->bind == STB_GLOBAL || s->visibility == STV_HIDDEN) && !is_common_variable(s->name);
}

static bool stays_writable(const struct elf_object *object, const struct elf_symbol *s)
{
    if (s->section >= object->section_count)
        return false;
    struct elf_section section = elf_section_at(object, s->section);
    return section.flags & SHF_WRITE && !str_starts(section.name, ".data.rel.ro");
}

/* Variables with external linkage, told by SHT_SYMTAB where it was not stripped. */
static void trace_state(struct check *c, struct module_trace *t)
{
    struct elf_object object;
    struct err ignored = ERR_INIT;
    if (elf_object_open(&object, c->image->bytes, c->image->size, &ignored) < 0) {
        err_release(&ignored);
        return;
    }
    VEC(struct trace_state) kept = {0};
    struct elf_symbol s;
    for (size_t i = 1; i < object.symbol_count && kept.len < TRACE_MAX; i++)
        if (elf_object_symbol_at(&object, i, &s) && is_state(&s) && stays_writable(&object, &s))
            vec_push(&kept, ((struct trace_state){keep(c, s.name), s.size}));
    t->state = arena_memdup(
        &c->report->arena, kept.items ? kept.items : (struct trace_state *)"", kept.len * sizeof *kept.items);
    t->state_count = kept.len;
    vec_release(&kept);
}

void trace_gather(struct check *c, struct module_trace *t)
{
    trace_needed(c, t);
    trace_exports(c, t);
    trace_wanted(c, t);
    trace_state(c, t);
    t->cxx_runtime = c->facts->cxx_runtime;
}
