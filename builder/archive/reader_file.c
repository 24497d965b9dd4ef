/* Where the bytes of an archive come from: a file. Alone here, since the fuzz target puts its own in this
 * place. */
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_api.h"
#include "archive/internal.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "sys/read.h"

int archive_file_open(const char *path, struct err *e)
{
    struct stat st;
    return file_open_regular(path, &st, e);
}

struct archive *archive_reader_open(int fd, const char *shown, struct err *e)
{
    struct archive *a = archive_reader_new(e);
    if (!a)
        return NULL;
    if (lseek(fd, 0, SEEK_SET) == 0 && libarchive->read_open_fd(a, fd, 65536) == ARCHIVE_OK)
        return a;
    return archive_reader_refuse(a, shown, e);
}

enum { PACKAGE_BYTES_MAX = 64 << 20, MAGIC_BYTES = 8 };

int archive_unix_read(struct strbuf *out, int fd, const char *shown, struct err *e)
{
    char magic[MAGIC_BYTES];
    struct stat st;
    ssize_t n = file_take(fd, magic, sizeof magic, 0, shown, e);
    if (n < 0)
        return -1;
    if (n != sizeof magic || !ar_is_archive(magic, sizeof magic))
        return 0;
    if (fstat(fd, &st) < 0)
        return err_errno(e, ERR_ENVIRONMENT, "%s", shown);
    if (st.st_size > PACKAGE_BYTES_MAX)
        return err_set(e, ERR_BUILD, "%s: is larger than the %d bytes that a package may have", shown,
            PACKAGE_BYTES_MAX);
    n = file_take(fd, strbuf_room(out, (size_t)st.st_size), (size_t)st.st_size, 0, shown, e);
    if (n < 0)
        return -1;
    out->ptr[out->len += (size_t)n] = '\0';
    return 1;
}
