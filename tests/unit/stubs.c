/* Stubs of an older glibc: made from crafted libraries, and from this machine's own. */
#include <check.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "compile.h"
#include "elf/image.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "toolchain/kit.h"

static struct arena arena;
static char *folder; /* of the stubs */

static void setup(void)
{
    AUTO(err) struct err e = ERR_INIT;
    folder = folder_make_temporary("/tmp", "stubs-test-", &e);
    ck_assert_ptr_nonnull(folder);
}

static void teardown(void)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(tree_remove(folder, &e), 0);
    free(folder);
    arena_release(&arena);
}

static struct platform platform(const char *tag)
{
    struct platform p;
    if (!platform_find(&p, tag))
        ck_abort_msg("%s is not found", tag);
    return p;
}

/* Opens a stub; its bytes stay for as long as the arena. */
static struct elf_image open_stub(const char *soname)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(folder, soname);
    ck_assert_msg(file_read(&text, path, 1 << 20, &e) == 0, "%s", e.text);
    void *bytes = arena_memdup(&arena, text.ptr, text.len);
    struct elf_image image;
    ck_assert_msg(elf_open(&image, &arena, bytes, text.len, &e) == 0, "%s: %s", soname, e.text);
    ck_assert_str_eq(image.soname, soname);
    return image;
}

/* "memcpy@@GLIBC_2.14 F", "environ@@GLIBC_2.2.5 D8"; sorted as they stand in the file. */
static char *describe(const struct elf_image *image)
{
    struct strbuf out = {0};
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++) {
        ck_assert(elf_symbol_at(image, i, &s));
        strbuf_addf(&out, "%s%s@%s%s ", i > 1 ? "\n" : "", s.name, s.version_hidden ? "" : "@",
            s.version ? s.version->name : "");
        s.type == STT_OBJECT ? strbuf_addf(&out, "D%d", (int)s.size)
                             : strbuf_adds(&out, s.type == STT_FUNC ? "F" : "?");
    }
    return strbuf_steal(&out);
}

static void expect_stub(const char *soname, const char *symbols)
{
    struct elf_image image = open_stub(soname);
    AUTO_FREE char *got = describe(&image);
    ck_assert_msg(strcmp(got, symbols) == 0, "%s has:\n%s\ninstead of:\n%s", soname, got, symbols);
}

static void read_text(struct strbuf *text, const char *path)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_msg(file_read(text, path, 1 << 20, &e) == 0, "%s", e.text);
}

/* Names that nothing can be linked with any more. */
static void read_absent(struct map *out)
{
    AUTO(strbuf) struct strbuf text = {0};
    read_text(&text, "tests/fixtures/stubs/absent");
    struct slice rest = {text.ptr, text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        while (line.ptr && line.len && line.ptr[0] != '#') {
            struct slice name = slice_cut(&line, ' ');
            map_setn(out, name.ptr, name.len, out);
        }
    }
}

#ifdef __x86_64__

/* A libc of today in small. */
static const char libc_source[] =
    "#define V(symbol, version) __asm__(\".symver \" #symbol \",\" version)\n"
    "void memcpy_old(void) {} V(memcpy_old, \"memcpy@GLIBC_2.2.5\");\n"
    "void memcpy_new(void) {} V(memcpy_new, \"memcpy@@GLIBC_2.14\");\n"
    "void create_old(void) {} V(create_old, \"pthread_create@GLIBC_2.2.5\");\n"
    "void create_new(void) {} V(create_new, \"pthread_create@@GLIBC_2.34\");\n"
    "void lock(void) {} V(lock, \"pthread_mutex_lock@@GLIBC_2.2.5\");\n"
    "void time_old(void) {} V(time_old, \"clock_gettime@GLIBC_2.2.5\");\n"
    "void time_new(void) {} V(time_new, \"clock_gettime@@GLIBC_2.17\");\n"
    "void query(void) {} V(query, \"__res_query@GLIBC_2.2.5\");\n"
    "void query_new(void) {} V(query_new, \"res_query@@GLIBC_2.34\");\n"
    "int hidden_only = 1; V(hidden_only, \"sys_nerr@GLIBC_2.12\");\n"
    "void later(void) {} V(later, \"statx@@GLIBC_2.28\");\n"
    "void secret(void) {} V(secret, \"__secret@@GLIBC_PRIVATE\");\n"
    "void marked(void) {} V(marked, \"__marked@@GLIBC_ABI_DT_RELR\");\n"
    "static void (*pick(void))(void) { return memcpy_new; }\n"
    "void strlen_(void) __attribute__((ifunc(\"pick\"))); V(strlen_, \"strlen@@GLIBC_2.2.5\");\n"
    "char *env; V(env, \"__environ@@GLIBC_2.2.5\");\n"
    "extern char *env2 __attribute__((weak, alias(\"env\"))); V(env2, \"environ@@GLIBC_2.2.5\");\n"
    "char big_[300] __attribute__((aligned(32))); V(big_, \"big@@GLIBC_2.2.5\");\n"
    "extern const char numbers[16]; const char numbers[16] = {1}; V(numbers, \"in6addr_any@@GLIBC_2.2.5\");\n"
    "void no_version(void) {}\n";

