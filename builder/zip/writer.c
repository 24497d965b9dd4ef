/* Writes zip files with sizes and checksums in front, and nothing that varies. */
#include "zip/writer.h"

#include <assert.h>
#include <errno.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/set.h"
#include "base/str.h"
#include "sys/clock.h"
#include "zip/format.h"
#include "zip/name.h"

struct zip_writer {
    int fd;
    char *path;
    uint64_t offset; /* where the next byte goes, from the start of the archive */
    uint32_t dos_time;
    struct libdeflate_compressor *deflate;
    struct strbuf directory;
    struct set names;
    bool finished;
};

/* MS-DOS date and time, 4.4.6: the date in the upper half. */
static uint32_t dos_time(int64_t time_s)
{
    const int64_t last = 4354819198; /* 2107-12-31 23:59:58 */
    time_t t = (time_t)(time_s < CLOCK_EARLIEST ? CLOCK_EARLIEST : time_s > last ? last : time_s);
    struct tm tm = {0};
    gmtime_r(&t, &tm);
    uint32_t date = (uint32_t)((tm.tm_year - 80) << 9 | (tm.tm_mon + 1) << 5 | tm.tm_mday);
    return date << 16 | (uint32_t)(tm.tm_hour << 11 | tm.tm_min << 5 | tm.tm_sec / 2);
}

struct zip_writer *zip_writer_new(int fd, const char *path, int64_t time_s, int level)
{
    struct zip_writer *w = xcalloc(1, sizeof *w);
    w->fd = fd;
    w->path = xstrdup(path);
    w->dos_time = dos_time(time_s);
    w->deflate = libdeflate_alloc_compressor(level);
    assert(w->deflate && level >= 1);
    return w;
}

static int write_all(struct zip_writer *w, const void *bytes, size_t len, struct err *e)
{
    const char *p = bytes;
    for (size_t left = len; left;) {
        ssize_t n = write(w->fd, p, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, ERR_PACKAGE, "%s: writing", w->path);
        p += n;
        left -= (size_t)n;
    }
    w->offset += len;
    return 0;
}

static int refuse(struct zip_writer *w, const char *name, const char *why, struct err *e)
{
    return err_set(e, ERR_PACKAGE, "%s: member \"%s\": %s", w->path, name, why);
}

static int check(struct zip_writer *w, const char *name, size_t len, struct err *e)
{
    size_t name_len = strlen(name);
    if (name_len > UINT16_MAX)
        return err_set(
            e, ERR_PACKAGE, "%s: a member name has %zu bytes, a zip holds 65535", w->path, name_len);
    if (name_len == 0 || zip_name_facts(name, name_len) || name[name_len - 1] == '/')
        return refuse(w, name,
            "not a plain relative path of a file (UTF-8, no \"..\", \".\", empty part, backslash or control "
            "character); rename it or exclude it",
            e);
    if (set_has(&w->names, name))
        return refuse(w, name, "added twice", e);
    if (w->names.members.len == UINT16_MAX - 1)
        return err_set(e, ERR_PACKAGE, "%s: more than 65534 files; zip64 is not written", w->path);
    /* Worst case with this member stored and the directory written behind it. */
    uint64_t after = w->offset + w->directory.len + LOCAL_SIZE + CENTRAL_SIZE + END_SIZE + 2 * name_len;
    if (len >= UINT32_MAX || after + len >= UINT32_MAX)
        return refuse(w, name, "makes the archive 4 GiB or larger; zip64 is not written", e);
    return 0;
}

int zip_writer_add(
    struct zip_writer *w, const char *name, bool executable, const void *bytes, size_t len, struct err *e)
{
    assert(!w->finished);
    if (check(w, name, len, e) < 0)
        return -1;
    size_t name_len = strlen(name);
    AUTO_FREE char *packed = len > 1 ? malloc(len) : NULL;
    /* Room for one byte less than the input: what does not fit is not worth deflating. */
    size_t packed_len = packed ? libdeflate_deflate_compress(w->deflate, bytes, len, packed, len - 1) : 0;
    bool deflated = packed_len != 0;
    if (!deflated)
        packed_len = len;

    unsigned char local[LOCAL_SIZE] = {0};
    put32(local, LOCAL_MAGIC);
    put16(local + LOCAL_VERSION, VERSION_DEFLATE);
    put16(local + LOCAL_FLAGS, zip_name_ascii(name, name_len) == 1 ? 0 : FLAG_UTF8);
    put16(local + LOCAL_METHOD, deflated ? METHOD_DEFLATED : METHOD_STORED);
    put32(local + LOCAL_TIME, w->dos_time);
    put32(local + LOCAL_CRC, libdeflate_crc32(0, bytes, len));
    put32(local + LOCAL_PACKED, (uint32_t)packed_len);
    put32(local + LOCAL_PLAIN, (uint32_t)len);
    put16(local + LOCAL_NAME_LEN, (unsigned)name_len);

    unsigned char central[CENTRAL_SIZE] = {0};
    put32(central, CENTRAL_MAGIC);
    put16(central + CENTRAL_MADE_BY, MADE_BY_UNIX << 8 | VERSION_DEFLATE);
    memcpy(central + CENTRAL_VERSION, local + LOCAL_VERSION, LOCAL_EXTRA_LEN - LOCAL_VERSION);
    put32(central + CENTRAL_ATTRIBUTES, (uint32_t)(S_IFREG | (executable ? 0755 : 0644)) << 16);
    put32(central + CENTRAL_OFFSET, (uint32_t)w->offset);

    if (write_all(w, local, sizeof local, e) < 0 || write_all(w, name, name_len, e) < 0 ||
        write_all(w, deflated ? packed : bytes, packed_len, e) < 0)
        return -1;
    strbuf_add(&w->directory, central, sizeof central);
    strbuf_add(&w->directory, name, name_len);
    set_add(&w->names, name);
    return 0;
}

int zip_writer_finish(struct zip_writer *w, struct err *e)
{
    assert(!w->finished);
    w->finished = true;
    unsigned char end[END_SIZE] = {0};
    put32(end, END_MAGIC);
    put16(end + END_COUNT_DISK, (unsigned)w->names.members.len);
    put16(end + END_COUNT, (unsigned)w->names.members.len);
    put32(end + END_DIRECTORY_SIZE, (uint32_t)w->directory.len);
    put32(end + END_DIRECTORY_OFFSET, (uint32_t)w->offset);
    if (write_all(w, strbuf_str(&w->directory), w->directory.len, e) < 0)
        return -1;
    return write_all(w, end, sizeof end, e);
}

void zip_writer_free(struct zip_writer *w)
{
    if (!w)
        return;
    libdeflate_free_compressor(w->deflate);
    strbuf_release(&w->directory);
    set_release(&w->names);
    free(w->path);
    free(w);
}
