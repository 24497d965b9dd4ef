/* Files are mapped: most of an object is never looked at. */
#include "wrapper/bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool bytes_open(struct bytes *b, const char *path)
{
    struct stat st;
    *b = (struct bytes){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool readable = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (readable && st.st_size > 0) {
        void *start = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        readable = start != MAP_FAILED;
        if (readable)
            *b = (struct bytes){start, (size_t)st.st_size};
    }
    close(fd);
    return readable;
}

void bytes_close(struct bytes *b)
{
    if (b->start)
        munmap((void *)b->start, b->size);
    *b = (struct bytes){0};
}
