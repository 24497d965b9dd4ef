/* The least that an audit could cost. `floor touch FILE...`: open each file, map it, look at its first page.
 * `floor inflate WHEEL`: inflate every member once and take its CRC, on one thread. */
#include <fcntl.h>
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile unsigned sink;

static unsigned char *map(const char *path, size_t *size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || !st.st_size)
        exit(1);
    *size = (size_t)st.st_size;
    unsigned char *p = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        exit(1);
    return p;
}

static unsigned get(const unsigned char *p, int bytes)
{
    unsigned value = 0;
    while (bytes--)
        value = value << 8 | p[bytes];
    return value;
}

static void inflate_all(const char *path)
{
    size_t size, cap = 0;
    unsigned char *p = map(path, &size), *end = p + size - 22, *out = NULL;
    struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
    const unsigned char *entry = p + get(end + 16, 4);
    for (unsigned n = get(end + 10, 2); n--;
         entry += 46 + get(entry + 28, 2) + get(entry + 30, 2) + get(entry + 32, 2)) {
        const unsigned char *local = p + get(entry + 42, 4);
        const unsigned char *data = local + 30 + get(local + 26, 2) + get(local + 28, 2);
        size_t packed = get(entry + 20, 4), plain = get(entry + 24, 4);
        if (plain > cap)
            out = realloc(out, cap = plain);
        if (!out ||
            (get(entry + 10, 2) == 8 && libdeflate_deflate_decompress(d, data, packed, out, plain, NULL)))
            exit(1);
        sink += libdeflate_crc32(0, get(entry + 10, 2) == 8 ? out : data, plain);
    }
    libdeflate_free_decompressor(d);
    free(out);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "inflate") == 0) {
        inflate_all(argv[2]);
        return 0;
    }
    for (int i = 2; i < argc; i++) {
        size_t size;
        unsigned char *p = map(argv[i], &size);
        sink += p[0];
        munmap(p, size);
    }
    return 0;
}