static const char libc_map[] =
    "GLIBC_2.2.5 {}; GLIBC_2.12 {}; GLIBC_2.14 {}; GLIBC_2.17 {}; GLIBC_2.28 {}; GLIBC_2.34 {};\n"
    "GLIBC_ABI_DT_RELR {}; GLIBC_PRIVATE {};\n";

/* Writes the library to "@/out" of the folder. */
static void craft(struct built *b, const char *source, const char *map, const char *soname)
{
    build(b, "int unused;\n", "-c");
    AUTO_FREE char *path = xstrf("%s/map", b->dir);
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(file_write(path, map, strlen(map), 0644, &e), 0);
    AUTO_FREE char *arguments =
        xstrf("-w -shared -fPIC -nostdlib -O1 -Wl,-soname,%s -Wl,--version-script,@/map", soname);
    build(b, source, arguments);
}

static void make_from_crafted(const char *target)
{
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    craft(&b, libc_source, libc_map, "libc.so.6");
    AUTO_FREE char *path = xstrf("%s/out", b.dir);
    struct platform p = platform(target);
    ck_assert_msg(stubs_write(&p, (const char *const[]){path}, 1, folder, &e) == 0, "%s", e.text);
}

START_TEST(an_old_one_has_what_it_had_where_it_had_it)
{
    make_from_crafted("manylinux_2_17_x86_64");
    expect_stub("libc.so.6", "__environ@@GLIBC_2.2.5 D8\n"
                             "big@@GLIBC_2.2.5 D300\n"
                             "clock_gettime@@GLIBC_2.17 F\n"
                             "environ@@GLIBC_2.2.5 D8\n"
                             "in6addr_any@@GLIBC_2.2.5 D16\n"
                             "memcpy@GLIBC_2.2.5 F\n"
                             "memcpy@@GLIBC_2.14 F\n"
                             "pthread_mutex_lock@@GLIBC_2.2.5 F\n"
                             "strlen@@GLIBC_2.2.5 F");
    expect_stub("libpthread.so.0", "pthread_create@@GLIBC_2.2.5 F");
    expect_stub("librt.so.1", "clock_gettime@GLIBC_2.2.5 F");
    expect_stub("libresolv.so.2", "__res_query@@GLIBC_2.2.5 F");
    expect_stub("libm.so.6", "");
    expect_stub("ld-linux-x86-64.so.2", "");
}
END_TEST

START_TEST(a_newer_one_has_more_and_in_other_places)
{
    make_from_crafted("manylinux_2_34_x86_64");
    expect_stub("libc.so.6", "__environ@@GLIBC_2.2.5 D8\n"
                             "big@@GLIBC_2.2.5 D300\n"
                             "clock_gettime@GLIBC_2.2.5 F\n"
                             "clock_gettime@@GLIBC_2.17 F\n"
                             "environ@@GLIBC_2.2.5 D8\n"
                             "in6addr_any@@GLIBC_2.2.5 D16\n"
                             "memcpy@GLIBC_2.2.5 F\n"
                             "memcpy@@GLIBC_2.14 F\n"
                             "pthread_create@GLIBC_2.2.5 F\n"
                             "pthread_create@@GLIBC_2.34 F\n"
                             "pthread_mutex_lock@@GLIBC_2.2.5 F\n"
                             "res_query@@GLIBC_2.34 F\n"
                             "statx@@GLIBC_2.28 F\n"
                             "strlen@@GLIBC_2.2.5 F");
    expect_stub("libpthread.so.0", "");
}
END_TEST

