/* Functions that return a version or hand it out through their arguments, and the libraries of which it can
 * be the version. */
#include "inspect/answers.h"

#include <ctype.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "inspect/pattern.h"
#include "isa/constants.h"

/* Where numbers stand. */
enum answer_place { RETURNED, STORED, NEIGHBOURS, ARGUMENTS, ADDRESS, BESIDE, FLOAT, PRINTED };

struct number_packing {
    uint32_t divisors[3], rest;
};

#define PACKED(a, b, c, rest) \
    {                         \
        {a, b, c}, rest       \
    }

static const struct answer {
    const char *library;
    enum answer_place place;
    struct number_packing packing;
    const char *first, *last;
} rows[] = {
#define ANSWER(library, place, packing, first, last) {library, place, packing, first, last},
#include "inspect/answers.def"
};

enum {
    ROWS = COUNT(rows),
    PARTS = 3,
    PART_MOST = 99,
    STORE_LENGTH = 6,    /* of a store through a register, without displacement */
    NEIGHBOUR_MOST = 16, /* bytes apart */
    SEGMENTS_MAX = 16,
};

struct answers {
    struct arena *arena;
    bool wanted[ROWS];
    const char *versions[ROWS];
    bool several[ROWS];
};

/* What is kept while code is read. */
struct answers_reading {
    struct answers *answers;
    const struct elf_image *image;
    struct elf_segment segments[SEGMENTS_MAX]; /* that hold texts */
    size_t segment_count;
    struct isa_constant returned, loaded, stored[PARTS]; /* the last; stored[0] the oldest */
    answers_text *text;
    void *arg;
};

/* How many parts it has; 0 when the number is not packed so. */
static size_t unpack(const struct number_packing *packing, uint32_t number, unsigned parts[PARTS])
{
    size_t count = 0;
    for (; count < PARTS && packing->divisors[count]; count++) {
        parts[count] = number / packing->divisors[count];
        number %= packing->divisors[count];
    }
    return number == packing->rest ? count : 0;
}

static void offer(struct answers *answers, size_t row, const unsigned *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parts[i] > PART_MOST)
            return;
    if (count < 2 || parts[0] < strtoul(rows[row].first, NULL, 10) ||
        parts[0] > strtoul(rows[row].last, NULL, 10))
        return;
    char version[32];
    snprintf(version, sizeof version, "%u.%u", parts[0], parts[1]);
    if (count == PARTS)
        snprintf(version, sizeof version, "%u.%u.%u", parts[0], parts[1], parts[2]);
    if (!version_between(slice_of(version), rows[row].first, rows[row].last))
        return;
    if (!answers->versions[row])
        answers->versions[row] = arena_strdup(answers->arena, version);
    else
        answers->several[row] |= strcmp(answers->versions[row], version) != 0;
}

static void offer_all(struct answers *answers, enum answer_place place, const unsigned *parts, size_t count)
{
    for (size_t i = 0; i < ROWS; i++)
        if (answers->wanted[i] && rows[i].place == place)
            offer(answers, i, parts, count);
}

static void offer_number(struct answers *answers, enum answer_place place, uint64_t number)
{
    for (size_t i = 0; i < ROWS; i++) {
        unsigned parts[PARTS] = {0};
        if (answers->wanted[i] && rows[i].place == place)
            offer(answers, i, parts, unpack(&rows[i].packing, (uint32_t)number, parts));
    }
}

/* The bytes at an address up to the end of their segment. */
static struct elf_range at_address(const struct answers_reading *r, uint64_t address)
{
    for (size_t i = 0; i < r->segment_count; i++) {
        const struct elf_segment *s = &r->segments[i];
        if (address < s->address || address - s->address >= s->file_size)
            continue;
        uint64_t into = address - s->address;
        return (struct elf_range){r->image->bytes + s->offset + into, s->file_size - into};
    }
    return (struct elf_range){0};
}

static void take_text(struct answers_reading *r, uint64_t address, bool returned)
{
    struct elf_range at = at_address(r, address);
    if (at.len && isdigit(at.ptr[0]))
        r->text(r->arg, (const char *)at.ptr, at.len, returned);
}

/* Numbers at an address; false when they are outside. x86 and AArch64 have the least significant byte first.
 */
static bool read_numbers(const struct answers_reading *r, uint64_t address, uint32_t *out, size_t count)
{
    struct elf_range at = at_address(r, address);
    if (at.len < count * sizeof *out)
        return false;
    memcpy(out, at.ptr, count * sizeof *out);
    for (size_t i = 0; i < count; i++)
        out[i] = le32toh(out[i]);
    return true;
}

static void take_table(struct answers_reading *r, uint64_t address)
{
    uint32_t parts[PARTS];
    if (read_numbers(r, address, parts, PARTS))
        offer_all(r->answers, ADDRESS, parts, PARTS);
}

/* 4.0602 is 4.6.2. */
static void take_float(struct answers_reading *r, uint64_t address)
{
    enum { SCALE = 100, MOST = 10 };
    uint32_t bits;
    float number;
    if (!read_numbers(r, address, &bits, 1))
        return;
    memcpy(&number, &bits, sizeof number);
    if (!(number >= 1 && number < MOST))
        return;
    unsigned whole = (unsigned)((double)number * SCALE * SCALE + 0.5);
    offer_all(
        r->answers, FLOAT, (unsigned[]){whole / SCALE / SCALE, whole / SCALE % SCALE, whole % SCALE}, PARTS);
}

