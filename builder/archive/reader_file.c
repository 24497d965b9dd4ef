/* Where the bytes of an archive come from: a file. Alone here, since the fuzz target puts its own in this
 * place. */
#include <archive.h>

#include "archive/internal.h"

struct archive *archive_reader_open(const char *path, const char *shown, struct err *e)
{
    struct archive *a = archive_reader_new();
    if (archive_read_open_filename(a, path, 65536) == ARCHIVE_OK)
        return a;
    return archive_reader_refuse(a, shown, e);
}
