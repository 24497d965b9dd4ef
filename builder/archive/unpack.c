#include "archive/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/tree_writer.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "sys/fs.h"
#include "sys/path.h"

struct unpacking {
    const struct unpack_request *request;
    struct tree_writer writer;
    char *top; /* the folder that every path begins with, "" when there is none */
    uint64_t bytes, entries, most_bytes, most_entries;
    int64_t newest;
};

static struct archive *open_archive(const char *path, struct err *e, const char *shown)
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
    if (archive_read_open_filename(a, path, 65536) != ARCHIVE_OK) {
        err_set(e, ERR_BUILD, "%s: is not an archive that can be read (%s)", shown, archive_error_string(a));
        archive_read_free(a);
        return NULL;
    }
    return a;
}

static void close_archive(struct archive **a)
{
    if (*a)
        archive_read_free(*a);
}
#define AUTO_ARCHIVE __attribute__((cleanup(close_archive)))

static int next_entry(struct archive *a, struct archive_entry **entry, const char *shown, struct err *e)
{
    int status = archive_read_next_header(a, entry);
    if (status == ARCHIVE_EOF)
        return 0;
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN)
        return 1;
    const char *why = archive_error_string(a);
    return err_set(e, ERR_BUILD, "%s: %s", shown,
        why && strstr(why, "Unrecognized") ? "is not a tar or zip archive"
        : why                              ? why
                                           : "is damaged");
}

/* The entry's path, clean; NULL for the archive's own root. Anything that could leave the folder is an error.
 */
static char *entry_path(struct archive_entry *entry, const char *shown, struct err *e)
{
    const char *raw = archive_entry_pathname(entry);
    if (!raw || !*raw) {
        err_set(e, ERR_BUILD, "%s: has an entry whose name cannot be read", shown);
        return NULL;
    }
    if (raw[0] == '/' || !path_stays_inside(raw)) {
        err_set(e, ERR_BUILD, "%s: \"%s\": %s; nothing is unpacked from such an archive", shown, raw,
            raw[0] == '/' ? "is an absolute path" : "has \"..\" in its path");
        return NULL;
    }
    return path_clean(raw);
}

/* First pass: is everything below one folder? A tar that was made with "." as its root counts its first
 * parts. */
static int find_top(struct unpacking *u, struct err *e)
{
    const struct unpack_request *r = u->request;
    AUTO_ARCHIVE struct archive *a = open_archive(r->archive, e, r->shown);
    if (!a)
        return -1;
    struct archive_entry *entry;
    bool first = true;
    u->top = xstrdup("");
    for (int more; (more = next_entry(a, &entry, r->shown, e)) != 0;) {
        if (more < 0)
            return -1;
        if (++u->entries > u->most_entries)
            return err_set(e, ERR_BUILD, "%s: has more than %" PRIu64 " entries", r->shown, u->most_entries);
        AUTO_FREE char *path = entry_path(entry, r->shown, e);
        if (!path)
            return -1;
        if (strcmp(path, ".") == 0)
            continue;
        size_t len = strcspn(path, "/");
        bool is_folder = path[len] == '/' || archive_entry_filetype(entry) == AE_IFDIR;
        if (first && is_folder) {
            free(u->top);
            u->top = xstrndup(path, len);
        } else if (!is_folder || strlen(u->top) != len || strncmp(u->top, path, len) != 0) {
            u->top[0] = '\0';
            return 0;
        }
        first = false;
    }
    if (first)
        return err_set(e, ERR_BUILD, "%s: is empty", r->shown);
    return 0;
}

static const char *below_top(const struct unpacking *u, const char *path)
{
    size_t len = strlen(u->top);
    if (!len || strncmp(path, u->top, len) != 0)
        return path;
    return path[len] == '/' ? path + len + 1 : path[len] == '\0' ? "." : path;
}

static int write_content(struct unpacking *u, struct archive *a, int fd, struct err *e)
{
    const void *block;
    size_t size;
    la_int64_t offset;
    for (;;) {
        int status = archive_read_data_block(a, &block, &size, &offset);
        if (status == ARCHIVE_EOF)
            return 0;
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            return err_set(e, ERR_BUILD, "%s", archive_error_string(a));
        if (size > u->most_bytes - u->bytes || (uint64_t)offset > u->most_bytes - size)
            return err_set(e, ERR_BUILD, "expands past the limit of %" PRIu64 " bytes", u->most_bytes);
        u->bytes += size;
        const char *p = block;
        while (size) {
            ssize_t n = pwrite(fd, p, size, offset);
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0)
                return err_errno(e, ERR_BUILD, "cannot be written");
            p += n;
            size -= (size_t)n;
            offset += n;
        }
    }
}

