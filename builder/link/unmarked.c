/* Which of what was linked has no mark for control-flow protection: one object without it takes it from all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "link/link.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { ALL_MARKS = ELF_MARKED_JUMPS | ELF_MARKED_RETURNS };

/* Objects without code count too: linkers do not look into them. */
static bool lacks_marks(const void *bytes, size_t size)
{
    AUTO(err) struct err foreign = ERR_INIT; /* byte-code of a compiler: it marks what it makes of it */
    struct elf_object o;
    if (elf_identify(bytes, size) != ELF_KIND_OBJECT || elf_object_open(&o, bytes, size, &foreign) < 0)
        return false;
    int marks = elf_object_marks(&o);
    return marks >= 0 && marks != ALL_MARKS;
}

static bool is_linked(const struct link_contents *c, const char *archive, struct slice member)
{
    for (size_t i = 0; i < c->len; i++)
        if (slice_is(member, c->items[i].member) && strcmp(c->items[i].archive, archive) == 0)
            return true;
    return false;
}

static void look_into_archive(
    const struct link_contents *c, const char *path, const struct mapping *m, struct strvec *out)
{
    AUTO(err) struct err damaged = ERR_INIT;
    struct ar_walk walk;
    struct ar_member member;
    if (ar_open(&walk, m->bytes, m->size, &damaged) < 0)
        return;
    while (ar_next(&walk, &member, &damaged) > 0)
        if (is_linked(c, path, member.name) && lacks_marks(member.data.ptr, member.data.len))
            strvec_pushf(out, "%s(%.*s)", path_base(path), (int)member.name.len, member.name.ptr);
}

static void look_at(const struct link_contents *c, const char *path, struct strvec *out)
{
    AUTO(err) struct err gone = ERR_INIT; /* then nothing is said of it */
    AUTO(mapping) struct mapping m = {0};
    if (mapping_open(&m, path, &gone) < 0)
        return;
    if (ar_is_archive(m.bytes, m.size))
        look_into_archive(c, path, &m, out);
    else if (lacks_marks(m.bytes, m.size))
        strvec_push(out, path_base(path));
}

void link_unmarked(struct strvec *out, const struct link_contents *c)
{
    AUTO(strvec) struct strvec seen = {0};
    for (size_t i = 0; i < c->len; i++)
        if (!strvec_has(&seen, c->items[i].archive))
            strvec_push(&seen, c->items[i].archive);
    for (size_t i = 0; i < c->place_count; i++)
        if (!strvec_has(&seen, c->places[i].file))
            strvec_push(&seen, c->places[i].file);
    for (size_t i = 0; i < seen.len; i++)
        look_at(c, seen.items[i], out);
}
