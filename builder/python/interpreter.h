/* CPython interpreters on this machine: found, deduplicated by the real executable, and asked once what they
 * are. */
#ifndef PYTHON_INTERPRETER_H
#define PYTHON_INTERPRETER_H

#include <stdbool.h>

#include "arch/arch.h"
#include "base/arena.h"
#include "base/err.h"
#include "python/abi/abi.h"
#include "sys/facts.h"

struct interpreter {
    const char *path;           /* the real executable, absolute: links resolved, pyenv shims looked behind */
    const char *version;        /* "3.11.7", "3.14.0rc2" */
    struct python_abi abi;      /* of its version; free-threaded and debug builds are others */
    const char *implementation; /* "cpython" */
    const char *soabi;          /* "cpython-311-x86_64-linux-gnu" */
    const char *ext_suffix;     /* ".cpython-311-x86_64-linux-gnu.so" */
    const char *include;        /* folder of Python.h; "" when the headers are not installed */
    const char *platinclude;    /* folder of pyconfig.h; "" likewise */
    const char *machine;        /* "x86_64", as in platform tags */
    const char *python_tag;     /* "cp311" */
    const char *abi_tag;        /* "cp311", "cp37m", "cp313t" */
    bool has_headers, is_64bit;
    const char *root; /* of another system, whose files it lives in; NULL: this machine's */
    const char *const
        *runner;      /* words before path that make it run here, NULL-terminated; NULL: none needed */
    const char *pack; /* the recipe that its headers are from, by name ("python3.14"): include is "" until
                         that is made. NULL: they are its own */
    bool is_absent;   /* there are only such headers, and nothing to run: path is the recipe's */
};

struct interpreters {
    struct interpreter *items; /* oldest minor version first; of one, in the order they were found */
    size_t len;
};

/* Every CPython 3 that PATH, pyenv (behind its shims), asdf, mise, uv, /usr/bin, /usr/local/bin and
 * /opt/python hold, one entry a real executable. Programs that give no sensible answer are left out. Nothing
 * is run when its facts are remembered. */
int interpreters_find(
    struct interpreters *out, struct arena *a, const struct fact_memory *memory, struct err *e);

/* The same for another system, whose files are below root (absolute): those in its usr/bin, usr/local/bin and
 * bin that answer when they are run behind the words of runner, which must live as long as the result. */
int interpreters_find_in(struct interpreters *out, struct arena *a, const char *root,
    const char *const *runner, const struct fact_memory *memory, struct err *e);

/* One by path or name; "not an interpreter" is ERR_USAGE saying what it printed. The executable of a virtual
 * environment gives the interpreter it was made from. */
int interpreter_probe(struct interpreter *out, struct arena *a, const char *path,
    const struct fact_memory *memory, struct err *e);

/* What a Python is whose headers a recipe has: its name ("python3.14t"), the version that it is of, and its
 * file. False, with *out untouched, for a name that is none. libc is as in triplets: "gnu", "musl". */
bool interpreter_of_pack(struct interpreter *out, struct arena *a, const char *name, const char *version,
    const char *file, const struct arch *arch, const char *libc);

/* The same of one that is made here, of that version, and has headers of its own then: its path is the
 * recipe's, and include "". Its name is "python3.13" (interpreter_short_name, in the arena). */
bool interpreter_of_version(struct interpreter *out, struct arena *a, const char *version, const char *file,
    const struct arch *arch, const char *libc);
const char *interpreter_short_name(struct arena *a, const char *version);

/* What --python said. */
struct interpreter_choice {
    struct interpreter *items; /* to build for: at most one a minor version and ABI, oldest first */
    size_t len;
    struct texts_list {
        const char **items;
        size_t len;
    } skipped; /* "3.7.16 (/path): outside requires >=3.8" */
};

/* Picks interpreters: spec is NULL for those of this machine, "all", or a comma list of "3.9", "3.13t",
 * "3.11.7", "python3.9" and paths, of recipes of headers too. requires_python is PEP 440 specifiers, "" or
 * NULL for any. Of what is not named, those outside it, without headers, of another word size and debug
 * builds are skipped and listed. Naming one outside it is ERR_RECIPE; naming one that is not on this machine
 * ERR_ENVIRONMENT, listing those that are.
 *
 * packs (or NULL) are Pythons whose headers can be had: one is taken where it is named, or with "all", and no
 * interpreter here is of its version and ABI; of one that is here without headers these are taken, so that it
 * is the one to try with.
 */
int interpreters_choose(struct interpreter_choice *out, struct arena *a, const struct interpreters *found,
    const struct interpreters *packs, const char *spec, const char *requires_python,
    const struct fact_memory *memory, struct err *e);

#endif
