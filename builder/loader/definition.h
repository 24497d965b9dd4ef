/* Which definition satisfies which reference: the rules of glibc's elf/dl-lookup.c (do_lookup_x, check_match)
 * and of the GNU symbol-versioning extension. */
#ifndef LOADER_DEFINITION_H
#define LOADER_DEFINITION_H

#include "loader/tree.h"

/* What a file has of a name. The higher, the closer. */
enum definition_fit {
    DEFINES_NOT,
    DEFINES_HIDDEN, /* defined for the file itself alone: local, hidden or internal */
    DEFINES_OTHER,  /* at other versions than the one asked for */
    DEFINES_IT,
};

struct definition {
    enum definition_fit fit;
    struct elf_symbol symbol; /* the one that fits, or the first that comes close */
};

/* Looks through all dynamic symbols of a file. version NULL: a reference without one, which takes the oldest
 * or the only visible one. musl does not look at versions. */
struct definition definition_find(
    const struct elf_image *image, const char *name, const char *version, bool musl);

/* The same of symbols that were found already: all of one name, in the order of the file. */
struct definition definition_choose(
    const struct elf_symbol *symbols, size_t len, const char *version, bool musl);

/* The dynamic symbols of a file by name, for many questions. */
struct definition_index {
    const struct elf_image *image;
    struct definition_place {
        uint32_t hash, symbol;
    } * places; /* by hash; lives in the arena */
    size_t len;
};
void definition_index_build(
    struct definition_index *index, struct arena *arena, const struct elf_image *image);
struct definition definition_lookup(
    const struct definition_index *index, const char *name, const char *version, bool musl);

#endif
