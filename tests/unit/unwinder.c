/* The stub of libgcc_s, compared with the one of this machine: what links against the stub must find there
 * what it asks for, and nothing of libgcc_eh.a may be missing. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "elf/image.h"
#include "elf/object.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/internal.h"
#include "there.h"
#include "scratch.h"

static struct platform target;
static char *folder;

static void setup(void)
{
    folder = scratch_make();
}

static void teardown(void)
{
    scratch_remove(folder);
}

struct opened {
    struct arena arena;
    struct mapping file;
    struct elf_image image;
};

static void open_image(struct opened *o, const char *path)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert_int_eq(mapping_open(&o->file, path, &e), 0);
    ck_assert_msg(elf_open(&o->image, &o->arena, o->file.bytes, o->file.size, &e) == 0, "%s", e.text);
}

static void close_image(struct opened *o)
{
    mapping_release(&o->file);
    arena_release(&o->arena);
}

/* The version that a link without a version takes, NULL when there is none. */
static const char *default_version(const struct elf_image *image, const char *name)
{
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++)
        if (elf_symbol_at(image, i, &s) && s.section != SHN_UNDEF && s.version && !s.version_hidden &&
            strcmp(s.name, name) == 0)
            return s.version->name;
    return NULL;
}

static void write_stub(struct opened *stub, const char *platform)
{
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *path = path_join(folder, KIT_UNWINDER);
    ck_assert(platform_find(&target, platform));
    ck_assert_msg(unwinder_write(&target, folder, &e) == 0, "%s", e.text);
    open_image(stub, path);
}

START_TEST(versions_are_those_of_the_architecture)
{
    static const struct {
        const char *platform, *name, *version;
    } cases[] = {
        {"manylinux_2_17_x86_64", "_Unwind_Resume", "GCC_3.0"},
        {"manylinux_2_17_x86_64", "_Unwind_GetIPInfo", "GCC_4.2.0"},
        {"manylinux_2_17_x86_64", "__register_frame", "GCC_3.0"},
        {"manylinux_2_17_aarch64", "__register_frame", "GLIBC_2.0"},
        {"manylinux_2_17_aarch64", "__gcc_personality_v0", "GCC_3.3.1"},
        {"manylinux_2_17_x86_64", "__udivti3", NULL}, /* libgcc.a has it */
        {"manylinux_2_17_s390x", "__register_frame", "GLIBC_2.2"},
        {"manylinux_2_17_armv7l", "__aeabi_unwind_cpp_pr0", "GCC_3.5"},
        {"manylinux_2_17_armv7l", "_Unwind_Find_FDE", NULL},
        {"manylinux_2_17_i686", "__aeabi_unwind_cpp_pr0", NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct opened stub = {0};
        write_stub(&stub, cases[i].platform);
        ck_assert_str_eq(stub.image.soname, "libgcc_s.so.1");
        const char *got = default_version(&stub.image, cases[i].name);
        ck_assert_msg(cases[i].version ? got && strcmp(got, cases[i].version) == 0 : !got, "%s: %s",
            cases[i].name, got ? got : "none");
        close_image(&stub);
    }
}
END_TEST

/* Every symbol of libgcc_eh.a that libgcc_s has for links of today, of this machine's compiler and of each
 * cross compiler that is here. */
START_TEST(nothing_of_the_static_one_is_missing)
{
    struct utsname machine;
    uname(&machine);
    const struct arch *arch = arch_at((size_t)_i);
    struct platform oldest;
    bool here = strcmp(arch->name, machine.machine) == 0;
    AUTO_FREE char *cc = here ? xstrdup("/usr/bin/cc") : xstrf("/usr/bin/%s-gcc", arch->compiler);
    AUTO(err) struct err e = ERR_INIT;
    AUTO_FREE char *shared = there_as_file(cc) ? compiler_file(cc, KIT_UNWINDER, NULL, &e) : NULL;
    AUTO_FREE char *archive = there_as_file(cc) ? compiler_file(cc, "libgcc_eh.a", NULL, &e) : NULL;
    if (!shared || !*shared || !archive || !*archive || !platform_from(&oldest, LIBC_GLIBC, arch, 17) ||
        !platform_homes_known(&oldest)) {
        fprintf(stderr, "skipped: no compiler for %s with libgcc_s and libgcc_eh.a\n", arch->name);
        return;
    }
    const char *platform = oldest.name;
    struct opened stub = {0}, host = {0};
    write_stub(&stub, platform);
    open_image(&host, shared);
    AUTO(mapping) struct mapping file = {0};
    struct ar_walk walk;
    struct ar_member member;
    size_t compared = 0;
    ck_assert_int_eq(mapping_open(&file, archive, &e), 0);
    ck_assert_int_eq(ar_open(&walk, file.bytes, file.size, &e), 0);
    while (ar_next(&walk, &member, &e) > 0) {
        struct elf_object object;
        struct elf_symbol s;
        if (elf_object_open(&object, member.data.ptr, member.data.len, &e) < 0)
            continue;
        for (size_t i = 1; i < object.symbol_count; i++) {
            if (!elf_object_symbol_at(&object, i, &s) || s.bind == STB_LOCAL || s.section == SHN_UNDEF)
                continue;
            const char *of_host = default_version(&host.image, s.name);
            const char *of_stub = default_version(&stub.image, s.name);
            if (!of_host || strcmp(s.name, "__frame_state_for") == 0) /* of gcc 2.95 */
                continue;
            ck_assert_msg(of_stub && strcmp(of_host, of_stub) == 0, "%s: %s in the stub, %s here", s.name,
                of_stub ? of_stub : "none", of_host);
            compared++;
        }
    }
    ck_assert_uint_ge(compared, 19);
    close_image(&stub);
    close_image(&host);
}
END_TEST

START_TEST(other_architectures_are_refused)
{
    AUTO(err) struct err e = ERR_INIT;
    ck_assert(platform_find(&target, "manylinux_2_17_ppc64"));
    ck_assert_int_eq(unwinder_write(&target, folder, &e), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "is not known of ppc64"));
}
END_TEST

Suite *unwinder_suite(void)
{
    Suite *s = suite_create("unwinder");
    TCase *t = tcase_create("unwinder");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, versions_are_those_of_the_architecture);
    int arches = 0;
    while (arch_at((size_t)arches))
        arches++;
    tcase_add_loop_test(t, nothing_of_the_static_one_is_missing, 0, arches);
    tcase_add_test(t, other_architectures_are_refused);
    suite_add_tcase(s, t);
    return s;
}
