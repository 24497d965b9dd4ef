/* What a picture of a file shows besides its findings: its sections and tables. */
#include "audit/details.h"

#include <string.h>

#include "elf/object.h"

enum { SECTIONS_MAX = 1000, ROWS_MAX = 1 << 16 };

static void add_segments(struct check *c)
{
    struct audit_report *r = c->report;
    size_t room = c->image->segment_count < SECTIONS_MAX ? c->image->segment_count : SECTIONS_MAX;
    r->sections = arena_alloc(&r->arena, room * sizeof *r->sections);
    for (size_t i = 0; i < room; i++) {
        struct elf_segment s = elf_segment_at(c->image, i);
        if (s.type != PT_LOAD)
            continue;
        const char *name = s.flags & PF_X   ? "code segment"
                           : s.flags & PF_W ? "data segment"
                                            : "constant segment";
        r->sections[r->section_count++] = (struct audit_section){name, s.file_size};
    }
}

static void add_sections(struct check *c)
{
    struct audit_report *r = c->report;
    struct elf_object object;
    struct err ignored = ERR_INIT;
    if (elf_object_open(&object, c->image->bytes, c->image->size, &ignored) < 0 || !object.section_count) {
        err_release(&ignored);
        add_segments(c);
        return;
    }
    size_t room = object.section_count < SECTIONS_MAX ? object.section_count : SECTIONS_MAX;
    r->sections = arena_alloc(&r->arena, room * sizeof *r->sections);
    for (size_t i = 1; i < room; i++) {
        struct elf_section s = elf_section_at(&object, i);
        if (s.data.len)
            r->sections[r->section_count++] = (struct audit_section){keep(c, s.name), s.data.len};
    }
}

static const struct version_fact *fact_of(const struct check *c, const struct elf_version *version)
{
    return version && version->file ? &c->facts->versions[version - c->image->needed_versions] : NULL;
}

static void add_table(struct check *c)
{
    struct audit_report *r = c->report;
    const struct facts *f = c->facts;
    size_t room = f->import_count + f->export_count;
    room = room < ROWS_MAX ? room : ROWS_MAX;
    r->table = arena_alloc(&r->arena, room * sizeof *r->table);
    for (size_t i = 0; i < f->import_count && r->table_count < room; i++) {
        const struct import *import = &f->imports[i];
        const struct version_fact *v = fact_of(c, import->version);
        r->table[r->table_count++] = (struct audit_table_row){
            .symbol = keep(c, import->name),
            .library = v ? keep(c, v->version->file) : NULL,
            .version = v ? keep(c, v->version->name) : NULL,
            .policy = v && v->of_platform && v->has_earliest ? keep(c, v->earliest.name) : NULL,
            .weak = import->weak,
        };
    }
    for (size_t i = 0; i < f->export_count && r->table_count < room; i++)
        r->table[r->table_count++] = (struct audit_table_row){
            .symbol = keep(c, f->exports[i].name),
            .version = f->exports[i].version ? keep(c, f->exports[i].version->name) : NULL,
            .defined = true,
            .weak = f->exports[i].bind == STB_WEAK,
        };
}

void details_gather(struct check *c)
{
    add_sections(c);
    add_table(c);
}
