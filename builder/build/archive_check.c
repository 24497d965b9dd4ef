/* Whether an archive can go into a shared object: its objects are there, position-independent, and machine
 * code. */
#include <elf.h>
#include <string.h>

#include "base/map.h"
#include "build/internal.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "elf/pic.h"
#include "sys/fs.h"

enum { FAULTS_SHOWN = 3 };

struct tally {
    const struct mapping *archive;
    struct map hidden; /* names that some object defines hidden; looked for when a first one is in doubt */
    bool hidden_known;
    size_t objects, not_pic, byte_code, damaged;
};

static bool is_bitcode(const struct ar_member *m)
{
    return m->data.len >= 4 && memcmp(m->data.ptr, "BC\xC0\xDE", 4) == 0;
}

static void note_hidden(struct map *hidden, const struct ar_member *m)
{
    struct elf_object o;
    struct err ignored = ERR_INIT;
    if (elf_identify(m->data.ptr, m->data.len) != ELF_KIND_OBJECT ||
        elf_object_open(&o, m->data.ptr, m->data.len, &ignored) < 0) {
        err_release(&ignored);
        return;
    }
    for (size_t i = 1; i < o.symbol_count; i++) {
        struct elf_symbol s;
        if (elf_object_symbol_at(&o, i, &s) && s.bind != STB_LOCAL && s.section != SHN_UNDEF &&
            (s.visibility == STV_HIDDEN || s.visibility == STV_INTERNAL))
            map_set(hidden, s.name, hidden);
    }
}

static bool is_hidden(void *arg, const char *name)
{
    struct tally *t = arg;
    if (!t->hidden_known) {
        struct ar_walk walk;
        struct ar_member member;
        struct err ignored = ERR_INIT;
        if (ar_open(&walk, t->archive->bytes, t->archive->size, &ignored) == 0)
            while (ar_next(&walk, &member, &ignored) > 0)
                note_hidden(&t->hidden, &member);
        err_release(&ignored);
        t->hidden_known = true;
    }
    return map_get(&t->hidden, name) != NULL;
}

static void check_object(const struct ar_member *m, const char *label, struct tally *t, struct err *e)
{
    struct elf_object o;
    struct err damage = ERR_INIT;
    int name_len = (int)m->name.len;
    const char *name = m->name.ptr;
    if (elf_object_open(&o, m->data.ptr, m->data.len, &damage) < 0) {
        if (t->damaged++ < FAULTS_SHOWN)
            err_add(e, ERR_BUILD, "%s(%.*s): %s", label, name_len, name, damage.text);
        err_release(&damage);
        return;
    }
    t->objects++;
    if (elf_object_lto(&o) != ELF_LTO_NONE && t->byte_code++ < FAULTS_SHOWN)
        err_add(e, ERR_BUILD, "%s(%.*s) has link-time byte-code of one compiler (build it with -fno-lto)",
            label, name_len, name);
    struct elf_pic_fault fault;
    if (!elf_object_is_pic_among(&o, is_hidden, t, &fault) && t->not_pic++ < FAULTS_SHOWN)
        err_add(e, ERR_BUILD,
            "%s(%.*s) is not position-independent: %s%s%s in %s%s (build it with -fPIC, see {cflags…})",
            label, name_len, name, fault.relocation, *fault.symbol ? " against " : "", fault.symbol,
            fault.section, fault.thread_local ? ", thread-local storage of an executable" : "");
}

static void add_rest(const char *label, size_t count, const char *what, struct err *e)
{
    if (count > FAULTS_SHOWN)
        err_add(e, ERR_BUILD, "%s: %zu more objects are %s", label, count - FAULTS_SHOWN, what);
}

int archive_check(const char *path, const char *label, struct err *e)
{
    AUTO(mapping) struct mapping m = {0};
    struct err inner = ERR_INIT;
    struct ar_walk walk;
    struct ar_member member;
    if (mapping_open(&m, path, &inner) < 0 || ar_open(&walk, m.bytes, m.size, &inner) < 0) {
        err_add(e, ERR_BUILD, "%s: %s", label, inner.text);
        err_release(&inner);
        return -1;
    }
    struct tally t = {.archive = &m};
    int more;
    while ((more = ar_next(&walk, &member, &inner)) > 0) {
        if (elf_identify(member.data.ptr, member.data.len) == ELF_KIND_OBJECT)
            check_object(&member, label, &t, e);
        else if (is_bitcode(&member) && t.byte_code++ < FAULTS_SHOWN)
            err_add(e, ERR_BUILD, "%s(%.*s) is byte-code of LLVM (build it with -fno-lto)", label,
                (int)member.name.len, member.name.ptr);
    }
    if (more < 0) {
        err_add(e, ERR_BUILD, "%s: %s", label, inner.text);
        err_release(&inner);
    }
    add_rest(label, t.not_pic, "not position-independent", e);
    add_rest(label, t.byte_code, "byte-code", e);
    add_rest(label, t.damaged, "damaged", e);
    if (!t.objects && !t.byte_code && !t.damaged && more == 0)
        err_add(e, ERR_BUILD, "%s holds no object file", label);
    map_release(&t.hidden);
    return e->kind == ERR_NONE ? 0 : -1;
}