static struct elf_symbol symbol_of(const struct elf_image *image, const char *name)
{
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s) && strcmp(s.name, name) == 0)
            return s;
    ck_abort_msg("%s is not there", name);
    return (struct elf_symbol){0};
}

/* Flags of the segment that an address is in. */
static uint32_t flags_at(const struct elf_image *image, uint64_t address)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment s = elf_segment_at(image, i);
        if (s.type == PT_LOAD && address >= s.address && address - s.address < s.memory_size)
            return s.flags;
    }
    return 0;
}

START_TEST(objects_keep_what_a_copy_depends_on)
{
    make_from_crafted("manylinux_2_17_x86_64");
    struct elf_image image = open_stub("libc.so.6");
    struct elf_symbol one = symbol_of(&image, "__environ"), two = symbol_of(&image, "environ");
    ck_assert_uint_eq(one.value, two.value);
    ck_assert_uint_eq(one.section, two.section);
    ck_assert(one.bind == STB_GLOBAL && two.bind == STB_WEAK);
    ck_assert_uint_eq(symbol_of(&image, "big").value % 32, 0);
    ck_assert_uint_eq(flags_at(&image, one.value), PF_R | PF_W);
    ck_assert_uint_eq(flags_at(&image, symbol_of(&image, "in6addr_any").value), PF_R);
    ck_assert_uint_eq(flags_at(&image, symbol_of(&image, "strlen").value), PF_R | PF_X);
}
END_TEST

/* A machine whose glibc is older than 2.34 has them in two libraries. */
START_TEST(what_two_libraries_have_comes_from_libc)
{
    AUTO(built) struct built c = {0};
    AUTO(built) struct built t = {0};
    AUTO(err) struct err e = ERR_INIT;
    craft(&c, "void read(void) {} double copysign(double x) { return x; }\n", "GLIBC_2.2.5 { global: *; };\n",
        "libc.so.6");
    craft(&t, "void read(void) {} void sem_post(void) {}\n", "GLIBC_2.2.5 { global: *; };\n",
        "libpthread.so.0");
    AUTO(built) struct built m = {0};
    craft(&m, "double copysign(double x) { return x; }\n", "GLIBC_2.2.5 { global: *; };\n", "libm.so.6");
    AUTO_FREE char *one = xstrf("%s/out", t.dir);
    AUTO_FREE char *two = xstrf("%s/out", m.dir);
    AUTO_FREE char *three = xstrf("%s/out", c.dir);
    struct platform p = platform("manylinux_2_28_x86_64");
    ck_assert_msg(stubs_write(&p, (const char *const[]){one, two, three}, 3, folder, &e) == 0, "%s", e.text);
    expect_stub("libc.so.6", "copysign@@GLIBC_2.2.5 F\nread@@GLIBC_2.2.5 F");
    expect_stub("libpthread.so.0", "sem_post@@GLIBC_2.2.5 F");
    expect_stub("libm.so.6", "copysign@@GLIBC_2.2.5 F");
}
END_TEST

static const struct {
    const char *target, *soname; /* soname NULL: a text file */
    const char *says;
} mistakes[] = {
    {"manylinux_2_12_x86_64", "libc.so.6", "from 2.17 on"},
    {"manylinux_2_17_ppc64le", "libc.so.6", "x86_64 and aarch64"},
    {"musllinux_1_2_x86_64", "libc.so.6", "x86_64 and aarch64"},
    {"manylinux_2_17_aarch64", "libc.so.6", "another machine"},
    {"manylinux_2_17_x86_64", "libfoo.so.1", "not a library of glibc"},
    {"manylinux_2_17_x86_64", "libm.so.6", "libc.so.6 is not among"},
    {"manylinux_2_17_x86_64", NULL, "/in.c: "},
};

enum { MISTAKES = sizeof mistakes / sizeof *mistakes };

START_TEST(what_cannot_be_done_is_said)
{
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    craft(&b, "void f(void) {}\n", "GLIBC_2.2.5 { global: *; };\n",
        mistakes[_i].soname ? mistakes[_i].soname : "libc.so.6");
    AUTO_FREE char *path = xstrf("%s/%s", b.dir, mistakes[_i].soname ? "out" : "in.c");
    struct platform p = platform(mistakes[_i].target);
    ck_assert_int_eq(stubs_write(&p, (const char *const[]){path}, 1, folder, &e), -1);
    ck_assert_int_eq(e.kind, ERR_ENVIRONMENT);
    ck_assert_msg(strstr(e.text, mistakes[_i].says) != NULL, "%s", e.text);
}
END_TEST

