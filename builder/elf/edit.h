/* Copies of relocatable objects, and archives of them, in which symbols are others: what a linker is to find
 * by another name, to see though it was hidden, or to take from elsewhere. */
#ifndef ELF_EDIT_H
#define ELF_EDIT_H

#include "base/str.h"
#include "elf/object.h"

/* What becomes of a symbol; zeroed: it stays. */
struct elf_symbol_edit {
    const char *name; /* NULL: the one that it has */
    bool weak;        /* STB_GNU_UNIQUE becomes STB_WEAK */
    bool visible;     /* STV_DEFAULT */
    bool undefined;   /* a reference to a definition elsewhere */
};

typedef void elf_symbol_editor(
    void *arg, const struct elf_object *o, const struct elf_symbol *symbol, struct elf_symbol_edit *edit);

/* Adds a copy of the object to out; ask is called for every symbol that is not local. False, with nothing
 * added, when all stays as it is. */
bool elf_object_edit(struct strbuf *out, const struct elf_object *o, elf_symbol_editor *ask, void *arg);

/* True for a definition whose section is loaded and stays writable once the loader has done its work; of
 * common symbols too. */
bool elf_symbol_is_variable(const struct elf_object *o, const struct elf_symbol *symbol);

/* A section that is loaded and that code may write: not what the loader alone writes. */
bool elf_section_is_variable(const struct elf_section *section);

struct ar_new_member {
    struct slice name, data;
};

/* Adds an archive with an index, without times and owners. Fails (ERR_ENVIRONMENT) past 4 GiB. */
int ar_write(struct strbuf *out, const struct ar_new_member *members, size_t count, struct err *e);

#endif
