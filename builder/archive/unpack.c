/* Unpacks an archive of unknown origin: libarchive reads it, limits end it, and the tree writer decides
 * where things go. */
#include "archive/unpack.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_api.h"
#include "archive/internal.h"
#include "archive/tree_writer.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "base/utf8.h"
#include "hash/hash.h"
#include "sys/fs.h"
#include "sys/path.h"

#define YEAR_9999 INT64_C(253402300799) /* its last second: the latest that SOURCE_DATE_EPOCH may be */

struct unpacking {
    const struct unpack_request *request;
    int fd;                /* the archive */
    struct strbuf package; /* all of a Debian package; else empty */
    struct slice files;    /* in that, the archive that has its files */
    struct tree_writer writer;
    char *top;     /* the folder that every path begins with, "" when there is none, NULL before the first */
    bool several;  /* paths begin with different ones */
    bool guessing; /* top is the first entry's, and nothing was looked at beforehand */
    uint64_t bytes, entries, bytes_max, entries_max;
    int64_t newest;
};

static void close_archive(struct archive **a)
{
    if (*a)
        libarchive->read_free(*a);
}
#define AUTO_ARCHIVE __attribute__((cleanup(close_archive)))

static int next_entry(struct archive *a, struct archive_entry **entry, const char *shown, struct err *e)
{
    int status = libarchive->read_next_header(a, entry);
    if (status == ARCHIVE_EOF)
        return 0;
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN)
        return 1;
    const char *why = libarchive->error_string(a);
    return err_set(e, ERR_BUILD, "%s: %s", shown,
        why && strstr(why, "Unrecognized") ? "is not a tar, a zip or a Debian package"
        : why                              ? why
                                           : "is damaged");
}

/* A name as it may be shown on a terminal. The caller frees it. */
static char *printable(const char *text)
{
    struct strbuf out = {0};
    utf8_add_harmless(&out, text, strlen(text), "");
    return strbuf_steal(&out);
}

/* What is wrong with an entry's path, NULL when nothing is. Paths of any depth could neither be built in nor
 * removed again. */
static const char *path_problem(const char *raw)
{
    enum { DEEPEST = 100, LONGEST = 2048 };
    if (raw[0] == '/')
        return "is an absolute path";
    if (!path_stays_inside(raw))
        return "has \"..\" in its path";
    size_t depth = 0, len = 0;
    for (; raw[len]; len++)
        depth += raw[len] == '/';
    return depth > DEEPEST || len > LONGEST ? "is nested too deeply" : NULL;
}

/* The entry's path, clean; "." for the archive's own root. Anything that could leave the folder is an error.
 */
static char *entry_path(struct archive_entry *entry, const char *shown, struct err *e)
{
    const char *raw = libarchive->entry_pathname(entry);
    if (!raw || !*raw) {
        err_set(e, ERR_BUILD, "%s: has an entry whose name cannot be read", shown);
        return NULL;
    }
    const char *problem = path_problem(raw);
    if (problem) {
        AUTO_FREE char *name = printable(raw);
        err_set(
            e, ERR_BUILD, "%s: \"%s\": %s; nothing is unpacked from such an archive", shown, name, problem);
        return NULL;
    }
    return path_clean(raw);
}

static int too_large(const struct unpacking *u, struct err *e)
{
    return err_set(e, ERR_BUILD, "expands past the limit of %" PRIu64 " bytes", u->bytes_max);
}

/* Counts the bytes that an entry will have before anything passes over them: skipping what a small archive
 * expands to can take hours. Without a size they are read. */
static int count_bytes(struct unpacking *u, struct archive *a, struct archive_entry *entry, struct err *e)
{
    if (libarchive->entry_size_is_set(entry)) {
        int64_t size = libarchive->entry_size(entry);
        if (size < 0 || (uint64_t)size > u->bytes_max - u->bytes)
            return too_large(u, e);
        u->bytes += (uint64_t)size;
        return 0;
    }
    const void *block;
    size_t size;
    la_int64_t offset;
    for (int status; (status = libarchive->read_data_block(a, &block, &size, &offset)) != ARCHIVE_EOF;) {
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            return err_set(e, ERR_BUILD, "%s", libarchive->error_string(a));
        if (size > u->bytes_max - u->bytes)
            return too_large(u, e);
        u->bytes += size;
    }
    return 0;
}

