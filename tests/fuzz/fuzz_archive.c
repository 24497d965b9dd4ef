/* libFuzzer: any bytes as a source archive. What it would write is a tree of clean paths, each written once
 * and below folders only, with no link out of it and no more bytes than are allowed; or it is refused with a
 * reason.
 *
 * The functions of archive/tree_writer.h are those below, which keep nothing: a run of millions would wear
 * out in folders that are made and removed. fuzz_writer.c has the real ones. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/internal.h"
#include "archive/tree_writer.h"
#include "archive/unpack.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "sys/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BYTES = 1 << 20, MOST_ENTRIES = 200 };

static struct {
    const uint8_t *data;
    size_t size;
} input;
static int content_fd = -1; /* a file in memory that every file is written to */
static size_t entries;      /* written in this pass */

int archive_file_open(const char *path, struct err *e)
{
    (void)path;
    int fd = dup(content_fd);
    return fd < 0 ? err_errno(e, ERR_BUILD, "the file in memory") : fd;
}

struct archive *archive_reader_open(int fd, const char *shown, struct err *e)
{
    (void)fd;
    return archive_reader_open_bytes(input.size ? input.data : (const uint8_t *)"", input.size, shown, e);
}

int archive_unix_read(struct strbuf *out, int fd, const char *shown, struct err *e)
{
    (void)fd;
    (void)shown;
    (void)e;
    if (!input.size || !ar_is_archive(input.data, input.size))
        return 0;
    strbuf_add(out, input.data, input.size);
    return 1;
}

bool tree_writer_finds_empty(const char *folder)
{
    (void)folder;
    return true;
}

static void check_path(const char *path)
{
    AUTO_FREE char *clean = path_clean(path);
    if (*path == '/' || strcmp(clean, path) != 0 || strcmp(path, ".") == 0 || !path_stays_inside(path) ||
        strcmp(path, "left/out") == 0 || str_starts(path, "left/out/") || ++entries > MOST_ENTRIES)
        abort();
}

int tree_writer_open(struct tree_writer *w, const char *folder, struct err *e)
{
    (void)folder, (void)e;
    *w = (struct tree_writer){.root = -1};
    entries = 0;
    return 0;
}

void tree_writer_release(struct tree_writer *w)
{
    (void)w;
}

int tree_writer_folder(struct tree_writer *w, const char *path, struct err *e)
{
    (void)w, (void)e;
    check_path(path);
    return 0;
}

int tree_writer_file(struct tree_writer *w, const char *path, bool executable, struct err *e)
{
    (void)w, (void)executable;
    check_path(path);
    int fd = dup(content_fd);
    return fd < 0 ? err_errno(e, ERR_BUILD, "the file in memory") : fd;
}

int tree_writer_finish(int fd, struct timespec mtime, struct err *e)
{
    (void)mtime, (void)e;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size > MOST_BYTES || (size && ftruncate(fd, 0) < 0))
        abort();
    close(fd);
    return 0;
}

int tree_writer_symlink(struct tree_writer *w, const char *path, const char *target, struct err *e)
{
    (void)w, (void)target;
    check_path(path);
    return target ? 0 : err_set(e, ERR_BUILD, "a link to nothing");
}

int tree_writer_hardlink(
    struct tree_writer *w, const char *path, const char *existing, uint64_t *room, struct err *e)
{
    (void)w, (void)e;
    check_path(path);
    if (*existing == '/' || !path_stays_inside(existing) || *room > MOST_BYTES)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(err) struct err e = ERR_INIT;
    input.data = data, input.size = size;
    if (content_fd < 0 && (content_fd = memfd_create("content", MFD_CLOEXEC)) < 0)
        abort();
    static char *exclude[] = {"left/out"};
    const struct unpack_request r = {.archive = "fuzz",
        .shown = "fuzz",
        .into = "/",
        .bytes_max = MOST_BYTES,
        .entries_max = MOST_ENTRIES,
        .exclude = {exclude, 1, 0}};
    if (unpack_archive(&r, &e) < 0 && !e.text)
        abort();
    return 0;
}
