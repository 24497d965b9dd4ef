/* Reads the central directory, and notes where local headers contradict it (APPNOTE.TXT). */
#include "zip/reader.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/vec.h"
#include "zip/format.h"
#include "zip/internal.h"
#include "zip/name.h"

enum { DEFLATE_LIMIT = 1032 }; /* no deflate stream makes more bytes of one than this */

/* What the end record, or its zip64 form, says. */
struct end {
    size_t offset; /* of the record that follows the directory */
    uint64_t count, directory_size, directory_offset;
};

/* The end record that comes last, as zipfile and unzip take it. Where its comment does not end with the file,
 * one before it whose comment does would be taken by other readers. */
static bool find_end(struct zip *z, size_t *found)
{
    if (z->size_bytes < END_SIZE)
        return false;
    size_t last = z->size_bytes - END_SIZE, lowest = last > UINT16_MAX ? last - UINT16_MAX : 0;
    bool have = false;
    for (size_t at = last + 1; at-- > lowest;) {
        if (little32(z->bytes + at) != END_MAGIC)
            continue;
        size_t comment = little16(z->bytes + at + END_COMMENT_LEN), room = last - at;
        if (have && comment == room)
            z->facts |= ZIP_TWO_ENDS;
        if (!have && comment <= room) {
            *found = at;
            have = true;
        }
        if (comment == room)
            break;
    }
    return have;
}

static int read_end64(struct zip *z, const char *path, size_t end_offset, struct end *end, struct err *e)
{
    if (end_offset < LOCATOR64_SIZE ||
        !zip_magic_at(z, end_offset - LOCATOR64_SIZE, LOCATOR64_SIZE, LOCATOR64_MAGIC))
        return 0;
    z->facts |= ZIP_ZIP64;
    uint64_t at = little64(z->bytes + end_offset - LOCATOR64_SIZE + 8);
    /* With bytes put before the archive the offset is too small; the record then lies just before. */
    if (!zip_magic_at(z, at, END64_SIZE, END64_MAGIC) && end_offset >= LOCATOR64_SIZE + END64_SIZE)
        at = end_offset - LOCATOR64_SIZE - END64_SIZE;
    if (!zip_magic_at(z, at, END64_SIZE, END64_MAGIC) || at > end_offset - LOCATOR64_SIZE)
        return err_set(e, ERR_PACKAGE, "%s: the zip64 end record is missing", path);
    const unsigned char *p = z->bytes + at;
    end->offset = at;
    end->count = little64(p + 32);
    end->directory_size = little64(p + 40);
    end->directory_offset = little64(p + 48);
    if (little32(p + 16) || little32(p + 20) || little64(p + 24) != end->count)
        z->facts |= ZIP_DISKS;
    return 0;
}

static int read_end(struct zip *z, const char *path, struct end *end, struct err *e)
{
    size_t at = 0;
    if (!find_end(z, &at))
        return err_set(e, ERR_PACKAGE, "%s: not a zip archive (no end record), or cut short", path);
    const unsigned char *p = z->bytes + at;
    size_t comment = little16(p + END_COMMENT_LEN), behind = z->size_bytes - at - END_SIZE;
    z->comment = (struct slice){(const char *)p + END_SIZE, comment};
    if (comment)
        z->facts |= ZIP_COMMENT;
    if (comment != behind)
        z->facts |= ZIP_TRAILING;
    if (little16(p + END_DISK) || little16(p + END_DISK_DIRECTORY) ||
        little16(p + END_COUNT_DISK) != little16(p + END_COUNT))
        z->facts |= ZIP_DISKS;
    *end = (struct end){
        at, little16(p + END_COUNT), little32(p + END_DIRECTORY_SIZE), little32(p + END_DIRECTORY_OFFSET)};
    return read_end64(z, path, at, end, e);
}

static uint32_t mode_facts(unsigned mode)
{
    uint32_t facts = mode & (S_ISUID | S_ISGID | S_ISVTX) ? ZIP_SETUID : 0;
    if (S_ISLNK(mode))
        return facts | ZIP_SYMLINK;
    if (S_ISBLK(mode) || S_ISCHR(mode) || S_ISFIFO(mode) || S_ISSOCK(mode))
        return facts | ZIP_SPECIAL;
    return facts;
}

static uint32_t size_facts(const struct zip_member *m)
{
    uint32_t facts = 0;
    if (m->method == METHOD_STORED && m->plain_bytes != m->packed_bytes)
        facts |= ZIP_SIZE;
    if (m->plain_bytes / DEFLATE_LIMIT > m->packed_bytes)
        facts |= ZIP_SIZE;
    if (m->plain_bytes > (64u << 20) && m->plain_bytes / 200 > m->packed_bytes)
        facts |= ZIP_BOMB;
    return facts;
}