/* True when an entry stands outside u->top, which the first one sets. */
static bool leaves_top(struct unpacking *u, struct archive_entry *entry, const char *path)
{
    size_t len = strcspn(path, "/");
    bool is_folder = path[len] == '/' || libarchive->entry_filetype(entry) == AE_IFDIR;
    if (!u->top) {
        u->top = xstrndup(path, is_folder ? len : 0);
        return !is_folder;
    }
    return !is_folder || strlen(u->top) != len || strncmp(u->top, path, len) != 0;
}

/* Called for an entry, whose path is clean and stays below the folder. */
typedef int entry_visitor(
    struct unpacking *u, struct archive *a, struct archive_entry *entry, const char *path, struct err *e);

/* Goes through the archive once. Errors of the visitor get the entry's name. */
static int visit_entries(struct unpacking *u, entry_visitor *visit, struct err *e)
{
    const struct unpack_request *r = u->request;
    AUTO_ARCHIVE struct archive *a = u->files.len
                                         ? archive_reader_open_bytes(u->files.ptr, u->files.len, r->shown, e)
                                         : archive_reader_open(u->fd, r->shown, e);
    if (!a)
        return -1;
    struct archive_entry *entry;
    u->entries = u->bytes = 0;
    for (int more; (more = next_entry(a, &entry, r->shown, e)) != 0;) {
        if (more < 0)
            return -1;
        if (++u->entries > u->entries_max)
            return err_set(e, ERR_BUILD, "%s: has more than %" PRIu64 " entries", r->shown, u->entries_max);
        AUTO_FREE char *path = entry_path(entry, r->shown, e);
        if (!path)
            return -1;
        if (visit(u, a, entry, path, e) < 0) {
            AUTO_FREE char *name = printable(path);
            return err_wrap(e, "%s: \"%s\"", r->shown, name);
        }
    }
    return 0;
}

/* A tar that was made with "." as its root counts its first parts. */
static int look_for_top(
    struct unpacking *u, struct archive *a, struct archive_entry *entry, const char *path, struct err *e)
{
    if (count_bytes(u, a, entry, e) < 0)
        return -1;
    if (strcmp(path, ".") != 0 && leaves_top(u, entry, path))
        u->several = true;
    return 0;
}

/* First pass: is everything below one folder? */
static int find_top(struct unpacking *u, struct err *e)
{
    if (visit_entries(u, look_for_top, e) < 0)
        return -1;
    if (!u->top)
        return err_set(e, ERR_BUILD, "%s: is empty", u->request->shown);
    if (u->several)
        u->top[0] = '\0';
    return 0;
}

static const char *below_top(const struct unpacking *u, const char *path)
{
    size_t len = strlen(u->top);
    if (!len || strncmp(path, u->top, len) != 0)
        return path;
    return path[len] == '/' ? path + len + 1 : path[len] == '\0' ? "." : path;
}

static int write_block(int fd, const char *p, size_t size, int64_t offset, struct err *e)
{
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
    return 0;
}

/* The file grows from *length to at least end: holes count like bytes, somebody will read them. */
static int grow(struct unpacking *u, uint64_t *length, uint64_t end, struct err *e)
{
    if (end <= *length)
        return 0;
    if (end - *length > u->bytes_max - u->bytes)
        return too_large(u, e);
    u->bytes += end - *length;
    *length = end;
    return 0;
}

