/* Rules about static archives and objects: can they go into a module? */
#include <string.h>

#include "audit/archive_facts.h"

/* Adds a member to the one finding of a rule; its first message is completed by `summarize`. */
static struct finding *add_member(struct check *c, struct finding *f, const char *what)
{
    if (!f)
        f = add_finding(c, "%s", "");
    add_evidence(c, f, "%s", what);
    return f;
}

/* "crypto_box.o: …", or "crypto_box.o and 3 more: …". */
static void summarize(struct check *c, struct finding *f, const char *what)
{
    const struct archive_facts *a = c->archive;
    if (!f)
        return;
    if (!a->is_archive)
        f->message = arena_strdup(&c->report->arena, what);
    else if (f->evidence_total == 1)
        f->message = arena_strf(&c->report->arena, "%s: %s", f->evidence[0], what);
    else
        f->message = arena_strf(
            &c->report->arena, "%s and %zu more members: %s", f->evidence[0], f->evidence_total - 1, what);
}

void check_object_damaged(struct check *c)
{
    for (size_t i = 0; i < c->archive->count; i++) {
        const struct object_facts *o = &c->archive->objects[i];
        if (o->damage)
            add_finding(c, "%s: %s", o->name, o->damage);
    }
}

void check_object_architecture(struct check *c)
{
    const struct object_facts *first = NULL;
    struct finding *foreign = NULL, *mixed = NULL;
    for (size_t i = 0; i < c->archive->count; i++) {
        const struct object_facts *o = &c->archive->objects[i];
        if (!o->is_elf || o->damage)
            continue;
        first = first ? first : o;
        if (c->platform && o->arch != c->platform->arch)
            foreign = add_member(c, foreign, o->name);
        else if (o->machine != first->machine || o->wide != first->wide || o->big != first->big)
            mixed = add_member(c, mixed, o->name);
    }
    if (foreign)
        summarize(c, foreign, arena_strf(&c->report->arena, "not for %s", c->platform->arch->name));
    summarize(c, mixed, "for another machine than the first member");
}

void check_object_pic(struct check *c)
{
    struct finding *f = NULL;
    const char *first = NULL;
    for (size_t i = 0; i < c->archive->count; i++) {
        const struct object_facts *o = &c->archive->objects[i];
        if (!o->pic_fault)
            continue;
        first = first ? first : o->pic_fault;
        f = add_member(c, f, o->name);
    }
    if (!f)
        return;
    summarize(c, f, arena_strf(&c->report->arena, "not position-independent: %s", first));
    set_remedy(c, f, "compile it with -fPIC; without that it cannot be linked into an extension module");
}

void check_object_lto(struct check *c)
{
    struct finding *f = NULL;
    bool slim = false;
    for (size_t i = 0; i < c->archive->count; i++) {
        const struct object_facts *o = &c->archive->objects[i];
        slim |= o->bitcode || o->lto == ELF_LTO_SLIM;
        if (o->bitcode || o->lto != ELF_LTO_NONE)
            f = add_member(c, f, o->name);
    }
    summarize(c, f,
        slim ? "a compiler's intermediate code (LTO) and no machine code"
             : "a compiler's intermediate code (LTO) beside machine code");
    if (f)
        set_remedy(c, f, "compile it without -flto, or with -ffat-lto-objects and strip it");
}

void check_object_stack(struct check *c)
{
    struct finding *f = NULL;
    for (size_t i = 0; i < c->archive->count; i++)
        if (c->archive->objects[i].executable_stack)
            f = add_member(c, f, c->archive->objects[i].name);
    summarize(c, f, "makes the stack executable: .note.GNU-stack is absent, or says so");
    if (f)
        set_remedy(c, f,
            "add .section .note.GNU-stack,\"\",%%progbits to assembler sources, or assemble with "
            "-Wa,--noexecstack");
}

void check_object_debug(struct check *c)
{
    struct finding *f = NULL;
    uint64_t debug = 0, all = 0;
    for (size_t i = 0; i < c->archive->count; i++) {
        const struct object_facts *o = &c->archive->objects[i];
        all += o->size;
        debug += o->debug_size;
        if (o->debug_size)
            f = add_member(c, f, o->name);
    }
    summarize(c, f,
        arena_strf(&c->report->arena, "%llu of %llu bytes are debug information", (unsigned long long)debug,
            (unsigned long long)all));
}
