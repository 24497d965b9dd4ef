/* The table of python_symbols.def. Names are one block of text and rows hold offsets into it, so that the
 * loader has nothing to relocate when the program starts. */
#include <assert.h>
#include <pthread.h>
#include <string.h>

#include "base/count.h"

#include "python/python_symbols.h"

/* The four kinds of rows, told as one: SYMBOL(name, minors, free, abi3, condition, is_data). */
#define FUNCTION(name, minors, free, abi3) SYMBOL(name, minors, free, abi3, PYTHON_ALWAYS, false)
#define DATA(name, minors, free, abi3) SYMBOL(name, minors, free, abi3, PYTHON_ALWAYS, true)
#define FUNCTION_IF(name, minors, free, abi3, condition) \
    SYMBOL(name, minors, free, abi3, PYTHON_IF_##condition, false)
#define DATA_IF(name, minors, free, abi3, condition) \
    SYMBOL(name, minors, free, abi3, PYTHON_IF_##condition, true)

#define SPAN(first, last) ((2u << (last)) - (1u << (first)))

struct symbol_names {
#define SYMBOL(name, minors, free, abi3, condition, is_data) char name[sizeof #name];
#include "python/python_symbols.def"
#undef SYMBOL
};

static const struct symbol_names names = {
#define SYMBOL(name, minors, free, abi3, condition, is_data) #name,
#include "python/python_symbols.def"
#undef SYMBOL
};

static const struct python_symbol symbols[] = {
#define SYMBOL(name, minors, free, abi3, condition, is_data) \
    {offsetof(struct symbol_names, name), minors, free, abi3, condition, is_data},
#include "python/python_symbols.def"
#undef SYMBOL
    {.name = sizeof(struct symbol_names)}, /* where the last name ends */
};

enum { SYMBOLS = COUNT(symbols) - 1 };

const char *python_symbol_name(const struct python_symbol *s)
{
    return (const char *)&names + s->name;
}

/* Each name ends where the next begins. */
static size_t name_len(const struct python_symbol *s)
{
    return s[1].name - s->name - 1u;
}

/* Places of names by their hash, made when first asked for; 0 is free. */
enum { SLOTS = 8192 };
static_assert(SYMBOLS < SLOTS / 2, "an open hash table wants room");

static uint16_t slots[SLOTS];
static pthread_once_t slots_made = PTHREAD_ONCE_INIT;

/* An audit asks for every import of every module: what is behind the prefix, the end and the length tell
 * nearly all names apart. */
static inline size_t slot_of(const char *name, size_t len)
{
    uint64_t begin = 0, end = 0;
    if (len >= 10) {
        memcpy(&begin, name + 2, sizeof begin);
        memcpy(&end, name + len - sizeof end, sizeof end);
    } else {
        memcpy(&begin, name, len < sizeof begin ? len : sizeof begin);
    }
    uint64_t h = (begin ^ len) * 0x9E3779B97F4A7C15u;
    h = (h ^ h >> 32 ^ end) * 0x9E3779B97F4A7C15u;
    return (h >> 48) % SLOTS;
}

static void make_slots(void)
{
    for (size_t i = 0; i < SYMBOLS; i++) {
        size_t at = slot_of(python_symbol_name(&symbols[i]), name_len(&symbols[i]));
        while (slots[at])
            at = (at + 1) % SLOTS;
        slots[at] = (uint16_t)(i + 1);
    }
}

const struct python_symbol *python_symbol_find(const char *name)
{
    size_t len = strlen(name);
    pthread_once(&slots_made, make_slots);
    for (size_t at = slot_of(name, len); slots[at]; at = (at + 1) % SLOTS) {
        const struct python_symbol *s = &symbols[slots[at] - 1];
        if (name_len(s) == len && memcmp(name, python_symbol_name(s), len) == 0)
            return s;
    }
    return NULL;
}

static int oldest(bool free_threaded)
{
    return free_threaded ? PYTHON_FREE_THREADED_OLDEST : PYTHON_SYMBOLS_OLDEST;
}

bool python_symbol_in(const struct python_symbol *s, int minor, bool free_threaded)
{
    if (minor < oldest(free_threaded))
        minor = oldest(free_threaded);
    if (minor > PYTHON_SYMBOLS_NEWEST)
        minor = PYTHON_SYMBOLS_NEWEST;
    return (free_threaded ? s->free : s->minors) >> minor & 1;
}

int python_symbol_first(const struct python_symbol *s, bool free_threaded)
{
    for (int minor = oldest(free_threaded); minor <= PYTHON_SYMBOLS_NEWEST; minor++)
        if (python_symbol_in(s, minor, free_threaded))
            return minor;
    return -1;
}

int python_symbol_last(const struct python_symbol *s, bool free_threaded)
{
    for (int minor = PYTHON_SYMBOLS_NEWEST; minor >= oldest(free_threaded); minor--)
        if (python_symbol_in(s, minor, free_threaded))
            return minor;
    return -1;
}

bool python_symbol_is_exported(const struct python_symbol *s)
{
    return s->minors || s->free;
}

int python_symbol_abi3_since(const struct python_symbol *s)
{
    if (!s->abi3)
        return -1;
    /* The list says 3.2 of some that were exported only later (PyThread_get_thread_native_id). */
    int first = python_symbol_first(s, false);
    return first > PYTHON_SYMBOLS_OLDEST && first > s->abi3 ? first : s->abi3;
}

const struct python_symbol *python_symbol_at(size_t i)
{
    return i < SYMBOLS ? &symbols[i] : NULL;
}