/* Reads the entry at p of left bytes into *m and gives its length, or 0 when it is cut or is not one. */
static size_t read_entry(struct zip *z, struct zip_member *m, const unsigned char *p, size_t left)
{
    if (left < CENTRAL_SIZE || little32(p) != CENTRAL_MAGIC)
        return 0;
    size_t name = little16(p + CENTRAL_NAME_LEN), extra = little16(p + CENTRAL_EXTRA_LEN);
    size_t comment = little16(p + CENTRAL_COMMENT_LEN), total = CENTRAL_SIZE + name + extra + comment;
    if (total > left)
        return 0;
    const char *text = (const char *)p + CENTRAL_SIZE;
    m->name = arena_strndup(&z->arena, text, name);
    m->name_len = name;
    m->central_extra = (struct slice){text + name, extra};
    m->comment = (struct slice){text + name + extra, comment};
    m->flags = little16(p + CENTRAL_FLAGS);
    m->method = little16(p + CENTRAL_METHOD);
    m->dos_time = little16(p + CENTRAL_TIME);
    m->dos_date = little16(p + CENTRAL_TIME + 2);
    m->crc = little32(p + CENTRAL_CRC);
    m->packed_bytes = little32(p + CENTRAL_PACKED);
    m->plain_bytes = little32(p + CENTRAL_PLAIN);
    m->header_offset = little32(p + CENTRAL_OFFSET);
    m->mode = p[CENTRAL_MADE_BY + 1] == MADE_BY_UNIX ? little16(p + CENTRAL_ATTRIBUTES + 2) : 0;
    m->facts = zip_name_facts(text, name) | mode_facts(m->mode);
    zip_apply_zip64(m, (const unsigned char *)text + name, extra);
    m->facts |= size_facts(m);
    if (extra)
        m->facts |= ZIP_EXTRA;
    if (comment)
        m->facts |= ZIP_MEMBER_COMMENT;
    if (name && text[name - 1] == '/')
        m->facts |= ZIP_FOLDER;
    if (m->flags & FLAG_DESCRIPTOR)
        m->facts |= ZIP_DESCRIPTOR;
    if (m->flags & FLAG_ENCRYPTED)
        m->facts |= ZIP_ENCRYPTED;
    if (m->method != METHOD_STORED && m->method != METHOD_DEFLATED)
        m->facts |= ZIP_METHOD;
    if ((zip_name_ascii(text, name) == 1) == !!(m->flags & FLAG_UTF8))
        m->facts |= ZIP_UTF8_FLAG;
    return total;
}

static int read_directory(struct zip *z, const char *path, struct end end, struct err *e)
{
    if (end.directory_size > end.offset || end.directory_offset > end.offset - end.directory_size)
        return err_set(e, ERR_PACKAGE, "%s: the central directory is not inside the archive", path);
    /* What lies before the archive moves every offset, as zipfile and unzip see it. */
    uint64_t shift = end.offset - end.directory_size - end.directory_offset;
    if (shift)
        z->facts |= ZIP_PREFIX;
    uint64_t directory = end.directory_offset + shift;
    VEC(struct zip_member) members = {0};
    uint64_t at = directory;
    while (at < end.offset) {
        if (members.len == ZIP_MEMBERS_MAX) {
            vec_release(&members);
            return err_set(e, ERR_PACKAGE, "%s: has more than %d members", path, ZIP_MEMBERS_MAX);
        }
        struct zip_member *m = vec_add(&members);
        size_t size = read_entry(z, m, z->bytes + at, end.offset - at);
        if (!size) {
            size_t number = members.len;
            vec_release(&members);
            return err_set(e, ERR_PACKAGE,
                "%s: entry %zu of the central directory (at byte %llu) is damaged or cut", path, number,
                (unsigned long long)at);
        }
        m->header_offset = m->header_offset <= UINT64_MAX - shift ? m->header_offset + shift : UINT64_MAX;
        at += size;
    }
    z->len = members.len;
    z->members = arena_memdup(&z->arena, members.items, members.len * sizeof *members.items);
    vec_release(&members);
    if (end.count != z->len)
        z->facts |= ZIP_COUNT;

    for (size_t i = 0; i < z->len; i++) {
        struct zip_member *m = &z->members[i];
        if (map_setn(&z->by_name, m->name, m->name_len, m))
            m->facts |= ZIP_DUPLICATE;
        uint64_t room = UINT64_MAX - z->total_plain_bytes;
        z->total_plain_bytes += m->plain_bytes < room ? m->plain_bytes : room;
    }
    zip_layout(z, shift, directory, end.offset);
    for (size_t i = 0; i < z->len; i++)
        z->all_facts |= z->members[i].facts;
    return 0;
}

int zip_parse(struct zip *z, const char *path, const void *bytes, size_t len, struct err *e)
{
    *z = (struct zip){.bytes = bytes, .size_bytes = len};
    struct end end = {0};
    if (read_end(z, path, &end, e) < 0 || read_directory(z, path, end, e) < 0) {
        zip_release(z);
        return -1;
    }
    return 0;
}

void zip_release(struct zip *z)
{
    map_release(&z->by_name);
    arena_release(&z->arena);
    *z = (struct zip){0};
}

const struct zip_member *zip_find(const struct zip *z, const char *name)
{
    return map_get(&z->by_name, name);
}
