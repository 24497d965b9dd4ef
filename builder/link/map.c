/* Link maps: GNU ld's (ld/ldlang.c lang_map) and LLVM lld's (ELF/MapFile.cpp). Neither is specified, so lines
 * that do not look like what is sought are passed over. One pass, no nesting, nothing believed but text. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "link/link.h"
#include "sys/fs.h"

struct reader {
    struct arena *arena;
    struct map by_name; /* "archive(member)" -> struct link_member * */
    struct map texts;   /* names that many lines have -> their copy in the arena */
    VEC(struct link_member *) members;
    VEC(struct link_place) places;
};

static struct slice skip_spaces(struct slice s)
{
    while (s.len && (*s.ptr == ' ' || *s.ptr == '\t'))
        s.ptr++, s.len--;
    return s;
}

/* The word that s begins with; *s becomes what follows it and its spaces. */
static struct slice next_word(struct slice *s)
{
    struct slice all = skip_spaces(*s), word = {all.ptr, 0};
    while (word.len < all.len && all.ptr[word.len] != ' ' && all.ptr[word.len] != '\t')
        word.len++;
    *s = skip_spaces((struct slice){all.ptr + word.len, all.len - word.len});
    return word;
}

/* At most 16 hexadecimal digits and nothing else. */
static bool read_hex(struct slice word, uint64_t *value)
{
    if (!word.len || word.len > 16)
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                                                : 16;
        if (digit == 16)
            return false;
        v = v << 4 | digit;
    }
    *value = v;
    return true;
}

static bool read_0x(struct slice word, uint64_t *value)
{
    if (word.len < 3 || word.ptr[0] != '0' || word.ptr[1] != 'x')
        return false;
    return read_hex((struct slice){word.ptr + 2, word.len - 2}, value);
}

/* "path/liba.a(member.o)" is the whole of s. */
static bool split_member(struct slice s, struct slice *archive, struct slice *member)
{
    if (s.len < 4 || s.ptr[s.len - 1] != ')')
        return false;
    const char *open = memrchr(s.ptr, '(', s.len - 1);
    if (!open || open == s.ptr || open + 2 >= s.ptr + s.len)
        return false;
    *archive = (struct slice){s.ptr, (size_t)(open - s.ptr)};
    *member = (struct slice){open + 1, s.len - archive->len - 2};
    return true;
}

static bool starts(struct slice line, const char *with)
{
    size_t len = strlen(with);
    return line.len >= len && memcmp(line.ptr, with, len) == 0;
}

/* Sections of variables, by the names that compilers give them; .data.rel.ro is written by the loader alone.
 */
