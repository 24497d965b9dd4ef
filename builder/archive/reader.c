/* Which archives libarchive is asked to read. */
#include <stdlib.h>
#include <string.h>

#include "archive/archive_api.h"
#include "archive/internal.h"
#include "base/cleanup.h"
#include "elf/ar.h"

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

int archive_package_files(struct slice *files, struct slice bytes, const char *shown, struct err *e)
{
    static const char wanted[] = "data.tar", version[] = "debian-binary";
    struct ar_walk walk;
    struct ar_member m;
    bool is_package = false;
    int more = ar_open(&walk, bytes.ptr, bytes.len, e) < 0 ? -1 : 1;
    while (more > 0 && (more = ar_next(&walk, &m, e)) > 0) {
        is_package = is_package || slice_is(m.name, version);
        bool found =
            is_package && m.name.len >= strlen(wanted) && memcmp(m.name.ptr, wanted, strlen(wanted)) == 0;
        if (!found)
            continue;
        *files = (struct slice){(const char *)m.data.ptr, m.data.len};
        return 0;
    }
    if (more < 0) {
        AUTO(err) struct err cause = ERR_INIT;
        err_move(&cause, e);
        return err_set(e, ERR_BUILD, "%s: %s", shown, cause.text);
    }
    return err_set(e, ERR_BUILD, "%s: is a Unix archive, and no Debian package: it has no %s", shown,
        is_package ? wanted : version);
}
