/* Where two files of one kind differ first: a member of an archive or a wheel, a section of an ELF file, a
 * byte. */
#include <string.h>

#include "base/cleanup.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "reproduce/reproduce.h"
#include "zip/reader.h"

enum { MEMBER_LIMIT = 1 << 30, MOST_NESTED = 4 };

static const char *in_bytes(struct arena *a, struct slice first, struct slice second, unsigned depth);

static bool is_same(struct slice a, struct slice b)
{
    return a.len == b.len && (!a.len || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static struct slice of_range(struct elf_range r)
{
    return (struct slice){(const char *)r.ptr, r.len};
}

/* "member a.o" and, where more is known of it, what in it. */
static const char *inside(struct arena *a, const char *what, struct slice name, const char *more)
{
    return arena_strf(a, "%s %.*s%s%s", what, (int)name.len, name.ptr, more ? ", " : "", more ? more : "");
}

static const char *plainly(struct arena *a, struct slice first, struct slice second)
{
    size_t at = 0, least = first.len < second.len ? first.len : second.len;
    while (at < least && first.ptr[at] == second.ptr[at])
        at++;
    if (first.len != second.len)
        return arena_strf(a, "from byte %zu on, %zu bytes and %zu", at, first.len, second.len);
    return arena_strf(a, "from byte %zu on", at);
}

static const char *in_archive(struct arena *a, struct slice first, struct slice second, unsigned depth)
{
    struct ar_walk x, y;
    struct ar_member m, n;
    AUTO(err) struct err ignored = ERR_INIT; /* then it is told plainly */
    if (ar_open(&x, first.ptr, first.len, &ignored) < 0 || ar_open(&y, second.ptr, second.len, &ignored) < 0)
        return NULL;
    for (;;) {
        int one = ar_next(&x, &m, &ignored);
        int other = one < 0 ? -1 : ar_next(&y, &n, &ignored);
        if (other < 0 || (!one && !other))
            return NULL;
        if (one != other)
            return inside(
                a, one ? "the second has no member" : "the first has no member", one ? m.name : n.name, NULL);
        if (!slice_eq(m.name, n.name))
            return inside(a, "another order: member", m.name, NULL);
        if (!is_same(of_range(m.data), of_range(n.data)))
            return inside(a, "member", m.name, in_bytes(a, of_range(m.data), of_range(n.data), depth));
    }
}

static const char *in_wheel(struct arena *a, struct slice first, struct slice second, unsigned depth)
{
    struct zip x, y;
    struct zip_scratch s = {0}, t = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    const char *found = NULL;
    if (zip_parse(&x, "first", first.ptr, first.len, &ignored) < 0)
        return NULL;
    if (zip_parse(&y, "second", second.ptr, second.len, &ignored) < 0) {
        zip_release(&x);
        return NULL;
    }
    for (size_t i = 0; i < x.len && !found; i++) {
        const struct zip_member *m = &x.members[i], *n = zip_find(&y, m->name);
        struct slice p, q;
        if (!n)
            found = inside(a, "the second has no member", slice_of(m->name), NULL);
        else if (zip_read(m, MEMBER_LIMIT, &s, &p, &ignored) < 0 ||
                 zip_read(n, MEMBER_LIMIT, &t, &q, &ignored) < 0)
            break;
        else if (!is_same(p, q))
            found = inside(a, "member", slice_of(m->name), in_bytes(a, p, q, depth));
    }
    zip_scratch_release(&s);
    zip_scratch_release(&t);
    zip_release(&x);
    zip_release(&y);
    return found;
}

static const char *in_elf(struct arena *a, struct slice first, struct slice second, unsigned depth)
{
    struct elf_object x, y;
    AUTO(err) struct err ignored = ERR_INIT;
    (void)depth;
    if (elf_object_open(&x, first.ptr, first.len, &ignored) < 0 ||
        elf_object_open(&y, second.ptr, second.len, &ignored) < 0)
        return NULL;
    for (size_t i = 0; i < x.section_count && i < y.section_count; i++) {
        struct elf_section m = elf_section_at(&x, i), n = elf_section_at(&y, i);
        if (strcmp(m.name, n.name) != 0)
            return inside(a, "the second has other sections, from", slice_of(m.name), NULL);
        if (m.size != n.size || !is_same(of_range(m.data), of_range(n.data)))
            return inside(a, "section", slice_of(m.name), plainly(a, of_range(m.data), of_range(n.data)));
    }
    return NULL;
}

/* A row a kind of file. */
static const struct file_kind {
    const char *begins;
    size_t len;
    const char *(*look)(struct arena *a, struct slice first, struct slice second, unsigned depth);
} kinds[] = {
    {"!<arch>\n", 8, in_archive},
    {"PK\3\4", 4, in_wheel},
    {"\177ELF", 4, in_elf},
};

static bool is_of(const struct file_kind *kind, struct slice bytes)
{
    return bytes.len >= kind->len && memcmp(bytes.ptr, kind->begins, kind->len) == 0;
}

static const char *in_bytes(struct arena *a, struct slice first, struct slice second, unsigned depth)
{
    const char *found = NULL;
    for (size_t i = 0; i < COUNT(kinds) && !found && depth < MOST_NESTED; i++)
        if (is_of(&kinds[i], first) && is_of(&kinds[i], second))
            found = kinds[i].look(a, first, second, depth + 1);
    return found ? found : plainly(a, first, second);
}

const char *bytes_difference(struct arena *a, struct slice first, struct slice second)
{
    return is_same(first, second) ? NULL : in_bytes(a, first, second, 0);
}