START_TEST(one_library_twice_is_a_mistake)
{
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    craft(&b, "void f(void) {}\n", "GLIBC_2.2.5 { global: *; };\n", "libc.so.6");
    AUTO_FREE char *path = xstrf("%s/out", b.dir);
    struct platform p = platform("manylinux_2_17_x86_64");
    ck_assert_int_eq(stubs_write(&p, (const char *const[]){path, path}, 2, folder, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "given twice"));
}
END_TEST

START_TEST(symbols_that_cannot_be_are_refused)
{
    static const struct {
        const char *source, *says;
    } cases[] = {
        {"__thread int t = 1;\n", "t@GLIBC_2.2.5 is thread-local"},
        {"__asm__(\".data\\n.globl c\\n.type c,@object\\nc: .quad 1\\n.size "
         "c,0x7fffffffffffffff\\n.text\");\n",
            "c@GLIBC_2.2.5 is too large"},
    };
    for (size_t i = 0; i < 2; i++) {
        AUTO(built) struct built b = {0};
        AUTO(err) struct err e = ERR_INIT;
        craft(&b, cases[i].source, "GLIBC_2.2.5 { global: *; };\n", "libc.so.6");
        AUTO_FREE char *path = xstrf("%s/out", b.dir);
        struct platform p = platform("manylinux_2_17_x86_64");
        ck_assert_int_eq(stubs_write(&p, (const char *const[]){path}, 1, folder, &e), -1);
        ck_assert_msg(strstr(e.text, cases[i].says) != NULL, "%s", e.text);
    }
}
END_TEST

#ifdef __GLIBC__

static char *host_file(const char *name)
{
    AUTO(err) struct err e = ERR_INIT;
    const struct kit_request r = {.cc = "/usr/bin/cc"};
    char *path = kit_compiler_file(&r, name, &e);
    ck_assert_msg(path, "%s", e.text);
    return path;
}

static bool make_from_host(const char *target, int minor)
{
    static const char *const names[] = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2",
        "librt.so.1", "libutil.so.1", "libanl.so.1", "libresolv.so.2", "ld-linux-x86-64.so.2"};
    if (__GLIBC_MINOR__ < minor || !path_is_file("/usr/bin/cc")) {
        fprintf(
            stderr, "skipped: %s needs a newer glibc than 2.%d, and /usr/bin/cc\n", target, __GLIBC_MINOR__);
        return false;
    }
    AUTO(strvec) struct strvec paths = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO_FREE char *path = host_file(names[i]);
        if (*path)
            strvec_push(&paths, path);
    }
    AUTO(err) struct err e = ERR_INIT;
    struct platform p = platform(target);
    ck_assert_msg(
        stubs_write(&p, (const char *const *)paths.items, paths.len, folder, &e) == 0, "%s", e.text);
    return true;
}

/* "libc memcpy GLIBC_2.14" for every symbol that glibc 2.N had. */
static void read_abi(struct map *out, const char *release)
{
    AUTO(strbuf) struct strbuf text = {0};
    read_text(&text, "tests/fixtures/stubs/x86_64.abi");
    struct slice rest = {text.ptr, text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        if (!line.len || line.ptr[0] == '#')
            continue;
        struct slice library = slice_cut(&line, ' '), version = slice_cut(&line, ' '),
                     when = slice_cut(&line, ' ');
        if (!slice_is(when, "both") && !slice_is(when, release))
            continue;
        while (line.ptr) {
            struct slice name = slice_cut(&line, ' ');
            AUTO_FREE char *key = xstrf("%.*s %.*s %.*s", (int)library.len, library.ptr, (int)name.len,
                name.ptr, (int)version.len, version.ptr);
            map_set(out, key, out);
        }
    }
}

