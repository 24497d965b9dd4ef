/* Shared objects of symbols only, read back, and given to linkers. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "compile.h"
#include "elf/image.h"
#include "elf/stub.h"
#include "sched/process.h"
#include "sys/fs.h"
#include "there.h"

static const char *const versions[] = {"OLD_1", "NEW_2"};

static const struct elf_stub_symbol symbols[] = {
    {"act", 1, true, STT_FUNC, STB_GLOBAL, ELF_STUB_CODE, 0, 0},
    {"act", 2, false, STT_FUNC, STB_GLOBAL, ELF_STUB_CODE, 16, 0},
    {"alias", 1, false, STT_OBJECT, STB_WEAK, ELF_STUB_WRITABLE, 64, 8},
    {"constant", 1, false, STT_OBJECT, STB_GLOBAL, ELF_STUB_READ_ONLY, 0, 40},
    {"plain", 0, false, STT_FUNC, STB_GLOBAL, ELF_STUB_CODE, 32, 0},
    {"variable", 1, false, STT_OBJECT, STB_GLOBAL, ELF_STUB_WRITABLE, 64, 8},
};

enum { SYMBOLS = COUNT(symbols) };

static const struct elf_stub demo = {
    .soname = "libdemo.so.3",
    .versions = versions,
    .version_count = 2,
    .symbols = symbols,
    .symbol_count = SYMBOLS,
    .part_size = {[ELF_STUB_CODE] = 33, [ELF_STUB_READ_ONLY] = 40, [ELF_STUB_WRITABLE] = 72},
};

static struct elf_stub demo_for(const char *arch)
{
    struct elf_stub stub = demo;
    stub.arch = arch_find(arch);
    ck_assert_ptr_nonnull(stub.arch);
    return stub;
}

START_TEST(what_was_written_is_read)
{
    const struct arch *arch = arch_at((size_t)_i);
    const struct elf_stub stub = demo_for(arch->name);
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    elf_stub_write(&out, &stub);
    ck_assert_msg(elf_open(&image, &a, out.ptr, out.len, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(image.machine, arch->machine);
    ck_assert_uint_eq(image.machine_flags, arch->flags);
    ck_assert(image.wide == (arch->bits == 64) && image.big == arch->big_endian && image.type == ET_DYN);
    ck_assert(image.has_stack && !image.executable_stack && !image.writable_code);
    ck_assert_str_eq(image.soname, "libdemo.so.3");
    ck_assert_uint_eq(image.needed_count, 0);
    ck_assert_uint_eq(image.defined_version_count, 3);
    ck_assert_str_eq(image.defined_versions[0].name, "libdemo.so.3");
    ck_assert_uint_eq(image.defined_versions[0].flags, VER_FLG_BASE);
    ck_assert_str_eq(image.defined_versions[2].name, "NEW_2");
    ck_assert_uint_eq(image.symbol_count, SYMBOLS + 1);
    uint64_t values[SYMBOLS];
    for (size_t i = 0; i < SYMBOLS; i++) {
        struct elf_symbol s;
        ck_assert(elf_symbol_at(&image, i + 1, &s));
        ck_assert_str_eq(s.name, symbols[i].name);
        ck_assert_int_eq(s.version_hidden, symbols[i].hidden);
        ck_assert_uint_eq(s.type, symbols[i].type);
        ck_assert_uint_eq(s.bind, symbols[i].bind);
        ck_assert_uint_eq(s.size, symbols[i].size);
        ck_assert_uint_ne(s.section, SHN_UNDEF);
        ck_assert_int_eq(!s.version, !symbols[i].version);
        if (s.version)
            ck_assert_str_eq(s.version->name, versions[symbols[i].version - 1]);
        values[i] = s.value;
    }
    ck_assert_uint_eq(values[2], values[5]); /* one object, two names */
    ck_assert_uint_eq(values[2] % 64, 0);
    ck_assert_uint_ne(values[0], values[1]);
}
END_TEST

