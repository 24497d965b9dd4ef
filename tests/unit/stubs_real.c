/* Stubs of older glibcs, made from real libraries, against what those glibcs had. */
#include <elf.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/map.h"
#include "stub_folder.h"
#include "kit/internal.h"
#include "there.h"

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

#if defined __x86_64__ && defined __GLIBC__

static char *host_file(const char *name)
{
    AUTO(err) struct err e = ERR_INIT;
    char *path = compiler_file("/usr/bin/cc", name, NULL, &e);
    ck_assert_msg(path, "%s", e.text);
    return path;
}

static bool make_from_host(const char *target, int minor)
{
    static const char *const names[] = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2",
        "librt.so.1", "libutil.so.1", "libanl.so.1", "libresolv.so.2", "ld-linux-x86-64.so.2"};
    if (__GLIBC_MINOR__ < minor || !there_as_file("/usr/bin/cc")) {
        fprintf(
            stderr, "skipped: %s needs a newer glibc than 2.%d, and /usr/bin/cc\n", target, __GLIBC_MINOR__);
        return false;
    }
    AUTO(strvec) struct strvec paths = {0};
    for (size_t i = 0; i < COUNT(names); i++) {
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
    for (size_t i = 0; i < COUNT(libraries); i++) {
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
    const char *target, *release, *tag;
    int minor;
} releases[] = {
    {"manylinux_2_17_x86_64", "2.17", "2_17", 17},
    {"manylinux_2_28_x86_64", "2.28", "2_28", 28},
};

enum { RELEASES = COUNT(releases) };

/* The fixture against the list it was made from, where that is: $STATICBUILD_SHARED, or shared beside the
 * checkout. */
START_TEST(the_fixture_is_the_published_list)
{
    const char *shared = getenv("STATICBUILD_SHARED");
    AUTO_FREE char *path = path_join(shared ? shared : "../shared", "data/glibc-abilist-x86_64.tsv");
    if (!there_as_file(path)) {
        fprintf(stderr, "SKIPPED: %s is not there (set STATICBUILD_SHARED)\n", path);
        return;
    }
    AUTO(map) struct map fixture = {0};
    AUTO(strbuf) struct strbuf text = {0};
    read_abi(&fixture, releases[_i].release);
    read_text(&text, path);
    size_t rows = 0;
    struct slice rest = {text.ptr, text.len};
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice release = slice_cut(&line, '\t'), library = slice_cut(&line, '\t'),
                     name = slice_cut(&line, '\t'), version = slice_cut(&line, '\t');
        if (!slice_is(release, releases[_i].release))
            continue;
        AUTO_FREE char *key = xstrf("%.*s %.*s %.*s", (int)library.len, library.ptr, (int)name.len, name.ptr,
            (int)version.len, version.ptr);
        ck_assert_msg(map_get(&fixture, key) != NULL, "%s", key);
        rows++;
    }
    ck_assert_uint_eq(rows, fixture.len);
}
END_TEST

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

/* $STATICBUILD_OLD_GLIBC names a folder with the libraries of glibc 2.31, $STATICBUILD_NEW_GLIBC one with
 * those of a newer one for the same machine: tests/cli/old_glibc.sh. */
static const char *const sonames[] = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1",
    "libutil.so.1", "libanl.so.1", "libresolv.so.2", "libmvec.so.1"};

enum { SONAMES = COUNT(sonames) };

/* Whose they are, which libc.so.6 says. */
static const struct arch *arch_of_folder(const char *from)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO(mapping) struct mapping file = {0};
    struct elf_image image;
    AUTO_FREE char *path = path_join(from, "libc.so.6");
    ck_assert_msg(
        mapping_open(&file, path, &e) == 0 && elf_open(&image, &arena, file.bytes, file.size, &e) == 0, "%s",
        e.text);
    const struct arch *arch = arch_of_machine(image.machine, image.wide, image.big);
    ck_assert_ptr_nonnull(arch);
    return arch;
}

static bool make_from_folder(const char *from, const char *release)
{
    const struct arch *arch = arch_of_folder(from);
    AUTO(strvec) struct strvec paths = {0};
    for (size_t i = 0; i < SONAMES; i++) {
        AUTO_FREE char *path = path_join(from, sonames[i]);
        if (there_as_file(path))
            strvec_push(&paths, path);
    }
    AUTO_FREE char *loader = path_join(from, arch->glibc_loader);
    strvec_push(&paths, loader);
    AUTO_FREE char *tag = xstrf("manylinux_%s_%s", release, arch->name);
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
    if (!there_as_file(path))
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

/* Then a name without a version is bound to libc's, whatever another library has. */
static bool libc_has_default(const char *name)
{
    struct elf_image stub = open_stub("libc.so.6");
    struct elf_symbol s;
    for (size_t i = 1; i < stub.symbol_count; i++)
        if (elf_symbol_at(&stub, i, &s) && !s.version_hidden && strcmp(s.name, name) == 0)
            return true;
    return false;
}

static void compare_symbol(const char *soname, const char *key, const struct elf_symbol *is,
    const struct elf_symbol *was, size_t *objects)
{
    ck_assert_msg(was != NULL, "%s of glibc 2.31 has no %s", soname, key);
    ck_assert_msg(is->version_hidden == was->version_hidden ||
                      (is->version_hidden && strcmp(soname, "libc.so.6") != 0 && libc_has_default(is->name)),
        "%s: %s is %sthe default", soname, key, is->version_hidden ? "not " : "");
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
    compare_library(from, arch_of_folder(from)->glibc_loader, &symbols, &objects);
    printf("%zu symbols, %zu of them objects\n", symbols, objects);
    ck_assert_uint_gt(symbols, 2800);
    ck_assert_uint_gt(objects, 50);
}
END_TEST

#if defined __x86_64__ && defined __GLIBC__
/* A machine as old as that has what moved in two libraries, or in another one. */
START_TEST(stubs_made_on_debian_11_are_as_good)
{
    const char *from = getenv("STATICBUILD_OLD_GLIBC");
    AUTO_FREE char *loader = path_join(from ? from : "", "ld-linux-x86-64.so.2");
    if (!from || !there_as_file(loader)) {
        fprintf(stderr, "skipped: no libraries of glibc 2.31 for x86_64 are given\n");
        return;
    }
    AUTO(map) struct map was = {0};
    AUTO(map) struct map is = {0};
    make_from_folder(from, releases[_i].tag);
    read_abi(&was, releases[_i].release);
    read_stubs(&is);
    ck_assert_uint_gt(is.len, 2600);
    for (size_t i = 0; i < is.len; i++)
        ck_assert_msg(map_get(&was, is.entries[i].key) != NULL, "glibc %s had no %s", releases[_i].release,
            is.entries[i].key);
}
END_TEST
#endif

Suite *stubs_real_suite(void)
{
    Suite *s = suite_create("stubs_real");
    TCase *t = tcase_create("stubs_real");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60);
#if defined __x86_64__ && defined __GLIBC__
    tcase_add_loop_test(t, the_fixture_is_the_published_list, 0, RELEASES);
    tcase_add_loop_test(t, stubs_are_what_that_glibc_was, 0, RELEASES);
    tcase_add_loop_test(t, stubs_made_on_debian_11_are_as_good, 0, RELEASES);
#endif
    tcase_add_test(t, stubs_are_like_the_libraries_of_debian_11);
    suite_add_tcase(s, t);
    return s;
}
