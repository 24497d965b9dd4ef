/* Inflates one member, to its stated size and no further. */
#include <libdeflate.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/alloc.h"
#include "zip/format.h"
#include "zip/reader.h"

/* Large ones with all their pages at once: asked for one by one these cost more than being filled. */
static unsigned char *buffer_new(size_t size)
{
    enum { PAGE = 4096, LARGE = 256 * 1024 };
    if (size < LARGE || size > SIZE_MAX / 2)
        return malloc(size ? size : 1);
    void *buffer = aligned_alloc(PAGE, (size + PAGE - 1) / PAGE * PAGE);
#ifdef MADV_POPULATE_WRITE /* Linux 5.14 */
    if (buffer)
        madvise(buffer, size, MADV_POPULATE_WRITE);
#endif
    return buffer;
}

static int inflate(const struct zip_member *m, struct zip_scratch *s, struct err *e)
{
    if (!s->inflate && !(s->inflate = libdeflate_alloc_decompressor()))
        return err_set(e, ERR_ENVIRONMENT, "%s: no memory to inflate it", m->name);
    size_t size = m->plain_bytes;
    if (s->cap < size || !s->buffer) {
        free(s->buffer);
        s->buffer = buffer_new(size);
        s->cap = s->buffer ? size : 0;
        if (!s->buffer)
            return err_set(e, ERR_ENVIRONMENT, "%s: no memory for its %zu bytes", m->name, size);
    }
    size_t used = 0;
    enum libdeflate_result r =
        libdeflate_deflate_decompress_ex(s->inflate, m->data, m->packed_bytes, s->buffer, size, &used, NULL);
    if (r == LIBDEFLATE_INSUFFICIENT_SPACE)
        return err_set(e, ERR_PACKAGE, "%s: holds more than the %zu bytes the directory says", m->name, size);
    if (r == LIBDEFLATE_SHORT_OUTPUT)
        return err_set(e, ERR_PACKAGE, "%s: holds less than the %zu bytes the directory says", m->name, size);
    if (r != LIBDEFLATE_SUCCESS)
        return err_set(e, ERR_PACKAGE, "%s: the deflated data is damaged", m->name);
    if (used != m->packed_bytes)
        return err_set(e, ERR_PACKAGE, "%s: %zu bytes follow the deflated data inside the member", m->name,
            (size_t)m->packed_bytes - used);
    return 0;
}

int zip_read(
    const struct zip_member *m, size_t limit, struct zip_scratch *s, struct slice *out, struct err *e)
{
    static const uint32_t unreadable[] = {ZIP_LOCAL_MISSING, ZIP_ENCRYPTED, ZIP_METHOD, ZIP_SIZE};
    for (size_t i = 0; i < COUNT(unreadable); i++)
        if (m->facts & unreadable[i])
            return err_set(
                e, ERR_PACKAGE, "%s: cannot be read: %s", m->name, zip_member_fact_text(unreadable[i]));
    if (m->plain_bytes > limit)
        return err_set(e, ERR_PACKAGE, "%s: has %llu bytes, more than the limit of %zu", m->name,
            (unsigned long long)m->plain_bytes, limit);
    if (m->method == METHOD_STORED) {
        *out = (struct slice){(const char *)m->data, m->plain_bytes};
    } else {
        if (inflate(m, s, e) < 0)
            return -1;
        *out = (struct slice){(const char *)s->buffer, m->plain_bytes};
    }
    uint32_t crc = libdeflate_crc32(0, out->ptr, out->len);
    if (crc != m->crc)
        return err_set(e, ERR_PACKAGE, "%s: the CRC-32 is %08x, the directory says %08x", m->name,
            (unsigned)crc, (unsigned)m->crc);
    return 0;
}

void zip_scratch_release(struct zip_scratch *s)
{
    libdeflate_free_decompressor(s->inflate);
    free(s->buffer);
    *s = (struct zip_scratch){0};
}
