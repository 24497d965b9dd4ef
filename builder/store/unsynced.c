/* Trees that may not be on the disk yet. A rename can outlive a power cut that the content of the files does
 * not: then a finished tree has files of 0 bytes. Until the store was synced, a tree has a mark beside it:
 *
 *     ROOT/unsynced/NAME-KEY16 -> BOOT
 *
 * A symbolic link, because that is made before the rename in the order of the file system's journal, whole or
 * not at all. A mark of another boot than this one says that the tree is not to be relied on. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/internal.h"
#include "sys/durable.h"
#include "sys/fs.h"
#include "sys/path.h"

enum { BOOT_BYTES_MOST = 64 };

/* What tells this start of the machine from others; the same in its containers. The caller frees it. */
static char *boot(void)
{
    AUTO(strbuf) struct strbuf text = {0};
    AUTO(err) struct err ignored = ERR_INIT; /* without it, marks hold for ever and say nothing */
    file_read(&text, "/proc/sys/kernel/random/boot_id", BOOT_BYTES_MOST, &ignored);
    struct slice id = slice_trim((struct slice){strbuf_str(&text), text.len});
    return id.len ? xstrndup(id.ptr, id.len) : xstrdup("unknown");
}

int unsynced_mark(const char *path, struct err *e)
{
    AUTO_FREE char *now = boot();
    if (symlink(now, path) == 0 || (errno == EEXIST && unlink(path) == 0 && symlink(now, path) == 0))
        return 0;
    return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be made", path);
}

/* 1 when the mark is of this boot, 0 when it is of another, 2 when there is none, -1. */
static int mark_is_ours(const char *path, struct err *e)
{
    AUTO_FREE char *found = NULL;
    int there = link_read(&found, AT_FDCWD, path, path, e);
    if (there != 1)
        return there < 0 ? -1 : 2;
    AUTO_FREE char *now = boot();
    return strcmp(found, now) == 0;
}

int unsynced_lost(const struct store *s, const char *name, const struct key *k, struct err *e)
{
    AUTO_FREE char *path = store_named_path(s, "unsynced", name, k);
    int ours = mark_is_ours(path, e);
    return ours < 0 ? -1 : ours == 0;
}

/* Only marks that were there before the sync say something that it answers. */
int store_sync(const struct store *s, struct err *e)
{
    AUTO_FREE char *folder = path_join(s->root, "unsynced");
    AUTO(strvec) struct strvec names = {0};
    if (folder_names(&names, folder, e) < 0)
        return -1;
    if (!names.len)
        return 0;
    if (file_system_sync(s->root, e) < 0)
        return -1;
    for (size_t i = 0; i < names.len; i++) {
        AUTO_FREE char *path = path_join(folder, names.items[i]);
        int ours = mark_is_ours(path, e);
        if (ours < 0)
            return -1;
        if (ours == 1)
            unlink(path); /* one that stays costs a build after the next boot, no more */
    }
    return 0;
}
