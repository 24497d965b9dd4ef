/* Notes (gABI ch. 5, "Note Section") and the properties in them (Linux Extensions to gABI). */
#include "elf/internal.h"
#include "elf/object.h"

struct elf_note_walk elf_notes(const struct elf_image *image)
{
    return (struct elf_note_walk){.image = image};
}

static size_t align_up(size_t value, size_t align)
{
    return (value + align - 1) & ~(align - 1);
}

/* The note that these bytes begin with, and how far the next one is; false when they are none. */
static bool read_note(struct elf_range bytes, size_t align, bool big, struct elf_note *note, size_t *step)
{
    if (bytes.len < 12)
        return false;
    uint32_t name_len = get32(bytes.ptr, big), data_len = get32(bytes.ptr + 4, big);
    size_t data_at = align_up(12 + (size_t)name_len, align);
    if (name_len > bytes.len - 12 || data_at > bytes.len || data_len > bytes.len - data_at)
        return false;
    *note = (struct elf_note){
        .name = (const char *)bytes.ptr + 12,
        .name_len = name_len && !bytes.ptr[12 + name_len - 1] ? name_len - 1 : name_len,
        .type = get32(bytes.ptr + 8, big),
        .data = {bytes.ptr + data_at, data_len},
    };
    *step = align_up(data_at + data_len, align);
    if (*step > bytes.len)
        *step = bytes.len;
    return true;
}

bool elf_note_next(struct elf_note_walk *walk, struct elf_note *note)
{
    const struct elf_image *image = walk->image;
    for (; walk->segment < image->segment_count; walk->segment++, walk->at = 0) {
        struct elf_segment s = elf_segment_at(image, walk->segment);
        if (s.type != PT_NOTE || !range_valid(s.offset, s.file_size, image->size) || walk->at > s.file_size)
            continue;
        struct elf_range rest = {image->bytes + s.offset + walk->at, s.file_size - walk->at};
        size_t step;
        if (!read_note(rest, s.align == 8 ? 8 : 4, image->big, note, &step))
            continue;
        walk->at += step;
        return true;
    }
    return false;
}

static bool is_gnu(const struct elf_note *note, uint32_t type)
{
    return note->type == type && note->name_len == 3 && memcmp(note->name, "GNU", 3) == 0;
}

struct elf_range elf_build_id(const struct elf_image *image)
{
    struct elf_note_walk walk = elf_notes(image);
    for (struct elf_note note; elf_note_next(&walk, &note);)
        if (is_gnu(&note, NT_GNU_BUILD_ID))
            return note.data;
    return (struct elf_range){0};
}

static bool find_property(struct elf_range data, bool wide, bool big, uint32_t type, uint32_t *value)
{
    size_t align = wide ? 8 : 4;
    for (size_t at = 0; range_valid(at, 8, data.len);) {
        const unsigned char *p = data.ptr + at;
        size_t len = get32(p + 4, big), room = data.len - at - 8;
        if (len > room)
            return false;
        if (get32(p, big) == type && len >= 4) {
            *value = get32(p + 8, big);
            return true;
        }
        at += 8 + (align_up(len, align) < room ? align_up(len, align) : room);
    }
    return false;
}

bool elf_property(const struct elf_image *image, uint32_t type, uint32_t *value)
{
    struct elf_note_walk walk = elf_notes(image);
    for (struct elf_note note; elf_note_next(&walk, &note);)
        if (is_gnu(&note, NT_GNU_PROPERTY_TYPE_0) &&
            find_property(note.data, image->wide, image->big, type, value))
            return true;
    return false;
}

static bool object_property(const struct elf_object *o, uint32_t type, uint32_t *value)
{
    size_t align = o->wide ? 8 : 4;
    for (size_t i = 1; i < o->section_count; i++) {
        struct elf_section s = elf_section_at(o, i);
        if (s.type != SHT_NOTE || strcmp(s.name, ".note.gnu.property") != 0)
            continue;
        struct elf_note note;
        for (size_t step; read_note(s.data, align, o->big, &note, &step);
             s.data.ptr += step, s.data.len -= step)
            if (is_gnu(&note, NT_GNU_PROPERTY_TYPE_0) &&
                find_property(note.data, o->wide, o->big, type, value))
                return true;
    }
    return false;
}

/* The property that has the marks; 0 where the machine has none. */
static uint32_t mark_type(uint16_t machine, bool wide, bool big)
{
    const struct arch *arch = arch_of_machine(machine, wide, big);
    return arch ? arch->mark_property : 0;
}

int elf_marks(const struct elf_image *image)
{
    uint32_t type = mark_type(image->machine, image->wide, image->big), value = 0;
    if (!type)
        return -1;
    return elf_property(image, type, &value) ? (int)(value & (ELF_MARKED_JUMPS | ELF_MARKED_RETURNS)) : 0;
}

int elf_object_marks(const struct elf_object *o)
{
    uint32_t type = mark_type(o->machine, o->wide, o->big), value = 0;
    if (!type)
        return -1;
    return object_property(o, type, &value) ? (int)(value & (ELF_MARKED_JUMPS | ELF_MARKED_RETURNS)) : 0;
}
