/* Opens a linked file by its program headers, as a loader does; section headers may be missing or lie. */
#include "base/err.h"
#include "elf/internal.h"

static size_t segment_entry_size(bool wide)
{
    return wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
}

struct elf_segment elf_segment_at(const struct elf_image *image, size_t i)
{
    bool big = image->big;
    const unsigned char *p = image->bytes + image->segment_offset + i * segment_entry_size(image->wide);
    if (image->wide)
        return (struct elf_segment){
            .type = get32(p, big),
            .flags = get32(p + 4, big),
            .offset = get64(p + 8, big),
            .address = get64(p + 16, big),
            .file_size = get64(p + 32, big),
            .memory_size = get64(p + 40, big),
            .align = get64(p + 48, big),
        };
    return (struct elf_segment){
        .type = get32(p, big),
        .offset = get32(p + 4, big),
        .address = get32(p + 8, big),
        .file_size = get32(p + 16, big),
        .memory_size = get32(p + 20, big),
        .flags = get32(p + 24, big),
        .align = get32(p + 28, big),
    };
}

struct elf_range elf_at_address(const struct elf_image *image, uint64_t address)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_LOAD && address >= s.address && address - s.address < s.file_size) {
            uint64_t skip = address - s.address;
            return (struct elf_range){image->bytes + s.offset + skip, s.file_size - skip};
        }
    }
    return (struct elf_range){0};
}

static int read_interpreter(struct elf_image *image, const struct elf_segment *s, struct err *e)
{
    if (!range_valid(s->offset, s->file_size, image->size))
        return err_set(e, ERR_DAMAGED, "PT_INTERP runs past the end of the file");
    const char *text = (const char *)image->bytes + s->offset;
    if (!memchr(text, 0, s->file_size))
        return err_set(e, ERR_DAMAGED, "PT_INTERP does not end in NUL");
    image->interpreter = text;
    return 0;
}

static int read_dynamic_segment(
    struct elf_image *image, const struct elf_segment *s, bool *seen, struct err *e)
{
    if (*seen)
        return err_set(e, ERR_DAMAGED, "two PT_DYNAMIC segments");
    *seen = true;
    if (!s->file_size && s->memory_size)
        return err_set(e, ERR_DAMAGED, "PT_DYNAMIC has no bytes in the file: a separate debug file?");
    if (!range_valid(s->offset, s->file_size, image->size))
        return err_set(e, ERR_DAMAGED, "PT_DYNAMIC runs past the end of the file");

    const unsigned char *p = image->bytes + s->offset;
    size_t entry = image->wide ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn), most = s->file_size / entry,
           count = 0;
    while (count < most && get_word(p + count * entry, image->wide, image->big) != DT_NULL)
        count++;
    image->dynamic_offset = s->offset;
    image->dynamic_count = count;
    return 0;
}

/* First of all: in a separate debug file the other segments' bytes are somebody else's. */
static int find_dynamic(struct elf_image *image, struct err *e)
{
    bool seen = false;
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_DYNAMIC && read_dynamic_segment(image, &s, &seen, e) < 0)
            return -1;
    }
    return 0;
}

static int elf_read_segments(struct elf_image *image, struct err *e)
{
    if (find_dynamic(image, e) < 0)
        return -1;
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        switch (s.type) {
        case PT_LOAD:
            if (s.file_size && !range_valid(s.offset, s.file_size, image->size))
                return err_set(e, ERR_DAMAGED,
                    "program header %zu: %llu bytes at offset 0x%llx run past the end of the file (%zu "
                    "bytes)",
                    i, (unsigned long long)s.file_size, (unsigned long long)s.offset, image->size);
            if (s.file_size > s.memory_size)
                return err_set(
                    e, ERR_DAMAGED, "program header %zu: more bytes in the file than in memory", i);
            if (s.address > UINT64_MAX - s.memory_size)
                return err_set(e, ERR_DAMAGED, "program header %zu: addresses wrap around", i);
            image->writable_code |= (s.flags & (PF_W | PF_X)) == (PF_W | PF_X);
            break;
        case PT_INTERP:
            if (read_interpreter(image, &s, e) < 0)
                return -1;
            break;
        case PT_GNU_STACK:
            image->has_stack = true;
            image->executable_stack = s.flags & PF_X;
            break;
        case PT_GNU_RELRO:
            image->has_relro = true;
            break;
        case PT_TLS:
            image->tls_size = s.memory_size;
            image->tls_align = s.align;
            break;
        }
    }
    return 0;
}

/* The loader finds PT_DYNAMIC by its address, most tools by its offset; a file may not tell them apart. */
static int check_dynamic_place(const struct elf_image *image, struct err *e)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type != PT_DYNAMIC || !s.file_size)
            continue;
        struct elf_range at = elf_at_address(image, s.address);
        if (at.ptr != image->bytes + s.offset || at.len < s.file_size)
            return err_set(e, ERR_DAMAGED, "PT_DYNAMIC: address and file offset disagree");
    }
    return 0;
}

/* No loader reads the section headers. But linkers write them last, so that a table past the end of the file
 * is how a file shows that its end was lost. */
static int check_section_headers(const struct elf_header *h, uint64_t size, struct err *e)
{
    /* With 65280 sections and more the count stands in the first header. */
    uint64_t count = h->section_count ? h->section_count : 1;
    if (!h->section_offset || range_valid(h->section_offset, count * h->section_size, size))
        return 0;
    return err_set(e, ERR_DAMAGED,
        "%llu section headers at offset 0x%llx run past the end of the file (%llu bytes): it was cut short",
        (unsigned long long)count, (unsigned long long)h->section_offset, (unsigned long long)size);
}

int elf_open(struct elf_image *image, struct arena *arena, const void *bytes, size_t size, struct err *e)
{
    struct elf_header h;
    if (elf_read_header(&h, bytes, size, e) < 0)
        return -1;
    if (h.type != ET_DYN && h.type != ET_EXEC)
        return err_set(e, ERR_DAMAGED, "%s, not a shared object or an executable",
            h.type == ET_REL    ? "relocatable object"
            : h.type == ET_CORE ? "core dump"
                                : "ELF file of an unknown type");
    *image = (struct elf_image){
        .bytes = bytes,
        .size = size,
        .wide = h.wide,
        .big = h.big,
        .os_abi = h.os_abi,
        .type = h.type,
        .machine = h.machine,
        .machine_flags = h.flags,
        .segment_offset = h.segment_offset,
        .segment_count = h.segment_count,
    };
    if (!h.segment_count)
        return err_set(e, ERR_DAMAGED, "no program headers");
    size_t entry = segment_entry_size(h.wide);
    if (h.segment_size != entry)
        return err_set(e, ERR_DAMAGED, "program headers of %u bytes, not %zu", h.segment_size, entry);
    if (!range_valid(h.segment_offset, h.segment_count * entry, size))
        return err_set(e, ERR_DAMAGED, "%u program headers at offset 0x%llx run past the end of the file",
            h.segment_count, (unsigned long long)h.segment_offset);
    if (elf_read_segments(image, e) < 0 || check_dynamic_place(image, e) < 0)
        return -1;
    if (check_section_headers(&h, size, e) < 0)
        return -1;
    return image->dynamic_count ? elf_read_dynamic(image, arena, e) : 0;
}
