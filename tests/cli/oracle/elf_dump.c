/* Prints what the ELF reader sees of each file, in the words of elf.py. Paths come on standard input, each
 * ended by NUL. With the argument `stripped`, section headers are taken away before the file is read. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "elf/image.h"

static void print_symbols(const struct elf_image *image)
{
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++) {
        if (!elf_symbol_at(image, i, &s) || s.bind == STB_LOCAL)
            continue;
        bool undefined = s.section == SHN_UNDEF;
        const char *at = !s.version ? "" : undefined || s.version_hidden || s.version->file ? "@" : "@@";
        printf("%s %s%s%s\n", undefined ? "undefined" : "exported", s.name, at,
            s.version ? s.version->name : "");
    }
}

static void print_image(const struct elf_image *image)
{
    for (size_t i = 0; i < image->needed_count; i++)
        printf("NEEDED %s\n", image->needed[i]);
    const struct {
        const char *tag, *text;
    } texts[] = {{"SONAME", image->soname}, {"RPATH", image->rpath}, {"RUNPATH", image->runpath}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].text)
            printf("%s %s\n", texts[i].tag, texts[i].text);
    for (size_t i = 0; i < image->needed_version_count; i++)
        printf("needs %s %s\n", image->needed_versions[i].file, image->needed_versions[i].name);
    for (size_t i = 0; i < image->defined_version_count; i++)
        printf("defines %s\n", image->defined_versions[i].name);
    print_symbols(image);
}

static void dump(const char *path, bool stripped)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size < 64)
        return;
    unsigned char *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return;
    if (elf_identify(bytes, (size_t)st.st_size) == ELF_KIND_LINKED) {
        bool wide = bytes[EI_CLASS] == ELFCLASS64;
        if (stripped) {
            memset(bytes + (wide ? 40 : 32), 0, wide ? 8 : 4); /* e_shoff */
            memset(bytes + (wide ? 58 : 46), 0, 6);            /* e_shentsize, e_shnum, e_shstrndx */
        }
        AUTO(arena) struct arena arena = {0};
        AUTO(err) struct err e = ERR_INIT;
        struct elf_image image;
        printf("file %s", path);
        putchar(0);
        if (elf_open(&image, &arena, bytes, (size_t)st.st_size, &e) < 0)
            printf("error %s\n", e.text);
        else
            print_image(&image);
    }
    munmap(bytes, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
    bool stripped = argc > 1 && strcmp(argv[1], "stripped") == 0;
    AUTO_FREE char *path = NULL;
    size_t room = 0;
    while (getdelim(&path, &room, '\0', stdin) > 0)
        dump(path, stripped);
    return 0;
}
