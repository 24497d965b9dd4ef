/* libFuzzer: any bytes give an ELF view that can be walked whole, or a reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "elf/image.h"
#include "elf/object.h"
#include "elf/pic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk_image(const struct elf_image *image)
{
    size_t sum = 0;
    struct elf_symbol s;
    for (size_t i = 0; i < image->symbol_count; i++) {
        elf_symbol_at(image, i, &s);
        sum += strlen(s.name) + (s.version ? strlen(s.version->name) : 0);
    }
    struct elf_relocation_walk relocations = elf_relocations(image);
    for (struct elf_relocation r; elf_relocation_next(&relocations, &r);)
        if (r.symbol >= image->symbol_count && r.symbol)
            abort();
    struct elf_note_walk notes = elf_notes(image);
    for (struct elf_note n; elf_note_next(&notes, &n);) {
        for (size_t i = 0; i < n.name_len; i++)
            sum += (unsigned char)n.name[i];
        for (size_t i = 0; i < n.data.len; i++)
            sum += n.data.ptr[i];
    }
    uint32_t value;
    sum += elf_property(image, 0xc0008002, &value) + elf_build_id(image).len;
    const char *texts[] = {image->soname, image->rpath, image->runpath, image->interpreter};
    for (size_t i = 0; i < COUNT(texts); i++)
        sum += texts[i] ? strlen(texts[i]) : 0;
    for (size_t i = 0; i < image->needed_count; i++)
        sum += strlen(image->needed[i]);
    for (size_t i = 0; i < image->needed_version_count; i++)
        sum += strlen(image->needed_versions[i].name) + strlen(image->needed_versions[i].file);
    for (size_t i = 0; i < image->defined_version_count; i++)
        sum += strlen(image->defined_versions[i].name);
    return sum;
}

static size_t walk_object(const struct elf_object *object)
{
    size_t sum = 0;
    for (size_t i = 0; i < object->section_count; i++) {
        struct elf_section s = elf_section_at(object, i);
        sum += strlen(s.name) + (s.data.len ? s.data.ptr[0] + s.data.ptr[s.data.len - 1] : 0);
    }
    struct elf_symbol s;
    for (size_t i = 0; i < object->symbol_count; i++) {
        elf_object_symbol_at(object, i, &s);
        sum += strlen(s.name);
    }
    struct elf_pic_fault fault;
    if (!elf_object_is_pic(object, &fault))
        sum += strlen(fault.section) + strlen(fault.symbol) + strlen(fault.relocation);
    return sum + elf_object_lto(object) + elf_object_debug_size(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static volatile size_t sink;
    AUTO(arena) struct arena arena = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    if (elf_open(&image, &arena, data, size, &e) == 0)
        sink += walk_image(&image);
    else if (!e.text)
        abort();
    err_release(&e);
    struct elf_object object;
    if (elf_object_open(&object, data, size, &e) == 0)
        sink += walk_object(&object);
    return 0;
}
