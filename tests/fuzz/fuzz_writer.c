/* libFuzzer: a list of entries written to a folder in memory: nothing may appear beside the folder, no link
 * in it may lead out, and what was refused has a reason.
 *
 * Each line of the input is an entry: "d PATH" a folder, "f PATH" a file, "s PATH TARGET" a link, "h PATH
 * EXISTING" one more name. Paths are made clean first, as archive/unpack.c does. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/tree_writer.h"
#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_ENTRIES = 6, MOST_SLASHES = 3 };

/* What a list of entries left behind. */
struct written {
    bool any, links;
};

static char *root, *into;

static void remove_root(void)
{
    struct err e = ERR_INIT;
    tree_remove(root, &e);
}

static void prepare(void)
{
    struct err e = ERR_INIT;
    char *made =
        folder_make_temporary(path_is_folder("/dev/shm", &e) == 1 ? "/dev/shm" : "/tmp", "fuzz-writer-", &e);
    root = made ? realpath(made, NULL) : NULL;
    if (!root)
        abort();
    free(made);
    into = path_join(root, "into");
    atexit(remove_root);
}

static int write_one(struct tree_writer *w, char kind, const char *path, const char *other, struct err *e)
{
    uint64_t room = 1 << 16;
    AUTO_FREE char *existing = path_clean(other);
    switch (kind) {
    case 'd':
        return tree_writer_folder(w, path, e);
    case 's':
        return tree_writer_symlink(w, path, other, e);
    case 'h':
        return path_stays_inside(other) && *other != '/' ? tree_writer_hardlink(w, path, existing, &room, e)
                                                         : 0;
    default:
        break;
    }
    int fd = tree_writer_file(w, path, kind == 'x', e);
    if (fd < 0)
        return -1;
    if (write(fd, "text", 4) != 4)
        abort();
    return tree_writer_finish(fd, (struct timespec){1, 0}, e);
}

/* Paths as the writer is promised them; deep ones show nothing new, and take long to remove. */
static bool is_fit(const char *path)
{
    int slashes = 0;
    for (const char *p = path; *p; p++)
        slashes += *p == '/';
    return *path != '/' && slashes <= MOST_SLASHES && path_stays_inside(path);
}

/* As many entries as are fine. */
static struct written write_entries(char *text)
{
    struct written written = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct tree_writer w;
    size_t seen = 0;
    int status = tree_writer_open(&w, into, &e);
    if (status < 0)
        abort();
    for (char *line = text, *next; line && status == 0 && seen < MOST_ENTRIES; line = next, seen++) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (!line[0] || line[1] != ' ')
            continue;
        char *other = strchr(line + 2, ' ');
        if (other)
            *other++ = '\0';
        AUTO_FREE char *path = path_clean(line + 2);
        if (!is_fit(line + 2) || strcmp(path, ".") == 0)
            continue;
        status = write_one(&w, line[0], path, other ? other : "", &e);
        written.any = true;
        written.links |= line[0] == 's' && status == 0;
        if ((status < 0) != (e.text != NULL))
            abort();
    }
    tree_writer_release(&w);
    return written;
}

static void check_entry(const char *relative)
{
    if (!str_starts(relative, "into/"))
        abort(); /* written beside the folder */
    AUTO_FREE char *path = path_join(root, relative);
    char target[8];
    if (readlink(path, target, sizeof target) < 0)
        return;
    AUTO_FREE char *real = realpath(path, NULL); /* NULL: leads nowhere */
    size_t len = strlen(into);
    if (real && strcmp(real, into) != 0 && (!str_starts(real, into) || real[len] != '/'))
        abort(); /* a link out of the tree */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!root)
        prepare();
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strvec) struct strvec files = {0};
    AUTO_FREE char *text = xstrndup((const char *)data, size);
    if (folder_make(into, &e) < 0)
        abort();
    struct written written = write_entries(text);
    if (!written.any)
        return 0;
    /* Without a link, clean paths lead nowhere else. */
    if (written.links && tree_list(root, NULL, NULL, &files, &e) < 0)
        abort();
    for (size_t i = 0; i < files.len; i++)
        check_entry(files.items[i]);
    if (tree_remove(into, &e) < 0)
        abort();
    return 0;
}
