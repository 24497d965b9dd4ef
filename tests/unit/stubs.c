/* Stubs of an older glibc, made from crafted libraries. */
#include <elf.h>
#include <stdio.h>

#include "compile.h"
#include "stub_folder.h"
#include "kit/internal.h"

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
    enum err_kind kind;
} mistakes[] = {
    {"manylinux_2_12_x86_64", "libc.so.6", "from 2.17 on", ERR_ENVIRONMENT},
    {"manylinux_2_17_ppc64", "libc.so.6", "s390x, riscv64, loongarch64", ERR_ENVIRONMENT},
    {"musllinux_1_2_x86_64", "libc.so.6", "x86_64, i686, aarch64", ERR_ENVIRONMENT},
    {"manylinux_2_17_aarch64", "libc.so.6", "another machine", ERR_ENVIRONMENT},
    {"manylinux_2_17_x86_64", "libfoo.so.1", "not a library of glibc", ERR_ENVIRONMENT},
    {"manylinux_2_17_x86_64", "libm.so.6", "libc.so.6 is not among", ERR_MISSING},
    {"manylinux_2_17_x86_64", NULL, "/in.c: ", ERR_DAMAGED},
};

enum { MISTAKES = COUNT(mistakes) };

START_TEST(what_cannot_be_done_is_said)
{
    AUTO(built) struct built b = {0};
    AUTO(err) struct err e = ERR_INIT;
    craft(&b, "void f(void) {}\n", "GLIBC_2.2.5 { global: *; };\n",
        mistakes[_i].soname ? mistakes[_i].soname : "libc.so.6");
    AUTO_FREE char *path = xstrf("%s/%s", b.dir, mistakes[_i].soname ? "out" : "in.c");
    struct platform p = platform(mistakes[_i].target);
    ck_assert_int_eq(stubs_write(&p, (const char *const[]){path}, 1, folder, &e), -1);
    ck_assert_int_eq(e.kind, mistakes[_i].kind);
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

#endif

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
#endif
    suite_add_tcase(s, t);
    return s;
}
