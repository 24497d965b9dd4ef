/* A static archive, or one relocatable object, read once for the rules about objects. */
#ifndef AUDIT_ARCHIVE_FACTS_H
#define AUDIT_ARCHIVE_FACTS_H

#include "audit/internal.h"
#include "elf/object.h"

struct object_facts {
    const char *name;   /* of the member, or of the file */
    const char *damage; /* why it cannot be read, or NULL */
    bool is_elf;
    bool bitcode;            /* LLVM's intermediate code instead of ELF */
    const struct arch *arch; /* NULL when no tag has it */
    uint16_t machine;
    bool wide, big;
    enum elf_lto lto;
    const char *pic_fault; /* "R_X86_64_32 against x in .text", or NULL */
    bool executable_stack; /* .note.GNU-stack has the X flag, or is absent in an object with code */
    uint64_t debug_size, size;
};

struct archive_facts {
    bool is_archive;
    struct object_facts *objects;
    size_t count;
};

/* Reads all members into the arena. Fails when the bytes are neither. */
int archive_facts_read(struct archive_facts *facts, struct arena *arena, const char *path,
    const unsigned char *bytes, size_t size, struct err *e);

#endif
