/* Notes (gABI ch. 5, "Note Section") and the properties in them (Linux Extensions to gABI). */
#include "elf/internal.h"

struct elf_note_walk elf_notes(const struct elf_image *image)
{
    return (struct elf_note_walk){.image = image};
}

static size_t align_up(size_t value, size_t align)
{
    return (value + align - 1) & ~(align - 1);
}

bool elf_note_next(struct elf_note_walk *walk, struct elf_note *note)
{
    const struct elf_image *image = walk->image;
    for (; walk->segment < image->segment_count; walk->segment++, walk->at = 0) {
        struct elf_segment s = elf_segment_at(image, walk->segment);
        if (s.type != PT_NOTE || !range_valid(s.offset, s.file_size, image->size))
            continue;
        if (!range_valid(walk->at, 12, s.file_size))
            continue;
        const unsigned char *p = image->bytes + s.offset + walk->at;
        size_t room = s.file_size - walk->at, align = s.align == 8 ? 8 : 4;
        uint32_t name_len = get32(p, image->big), data_len = get32(p + 4, image->big);
        size_t data_at = align_up(12 + (size_t)name_len, align);
        if (name_len > room - 12 || data_at > room || data_len > room - data_at)
            continue;
        *note = (struct elf_note){
            .name = (const char *)p + 12,
            .name_len = name_len && !p[12 + name_len - 1] ? name_len - 1 : name_len,
            .type = get32(p + 8, image->big),
            .data = {p + data_at, data_len},
        };
        size_t step = align_up(data_at + data_len, align);
        walk->at = step < room ? walk->at + step : s.file_size;
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

static bool find_property(
    const struct elf_image *image, struct elf_range data, uint32_t type, uint32_t *value)
{
    size_t align = image->wide ? 8 : 4;
    for (size_t at = 0; range_valid(at, 8, data.len);) {
        const unsigned char *p = data.ptr + at;
        size_t len = get32(p + 4, image->big), room = data.len - at - 8;
        if (len > room)
            return false;
        if (get32(p, image->big) == type && len >= 4) {
            *value = get32(p + 8, image->big);
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
        if (is_gnu(&note, NT_GNU_PROPERTY_TYPE_0) && find_property(image, note.data, type, value))
            return true;
    return false;
}
