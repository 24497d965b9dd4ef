/* Where an object that is mapped ends, by its program headers. Read with pread, not mapped: a mapping would
 * make us one of those that share it. */
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "footprint/sample.h"
#include "sys/read.h"

enum { HEADERS_MOST = 64 };

static bool read_at(int fd, void *out, size_t len, uint64_t offset)
{
    AUTO(err) struct err ignored = ERR_INIT; /* then it has no end that is known */
    return offset <= INT64_MAX &&
           file_take(fd, out, len, (off_t)offset, "an object", &ignored) == (ssize_t)len;
}

static uint64_t rounded(uint64_t address)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    return address > UINT64_MAX - page ? 0 : (address + page - 1) / page * page;
}

/* Objects of processes on this machine have its own byte order; those of the other word size are passed over.
 */
static uint64_t end_of(int fd, uint64_t base)
{
    unsigned char ident[EI_NIDENT];
    const unsigned one = 1;
    bool big = *(const unsigned char *)&one == 0;
    Elf64_Ehdr h;
    if (!read_at(fd, ident, sizeof ident, 0) || memcmp(ident, ELFMAG, SELFMAG) != 0 ||
        ident[EI_CLASS] != ELFCLASS64 || ident[EI_DATA] != (big ? ELFDATA2MSB : ELFDATA2LSB) ||
        !read_at(fd, &h, sizeof h, 0) || h.e_phentsize != sizeof(Elf64_Phdr) || h.e_phnum > HEADERS_MOST)
        return 0;
    Elf64_Phdr p[HEADERS_MOST];
    uint64_t first = UINT64_MAX, end = 0;
    if (!h.e_phnum || !read_at(fd, p, h.e_phnum * sizeof *p, h.e_phoff))
        return 0;
    for (size_t i = 0; i < h.e_phnum; i++) {
        if (p[i].p_type != PT_LOAD || p[i].p_memsz > UINT64_MAX - p[i].p_vaddr)
            continue;
        if (first == UINT64_MAX)
            first = p[i].p_vaddr - p[i].p_offset; /* of the byte at offset 0 */
        if (p[i].p_vaddr + p[i].p_memsz > end)
            end = p[i].p_vaddr + p[i].p_memsz;
    }
    return end ? rounded(base - first + end) : 0;
}

uint64_t watched_object_end(const struct mapped_file *f, const void *arg)
{
    const struct watched *w = arg;
    AUTO_FREE char *path = xstrf("root%s", f->name);
    AUTO(err) struct err ignored = ERR_INIT;
    AUTO_CLOSE int fd = -1;
    struct stat st;
    if (f->deleted || file_open_at(&fd, w->folder, path, O_RDONLY, path, &ignored) != 1 ||
        fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_ino != f->inode)
        return 0;
    return end_of(fd, f->base);
}
