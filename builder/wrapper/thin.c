/* The format is that of other archives (ar.h, GNU's long names), but that members other than the index and
 * the table of names have no data: binutils' documentation of `ar --thin`. */
#include "wrapper/thin.h"

#include <ar.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrapper/paths.h"
#include "wrapper/words.h"

static const char THIN[] = "!<thin>\n";

bool archive_is_thin(const struct bytes *b)
{
    return b->size >= SARMAG && memcmp(b->start, THIN, SARMAG) == 0;
}

bool write_all(int fd, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, (const char *)bytes + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* A path is the archive's neighbour unless it is absolute. */
static bool write_member(int fd, const char *archive, const char *name, size_t len, unsigned number)
{
    struct words texts = {0};
    struct bytes b;
    int folder = *name == '/' ? 0 : (int)(path_last(archive) - archive);
    words_addf(&texts, "%.*s%.*s", folder, archive, (int)len, name);
    words_addf(&texts, "%u.o/", number);
    bool good = bytes_open(&b, texts.items[0]);
    if (good) {
        words_addf(
            &texts, "%-16s%-12s%-6s%-6s%-8s%-10zu" ARFMAG, texts.items[1], "0", "0", "0", "100644", b.size);
        good = write_all(fd, texts.items[2], sizeof(struct ar_hdr)) && write_all(fd, b.start, b.size) &&
               (b.size % 2 == 0 || write_all(fd, "\n", 1));
        bytes_close(&b);
    }
    words_release(&texts);
    return good;
}

/* Decimal digits, ended by a space or the field's end. */
static size_t number_in(const char *field, size_t len)
{
    size_t value = 0;
    for (size_t i = 0; i < len && field[i] >= '0' && field[i] <= '9'; i++)
        value = value * 10 + (size_t)(field[i] - '0');
    return value;
}

bool archive_fill(int fd, const char *path, const struct bytes *b)
{
    const char *start = (const char *)b->start, *names = NULL;
    size_t names_size = 0;
    unsigned number = 0;
    if (!archive_is_thin(b) || !write_all(fd, ARMAG, SARMAG))
        return false;
    for (size_t at = SARMAG; b->size - at >= sizeof(struct ar_hdr);) {
        const struct ar_hdr *h = (const void *)(start + at);
        const char *name = h->ar_name;
        size_t size = number_in(h->ar_size, sizeof h->ar_size);
        at += sizeof *h;
        if (*name == '/' && name[1] >= '0' && name[1] <= '9') {
            size_t from = number_in(name + 1, sizeof h->ar_name - 1);
            const char *end = from < names_size ? memchr(names + from, '\n', names_size - from) : NULL;
            if (!end || end == names + from || end[-1] != '/' ||
                !write_member(fd, path, names + from, (size_t)(end - 1 - (names + from)), number++))
                return false;
            continue;
        }
        if (*name != '/' || size > b->size - at)
            return false;
        if (name[1] == '/') {
            names = start + at;
            names_size = size;
        }
        at += size + size % 2;
        if (at > b->size)
            return false;
    }
    return true;
}
