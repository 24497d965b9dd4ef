/* The table of python_symbols.def. Names are one block of text and rows hold offsets into it, so that the
 * loader has nothing to relocate when the program starts. */
#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "python/python_symbols.h"

/* The four kinds of rows, told as one: SYMBOL(name, minors, abi3, condition, is_data). */
#define FUNCTION(name, minors, abi3) SYMBOL(name, minors, abi3, PYTHON_ALWAYS, false)
#define DATA(name, minors, abi3) SYMBOL(name, minors, abi3, PYTHON_ALWAYS, true)
#define FUNCTION_IF(name, minors, abi3, condition) SYMBOL(name, minors, abi3, PYTHON_IF_##condition, false)
#define DATA_IF(name, minors, abi3, condition) SYMBOL(name, minors, abi3, PYTHON_IF_##condition, true)

#define SPAN(first, last) ((2u << (last)) - (1u << (first)))

struct names {
#define SYMBOL(name, minors, abi3, condition, is_data) char name[sizeof #name];
#include "python/python_symbols.def"
#undef SYMBOL
};

static_assert(sizeof(struct names) <= UINT16_MAX, "offsets into the names are 16 bits");

static const struct names names = {
#define SYMBOL(name, minors, abi3, condition, is_data) #name,
#include "python/python_symbols.def"
#undef SYMBOL
};

static const struct python_symbol symbols[] = {
#define SYMBOL(name, minors, abi3, condition, is_data) \
    {offsetof(struct names, name), minors, abi3, condition, is_data},
#include "python/python_symbols.def"
#undef SYMBOL
};

enum { SYMBOLS = sizeof symbols / sizeof *symbols };

const char *python_symbol_name(const struct python_symbol *s)
{
    return (const char *)&names + s->name;
}

/* Places of names by their hash, made when first asked for; 0 is free. */
enum { SLOTS = 8192 };
static_assert(SYMBOLS < SLOTS / 2, "an open hash table wants room");

static uint16_t slots[SLOTS];
static pthread_once_t slots_made = PTHREAD_ONCE_INIT;

/* Eight bytes at a time: an audit asks for every import of every module. */
static size_t slot_of(const char *name)
{
    uint64_t h = 0, word;
    size_t len = strlen(name);
    for (; len >= sizeof word; name += sizeof word, len -= sizeof word) {
        memcpy(&word, name, sizeof word);
        h = (h ^ word) * 0x9E3779B97F4A7C15u;
        h ^= h >> 32;
    }
    word = 0;
    for (size_t i = 0; i < len; i++)
        word = word << 8 | (unsigned char)name[i];
    h = (h ^ word) * 0x9E3779B97F4A7C15u;
    return (h >> 48) % SLOTS;
}

static void make_slots(void)
{
    for (size_t i = 0; i < SYMBOLS; i++) {
        size_t at = slot_of(python_symbol_name(&symbols[i]));
        while (slots[at])
            at = (at + 1) % SLOTS;
        slots[at] = (uint16_t)(i + 1);
    }
}

const struct python_symbol *python_symbol_find(const char *name)
{
    pthread_once(&slots_made, make_slots);
    for (size_t at = slot_of(name); slots[at]; at = (at + 1) % SLOTS) {
        const struct python_symbol *s = &symbols[slots[at] - 1];
        if (strcmp(name, python_symbol_name(s)) == 0)
            return s;
    }
    return NULL;
}

/* Came with the stable ABI of a version that is not known in full. */
static bool is_young(const struct python_symbol *s)
{
    return !s->minors && s->abi3 > PYTHON_SYMBOLS_NEWEST;
}

bool python_symbol_in(const struct python_symbol *s, int minor)
{
    if (is_young(s))
        return minor >= s->abi3;
    if (minor < PYTHON_SYMBOLS_OLDEST)
        minor = PYTHON_SYMBOLS_OLDEST;
    if (minor > PYTHON_SYMBOLS_NEWEST)
        minor = PYTHON_SYMBOLS_NEWEST;
    return s->minors >> minor & 1;
}

int python_symbol_first(const struct python_symbol *s)
{
    if (is_young(s))
        return s->abi3;
    for (int minor = PYTHON_SYMBOLS_OLDEST; minor <= PYTHON_SYMBOLS_NEWEST; minor++)
        if (python_symbol_in(s, minor))
            return minor;
    return -1;
}

int python_symbol_last(const struct python_symbol *s)
{
    if (is_young(s))
        return PYTHON_STABLE_NEWEST;
    for (int minor = PYTHON_SYMBOLS_NEWEST; minor >= PYTHON_SYMBOLS_OLDEST; minor--)
        if (python_symbol_in(s, minor))
            return minor;
    return -1;
}

int python_symbol_abi3_since(const struct python_symbol *s)
{
    if (!s->abi3)
        return -1;
    /* The list says 3.2 of some that were exported only later (PyThread_get_thread_native_id). */
    int first = python_symbol_first(s);
    return first > PYTHON_SYMBOLS_OLDEST && first > s->abi3 ? first : s->abi3;
}

const struct python_symbol *python_symbol_at(size_t i)
{
    return i < SYMBOLS ? &symbols[i] : NULL;
}