static bool is_writable(struct slice section)
{
    static const char *const names[] = {
        ".data", ".bss", ".tdata", ".tbss", ".sdata", ".sbss", ".ldata", ".lbss"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (starts(section, names[i]) &&
            (section.len == strlen(names[i]) || section.ptr[strlen(names[i])] == '.'))
            return !starts(section, ".data.rel.ro");
    return slice_is(section, "COMMON");
}

static uint64_t add_up(uint64_t a, uint64_t b)
{
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

static void note(struct reader *r, struct slice whole, struct slice section, uint64_t size)
{
    struct slice archive, member;
    if (!split_member(whole, &archive, &member))
        return;
    struct link_member *m = map_getn(&r->by_name, whole.ptr, whole.len);
    if (!m) {
        m = arena_new(r->arena, struct link_member);
        m->archive = arena_strndup(r->arena, archive.ptr, archive.len);
        m->member = arena_strndup(r->arena, member.ptr, member.len);
        map_setn(&r->by_name, whole.ptr, whole.len, m);
        vec_push(&r->members, m);
    }
    m->size_bytes = add_up(m->size_bytes, size);
    if (is_writable(section))
        m->writable_bytes = add_up(m->writable_bytes, size);
}

static const char *keep_once(struct reader *r, struct slice text)
{
    const char *kept = map_getn(&r->texts, text.ptr, text.len);
    if (!kept) {
        kept = arena_strndup(r->arena, text.ptr, text.len);
        map_setn(&r->texts, text.ptr, text.len, (void *)(uintptr_t)kept);
    }
    return kept;
}

static void note_place(
    struct reader *r, struct slice whole, struct slice section, uint64_t address, uint64_t size)
{
    struct slice file = whole, member;
    bool inside = split_member(whole, &file, &member);
    if (!file.len)
        return;
    struct link_place place = {
        .address = address,
        .size_bytes = size,
        .file = keep_once(r, file),
        .member = inside ? keep_once(r, member) : NULL,
        .section = arena_strndup(r->arena, section.ptr, section.len),
    };
    vec_push(&r->places, place);
}

/* "path/liba.a(member.o)", then on this line or the next the reference that asked for it: "x.o (symbol)". */
static void read_included(struct reader *r, struct slice line)
{
    if (!line.len || *line.ptr == ' ')
        return;
    /* A short name is padded, and what follows it has a parenthesis of its own. */
    for (size_t i = 0; i + 1 < line.len; i++)
        if (line.ptr[i] == ')' && line.ptr[i + 1] == ' ') {
            line.len = i + 1;
            break;
        }
    note(r, line, (struct slice){"", 0}, 0);
}

/* " .text.name  0xADDRESS  0xSIZE path/liba.a(member.o)"; a long section name stands on the line before. At
 * address 0 is what does not get into memory. "*fill*" and ".text  0xADDRESS 0xSIZE" of the output have no
 * file. */
static void read_section(struct reader *r, struct slice line, struct slice before)
{
    uint64_t address, size;
    struct slice rest = line, section = next_word(&rest);
    if (read_0x(section, &address))
        section = slice_trim(before);
    else if (!read_0x(next_word(&rest), &address))
        return;
    if (!read_0x(next_word(&rest), &size) || !address || !size)
        return;
    note(r, slice_trim(rest), section, size);
    note_place(r, slice_trim(rest), section, address, size);
}

enum verdict { NO_MAP, CUT_MAP, WHOLE_MAP };

/* ld's last statement, and so the map's last line, names the output: "OUTPUT(m.so elf64-x86-64)". ld itself
 * does not notice when the disk was full before. */
static enum verdict parse_gnu(struct reader *r, struct slice text)
{
    bool ended = false;
    enum { BEFORE, INCLUDED, BETWEEN, MEMORY } part = BEFORE;
    for (struct slice line = {"", 0}, before; text.ptr;) {
        before = line;
        line = slice_cut(&text, '\n');
        if (part == MEMORY) {
            ended |= starts(line, "OUTPUT(") && line.ptr[line.len - 1] == ')';
            read_section(r, line, before);
        } else if (starts(line, "Linker script and memory map"))
            part = MEMORY;
        else if (starts(line, "Archive member included "))
            part = INCLUDED;
        else if (starts(line, "Discarded input sections") || starts(line, "As-needed library included ") ||
                 starts(line, "Merging program properties") || starts(line, "Allocating common symbols") ||
                 starts(line, "Memory Configuration"))
            part = BETWEEN;
        else if (part == INCLUDED)
            read_included(r, line);
    }
    return part != MEMORY ? NO_MAP : ended ? WHOLE_MAP : CUT_MAP;
}

/* "ADDRESS ADDRESS SIZE ALIGN         path/liba.a(member.o):(.text.name)", numbers without 0x. */
static void read_lld(struct reader *r, struct slice line)
{
    uint64_t address, load, size, align;
    if (!read_hex(next_word(&line), &address) || !read_hex(next_word(&line), &load) ||
        !read_hex(next_word(&line), &size) || !read_hex(next_word(&line), &align) || !address || !size)
        return;
    size_t i = line.len;
    while (i > 2 && !(line.ptr[i - 1] == '(' && line.ptr[i - 2] == ':'))
        i--;
    if (i <= 2 || line.ptr[line.len - 1] != ')')
        return;
    struct slice whole = {line.ptr, i - 2}, section = {line.ptr + i, line.len - i - 1};
    note(r, whole, section, size);
    note_place(r, whole, section, address, size);
}

/* lld says itself when it cannot write; its map has no last line of its own, but each is a whole one. */
static enum verdict parse_lld(struct reader *r, struct slice text)
{
    bool ended = text.len && text.ptr[text.len - 1] == '\n';
    struct slice head = slice_cut(&text, '\n');
    if (!slice_is(next_word(&head), "VMA") || !slice_is(next_word(&head), "LMA"))
        return NO_MAP;
    while (text.ptr)
        read_lld(r, slice_cut(&text, '\n'));
    return ended ? WHOLE_MAP : CUT_MAP;
}

static int by_name(const void *a, const void *b)
{
    const struct link_member *x = a, *y = b;
    int order = strcmp(x->archive, y->archive);
    return order ? order : strcmp(x->member, y->member);
}

static int by_address(const void *a, const void *b)
{
    const struct link_place *x = a, *y = b;
    return x->address < y->address ? -1 : x->address > y->address;
}

int link_map_parse(
    struct link_contents *out, struct arena *a, const char *name, struct slice text, struct err *e)
{
    struct reader r = {.arena = a};
    enum verdict verdict = parse_lld(&r, text);
    if (verdict == NO_MAP)
        verdict = parse_gnu(&r, text);
    if (verdict == WHOLE_MAP) {
        out->len = r.members.len;
        out->items = arena_alloc(a, (out->len + 1) * sizeof *out->items);
        for (size_t i = 0; i < out->len; i++)
            out->items[i] = *r.members.items[i];
        qsort(out->items, out->len, sizeof *out->items, by_name);
        out->place_count = r.places.len;
        out->places =
            arena_memdup(a, r.places.items ? r.places.items : (void *)"", r.places.len * sizeof *out->places);
        qsort(out->places, out->place_count, sizeof *out->places, by_address);
    }
    vec_release(&r.members);
    vec_release(&r.places);
    map_release(&r.texts);
    map_release(&r.by_name);
    if (verdict == CUT_MAP)
        return err_set(e, ERR_PACKAGE, "%s: the end of the link map is missing: is the disk full?", name);
    return verdict == WHOLE_MAP ? 0 : err_set(e, ERR_PACKAGE, "%s: not a link map of GNU ld or lld", name);
}

int link_map_read(struct link_contents *out, struct arena *a, const char *map, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    if (mapping_open(&m, map, e) < 0)
        return err_wrap(e, "reading the link map");
    return link_map_parse(out, a, map, (struct slice){(const char *)m.bytes, m.size}, e);
}
