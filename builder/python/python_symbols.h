/* What CPython exports to extension modules, by version.
 *
 * Facts: the dynamic symbols of release builds of CPython 3.6 to 3.15 on Linux, those of free-threaded builds
 * since there are any (3.13), and the list of the stable ABI (PEP 384, PEP 652, PEP 803). Debug builds are
 * not covered.
 *
 * Everything here is constant, needs no start-up and may be asked from any thread. */
#ifndef PYTHON_PYTHON_SYMBOLS_H
#define PYTHON_PYTHON_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The versions the table knows, 3.minor, and the first that can be built without the GIL. */
enum { PYTHON_SYMBOLS_OLDEST = 6, PYTHON_SYMBOLS_NEWEST = 15, PYTHON_FREE_THREADED_OLDEST = 13 };

/* Builds that have the symbol, as the stable ABI's list says it. */
enum python_condition {
    PYTHON_ALWAYS,
    PYTHON_IF_WINDOWS,    /* MS_WINDOWS */
    PYTHON_IF_FORK,       /* HAVE_FORK: every Linux build */
    PYTHON_IF_STACKCHECK, /* USE_STACKCHECK: Windows */
    PYTHON_IF_REF_DEBUG,  /* Py_REF_DEBUG: debug builds */
    PYTHON_IF_THREAD_ID,  /* PY_HAVE_THREAD_NATIVE_ID: every Linux build */
};

struct python_symbol {
    uint32_t name;     /* python_symbol_name reads it */
    uint32_t minors;   /* bit m is set when 3.m exports it; 0 when no Linux release build does */
    uint32_t free;     /* the same of free-threaded builds */
    uint8_t abi3;      /* 3.abi3 took it into the stable ABI (2 for all older); 0 when not in it */
    uint8_t condition; /* enum python_condition, of stable symbols */
    bool is_data;      /* an object, not a function */
};

/* Finds by exact name, or NULL when no version of the table has it. */
const struct python_symbol *python_symbol_find(const char *name);

const char *python_symbol_name(const struct python_symbol *s);

/* True when CPython 3.minor exports it, the usual build or the free-threaded one. A minor past the newest
 * known is answered as the newest, one before the oldest as the oldest. */
bool python_symbol_in(const struct python_symbol *s, int minor, bool free_threaded);

/* The minor from which a module for the stable ABI may use it, or -1 when it may not at all. Of what older
 * interpreters got with a patch release, the next minor. */
int python_symbol_abi3_since(const struct python_symbol *s);

/* The first and the last minor that export it, or -1 when none does. PYTHON_SYMBOLS_NEWEST or more: later
 * ones do as well, as far as is known. */
int python_symbol_first(const struct python_symbol *s, bool free_threaded);
int python_symbol_last(const struct python_symbol *s, bool free_threaded);

/* True when any build exports it. */
bool python_symbol_is_exported(const struct python_symbol *s);

/* The i-th by byte order of names, or NULL past the end. */
const struct python_symbol *python_symbol_at(size_t i);

#endif
