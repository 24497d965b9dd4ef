/* Functions that do nothing but return a number, and the libraries of which it can be the version. */
#include "inspect/answers.h"

#include <string.h>

#include "isa/returns.h"

enum number_packing { PACKED_8_8_8, PACKED_8_8_8_0, PACKED_8_12_12, PACKED_DECIMAL };

static const struct answer {
    const char *library;
    enum number_packing packing;
    uint32_t first, last;
} answers[] = {
#define ANSWER(library, packing, first, last) {library, packing, first, last},
#include "inspect/answers.def"
};

enum { NUMBERS_MAX = 512 };

static const struct answer *answer_of(const char *library)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (strcmp(answers[i].library, library) == 0)
            return &answers[i];
    return NULL;
}

static const char *unpack(struct arena *a, enum number_packing packing, uint32_t n)
{
    switch (packing) {
    case PACKED_8_8_8:
        return arena_strf(a, "%u.%u.%u", n >> 16, n >> 8 & 255, n & 255);
    case PACKED_8_8_8_0:
        return n & 255 ? NULL : arena_strf(a, "%u.%u.%u", n >> 24, n >> 16 & 255, n >> 8 & 255);
    case PACKED_8_12_12:
        return arena_strf(a, "%u.%u.%u", n >> 24, n >> 12 & 4095, n & 4095);
    case PACKED_DECIMAL:
        return arena_strf(a, "%u.%u", n / 10000, n % 10000);
    }
    return NULL;
}

/* Parts of versions are small: others are not made of them. */
static bool is_plausible(const char *version)
{
    enum { LONGEST = 8 };
    return version && strlen(version) <= LONGEST;
}

const char *answered_version(const struct elf_image *image, const char *library, struct arena *arena)
{
    const struct answer *answer = answer_of(library);
    if (!answer)
        return NULL;
    uint32_t numbers[NUMBERS_MAX];
    size_t count = isa_returned_numbers(image, numbers, NUMBERS_MAX);
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] < answer->first || numbers[i] > answer->last)
            continue;
        const char *version = unpack(arena, answer->packing, numbers[i]);
        if (!is_plausible(version))
            continue;
        if (found)
            return NULL;
        found = version;
    }
    return found;
}
