/* The table of python_symbols.def. Names are one block of text and rows hold offsets into it, so that the
 * loader has nothing to relocate when the program starts. */
#include <assert.h>
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

const struct python_symbol *python_symbol_find(const char *name)
{
    size_t low = 0, high = SYMBOLS;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, python_symbol_name(&symbols[middle]));
        if (order == 0)
            return &symbols[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool python_symbol_in(const struct python_symbol *s, int minor)
{
    if (minor < PYTHON_SYMBOLS_OLDEST)
        minor = PYTHON_SYMBOLS_OLDEST;
    if (minor > PYTHON_SYMBOLS_NEWEST)
        minor = PYTHON_SYMBOLS_NEWEST;
    return s->minors >> minor & 1;
}

int python_symbol_first(const struct python_symbol *s)
{
    for (int minor = PYTHON_SYMBOLS_OLDEST; minor <= PYTHON_SYMBOLS_NEWEST; minor++)
        if (python_symbol_in(s, minor))
            return minor;
    return -1;
}

int python_symbol_last(const struct python_symbol *s)
{
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