static void take_printed(struct answers_reading *r, const struct isa_constant *c)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].place != PRINTED || !r->answers->wanted[i])
            continue;
        char format[40];
        uint32_t parts[PARTS];
        struct elf_range text = at_address(r, c->value);
        size_t len = (size_t)snprintf(format, sizeof format, "%s-%%d.%%d.%%d", rows[i].library) + 1;
        if (text.len >= len && memcmp(text.ptr, format, len) == 0 &&
            isa_last_arguments(r->image, c->at, parts))
            offer(r->answers, i, parts, PARTS);
    }
}

static void take_returned(struct answers_reading *r, const struct isa_constant *c)
{
    offer_number(r->answers, RETURNED, c->value);
    if (c->at - r->returned.at <= NEIGHBOUR_MOST && r->returned.at)
        offer_all(r->answers, NEIGHBOURS, (unsigned[]){(unsigned)r->returned.value, (unsigned)c->value}, 2);
    r->returned = *c;
}

/* Two numbers that are loaded together, the third stored right behind. */
static void take_beside(struct answers_reading *r, const struct isa_constant *stored)
{
    uint32_t parts[PARTS] = {0, 0, (uint32_t)stored->value};
    if (!r->loaded.at || stored->at - r->loaded.at > NEIGHBOUR_MOST)
        return;
    if (r->loaded.kind == ISA_WIDE_NUMBER) {
        parts[0] = (uint32_t)r->loaded.value;
        parts[1] = (uint32_t)(r->loaded.value >> 32);
    } else if (!read_numbers(r, r->loaded.value, parts, PARTS - 1)) {
        return;
    }
    offer_all(r->answers, BESIDE, parts, PARTS);
    r->loaded.at = 0; /* what is stored after it is another thing */
}

static void take_stored(struct answers_reading *r, const struct isa_constant *c)
{
    offer_number(r->answers, STORED, c->value);
    take_beside(r, c);
    memmove(r->stored, r->stored + 1, (PARTS - 1) * sizeof *r->stored);
    r->stored[PARTS - 1] = *c;
    unsigned parts[PARTS];
    for (size_t i = 0; i < PARTS; i++) {
        if (r->stored[i].at + (PARTS - 1 - i) * STORE_LENGTH != c->at)
            return;
        parts[i] = (unsigned)r->stored[i].value;
    }
    offer_all(r->answers, ARGUMENTS, parts, PARTS);
}

static void take_constant(void *arg, const struct isa_constant *c)
{
    struct answers_reading *r = arg;
    switch (c->kind) {
    case ISA_RETURNED_NUMBER:
        take_returned(r, c);
        break;
    case ISA_STORED_NUMBER:
        take_stored(r, c);
        break;
    case ISA_RETURNED_ADDRESS:
        take_table(r, c->value);
        if (r->text)
            take_text(r, c->value, true);
        break;
    case ISA_LOADED_ADDRESS:
    case ISA_WIDE_NUMBER:
        r->loaded = *c;
        break;
    case ISA_STORED_FLOAT:
        take_float(r, c->value);
        break;
    case ISA_TAKEN_ADDRESS: /* of a text only */
        take_printed(r, c);
        if (r->text)
            take_text(r, c->value, false);
        break;
    }
}

static void take_pointers(struct answers_reading *r)
{
    struct elf_relocation_walk walk = elf_all_relocations(r->image);
    struct elf_relocation relocation;
    while (elf_relocation_next(&walk, &relocation))
        if (!relocation.symbol && relocation.addend > 0)
            take_text(r, (uint64_t)relocation.addend, false);
}

/* What has to be looked at in code for numbers in a place. */
static unsigned kinds_of(enum answer_place place)
{
    switch (place) {
    case RETURNED:
    case NEIGHBOURS:
        return ISA_CONSTANT(ISA_RETURNED_NUMBER);
    case STORED:
    case ARGUMENTS:
        return ISA_CONSTANT(ISA_STORED_NUMBER);
    case BESIDE:
        return ISA_CONSTANT(ISA_STORED_NUMBER) | ISA_CONSTANT(ISA_LOADED_ADDRESS) |
               ISA_CONSTANT(ISA_WIDE_NUMBER);
    case ADDRESS:
        return ISA_CONSTANT(ISA_RETURNED_ADDRESS);
    case FLOAT:
        return ISA_CONSTANT(ISA_STORED_FLOAT);
    case PRINTED:
        return ISA_CONSTANT(ISA_TAKEN_ADDRESS);
    }
    return 0;
}

struct answers *answers_read(
    const struct elf_image *image, struct arena *arena, answers_want *want, answers_text *text, void *arg)
{
    struct answers *answers = arena_new(arena, struct answers);
    answers->arena = arena;
    unsigned kinds = text ? ISA_CONSTANT(ISA_RETURNED_ADDRESS) | ISA_CONSTANT(ISA_TAKEN_ADDRESS) : 0;
    for (size_t i = 0; i < ROWS; i++) {
        answers->wanted[i] = !want || want(arg, rows[i].library);
        kinds |= answers->wanted[i] ? kinds_of(rows[i].place) : 0;
    }
    struct answers_reading r = {.answers = answers, .image = image, .text = text, .arg = arg};
    for (size_t i = 0; i < image->segment_count && r.segment_count < SEGMENTS_MAX; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_LOAD && s.file_size)
            r.segments[r.segment_count++] = s;
    }
    isa_visit_constants(image, kinds, take_constant, &r);
    if (text)
        take_pointers(&r);
    return answers;
}

static size_t row_of(const char *library)
{
    size_t i = 0;
    while (i < ROWS && strcmp(rows[i].library, library) != 0)
        i++;
    return i;
}

bool answers_know(const char *library)
{
    return row_of(library) < ROWS;
}

const char *answers_version(const struct answers *answers, const char *library)
{
    size_t row = row_of(library);
    return row < ROWS && !answers->several[row] ? answers->versions[row] : NULL;
}
