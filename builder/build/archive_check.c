/* Whether an archive can go into a shared object: its objects are there, position-independent, and machine
 * code. */
#include <elf.h>
#include <string.h>

#include "build/internal.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "elf/pic.h"
#include "sys/fs.h"

enum { FAULTS_SHOWN = 3 };

struct tally {
    struct elf_pic_archive archive;
    size_t objects, not_pic, byte_code, damaged;
};

static bool is_bitcode(const struct ar_member *m)
{
    return m->data.len >= 4 && memcmp(m->data.ptr, "BC\xC0\xDE", 4) == 0;
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
    if (!elf_pic_archive_member(&t->archive, &o, &fault) && t->not_pic++ < FAULTS_SHOWN)
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
    struct tally t = {.archive = {.bytes = m.bytes, .size = m.size}};
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
    elf_pic_archive_release(&t.archive);
    return e->kind == ERR_NONE ? 0 : -1;
}
