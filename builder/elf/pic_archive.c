/* Whether a member of an archive is position-independent: what its siblings define and hide counts as its
 * own. */
#include "base/cleanup.h"
#include "base/err.h"
#include "elf/ar.h"
#include "elf/pic.h"

static void note_hidden(struct set *hidden, const struct ar_member *m)
{
    struct elf_object o;
    AUTO(err) struct err ignored = ERR_INIT;
    if (elf_identify(m->data.ptr, m->data.len) != ELF_KIND_OBJECT ||
        elf_object_open(&o, m->data.ptr, m->data.len, &ignored) < 0)
        return;
    for (size_t i = 1; i < o.symbol_count; i++) {
        struct elf_symbol s;
        if (elf_object_symbol_at(&o, i, &s) && s.bind != STB_LOCAL && s.section != SHN_UNDEF &&
            (s.visibility == STV_HIDDEN || s.visibility == STV_INTERNAL))
            set_add(hidden, s.name);
    }
}

static bool is_hidden(void *arg, const char *name)
{
    struct elf_pic_archive *a = arg;
    if (!a->hidden_known) {
        struct ar_walk walk;
        struct ar_member member;
        AUTO(err) struct err ignored = ERR_INIT;
        if (ar_open(&walk, a->bytes, a->size, &ignored) == 0)
            while (ar_next(&walk, &member, &ignored) > 0)
                note_hidden(&a->hidden, &member);
        a->hidden_known = true;
    }
    return set_has(&a->hidden, name);
}

bool elf_pic_archive_member(
    struct elf_pic_archive *archive, const struct elf_object *member, struct elf_pic_fault *fault)
{
    return elf_object_is_pic_among(member, is_hidden, archive, fault);
}

void elf_pic_archive_release(struct elf_pic_archive *archive)
{
    set_release(&archive->hidden);
    *archive = (struct elf_pic_archive){0};
}
