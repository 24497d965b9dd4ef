/* Writes tar archives by libarchive, entry by entry in the order of names. */
#include "archive/pack.h"

#include <fcntl.h>
#include <stdlib.h>

#include "archive/archive_api.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/clock.h"
#include "sys/path.h"
#include "sys/read.h"
#include "sys/visit.h"

struct tree_packing {
    struct archive *archive;
    const char *top;
    char *block; /* of BLOCK_BYTES */
};

enum { BLOCK_BYTES = 1 << 18 };

static int refused(struct tree_packing *p, const char *shown, struct err *e)
{
    return err_set(
        e, ERR_ENVIRONMENT, "%s: cannot be packed: %s", shown, libarchive->error_string(p->archive));
}

static int add_content(struct tree_packing *p, const struct visited *v, struct err *e)
{
    AUTO_CLOSE int fd = -1;
    int there = file_open_at(&fd, v->folder, v->name, O_RDONLY | O_NOFOLLOW, v->shown, e);
    if (there != 1)
        return there < 0 ? -1 : err_set(e, ERR_ENVIRONMENT, "%s: vanished", v->shown);
    for (;;) {
        ssize_t n = file_take(fd, p->block, BLOCK_BYTES, -1, v->shown, e);
        if (n <= 0)
            return (int)n;
        if (libarchive->write_data(p->archive, p->block, (size_t)n) != n)
            return refused(p, v->shown, e);
    }
}

/* As seen from the link's folder. */
static bool leads_out(const char *path, const char *target)
{
    AUTO_FREE char *folder = path_dir(path);
    AUTO_FREE char *whole = path_join(folder, target);
    return target[0] == '/' || !path_stays_inside(whole);
}

static int describe(struct archive_entry *entry, const struct visited *v, char **target, struct err *e)
{
    mode_t mode = v->st->st_mode;
    libarchive->entry_set_mtime(entry, CLOCK_EARLIEST, 0);
    libarchive->entry_set_perm(entry, S_ISDIR(mode) || (mode & 0111) ? 0755 : 0644);
    libarchive->entry_set_filetype(entry, S_ISDIR(mode) ? AE_IFDIR : S_ISLNK(mode) ? AE_IFLNK : AE_IFREG);
    if (S_ISREG(mode))
        libarchive->entry_set_size(entry, v->st->st_size);
    if (!S_ISLNK(mode))
        return S_ISREG(mode) || S_ISDIR(mode) ? 0 : err_set(e, ERR_ENVIRONMENT, "%s: is no file", v->shown);
    if (link_read(target, v->folder, v->name, v->shown, e) != 1)
        return -1;
    if (leads_out(v->path, *target))
        return err_set(e, ERR_ENVIRONMENT, "%s: leads to %s, out of its tree", v->shown, *target);
    libarchive->entry_set_symlink(entry, *target);
    return 0;
}

static int add(void *arg, const struct visited *v, struct err *e)
{
    struct tree_packing *p = arg;
    AUTO_FREE char *path = path_join(p->top, v->path);
    AUTO_FREE char *target = NULL;
    struct archive_entry *entry = libarchive->entry_new();
    libarchive->entry_set_pathname(entry, path);
    int failed = describe(entry, v, &target, e);
    if (!failed && libarchive->write_header(p->archive, entry) < ARCHIVE_WARN)
        failed = refused(p, v->shown, e);
    libarchive->entry_free(entry);
    return failed || !S_ISREG(v->st->st_mode) ? failed : add_content(p, v, e);
}

/* The top itself, so that who unpacks sees at once what to leave out. */
static int add_top(struct tree_packing *p, struct err *e)
{
    struct archive_entry *entry = libarchive->entry_new();
    libarchive->entry_set_pathname(entry, p->top);
    libarchive->entry_set_filetype(entry, AE_IFDIR);
    libarchive->entry_set_perm(entry, 0755);
    libarchive->entry_set_mtime(entry, CLOCK_EARLIEST, 0);
    int failed = libarchive->write_header(p->archive, entry) < ARCHIVE_WARN ? refused(p, p->top, e) : 0;
    libarchive->entry_free(entry);
    return failed;
}

static int write_all(struct tree_packing *p, const char *folder, const char *path, struct err *e)
{
    struct archive *a = p->archive;
    if (libarchive->write_set_format_pax_restricted(a) != ARCHIVE_OK ||
        libarchive->write_add_filter_zstd(a) != ARCHIVE_OK ||
        libarchive->write_set_options(a, "zstd:compression-level=3") != ARCHIVE_OK ||
        libarchive->write_open_filename(a, path) != ARCHIVE_OK)
        return refused(p, path, e);
    if (add_top(p, e) < 0 || tree_visit(folder, add, p, e) < 0)
        return -1;
    return libarchive->write_close(a) == ARCHIVE_OK ? 0 : refused(p, path, e);
}

int pack_folder(const char *folder, const char *top, const char *archive, struct err *e)
{
    if (libarchive_load(e) < 0)
        return -1;
    AUTO_FREE char *block = xmalloc(BLOCK_BYTES);
    struct tree_packing p = {libarchive->write_new(), top, block};
    if (!p.archive)
        abort(); /* out of memory */
    int failed = write_all(&p, folder, archive, e);
    libarchive->write_free(p.archive);
    return failed;
}
