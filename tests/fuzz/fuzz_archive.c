/* Any bytes as a source archive: unpacked below one folder, or refused; nothing may appear beside the folder,
 * and no link in it may lead out. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/unpack.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *root, *into;

static void make_root(void)
{
    struct err e = ERR_INIT;
    char *made =
        folder_make_temporary(path_is_folder("/dev/shm", &e) == 1 ? "/dev/shm" : "/tmp", "fuzz-archive-", &e);
    if (!made)
        abort();
    root = realpath(made, NULL);
    into = path_join(root, "into");
    free(made);
}

static void remove_root(void)
{
    struct err e = ERR_INIT;
    if (tree_remove(root, &e) < 0)
        abort();
}

static void check_entry(const char *relative)
{
    if (!str_starts(relative, "into/"))
        abort(); /* written beside the folder */
    AUTO_FREE char *path = path_join(root, relative);
    AUTO_FREE char *real = realpath(path, NULL); /* NULL: leads nowhere */
    if (real && strcmp(real, into) != 0 && (!str_starts(real, into) || real[strlen(into)] != '/'))
        abort(); /* a link out of the tree */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!root) {
        make_root();
        atexit(remove_root);
    }
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec files = {0};
    AUTO_CLOSE int fd = memfd_create("archive", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || folder_make(into, &e) < 0)
        abort();
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    static const char *const exclude[] = {"left/out"};
    const struct unpack_request r = {.archive = path,
        .shown = "fuzz",
        .into = into,
        .most_bytes = 1 << 20,
        .most_entries = 200,
        .exclude = exclude,
        .exclude_len = 1};
    if (unpack_archive(&r, &e) < 0 && !e.text)
        abort();
    err_release(&e);
    if (tree_list(root, NULL, NULL, &files, &e) < 0)
        abort();
    for (size_t i = 0; i < files.len; i++)
        check_entry(files.items[i]);
    if (tree_remove(into, &e) < 0)
        abort();
    return 0;
}
