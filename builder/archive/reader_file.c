/* Where the bytes of an archive come from: a file. Alone here, since the fuzz target puts its own in this
 * place. */
#include <unistd.h>

#include "archive/archive_api.h"
#include "archive/internal.h"
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
