/* Reads static archives in the System V format, with long names and symbol indexes of both sizes (ar(5)).
 * */
#include "elf/ar.h"

#include <ar.h>

#include "base/err.h"
#include "elf/internal.h"

static const char thin_magic[] = "!<thin>\n";

bool ar_is_archive(const void *bytes, size_t size)
{
    return size >= SARMAG && (memcmp(bytes, ARMAG, SARMAG) == 0 || memcmp(bytes, thin_magic, SARMAG) == 0);
}

int ar_open(struct ar_walk *walk, const void *bytes, size_t size, struct err *e)
{
    if (!ar_is_archive(bytes, size))
        return err_set(e, ERR_DAMAGED, "not an archive");
    if (memcmp(bytes, thin_magic, SARMAG) == 0)
        return err_set(e, ERR_DAMAGED, "thin archive: its members are separate files; make it with `ar rcs`");
    *walk = (struct ar_walk){.archive = {bytes, size}, .at = SARMAG};
    return 0;
}

/* A decimal field padded with spaces; false when it is anything else. Ten digits cannot overflow. */
static bool decimal(const char *field, size_t len, uint64_t *value)
{
    size_t i = 0;
    *value = 0;
    for (; i < len && field[i] >= '0' && field[i] <= '9'; i++)
        *value = *value * 10 + (uint64_t)(field[i] - '0');
    size_t digits = i;
    while (i < len && field[i] == ' ')
        i++;
    return digits && i == len;
}

static int long_name(const struct ar_walk *walk, const struct ar_hdr *h, struct ar_member *m, struct err *e)
{
    uint64_t offset;
    if (!decimal(h->ar_name + 1, sizeof h->ar_name - 1, &offset) || offset >= walk->long_names.len)
        return err_set(
            e, ERR_DAMAGED, "archive member at offset %zu: long name outside the table of names", m->header);
    struct slice rest = {walk->long_names.ptr + offset, walk->long_names.len - offset};
    m->name = slice_cut(&rest, '\n');
    if (m->name.len && m->name.ptr[m->name.len - 1] == '/')
        m->name.len--;
    return 0;
}

static int bsd_name(const struct ar_hdr *h, struct ar_member *m, struct err *e)
{
    uint64_t len;
    if (!decimal(h->ar_name + 3, sizeof h->ar_name - 3, &len) || len > m->data.len)
        return err_set(
            e, ERR_DAMAGED, "archive member at offset %zu: name longer than the member", m->header);
    const char *name = (const char *)m->data.ptr;
    m->name = (struct slice){name, strnlen(name, len)};
    m->data.ptr += len;
    m->data.len -= len;
    return 0;
}

static void short_name(const struct ar_hdr *h, struct ar_member *m)
{
    size_t len = sizeof h->ar_name;
    while (len && h->ar_name[len - 1] == ' ')
        len--;
    if (len > 1 && h->ar_name[len - 1] == '/')
        len--;
    m->name = (struct slice){h->ar_name, len};
}

/* Reads the member at walk->at and steps over it, whatever it is. */
static int next_any(struct ar_walk *walk, struct ar_member *m, const struct ar_hdr **header, struct err *e)
{
    size_t size = walk->archive.len;
    if (walk->at >= size)
        return 0;
    if (size - walk->at < sizeof(struct ar_hdr))
        return err_set(e, ERR_DAMAGED, "archive cut off in the member header at offset %zu", walk->at);
    const struct ar_hdr *h = (const void *)(walk->archive.ptr + walk->at);
    uint64_t len;
    if (memcmp(h->ar_fmag, ARFMAG, sizeof h->ar_fmag) != 0 || !decimal(h->ar_size, sizeof h->ar_size, &len))
        return err_set(e, ERR_DAMAGED, "archive member at offset %zu: damaged header", walk->at);
    size_t start = walk->at + sizeof *h;
    if (len > size - start)
        return err_set(e, ERR_DAMAGED,
            "archive member at offset %zu: %llu bytes, but the archive has %zu left", walk->at,
            (unsigned long long)len, size - start);
    *m = (struct ar_member){.data = {walk->archive.ptr + start, len}, .header = walk->at};
    *header = h;
    walk->at = start + len + (len & 1); /* members begin at even offsets */
    return 1;
}

static bool is_index(struct slice name)
{
    return slice_is(name, "/") || slice_is(name, "/SYM64") || slice_is(name, "__.SYMDEF") ||
           slice_is(name, "__.SYMDEF SORTED") || slice_is(name, "__.SYMDEF_64");
}

int ar_next(struct ar_walk *walk, struct ar_member *m, struct err *e)
{
    for (;;) {
        const struct ar_hdr *h;
        int got = next_any(walk, m, &h, e);
        if (got <= 0)
            return got;
        if (memcmp(h->ar_name, "// ", 3) == 0) {
            walk->long_names = (struct slice){(const char *)m->data.ptr, m->data.len};
            continue;
        }
        if (h->ar_name[0] == '/' && h->ar_name[1] >= '0' && h->ar_name[1] <= '9') {
            if (long_name(walk, h, m, e) < 0)
                return -1;
        } else if (memcmp(h->ar_name, "#1/", 3) == 0) {
            if (bsd_name(h, m, e) < 0)
                return -1;
        } else {
            short_name(h, m);
        }
        if (!is_index(m->name))
            return 1;
    }
}

int ar_index_open(struct ar_index *index, const void *bytes, size_t size, struct err *e)
{
    struct ar_walk walk;
    struct ar_member m;
    const struct ar_hdr *h;
    if (ar_open(&walk, bytes, size, e) < 0)
        return -1;
    int got = next_any(&walk, &m, &h, e);
    if (got <= 0)
        return got;
    short_name(h, &m);
    size_t word = slice_is(m.name, "/") ? 4 : slice_is(m.name, "/SYM64") ? 8 : 0;
    if (!word)
        return 0;
    if (m.data.len < word)
        return err_set(e, ERR_DAMAGED, "archive index cut off");
    uint64_t count = get_word(m.data.ptr, word == 8, true); /* always most significant byte first */
    if (count > (m.data.len - word) / word)
        return err_set(e, ERR_DAMAGED, "archive index: %llu symbols do not fit in %zu bytes",
            (unsigned long long)count, m.data.len);
    *index = (struct ar_index){
        .offsets = m.data.ptr + word,
        .names = m.data.ptr + word + count * word,
        .word = word,
        .count = count,
        .left = m.data.len - word - count * word,
    };
    return 1;
}

bool ar_index_next(struct ar_index *index, struct ar_symbol *symbol)
{
    const unsigned char *end = index->at < index->count ? memchr(index->names, 0, index->left) : NULL;
    if (!end)
        return false;
    *symbol = (struct ar_symbol){
        .name = (const char *)index->names,
        .header = get_word(index->offsets + index->at * index->word, index->word == 8, true),
    };
    index->left -= (size_t)(end - index->names) + 1;
    index->names = end + 1;
    index->at++;
    return true;
}