static int write_file(
    struct unpacking *u, struct archive *a, struct archive_entry *entry, const char *path, struct err *e)
{
    AUTO_CLOSE int fd = tree_writer_file(&u->writer, path, e);
    if (fd < 0 || write_content(u, a, fd, e) < 0)
        return -1;
    /* Sparse files may end in a hole. */
    if (archive_entry_size_is_set(entry)) {
        int64_t size = archive_entry_size(entry);
        if (size < 0 || (uint64_t)size > u->most_bytes || ftruncate(fd, size) < 0)
            return err_set(e, ERR_BUILD, "has a size of %" PRId64 " bytes", size);
    }
    struct timespec mtime = {archive_entry_mtime(entry), archive_entry_mtime_nsec(entry)};
    return tree_writer_finish(steal_fd(&fd), archive_entry_perm(entry) & 0111, mtime, e);
}

static int write_entry(
    struct unpacking *u, struct archive *a, struct archive_entry *entry, const char *path, struct err *e)
{
    if (archive_entry_is_encrypted(entry))
        return err_set(e, ERR_BUILD, "is encrypted");
    if (archive_entry_perm(entry) & 07000)
        return err_set(e, ERR_BUILD, "has a setuid, setgid or sticky bit");
    const char *hardlink = archive_entry_hardlink(entry);
    if (hardlink) {
        if (hardlink[0] == '/' || !path_stays_inside(hardlink))
            return err_set(e, ERR_BUILD, "is a link to \"%s\", outside the archive", hardlink);
        AUTO_FREE char *existing = path_clean(hardlink);
        uint64_t room = u->most_bytes - u->bytes;
        int failed = tree_writer_hardlink(&u->writer, path, below_top(u, existing), &room, e);
        u->bytes = u->most_bytes - room;
        return failed;
    }
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
        return write_file(u, a, entry, path, e);
    case AE_IFDIR:
        return tree_writer_folder(&u->writer, path, e);
    case AE_IFLNK:
        return tree_writer_symlink(&u->writer, path, archive_entry_symlink(entry), e);
    default:
        return err_set(e, ERR_BUILD, "is a device, a FIFO or a socket");
    }
}

static int unpack_entries(struct unpacking *u, struct err *e)
{
    const struct unpack_request *r = u->request;
    AUTO_ARCHIVE struct archive *a = open_archive(r->archive, e, r->shown);
    if (!a)
        return -1;
    struct archive_entry *entry;
    u->entries = 0;
    for (int more; (more = next_entry(a, &entry, r->shown, e)) != 0;) {
        if (more < 0)
            return -1;
        if (++u->entries > u->most_entries)
            return err_set(e, ERR_BUILD, "%s: has more than %" PRIu64 " entries", r->shown, u->most_entries);
        AUTO_FREE char *path = entry_path(entry, r->shown, e);
        if (!path)
            return -1;
        const char *rest = below_top(u, path);
        if (strcmp(rest, ".") == 0)
            continue;
        int64_t mtime = archive_entry_mtime_is_set(entry) ? archive_entry_mtime(entry) : 0;
        u->newest = mtime > u->newest ? mtime : u->newest;
        if (write_entry(u, a, entry, rest, e) < 0)
            return err_wrap(e, "%s: \"%s\"", r->shown, path);
    }
    return 0;
}

int unpack_archive(const struct unpack_request *r, struct err *e)
{
    struct unpacking u = {
        .request = r,
        .most_bytes = r->most_bytes ? r->most_bytes : UNPACK_MOST_BYTES,
        .most_entries = r->most_entries ? r->most_entries : UNPACK_MOST_ENTRIES,
        .writer.root = -1,
    };
    int failed = find_top(&u, e);
    if (!failed)
        failed = tree_writer_open(&u.writer, r->into, e);
    if (!failed)
        failed = unpack_entries(&u, e);
    if (!failed && r->newest) {
        AUTO_FREE char *text = xstrf("%" PRId64 "\n", u.newest);
        failed = file_write(r->newest, text, strlen(text), 0644, e);
    }
    tree_writer_release(&u.writer);
    free(u.top);
    return failed;
}
