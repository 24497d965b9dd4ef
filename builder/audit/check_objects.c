/* The rules about objects and archives; each lists the members it speaks of. */
#include <string.h>

#include "audit/internal.h"

void check_object_damage(struct check *c)
{
    struct finding *f = NULL;
    for (size_t i = 0; i < c->objects->len; i++) {
        const struct object_fact *o = &c->objects->items[i];
        if (!o->damage)
            continue;
        if (!f)
            f = add_finding(c, "holds what cannot be read");
        add_evidence(c, f, "%s: %s", o->name, o->damage);
    }
}

void check_object_pic(struct check *c)
{
    struct finding *f = NULL;
    for (size_t i = 0; i < c->objects->len; i++) {
        const struct object_fact *o = &c->objects->items[i];
        if (o->damage || o->pic)
            continue;
        if (!f)
            f = add_finding(c, "not position-independent: no shared library can take it");
        add_evidence(c, f, "%s: %s%s%s in %s%s", o->name, o->fault.relocation,
            o->fault.symbol[0] ? " against " : "", o->fault.symbol, o->fault.section,
            o->fault.thread_local ? " (TLS of an executable)" : "");
    }
    if (!f)
        return;
    if (c->report->role == AUDIT_ARCHIVE)
        f->message = arena_strf(&c->report->arena,
            "%zu of %zu objects are not position-independent: no shared library "
            "can take them",
            f->evidence_total, c->objects->len);
    set_remedy(c, f, "compile with -fPIC");
}

void check_object_machine(struct check *c)
{
    const struct object_fact *first = NULL;
    for (size_t i = 0; i < c->objects->len; i++) {
        const struct object_fact *o = &c->objects->items[i];
        if (o->damage)
            continue;
        if (!first) {
            first = o;
            continue;
        }
        if (o->machine == first->machine && o->wide == first->wide && o->big == first->big)
            continue;
        struct finding *f = add_finding(c, "objects of several machines");
        add_evidence(
            c, f, "%s: %s, %d bit", first->name, elf_machine_name(first->machine), first->wide ? 64 : 32);
        add_evidence(c, f, "%s: %s, %d bit", o->name, elf_machine_name(o->machine), o->wide ? 64 : 32);
        return;
    }
    if (first && c->platform && c->report->arch != c->platform->arch)
        add_finding(c, "is for %s (%d bit), not for %s", elf_machine_name(first->machine),
            first->wide ? 64 : 32, c->platform->name);
}

void check_object_lto(struct check *c)
{
    struct finding *f = NULL;
    for (size_t i = 0; i < c->objects->len; i++) {
        const struct object_fact *o = &c->objects->items[i];
        if (o->damage || o->lto == ELF_LTO_NONE)
            continue;
        if (!f)
            f = add_finding(c, "a compiler's intermediate code (LTO): only the same compiler can link it");
        add_evidence(
            c, f, "%s: %s", o->name, o->lto == ELF_LTO_SLIM ? "no machine code" : "beside machine code");
    }
    if (f)
        set_remedy(c, f, "compile without -flto, or with -ffat-lto-objects and strip it");
}

void check_object_debug(struct check *c)
{
    uint64_t total = 0;
    for (size_t i = 0; i < c->objects->len; i++)
        total += c->objects->items[i].debug_size;
    if (total)
        add_finding(c, "%llu bytes of debug information", (unsigned long long)total);
}
