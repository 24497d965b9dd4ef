/* The stub of the platform's unwinder, libgcc_s.so.1. An exception, and the end of a thread, may pass frames
 * of libc, which know that one only: a second unwinder inside of a module meets it there and aborts. So
 * modules for glibc take the platform's, which every manylinux policy promises; what else libgcc_s has stays
 * inside, from libgcc.a. */
#include <elf.h>
#include <string.h>

#include "base/cleanup.h"
#include "elf/stub.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/internal.h"

enum { COLUMNS = 8 };

static const char *const arches[COLUMNS] = {
#define UNWINDER_COLUMNS(...) __VA_ARGS__
#define UNWINDER(...)
#include "kit/unwinder.def"
#undef UNWINDER_COLUMNS
#undef UNWINDER
};

static const struct row {
    const char *name;
    const char *version[COLUMNS];
} rows[] = {
#define UNWINDER_COLUMNS(...)
#define UNWINDER(name, ...) {name, {__VA_ARGS__}},
#include "kit/unwinder.def"
#undef UNWINDER_COLUMNS
#undef UNWINDER
};

enum { ROWS = COUNT(rows) };

/* 1 + index among the stub's versions, to which it is added when it is new. */
static uint16_t version_number(struct elf_stub *stub, const char **versions, const char *version)
{
    size_t i = 0;
    while (i < stub->version_count && strcmp(versions[i], version) != 0)
        i++;
    if (i == stub->version_count)
        versions[stub->version_count++] = version;
    return (uint16_t)(i + 1);
}

int unwinder_write(const struct platform *target, const char *lib_dir, struct err *e)
{
    size_t column = 0;
    while (column < COLUMNS && strcmp(arches[column], target->arch->name) != 0)
        column++;
    if (column == COLUMNS)
        return err_set(e, ERR_ENVIRONMENT,
            "%s: what libgcc_s has is not known of %s: `staticbuild target list` names the targets that can "
            "be "
            "built for",
            target->name, target->arch->name);
    const char *versions[ROWS];
    struct elf_stub_symbol symbols[ROWS];
    struct elf_stub stub = {
        .arch = target->arch,
        .soname = KIT_UNWINDER,
        .versions = versions,
        .symbols = symbols,
        .part_size[ELF_STUB_CODE] = ROWS,
    };
    for (size_t i = 0; i < ROWS; i++)
        if (*rows[i].version[column])
            symbols[stub.symbol_count++] = (struct elf_stub_symbol){
                .name = rows[i].name,
                .version = version_number(&stub, versions, rows[i].version[column]),
                .type = STT_FUNC,
                .bind = STB_GLOBAL,
                .part = ELF_STUB_CODE,
                .offset = i,
            };
    AUTO(strbuf) struct strbuf out = {0};
    elf_stub_write(&out, &stub);
    AUTO_FREE char *path = path_join(lib_dir, KIT_UNWINDER);
    return file_write(path, out.ptr, out.len, 0644, e);
}
