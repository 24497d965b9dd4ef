/* A build of CPython 3 that binaries are made for, as recipes, options, tags and file names spell it: read
 * here and nowhere else. */
#ifndef PYTHON_ABI_ABI_H
#define PYTHON_ABI_ABI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct python_abi {
    enum {
        PYTHON_ABI_VERSION, /* of one minor version */
        PYTHON_ABI_STABLE,  /* abi3: of that version and all later ones (PEP 384) */
        PYTHON_ABI_STABLE_T /* abi3t: with or without the GIL (PEP 803) */
    } kind;
    int minor; /* of 3.minor; 0: not said */
    bool free_threaded, debug;
};

/* "3.12", and "3.13t" of the free-threaded build: what people write. False, with *out untouched, for anything
 * else, a third number too. */
bool python_abi_parse(struct python_abi *out, struct slice text);

/* The ABI tag of a wheel (PEP 425), with the Python tag that stands before it: "cp311", "cp37m", "cp313td";
 * "abi3" and "abi3t" behind "cp312". False for those of other implementations, and for "none". */
bool python_abi_of_tag(struct python_abi *out, const char *python_tag, const char *abi_tag);

/* The minor version in a Python tag: 11 of "cp311"; 0 for anything else. */
int python_abi_minor_of_tag(const char *python_tag);

/* What the name of a module says: "x/_zmq.cpython-313t-x86_64-linux-gnu.so", "_zmq.abi3.so". False when it
 * says nothing. */
bool python_abi_of_file(struct python_abi *out, const char *path);

/* Whether the name of a file says that an interpreter imports it. */
bool python_abi_is_named(const char *path);

/* "cp313t", "abi3"; the caller frees it. */
char *python_abi_tag(const struct python_abi *abi);

/* The ABI part of a wheel's name: as the tag, but "abi3.abi3t" of PEP 803, whose wheels serve builds with and
 * without the GIL. Constant text; kind is not PYTHON_ABI_VERSION. */
const char *python_abi_wheel_tag(const struct python_abi *abi);

/* What the names of modules end in: ".abi3.so", ".abi3t.so". Constant text; kind is not PYTHON_ABI_VERSION.
 */
const char *python_abi_suffix(const struct python_abi *abi);

/* Whether modules for a stable ABI are loaded by that build; false for kind PYTHON_ABI_VERSION. */
bool python_abi_serves(const struct python_abi *stable, const struct python_abi *build);

/* PY_VERSION_HEX of its first release: 0x030c0000 of 3.12. */
uint32_t python_abi_hex(const struct python_abi *abi);

#endif