START_TEST(nothing_at_all_is_a_library_too)
{
    const struct elf_stub empty = {.arch = arch_find("aarch64"), .soname = "libutil.so.1"};
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    strbuf_adds(&out, "in front"); /* the file begins where the buffer ended */
    elf_stub_write(&out, &empty);
    ck_assert_msg(elf_open(&image, &a, out.ptr + 8, out.len - 8, &e) == 0, "%s", e.text);
    ck_assert_str_eq(image.soname, "libutil.so.1");
    ck_assert_uint_eq(image.symbol_count, 1);
    ck_assert_uint_eq(image.defined_version_count, 1);
}
END_TEST

/* The function as the gABI prints it. */
static uint32_t hash_in_the_book(const unsigned char *name)
{
    unsigned long h = 0, g;
    while (*name) {
        h = (h << 4) + *name++;
        if ((g = h & 0xf0000000))
            h ^= g >> 24;
        h &= ~g;
    }
    return (uint32_t)h;
}

static const unsigned char *at_tag(const struct elf_image *image, uint64_t wanted)
{
    for (size_t i = 0; i < image->dynamic_count; i++) {
        uint64_t tag, value;
        elf_dynamic_at(image, i, &tag, &value);
        if (tag == wanted)
            return elf_at_address(image, value).ptr;
    }
    ck_abort_msg("no tag %d", (int)wanted);
    return NULL;
}

/* The i-th number of a table. */
static uint64_t number_at(const struct elf_image *image, const unsigned char *p, size_t bytes, size_t i)
{
    uint64_t number = 0;
    for (size_t k = 0; k < bytes; k++)
        number |= (uint64_t)p[i * bytes + k] << 8 * (image->big ? bytes - 1 - k : k);
    return number;
}

START_TEST(names_are_found_by_their_hash)
{
    static const char *const long_names[] = {"GLIBC_2.2.5", "GLIBCXX_3.4.21"};
    const struct arch *arch = arch_at((size_t)_i);
    const size_t word = strcmp(arch->name, "s390x") == 0 ? 8 : 4; /* as its psABI has it */
    struct elf_stub stub = demo_for(arch->name);
    stub.versions = long_names;
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct elf_image image;
    elf_stub_write(&out, &stub);
    ck_assert_int_eq(elf_open(&image, &a, out.ptr, out.len, &e), 0);
    const unsigned char *definitions = at_tag(&image, DT_VERDEF);
    ck_assert_uint_eq(
        number_at(&image, definitions + 28, 4, 2), 0x09691a75); /* as readelf -V shows it everywhere */
    const unsigned char *table = at_tag(&image, DT_HASH);
    uint64_t buckets = number_at(&image, table, word, 0), count = number_at(&image, table, word, 1);
    ck_assert_uint_eq(count, SYMBOLS + 1);
    ck_assert_uint_gt(buckets, 1);
    for (size_t i = 1; i <= SYMBOLS; i++) {
        uint64_t hash = hash_in_the_book((const void *)symbols[i - 1].name);
        uint64_t at = number_at(&image, table, word, 2 + hash % buckets);
        for (size_t steps = 0; at && at != i && steps <= SYMBOLS; steps++)
            at = number_at(&image, table, word, 2 + buckets + at);
        ck_assert_uint_eq(at, i);
    }
}
END_TEST

static bool there(const char *program)
{
    AUTO_FREE char *found = program_there(program);
    if (!found)
        fprintf(stderr, "skipped: no %s here\n", program);
    return found;
}

static struct elf_symbol find_symbol(const struct elf_image *image, const char *name)
{
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s) && strcmp(s.name, name) == 0)
            return s;
    return (struct elf_symbol){.name = NULL};
}

/* A program, so that variables are copied into it. */
static const char program[] = "extern void act(void), plain(void); extern char *alias, *variable;\n"
                              "extern const char constant[40];\n"
                              "char *volatile sink;\n"
                              "void _start(void) { act(); plain(); sink = alias; sink = variable;\n"
                              "  sink = (char *)constant; }\n";

static const struct {
    const char *name, *program, *flag;
} linkers[] = {
    {"bfd", "ld.bfd", "-fuse-ld=bfd"},
    {"lld", "ld.lld", "-fuse-ld=lld"},
    {"gold", "ld.gold", "-fuse-ld=gold"},
};

enum { LINKERS = COUNT(linkers) };

