/* Looks a symbol up as loaders do: by hash, with its version, hidden ones apart. */
#include "loader/definition.h"

#include <stdlib.h>
#include <string.h>

enum {
    LONGEST_HASHED = 4096, /* longer names are not hashed as a whole: many symbols may share one huge name */
    MOST_ALIKE = 1024,     /* symbols of one name that are looked at: a library has one a version */
};

struct matching {
    const char *version;
    bool musl;
    size_t visible; /* default versions seen, for references without a version */
    struct definition best;
    struct elf_symbol only; /* the visible one */
};

static bool has_type(const struct elf_symbol *s)
{
    return s->type <= STT_FUNC || s->type == STT_COMMON || s->type == STT_TLS || s->type == STT_GNU_IFUNC;
}

static void come_close(struct matching *m, enum definition_fit fit, const struct elf_symbol *s)
{
    if (fit > m->best.fit)
        m->best = (struct definition){fit, *s};
}

/* The version's number in DT_VERSYM: 0 and 1 are of symbols without a version, 2 is the first one. */
static unsigned version_number(const struct elf_symbol *s)
{
    return s->version && !(s->version->flags & VER_FLG_BASE) ? s->version->index : 1;
}

static bool fits_version(struct matching *m, const struct elf_symbol *s)
{
    unsigned number = version_number(s);
    if (m->musl)
        return !s->version_hidden;
    if (m->version)
        return number < 2 ? !s->version_hidden : strcmp(s->version->name, m->version) == 0;
    if (number <= 2)
        return true;
    if (!s->version_hidden && m->visible++ == 0)
        m->only = *s;
    return false;
}

static void consider(struct matching *m, const struct elf_symbol *s)
{
    if (s->section == SHN_UNDEF || !has_type(s) || (!s->value && s->section != SHN_ABS && s->type != STT_TLS))
        return;
    if (s->bind == STB_LOCAL || s->visibility == STV_HIDDEN || s->visibility == STV_INTERNAL)
        come_close(m, DEFINES_HIDDEN, s);
    else if (m->best.fit != DEFINES_IT && fits_version(m, s))
        come_close(m, DEFINES_IT, s);
    else
        come_close(m, DEFINES_OTHER, s);
}

static struct definition conclude(const struct matching *m)
{
    if (m->best.fit == DEFINES_OTHER && m->visible == 1 && !m->version)
        return (struct definition){DEFINES_IT, m->only};
    return m->best;
}

struct definition definition_find(
    const struct elf_image *image, const char *name, const char *version, bool musl)
{
    struct matching m = {.version = version, .musl = musl};
    size_t len = strlen(name) + 1;
    if (!image->strings.len || !memmem(image->strings.ptr, image->strings.len, name, len))
        return m.best;
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s) && strcmp(s.name, name) == 0)
            consider(&m, &s);
    return conclude(&m);
}

struct definition definition_choose(
    const struct elf_symbol *symbols, size_t len, const char *version, bool musl)
{
    struct matching m = {.version = version, .musl = musl};
    for (size_t i = 0; i < len; i++)
        consider(&m, &symbols[i]);
    return conclude(&m);
}

static uint32_t hash_of(const char *name)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < LONGEST_HASHED && name[i]; i++)
        h = (h ^ (unsigned char)name[i]) * 16777619u;
    return h;
}

static int by_hash(const void *a, const void *b)
{
    const struct definition_place *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

void definition_index_build(
    struct definition_index *index, struct arena *arena, const struct elf_image *image)
{
    *index = (struct definition_index){.image = image};
    index->places = arena_alloc(arena, image->symbol_count * sizeof *index->places);
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s) && s.section != SHN_UNDEF)
            index->places[index->len++] = (struct definition_place){hash_of(s.name), (uint32_t)i};
    if (index->len)
        qsort(index->places, index->len, sizeof *index->places, by_hash);
}

struct definition definition_lookup(
    const struct definition_index *index, const char *name, const char *version, bool musl)
{
    struct matching m = {.version = version, .musl = musl};
    uint32_t hash = hash_of(name);
    size_t low = 0, high = index->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->places[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    struct elf_symbol s;
    size_t end = low + MOST_ALIKE < index->len ? low + MOST_ALIKE : index->len;
    for (; low < end && index->places[low].hash == hash; low++)
        if (elf_symbol_at(index->image, index->places[low].symbol, &s) && strcmp(s.name, name) == 0)
            consider(&m, &s);
    return conclude(&m);
}
