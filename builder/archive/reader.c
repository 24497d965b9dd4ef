/* Which archives libarchive is asked to read. */
#include <archive.h>
#include <stdlib.h>

#include "archive/internal.h"

struct archive *archive_reader_new(void)
{
    struct archive *a = archive_read_new();
    if (!a)
        abort();
    archive_read_support_filter_gzip(a);
    archive_read_support_filter_bzip2(a);
    archive_read_support_filter_xz(a);
    archive_read_support_filter_zstd(a);
    archive_read_support_format_tar(a);
    archive_read_support_format_zip(a);
    return a;
}

struct archive *archive_reader_refuse(struct archive *a, const char *shown, struct err *e)
{
    err_set(e, ERR_BUILD, "%s: is not an archive that can be read (%s)", shown, archive_error_string(a));
    archive_read_free(a);
    return NULL;
}

struct archive *archive_reader_open_bytes(const void *bytes, size_t size, const char *shown, struct err *e)
{
    struct archive *a = archive_reader_new();
    if (archive_read_open_memory(a, bytes, size) == ARCHIVE_OK)
        return a;
    return archive_reader_refuse(a, shown, e);
}