static int write_content(struct unpacking *u, struct archive *a, int fd, uint64_t *length, struct err *e)
{
    const void *block;
    size_t size;
    la_int64_t offset;
    for (;;) {
        int status = libarchive->read_data_block(a, &block, &size, &offset);
        if (status == ARCHIVE_EOF)
            return 0;
        if (status != ARCHIVE_OK) /* a warning is a checksum that does not agree */
            return err_set(e, ERR_BUILD, "is damaged: %s", libarchive->error_string(a));
        if (offset < 0 || size > u->bytes_max || (uint64_t)offset > u->bytes_max - size)
            return too_large(u, e);
        if (grow(u, length, (uint64_t)offset + size, e) < 0 || write_block(fd, block, size, offset, e) < 0)
            return -1;
    }
}

static int write_file(
    struct unpacking *u, struct archive *a, struct archive_entry *entry, const char *path, struct err *e)
{
    uint64_t length = 0;
    AUTO_CLOSE int fd = tree_writer_file(&u->writer, path, libarchive->entry_perm(entry) & 0111, e);
    if (fd < 0 || write_content(u, a, fd, &length, e) < 0)
        return -1;
    /* Sparse files may end in a hole. */
    int64_t size = libarchive->entry_size_is_set(entry) ? libarchive->entry_size(entry) : 0;
    if (size < 0 || (uint64_t)size > u->bytes_max)
        return too_large(u, e);
    if ((uint64_t)size > length) {
        if (grow(u, &length, (uint64_t)size, e) < 0)
            return -1;
        if (ftruncate(fd, size) < 0)
            return err_errno(e, ERR_BUILD, "cannot be written");
    }
    struct timespec mtime = {libarchive->entry_mtime(entry), libarchive->entry_mtime_nsec(entry)};
    return tree_writer_finish(steal_fd(&fd), mtime, e);
}

static int write_entry(
    struct unpacking *u, struct archive *a, struct archive_entry *entry, const char *path, struct err *e)
{
    if (libarchive->entry_is_encrypted(entry))
        return err_set(e, ERR_BUILD, "is encrypted");
    if (libarchive->entry_perm(entry) & 07000)
        return err_set(e, ERR_BUILD, "has a setuid, setgid or sticky bit");
    const char *hardlink = libarchive->entry_hardlink(entry);
    if (hardlink) {
        if (hardlink[0] == '/' || !path_stays_inside(hardlink))
            return err_set(e, ERR_BUILD, "is a link to \"%s\", outside the archive", hardlink);
        AUTO_FREE char *existing = path_clean(hardlink);
        uint64_t room = u->bytes_max - u->bytes;
        int failed = tree_writer_hardlink(&u->writer, path, below_top(u, existing), &room, e);
        u->bytes = u->bytes_max - room;
        return failed;
    }
    switch (libarchive->entry_filetype(entry)) {
    case AE_IFREG:
        return write_file(u, a, entry, path, e);
    case AE_IFDIR:
        return tree_writer_folder(&u->writer, path, e);
    case AE_IFLNK:
        return tree_writer_symlink(&u->writer, path, libarchive->entry_symlink(entry), e);
    default:
        return err_set(e, ERR_BUILD, "is a device, a FIFO or a socket");
    }
}

static bool is_excluded(const struct unpack_request *r, const char *path)
{
    for (size_t i = 0; i < r->exclude.len; i++) {
        size_t len = strlen(r->exclude.items[i]);
        if (strncmp(path, r->exclude.items[i], len) == 0 && (path[len] == '\0' || path[len] == '/'))
            return true;
    }
    return false;
}

/* While guessing, what find_top would have looked at beforehand. Any failure only means to begin anew. */
static int check_guess(
    struct unpacking *u, struct archive *a, struct archive_entry *entry, const char *path, struct err *e)
{
    if (leaves_top(u, entry, path))
        return err_set(e, ERR_BUILD, "not all is in one folder");
    if (libarchive->entry_filetype(entry) != AE_IFREG || libarchive->entry_hardlink(entry) ||
        is_excluded(u->request, below_top(u, path)))
        return count_bytes(u, a, entry, e);
    int64_t size = libarchive->entry_size_is_set(entry) ? libarchive->entry_size(entry) : 0;
    return size < 0 || (uint64_t)size > u->bytes_max - u->bytes ? too_large(u, e) : 0;
}

