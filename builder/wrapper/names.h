/* Under which names the wrapper is called, and what it is then. */
#ifndef WRAPPER_NAMES_H
#define WRAPPER_NAMES_H

#include "wrapper/config.h"

struct wrapper_name {
    const char *name;
    enum wrapper_kind kind;
    bool with_triplet; /* there is a TRIPLET-NAME as well */
};

extern const struct wrapper_name wrapper_names[];
extern const size_t wrapper_names_count;

/* What a program of this name is: a name of the table, with the triplet before it and a version behind it
 * ("x86_64-linux-gnu-gcc-12") or without. WRAPPER_KINDS when it is none. */
enum wrapper_kind wrapper_kind_of(const char *name, const char *triplet);

#endif