static void read_stubs(struct map *out)
{
    static const char *const libraries[][2] = {{"ld", "ld-linux-x86-64.so.2"}, {"libanl", "libanl.so.1"},
        {"libc", "libc.so.6"}, {"libdl", "libdl.so.2"}, {"libm", "libm.so.6"},
        {"libpthread", "libpthread.so.0"}, {"libresolv", "libresolv.so.2"}, {"librt", "librt.so.1"},
        {"libutil", "libutil.so.1"}};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        struct elf_image image = open_stub(libraries[i][1]);
        struct elf_symbol s;
        for (size_t k = 1; k < image.symbol_count; k++) {
            ck_assert(elf_symbol_at(&image, k, &s) && s.version);
            AUTO_FREE char *key = xstrf("%s %s %s", libraries[i][0], s.name, s.version->name);
            ck_assert_msg(!map_set(out, key, out), "%s: twice", key);
        }
    }
}

/* Whether it is in libc as well as in its library. */
static bool libc_has(const struct map *stubs, const char *key)
{
    const char *library = str_starts(key, "libpthread ") ? "libpthread " : "ld ";
    if (!str_starts(key, library))
        return false;
    AUTO_FREE char *other = xstrf("libc %s", key + strlen(library));
    return map_get(stubs, other);
}

static const struct {
    const char *target, *release;
    int minor;
} releases[] = {
    {"manylinux_2_17_x86_64", "2.17", 17},
    {"manylinux_2_28_x86_64", "2.28", 28},
};

enum { RELEASES = sizeof releases / sizeof *releases };

START_TEST(stubs_are_what_that_glibc_was)
{
    AUTO(map) struct map was = {0};
    AUTO(map) struct map is = {0};
    AUTO(map) struct map absent = {0};
    if (!make_from_host(releases[_i].target, releases[_i].minor))
        return;
    read_abi(&was, releases[_i].release);
    read_stubs(&is);
    read_absent(&absent);
    ck_assert_uint_gt(was.len, 2900);
    for (size_t i = 0; i < is.len; i++)
        ck_assert_msg(map_get(&was, is.entries[i].key) != NULL, "glibc %s had no %s", releases[_i].release,
            is.entries[i].key);
    for (size_t i = 0; i < was.len; i++) {
        const char *key = was.entries[i].key;
        if (map_get(&is, key) || libc_has(&is, key))
            continue;
        struct slice rest = slice_of(key);
        slice_cut(&rest, ' ');
        struct slice name = slice_cut(&rest, ' ');
        ck_assert_msg(map_getn(&absent, name.ptr, name.len) != NULL, "%s of glibc %s is lost", key,
            releases[_i].release);
    }
}
END_TEST

#endif
#endif

/* $STATICBUILD_OLD_GLIBC names a folder with the libraries of glibc 2.31, $STATICBUILD_NEW_GLIBC one with
 * those of a newer one for the same machine: tests/cli/old_glibc.sh. */
static const char *const sonames[] = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1",
    "libutil.so.1", "libanl.so.1", "libresolv.so.2", "libmvec.so.1", "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1"};

enum { SONAMES = sizeof sonames / sizeof *sonames };

static bool make_from_folder(const char *from, const char *release)
{
    AUTO(strvec) struct strvec paths = {0};
    for (size_t i = 0; i < SONAMES; i++) {
        AUTO_FREE char *path = path_join(from, sonames[i]);
        if (path_is_file(path))
            strvec_push(&paths, path);
    }
    AUTO_FREE char *aarch64 = path_join(from, "ld-linux-aarch64.so.1");
    AUTO_FREE char *tag = xstrf("manylinux_%s_%s", release, path_is_file(aarch64) ? "aarch64" : "x86_64");
    AUTO(err) struct err e = ERR_INIT;
    struct platform p = platform(tag);
    ck_assert_msg(
        stubs_write(&p, (const char *const *)paths.items, paths.len, folder, &e) == 0, "%s", e.text);
    return true;
}

static bool open_library(struct elf_image *image, const char *from, const char *soname)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(strbuf) struct strbuf text = {0};
    AUTO_FREE char *path = path_join(from, soname);
    if (!path_is_file(path))
        return false;
    ck_assert_msg(file_read(&text, path, 16 << 20, &e) == 0, "%s", e.text);
    void *bytes = arena_memdup(&arena, text.ptr, text.len);
    ck_assert_msg(elf_open(image, &arena, bytes, text.len, &e) == 0, "%s: %s", soname, e.text);
    return true;
}

