/* Architectures: the rows of arches.def are whole, and are found by all their names. */
#include "arch/arch.h"

#include <check.h>
#include <string.h>

#include "base/cleanup.h"
#include "host/host.h"

START_TEST(every_row_is_whole)
{
    const struct arch *a;
    for (size_t i = 0; (a = arch_at(i)); i++) {
        ck_assert_ptr_eq(arch_find(a->name), a);
        ck_assert_uint_eq(arch_index(a), i);
        ck_assert(a->bits == 32 || a->bits == 64);
        ck_assert(a->page_max >= 4096 && strstr(a->multiarch, "-linux"));
        const char *const texts[] = {a->spellings[0], a->compiler, a->debian, a->multiarch, a->lib, a->qemu,
            a->glibc_loader, a->musl_loader, a->musl_libc};
        for (size_t k = 0; k < COUNT(texts); k++)
            ck_assert_msg(texts[k] && *texts[k], "%s: text %zu", a->name, k);
        ck_assert_str_ne(arch_machine_name(a->machine), "unknown machine");
        ck_assert_ptr_nonnull(arch_of_machine(a->machine, a->bits == 64, a->big_endian));
    }
    ck_assert_uint_eq(0, arch_index(arch_at(0)));
    ck_assert_ptr_null(arch_find("sparc64"));
}
END_TEST

/* Debian calls the folders of 32-bit PCs by another name than their compilers. */
START_TEST(triplets_lead_back)
{
    static const struct {
        const char *triplet, *name;
    } cases[] = {{"i386-linux-gnu", "i686"}, {"i586-suse-linux", "i686"}, {"i686-linux-gnu", "i686"},
        {"powerpc64le-linux-gnu", "ppc64le"}, {"powerpc64-linux-gnu", "ppc64"},
        {"arm-linux-gnueabihf", "armv7l"}, {"riscv64-unknown-linux-gnu", "riscv64"},
        {"x86_64-linux-gnux32", NULL}, {"mips64el-linux-gnuabi64", NULL}, {"x86", NULL}, {"", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct arch *a = arch_of_triplet(cases[i].triplet);
        ck_assert_msg(cases[i].name ? a && strcmp(a->name, cases[i].name) == 0 : !a, "%s", cases[i].triplet);
    }
    ck_assert_str_eq(arch_find("i686")->multiarch, "i386-linux-gnu");
    ck_assert_str_eq(arch_find("i686")->compiler, "i686-linux-gnu");
}
END_TEST

/* What a machine's files do in their own way. */
START_TEST(machines_differ)
{
    static const struct {
        uint16_t machine;
        bool stack, note;
        size_t word;
    } cases[] = {{EM_X86_64, true, true, 4}, {EM_386, true, true, 4}, {EM_ARM, true, true, 4},
        {EM_AARCH64, false, false, 4}, {EM_S390, true, false, 8}, {EM_PPC, true, false, 4},
        {EM_RISCV, false, false, 4}, {EM_ALPHA, false, false, 8}, {0xfff0, false, false, 4}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_int_eq(arch_stack_is_executable(cases[i].machine), cases[i].stack);
        ck_assert_int_eq(arch_objects_need_stack_note(cases[i].machine), cases[i].note);
        ck_assert_uint_eq(arch_hash_word(cases[i].machine, true), cases[i].word);
        ck_assert_uint_eq(arch_hash_word(cases[i].machine, false), 4);
    }
    ck_assert_str_eq(arch_machine_name(0xfff0), "unknown machine");
}
END_TEST

/* Whose compiler is missing is told to install its own, not aarch64's. */
START_TEST(each_has_packages_of_its_own)
{
    static const char *const names[] = {"riscv64", "s390x", "ppc64le", "aarch64", "armv7l"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct arch *a = arch_find(names[i]);
        AUTO_FREE char *compiler = host_cross_remedy(a), *emulator = host_emulator_remedy(a);
        ck_assert_msg(strstr(compiler, a->compiler) != NULL, "%s: %s", a->name, compiler);
        ck_assert_msg(strcmp(a->name, "aarch64") == 0 || !strstr(compiler, "aarch64"), "%s", compiler);
        ck_assert_msg(strstr(emulator, "qemu") != NULL, "%s", emulator);
        if (host_family() == HOST_DEBIAN)
            ck_assert_msg(
                strstr(compiler, a->debian) && strstr(compiler, ": apt-get install gcc-"), "%s", compiler);
    }
    AUTO_FREE char *underscore = host_cross_remedy(arch_find("x86_64"));
    ck_assert(host_family() != HOST_DEBIAN || strstr(underscore, "gcc-x86-64-linux-gnu"));
}
END_TEST

Suite *arch_suite(void)
{
    Suite *s = suite_create("arch");
    TCase *t = tcase_create("rows");
    tcase_add_test(t, every_row_is_whole);
    tcase_add_test(t, triplets_lead_back);
    tcase_add_test(t, machines_differ);
    tcase_add_test(t, each_has_packages_of_its_own);
    suite_add_tcase(s, t);
    return s;
}
