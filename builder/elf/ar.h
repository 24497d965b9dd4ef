/* Unix archives of object files: the common format, GNU long names ("//"), BSD long names ("#1/N"), symbol
 * indices. Thin archives, whose members are other files, are refused. */
#ifndef ELF_AR_H
#define ELF_AR_H

#include "base/str.h"
#include "elf/image.h"

struct ar_member {
    struct slice name;     /* without the padding and the final slash */
    struct elf_range data; /* inside the archive's bytes */
    size_t header;         /* offset of the member's header in the archive */
};

struct ar_walk {
    struct elf_range archive;
    struct slice long_names; /* the "//" member seen so far */
    size_t at;
};

/* Whether the bytes begin like an archive, thin ones included. */
bool ar_is_archive(const void *bytes, size_t size);

/* Starts a walk; fails with ERR_ENVIRONMENT when the bytes are not an archive, or are a thin one. */
int ar_open(struct ar_walk *walk, const void *bytes, size_t size, struct err *e);

/* The next member that is neither a symbol index nor a table of names: 1 with *member filled, 0 at the end,
 * -1 when the archive is damaged. */
int ar_next(struct ar_walk *walk, struct ar_member *member, struct err *e);

/* A symbol of the archive's index and the offset of the header of the member that defines it. */
struct ar_symbol {
    const char *name;
    uint64_t header;
};

struct ar_index {
    const unsigned char *offsets, *names;
    size_t word, count, left; /* bytes an offset, symbols, bytes of names not read yet */
    size_t at;
};

/* Starts a walk over the index ("/" or "/SYM64/"): 1, 0 when the archive has none, -1 when it is damaged. */
int ar_index_open(struct ar_index *index, const void *bytes, size_t size, struct err *e);
bool ar_index_next(struct ar_index *index, struct ar_symbol *symbol);

#endif