/* "environ GLIBC_2.2.5" -> its symbol. */
static void index_symbols(struct map *out, const struct elf_image *image)
{
    for (size_t i = 1; i < image->symbol_count; i++) {
        struct elf_symbol *s = arena_new(&arena, struct elf_symbol);
        if (!elf_symbol_at(image, i, s) || s->section == SHN_UNDEF || !s->version)
            continue;
        AUTO_FREE char *key = xstrf("%s %s", s->name, s->version->name);
        map_set(out, key, s);
    }
}

static void compare_symbol(const char *soname, const char *key, const struct elf_symbol *is,
    const struct elf_symbol *was, size_t *objects)
{
    ck_assert_msg(was != NULL, "%s of glibc 2.31 has no %s", soname, key);
    ck_assert_msg(is->version_hidden == was->version_hidden, "%s: %s is %sthe default", soname, key,
        is->version_hidden ? "not " : "");
    ck_assert_msg((is->type == STT_OBJECT) == (was->type == STT_OBJECT), "%s: %s", soname, key);
    if (is->type != STT_OBJECT)
        return;
    ck_assert_msg(is->size == was->size, "%s: %s has %llu bytes, not %llu", soname, key,
        (unsigned long long)is->size, (unsigned long long)was->size);
    ++*objects;
}

/* What could be linked with then can be now, or is named among what no longer can. */
static void expect_whole(const char *soname, const struct map *was, const struct map *is)
{
    AUTO(map) struct map absent = {0};
    AUTO(map) struct map libc = {0};
    struct elf_image stub = open_stub("libc.so.6");
    read_absent(&absent);
    index_symbols(&libc, &stub);
    for (size_t i = 0; i < was->len; i++) {
        const char *key = was->entries[i].key;
        const struct elf_symbol *s = was->entries[i].value;
        if (s->version_hidden || s->section == SHN_ABS || glibc_version_order(s->version->name) < 0)
            continue;
        ck_assert_msg(map_get(is, key) || map_get(&libc, key) || map_get(&absent, s->name), "%s: %s is lost",
            soname, key);
    }
}

static void compare_library(const char *from, const char *soname, size_t *symbols, size_t *objects)
{
    AUTO(map) struct map was = {0};
    AUTO(map) struct map is = {0};
    struct elf_image old;
    if (!open_library(&old, from, soname))
        return;
    struct elf_image stub = open_stub(soname);
    index_symbols(&was, &old);
    index_symbols(&is, &stub);
    for (size_t i = 0; i < is.len; i++)
        compare_symbol(
            soname, is.entries[i].key, is.entries[i].value, map_get(&was, is.entries[i].key), objects);
    expect_whole(soname, &was, &is);
    *symbols += is.len;
}

START_TEST(stubs_are_like_the_libraries_of_debian_11)
{
    const char *from = getenv("STATICBUILD_OLD_GLIBC"), *new_ones = getenv("STATICBUILD_NEW_GLIBC");
    if (!from || !new_ones) {
        fprintf(stderr, "skipped: no libraries of glibc 2.31 are given\n");
        return;
    }
    make_from_folder(new_ones, "2_31");
    size_t symbols = 0, objects = 0;
    for (size_t i = 0; i < SONAMES; i++)
        compare_library(from, sonames[i], &symbols, &objects);
    printf("%zu symbols, %zu of them objects\n", symbols, objects);
    ck_assert_uint_gt(symbols, 2800);
    ck_assert_uint_gt(objects, 50);
}
END_TEST

Suite *stubs_suite(void)
{
    Suite *s = suite_create("stubs");
    TCase *t = tcase_create("stubs");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
#ifdef __x86_64__
    tcase_add_test(t, an_old_one_has_what_it_had_where_it_had_it);
    tcase_add_test(t, a_newer_one_has_more_and_in_other_places);
    tcase_add_test(t, objects_keep_what_a_copy_depends_on);
    tcase_add_test(t, what_two_libraries_have_comes_from_libc);
    tcase_add_loop_test(t, what_cannot_be_done_is_said, 0, MISTAKES);
    tcase_add_test(t, one_library_twice_is_a_mistake);
    tcase_add_test(t, symbols_that_cannot_be_are_refused);
#ifdef __GLIBC__
    tcase_add_loop_test(t, stubs_are_what_that_glibc_was, 0, RELEASES);
#endif
#endif
    tcase_add_test(t, stubs_are_like_the_libraries_of_debian_11);
    suite_add_tcase(s, t);
    return s;
}
