#include "audit/objects.h"

#include "audit/internal.h"
#include "audit/rules.h"
#include "base/cleanup.h"
#include "elf/ar.h"

typedef VEC(struct object_fact) object_list;

static struct object_fact read_object(const char *name, const void *bytes, size_t size, struct arena *arena)
{
    struct object_fact fact = {.name = name, .pic = true};
    struct err e = ERR_INIT;
    struct elf_object o;
    if (elf_object_open(&o, bytes, size, &e) < 0) {
        fact.damage = arena_strdup(arena, e.text);
        err_release(&e);
        return fact;
    }
    fact.pic = elf_object_is_pic(&o, &fact.fault);
    fact.lto = elf_object_lto(&o);
    fact.debug_size = elf_object_debug_size(&o);
    fact.machine = o.machine;
    fact.machine_flags = o.machine_flags;
    fact.wide = o.wide;
    fact.big = o.big;
    return fact;
}

static int read_archive(
    struct check *c, const void *bytes, size_t size, struct objects *objects, struct err *e)
{
    object_list list = {0};
    struct ar_walk walk;
    struct ar_member m;
    if (ar_open(&walk, bytes, size, e) < 0)
        return -1;
    int got;
    while ((got = ar_next(&walk, &m, e)) > 0) {
        const char *name = arena_strndup(c->scratch, m.name.ptr, m.name.len);
        if (elf_identify(m.data.ptr, m.data.len) == ELF_KIND_NONE)
            objects->others++;
        else
            vec_push(&list, read_object(name, m.data.ptr, m.data.len, c->scratch));
    }
    if (got == 0) {
        objects->items = arena_memdup(c->scratch, list.items, list.len * sizeof *list.items);
        objects->len = list.len;
    }
    vec_release(&list);
    return got;
}

/* The architecture that all objects share, or NULL. */
static const struct arch *common_arch(const struct objects *objects)
{
    const struct object_fact *first = objects->len ? &objects->items[0] : NULL;
    for (size_t i = 0; i < objects->len; i++)
        if (objects->items[i].damage || objects->items[i].machine != first->machine ||
            objects->items[i].wide != first->wide || objects->items[i].big != first->big)
            return NULL;
    return first ? arch_of_elf(first->machine, first->wide ? 64 : 32, first->big) : NULL;
}

int audit_objects(const void *bytes, size_t size, const struct audit_context *context,
    struct audit_report *report, struct err *e)
{
    bool archive = ar_is_archive(bytes, size);
    *report = (struct audit_report){.role = archive ? AUDIT_ARCHIVE : AUDIT_OBJECT, .holds = true};
    AUTO(arena) struct arena scratch = {0};
    struct objects objects = {0};
    struct check c = {.context = context, .objects = &objects, .report = report, .scratch = &scratch};
    c.platform = context->target ? context->target : context->claimed;
    if (archive && read_archive(&c, bytes, size, &objects, e) < 0)
        return err_wrap(e, "%s", context->subject);
    if (!archive) {
        if (elf_identify(bytes, size) != ELF_KIND_OBJECT)
            return err_set(e, ERR_ENVIRONMENT, "%s: neither an object nor an archive", context->subject);
        objects.items = arena_new(&scratch, struct object_fact);
        objects.items[objects.len++] = read_object(context->subject, bytes, size, &scratch);
    }
    report->subject = arena_strdup(&report->arena, context->subject);
    report->object_count = objects.len;
    report->machine = objects.len ? elf_machine_name(objects.items[0].machine) : "no machine";
    report->arch = common_arch(&objects);
    run_rules(&c, SCOPE_OBJECT);
    return 0;
}
