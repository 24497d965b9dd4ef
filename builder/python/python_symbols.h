/* What CPython exports to extension modules, by version.
 *
 * Facts: the dynamic symbols of release builds of CPython 3.6 to 3.13 on Linux with the GIL, and the list of
 * the stable ABI (PEP 384, PEP 652) up to 3.15. Debug and free-threaded builds are not covered; of 3.14 and
 * later only the stable ABI is known.
 *
 * Everything here is constant, needs no start-up and may be asked from any thread. */
#ifndef PYTHON_PYTHON_SYMBOLS_H
#define PYTHON_PYTHON_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The versions the table knows, 3.minor: all that they export, and the stable ABI alone. */
enum { PYTHON_SYMBOLS_OLDEST = 6, PYTHON_SYMBOLS_NEWEST = 13, PYTHON_STABLE_NEWEST = 15 };

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
    uint16_t name;     /* python_symbol_name reads it */
    uint16_t minors;   /* bit m is set when 3.m exports it; 0 when no Linux release build up to 3.13 does */
    uint8_t abi3;      /* 3.abi3 took it into the stable ABI (2 for all older); 0 when not in it */
    uint8_t condition; /* enum python_condition, of stable symbols */
    bool is_data;      /* an object, not a function */
};

/* Finds by exact name, or NULL when no version of the table has it. */
const struct python_symbol *python_symbol_find(const char *name);

const char *python_symbol_name(const struct python_symbol *s);

/* True when CPython 3.minor exports it. A minor past the newest known is answered as the newest, one before
 * the oldest as the oldest; what the stable ABI gained later is there from that minor on. */
bool python_symbol_in(const struct python_symbol *s, int minor);

/* The minor from which a module for the stable ABI may use it, or -1 when it may not at all. Of what older
 * interpreters got with a patch release, the next minor. */
int python_symbol_abi3_since(const struct python_symbol *s);

/* The first and the last minor that export it, or -1 when none does. PYTHON_SYMBOLS_NEWEST or more: later
 * ones do as well, as far as is known. */
int python_symbol_first(const struct python_symbol *s);
int python_symbol_last(const struct python_symbol *s);

/* The i-th by byte order of names, or NULL past the end. */
const struct python_symbol *python_symbol_at(size_t i);

#endif