START_TEST(linkers_take_it)
{
#ifdef __x86_64__
    if (!there(linkers[_i].program))
        return;
    AUTO(built) struct built b = {0};
    build(&b, "int unused;\n", "-shared -fPIC -nostdlib");
    AUTO_FREE char *path = xstrf("%s/dep.so", b.dir);
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    const struct elf_stub stub = demo_for("x86_64");
    elf_stub_write(&out, &stub);
    ck_assert_int_eq(file_write(path, out.ptr, out.len, 0644, &e), 0);
    AUTO_FREE char *arguments = xstrf("-nostdlib -no-pie -fno-pic -Wl,-z,now %s @/dep.so", linkers[_i].flag);
    build(&b, program, arguments);
    AUTO(arena) struct arena a = {0};
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &a, b.bytes, b.size, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(image.needed_count, 1);
    ck_assert_str_eq(image.needed[0], "libdemo.so.3");
    struct elf_symbol act = find_symbol(&image, "act"), plain = find_symbol(&image, "plain");
    ck_assert(act.name && act.version && plain.name && !plain.version);
    ck_assert_str_eq(act.version->name, "NEW_2"); /* never the hidden one */
    struct elf_symbol alias = find_symbol(&image, "alias"), variable = find_symbol(&image, "variable");
    ck_assert(alias.name && variable.name);
    ck_assert_msg(alias.value == variable.value && alias.value % 64 == 0, "%s: 0x%llx, 0x%llx",
        linkers[_i].name, (unsigned long long)alias.value, (unsigned long long)variable.value);
    struct elf_symbol constant = find_symbol(&image, "constant");
    ck_assert(constant.name && constant.size == 40);
#endif
}
END_TEST

/* A linker that is there for an architecture takes the library, and binds to the version that is not hidden.
 */
START_TEST(linkers_of_other_architectures_take_it)
{
    const struct arch *arch = arch_at((size_t)_i);
    AUTO_FREE char *compiler = xstrf("%s-gcc", arch->compiler);
    if (!arch->baseline[0] || !there(compiler))
        return;
    AUTO(built) struct built b = {0};
    build(&b, "int unused;\n", "-shared -fPIC -nostdlib");
    AUTO_FREE char *path = xstrf("%s/dep.so", b.dir);
    AUTO_FREE char *source = xstrf("%s/main.c", b.dir);
    AUTO_FREE char *linked = xstrf("%s/linked.so", b.dir);
    AUTO(strbuf) struct strbuf out = {0};
    AUTO(err) struct err e = ERR_INIT;
    const struct elf_stub stub = demo_for(arch->name);
    elf_stub_write(&out, &stub);
    ck_assert_int_eq(file_write(path, out.ptr, out.len, 0644, &e), 0);
    ck_assert_int_eq(file_write(source, program, strlen(program), 0644, &e), 0);
    AUTO_FREE char *command =
        xstrf("%s -shared -fPIC -nostdlib -Wl,-z,defs %s %s -o %s", compiler, source, path, linked);
    ck_assert_msg(system(command) == 0, "%s", command);
    AUTO(arena) struct arena a = {0};
    AUTO(mapping) struct mapping file = {0};
    struct elf_image image;
    ck_assert_int_eq(mapping_open(&file, linked, &e), 0);
    ck_assert_msg(elf_open(&image, &a, file.bytes, file.size, &e) == 0, "%s", e.text);
    ck_assert_uint_eq(image.needed_count, 1);
    ck_assert_str_eq(image.needed[0], "libdemo.so.3");
    struct elf_symbol act = find_symbol(&image, "act");
    ck_assert(act.name && act.version);
    ck_assert_str_eq(act.version->name, "NEW_2");
}
END_TEST

Suite *stub_suite(void)
{
    Suite *s = suite_create("stub");
    TCase *t = tcase_create("stub");
    tcase_set_timeout(t, 60);
    int arches = 0;
    while (arch_at((size_t)arches))
        arches++;
    tcase_add_loop_test(t, what_was_written_is_read, 0, arches);
    tcase_add_test(t, nothing_at_all_is_a_library_too);
    tcase_add_loop_test(t, names_are_found_by_their_hash, 0, arches);
    tcase_add_loop_test(t, linkers_take_it, 0, LINKERS);
    tcase_add_loop_test(t, linkers_of_other_architectures_take_it, 0, arches);
    suite_add_tcase(s, t);
    return s;
}
