/* Which archives libarchive is asked to read. */
#include <stdlib.h>

#include "archive/archive_api.h"
#include "archive/internal.h"

struct archive *archive_reader_new(struct err *e)
{
    if (libarchive_load(e) < 0)
        return NULL;
    struct archive *a = libarchive->read_new();
    if (!a)
        abort();
    libarchive->read_support_filter_gzip(a);
    libarchive->read_support_filter_bzip2(a);
    libarchive->read_support_filter_xz(a);
    libarchive->read_support_filter_zstd(a);
    libarchive->read_support_format_tar(a);
    libarchive->read_support_format_zip(a);
    return a;
}

struct archive *archive_reader_refuse(struct archive *a, const char *shown, struct err *e)
{
    err_set(e, ERR_BUILD, "%s: is not an archive that can be read (%s)", shown, libarchive->error_string(a));
    libarchive->read_free(a);
    return NULL;
}

struct archive *archive_reader_open_bytes(const void *bytes, size_t size, const char *shown, struct err *e)
{
    struct archive *a = archive_reader_new(e);
    if (!a)
        return NULL;
    if (libarchive->read_open_memory(a, bytes, size) == ARCHIVE_OK)
        return a;
    return archive_reader_refuse(a, shown, e);
}
