/* Whether a relocatable object can go into a shared object without relocations of its code (position
 * independence), told by the relocations that its compiler wrote. */
#ifndef ELF_PIC_H
#define ELF_PIC_H

#include "base/set.h"
#include "elf/object.h"

/* The first relocation that a shared object cannot carry. */
struct elf_pic_fault {
    const char *section;    /* that is patched */
    uint64_t offset;        /* in that section */
    const char *relocation; /* "R_X86_64_32" */
    const char *symbol;     /* "" for a section's own symbol */
    bool thread_local;      /* local-exec TLS: compiled for an executable */
};

/* True when every relocation is fit for a shared object; otherwise *fault is filled (may be NULL). Objects of
 * a machine that elf/pic.def does not know are taken as fit. */
bool elf_object_is_pic(const struct elf_object *object, struct elf_pic_fault *fault);

/* The same for an object that is linked with others: is_hidden tells of a name whether one of them defines it
 * hidden, which then holds for all of them (gABI ch. 4, symbol visibility). Hand-written assembly relies on
 * it. */
bool elf_object_is_pic_among(const struct elf_object *object, bool (*is_hidden)(void *arg, const char *name),
    void *arg, struct elf_pic_fault *fault);

/* An archive whose members are linked with each other. Set bytes and size, which belong to the caller. */
struct elf_pic_archive {
    const void *bytes;
    size_t size;
    struct set hidden; /* names that some member defines hidden; read when a first one is in doubt */
    bool hidden_known;
};

/* elf_object_is_pic_among the members of the archive. */
bool elf_pic_archive_member(
    struct elf_pic_archive *archive, const struct elf_object *member, struct elf_pic_fault *fault);
void elf_pic_archive_release(struct elf_pic_archive *archive);

#endif
