/* What a file will cost by its tables alone, without running it. */
#include "footprint/module.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/object.h"
#include "footprint/module_internal.h"
#include "sys/fs.h"

enum { SECTIONS_MAX = 1000 };

static void count_bytes(struct module_footprint *m, const struct module_section *s)
{
    *(s->code ? &m->code : s->writable ? &m->writable : &m->constants) += s->size;
}

static void add_section(struct module_footprint *m, struct module_section s)
{
    count_bytes(m, &s);
    m->sections[m->section_count++] = s;
}

/* Where there are no section headers, segments say less. */
static void read_segments(struct module_footprint *m, const struct elf_image *image)
{
    size_t room = image->segment_count < SECTIONS_MAX ? image->segment_count : SECTIONS_MAX;
    m->sections = arena_alloc(&m->arena, 2 * room * sizeof *m->sections);
    for (size_t i = 0; i < room; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        bool code = s.flags & PF_X, writable = s.flags & PF_W;
        if (s.type != PT_LOAD)
            continue;
        add_section(m, (struct module_section){code       ? "code segment"
                                               : writable ? "data segment"
                                                          : "constant segment",
                           s.file_size, true, writable, code});
        if (s.memory_size > s.file_size)
            add_section(m, (struct module_section){
                               "data without a file", s.memory_size - s.file_size, false, true, false});
    }
}

static void read_sections(struct module_footprint *m, const struct elf_image *image)
{
    struct elf_object o;
    AUTO(err) struct err ignored = ERR_INIT;
    if (elf_object_open(&o, image->bytes, image->size, &ignored) < 0 || !o.section_count) {
        read_segments(m, image);
        return;
    }
    size_t room = o.section_count < SECTIONS_MAX ? o.section_count : SECTIONS_MAX;
    m->sections = arena_alloc(&m->arena, room * sizeof *m->sections);
    m->debug = elf_object_debug_size(&o);
    for (size_t i = 1; i < room; i++) {
        struct elf_section s = elf_section_at(&o, i);
        bool thread_local_zero = s.flags & SHF_TLS && s.type == SHT_NOBITS; /* has no place of its own */
        if (s.flags & SHF_ALLOC && s.size && !thread_local_zero)
            add_section(m, (struct module_section){arena_strdup(&m->arena, s.name), s.size,
                               s.type != SHT_NOBITS, s.flags & SHF_WRITE, s.flags & SHF_EXECINSTR});
    }
}

static void read_extent(struct module_footprint *m, const struct elf_image *image)
{
    uint64_t first = UINT64_MAX, end = 0;
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_LOAD || s.memory_size > UINT64_MAX - s.address)
            continue;
        first = s.address < first ? s.address : first;
        end = s.address + s.memory_size > end ? s.address + s.memory_size : end;
    }
    if (end > first)
        m->memory = (end - 1) / MODULE_PAGE * MODULE_PAGE + MODULE_PAGE - first / MODULE_PAGE * MODULE_PAGE;
}

static void read_dynamic(struct module_footprint *m, const struct elf_image *image)
{
    const char **needed = arena_alloc(&m->arena, (image->needed_count + 1) * sizeof *needed);
    for (size_t i = 0; i < image->needed_count; i++)
        needed[m->needed_count++] = arena_strdup(&m->arena, image->needed[i]);
    m->needed = needed;
    m->machine = arch_machine_name(image->machine);
    m->soname = image->soname ? arena_strdup(&m->arena, image->soname) : NULL;
    m->tls_size = image->tls_size;
    m->static_tls = image->flags & DF_STATIC_TLS;
    m->constructors = image->init_count + image->has_init;
    m->destructors = image->fini_count + image->has_fini;
    m->bind_now = image->bind_now;
    elf_count_globals(image, &m->imported, &m->exported);
}

int module_footprint_read(
    struct module_footprint *m, const char *path, const struct explain_sources *sources, struct err *e)
{
    struct mapping file = {0};
    struct elf_image image = {0};
    struct arena scratch = {0};
    *m = (struct module_footprint){0};
    m->path = arena_strdup(&m->arena, path);
    int status = mapping_open(&file, path, e);
    if (status == 0) {
        m->size = file.size;
        status = elf_open(&image, &scratch, file.bytes, file.size, e);
        if (status < 0)
            err_wrap(e, "%s", path);
    }
    if (status == 0) {
        read_sections(m, &image);
        read_extent(m, &image);
        read_dynamic(m, &image);
        module_relocate(m, &image);
        module_symbols(m, &image);
        module_shares(m, &image, sources);
    } else {
        module_footprint_release(m);
    }
    arena_release(&scratch);
    mapping_release(&file);
    return status;
}

void module_footprint_release(struct module_footprint *m)
{
    arena_release(&m->arena);
}