static int unpack_entry(
    struct unpacking *u, struct archive *a, struct archive_entry *entry, const char *path, struct err *e)
{
    if (strcmp(path, ".") == 0)
        return 0;
    if (u->guessing && check_guess(u, a, entry, path, e) < 0)
        return -1;
    const char *rest = below_top(u, path);
    if (strcmp(rest, ".") == 0)
        return 0;
    int64_t mtime = libarchive->entry_mtime_is_set(entry) ? libarchive->entry_mtime(entry) : 0;
    u->newest = mtime > u->newest && mtime <= YEAR_9999 ? mtime : u->newest;
    return is_excluded(u->request, rest) ? 0 : write_entry(u, a, entry, rest, e);
}

static int write_tree(struct unpacking *u, struct err *e)
{
    int failed = tree_writer_open(&u->writer, u->request->into, e);
    if (!failed)
        failed = visit_entries(u, unpack_entry, e);
    tree_writer_release(&u->writer);
    return failed;
}

/* Nearly every archive has one top folder and nothing wrong with it: then it is read once. 1: done; 0: not
 * so, and nothing is left of the try. */
static int unpack_at_once(struct unpacking *u, struct err *e)
{
    const char *into = u->request->into;
    if (!tree_writer_finds_empty(into))
        return 0;
    struct err ignored = ERR_INIT; /* the second try tells it */
    u->guessing = true;
    int failed = write_tree(u, &ignored);
    u->guessing = false;
    err_release(&ignored);
    if (!failed && u->top)
        return 1;
    free(u->top);
    u->top = NULL;
    u->newest = 0;
    if (tree_writer_finds_empty(into)) /* refused before anything was written */
        return 0;
    return tree_remove(into, e) < 0 || folder_make(into, e) < 0 ? -1 : 0;
}

/* Before anything is made of it. What was looked at when it was fetched may have changed in the store since.
 */
static int check_hash(const struct unpack_request *r, int fd, struct err *e)
{
    struct digest found;
    if (!r->sha256)
        return 0;
    if (digest_descriptor(&found, fd, r->archive, e) < 0)
        return -1;
    if (strcmp(found.hex, r->sha256) == 0)
        return 0;
    AUTO_FREE char *aside = xstrf("%s.damaged", r->archive);
    bool moved = rename(r->archive, aside) == 0;
    return err_set(e, ERR_FETCH,
        "%s: in the cache it is not what was fetched: its SHA-256 is %s instead of %s; %s%s", r->shown,
        found.hex, r->sha256, moved ? "set aside as " : "remove ", moved ? aside : r->archive);
}

static int unpack(struct unpacking *u, struct err *e)
{
    int failed = unpack_at_once(u, e);
    if (failed)
        return failed < 0 ? -1 : 0;
    return find_top(u, e) < 0 ? -1 : write_tree(u, e);
}

static int open_package(struct unpacking *u, struct err *e)
{
    int is_archive = archive_unix_read(&u->package, u->fd, u->request->shown, e);
    if (is_archive != 1)
        return is_archive;
    struct slice all = {u->package.ptr, u->package.len};
    return archive_package_files(&u->files, all, u->request->shown, e);
}

int unpack_archive(const struct unpack_request *r, struct err *e)
{
    AUTO_CLOSE int fd = archive_file_open(r->archive, e);
    if (fd < 0 || check_hash(r, fd, e) < 0)
        return -1;
    struct unpacking u = {
        .request = r,
        .fd = fd,
        .bytes_max = r->bytes_max ? r->bytes_max : UNPACK_BYTES_MAX,
        .entries_max = r->entries_max ? r->entries_max : UNPACK_ENTRIES_MAX,
    };
    int failed = open_package(&u, e) < 0 ? -1 : unpack(&u, e);
    if (!failed && r->newest) {
        AUTO_FREE char *text = xstrf("%" PRId64 "\n", u.newest);
        failed = file_write(r->newest, text, strlen(text), 0644, e);
    }
    free(u.top);
    strbuf_release(&u.package);
    return failed;
}
