/* Which files of a library folder serve building only, and which of those are the C library's own. Programs
 * of this machine go on to find their shared libraries, which they ask for by soname. */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "confine/internal.h"
#include "sys/fs.h"
#include "sys/path.h"

/* The C library's, the kernel's and C++'s; not sys, net and the like, in which other libraries have headers
 * too. */
const char *const whole_header_folders[] = {"asm", "asm-generic", "bits", "c++", "drm", "gnu", "linux",
    "misc", "mtd", "rdma", "rpc", "scsi", "sound", "video", "xen", NULL};

static const char *const files[] = {
#define LIBRARY_FILE(name) name,
#include "confine/library_files.def"
#undef LIBRARY_FILE
};

enum { SCRIPT_LIMIT = 4096 };

static bool is_elf_or_archive(const struct strbuf *b)
{
    const char *text = strbuf_str(b);
    return (b->len >= 4 && memcmp(text, "\177ELF", 4) == 0) ||
           (b->len >= 8 && memcmp(text, "!<arch>\n", 8) == 0);
}

/* The beginning of a file; nothing when it cannot be read. */
static int beginning(struct strbuf *out, const char *path, struct err *e)
{
    char bytes[SCRIPT_LIMIT];
    struct stat st;
    AUTO_CLOSE int fd = file_open_regular(path, &st, e);
    if (fd < 0)
        return -1;
    ssize_t n = file_take(fd, bytes, sizeof bytes, 0, path, e);
    if (n > 0)
        strbuf_add(out, bytes, (size_t)n);
    return n < 0 ? -1 : 0;
}

static void keep(struct strvec *out, const char *path)
{
    AUTO_FREE char *folder = path_dir(path);
    AUTO_FREE char *real = realpath(folder, NULL);
    if (!real)
        return;
    AUTO_FREE char *kept = path_join(real, path_base(path));
    if (!strvec_has(out, kept))
        strvec_push(out, kept);
}

/* "GROUP ( /lib/x86_64-linux-gnu/libc.so.6 /usr/lib/x86_64-linux-gnu/libc_nonshared.a )" */
static void keep_named_in(struct strvec *out, const char *script)
{
    for (const char *at = script; *at;) {
        size_t len = strcspn(at, " \t\n(),");
        AUTO_FREE char *word = xstrndup(at, len);
        if (word[0] == '/' && (str_ends(word, ".a") || strstr(word, ".so")))
            keep(out, word);
        at += len;
        at += strspn(at, " \t\n(),");
    }
}

int library_files_kept(struct strvec *out, const struct compiler_reads *reads, struct err *e)
{
    for (size_t i = 0; i < reads->libraries.len; i++)
        for (size_t k = 0; k < COUNT(files); k++) {
            AUTO_FREE char *path = path_join(reads->libraries.items[i], files[k]);
            int there = path_is_file(path, e);
            if (there < 0)
                return -1;
            if (!there)
                continue;
            AUTO(strbuf) struct strbuf text = {0};
            keep(out, path);
            if (beginning(&text, path, e) < 0)
                return -1;
            if (!is_elf_or_archive(&text))
                keep_named_in(out, strbuf_str(&text));
        }
    return 0;
}

/* libz.so leads to libz.so.1.2.13, whatever the names are; a real file of that name is a library that is
 * opened by it, or a script. */
static int is_for_the_linker(const char *path, unsigned char type, struct err *e)
{
    if (type == DT_LNK)
        return 1;
    AUTO(strbuf) struct strbuf text = {0};
    if (beginning(&text, path, e) < 0)
        return -1;
    return !is_elf_or_archive(&text);
}

int is_development_file(const char *folder, const char *name, unsigned char type, struct err *e)
{
    static const char *const endings[] = {".a", ".la", ".o", ".pc", "Config.sh", "Conf.sh"};
    static const char *const folders[] = {"pkgconfig", "cmake", "include"};
    if (type == DT_DIR) {
        for (size_t i = 0; i < COUNT(folders); i++)
            if (strcmp(name, folders[i]) == 0)
                return 1;
        return 0;
    }
    for (size_t i = 0; i < COUNT(endings); i++)
        if (str_ends(name, endings[i]))
            return 1;
    if (!str_ends(name, ".so"))
        return 0;
    AUTO_FREE char *path = path_join(folder, name);
    return is_for_the_linker(path, type, e);
}
