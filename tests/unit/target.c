#include <check.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/target.h"

static struct platform platform(const char *tag)
{
    struct platform p;
    if (!platform_find(&p, tag))
        ck_abort_msg("%s is not found", tag);
    return p;
}

static const struct {
    const char *tag, *name, *alias; /* name NULL: not a platform */
    enum libc_kind libc;
    int minor, policy;
} tags[] = {
    {"manylinux_2_17_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", LIBC_GLIBC, 17, 17},
    {"manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", LIBC_GLIBC, 17, 17},
    {"manylinux1_i686", "manylinux_2_5_i686", "manylinux1_i686", LIBC_GLIBC, 5, 5},
    {"manylinux2010_x86_64", "manylinux_2_12_x86_64", "manylinux2010_x86_64", LIBC_GLIBC, 12, 12},
    {"manylinux_2_28_ppc64le", "manylinux_2_28_ppc64le", "", LIBC_GLIBC, 28, 28},
    {"manylinux_2_36_loongarch64", "manylinux_2_36_loongarch64", "", LIBC_GLIBC, 36, 36},
    {"musllinux_1_2_armv7l", "musllinux_1_2_armv7l", "", LIBC_MUSL, 2, 2},
    {"linux_x86_64", "linux_x86_64", "", LIBC_ANY, 0, 0},
    {"linux_armv6l", "linux_armv6l", "", LIBC_ANY, 0, 0},
    /* By rule: between two written policies, past the last, past the last of an old architecture. */
    {"manylinux_2_29_x86_64", "manylinux_2_29_x86_64", "", LIBC_GLIBC, 29, 28},
    {"manylinux_2_42_aarch64", "manylinux_2_42_aarch64", "", LIBC_GLIBC, 42, 41},
    {"manylinux_2_999_x86_64", "manylinux_2_999_x86_64", "", LIBC_GLIBC, 999, 41},
    {"manylinux_2_24_ppc64", "manylinux_2_24_ppc64", "", LIBC_GLIBC, 24, 17},
    {"musllinux_1_3_s390x", "musllinux_1_3_s390x", "", LIBC_MUSL, 3, 2},
    {"", NULL, NULL, 0, 0, 0},
    {"linux_", NULL, NULL, 0, 0, 0},
    {"linux_sparc", NULL, NULL, 0, 0, 0},
    {"win_amd64", NULL, NULL, 0, 0, 0},
    {"macosx_11_0_arm64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_17", NULL, NULL, 0, 0, 0},
    {"manylinux_2_17_", NULL, NULL, 0, 0, 0},
    {"manylinux_2__x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_017_x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_1000_x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_99999999999999999999_x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_-5_x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux_3_0_x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_17_x86_64_", NULL, NULL, 0, 0, 0},
    {"manylinux_2_17_x86_64.manylinux2014_x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux2014", NULL, NULL, 0, 0, 0},
    {"manylinux2014_sparc", NULL, NULL, 0, 0, 0},
    {"manylinux2015_x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux20140_x86_64", NULL, NULL, 0, 0, 0},
    /* Older than the architecture's first policy. */
    {"manylinux_2_4_x86_64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_12_aarch64", NULL, NULL, 0, 0, 0},
    {"manylinux2010_aarch64", NULL, NULL, 0, 0, 0},
    {"manylinux2014_riscv64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_35_loongarch64", NULL, NULL, 0, 0, 0},
    {"manylinux_2_41_armv6l", NULL, NULL, 0, 0, 0},
    {"musllinux_1_0_x86_64", NULL, NULL, 0, 0, 0},
    {"musllinux_1_1_loongarch64", NULL, NULL, 0, 0, 0},
    {"musllinux_1_2_ppc64", NULL, NULL, 0, 0, 0},
};

START_TEST(tags_are_found)
{
    struct platform p = {.name = "untouched"};
    bool found = platform_find(&p, tags[_i].tag);
    ck_assert_msg(found == (tags[_i].name != NULL), "%s", tags[_i].tag);
    if (!found) {
        ck_assert_str_eq(p.name, "untouched");
        return;
    }
    ck_assert_str_eq(p.name, tags[_i].name);
    ck_assert_str_eq(p.alias, tags[_i].alias);
    ck_assert_int_eq(p.libc, tags[_i].libc);
    ck_assert_int_eq(p.minor, tags[_i].minor);
    ck_assert_int_eq(p.policy, tags[_i].policy);
    ck_assert(strstr(p.name, p.arch->name));
}
END_TEST

START_TEST(written_policies_go_from_old_to_new)
{
    const struct arch *a;
    for (size_t n = 0; (a = arch_at(n)); n++)
        for (int libc = LIBC_ANY; libc <= LIBC_MUSL; libc++) {
            struct platform before, p;
            for (size_t i = 0; platform_at(&p, libc, a, i); before = p, i++) {
                struct platform again = platform(p.name);
                ck_assert_int_eq(platform_compare(&again, &p), 0);
                ck_assert_int_eq(p.policy, p.minor);
                struct platform from;
                int after = i > 0 ? before.minor + 1 : 0;
                ck_assert(libc == LIBC_ANY || platform_from(&from, libc, a, after));
                ck_assert(libc == LIBC_ANY || platform_compare(&from, &p) == 0);
                if (i > 0) {
                    ck_assert_int_lt(platform_compare(&before, &p), 0);
                    ck_assert(platform_covers(&p, &before));
                    ck_assert(!platform_covers(&before, &p));
                }
            }
        }
    struct platform p;
    ck_assert(!platform_from(&p, LIBC_GLIBC, arch_find("x86_64"), 42));
    ck_assert(!platform_from(&p, LIBC_GLIBC, arch_find("ppc64"), 18));
    ck_assert(!platform_from(&p, LIBC_GLIBC, arch_find("armv6l"), 0));
    ck_assert(!platform_from(&p, LIBC_ANY, arch_find("x86_64"), 0));
    ck_assert(platform_at(&p, LIBC_GLIBC, arch_find("ppc64"), 0));
    ck_assert_str_eq(p.name, "manylinux_2_17_ppc64");
    ck_assert(!platform_at(&p, LIBC_GLIBC, arch_find("ppc64"), 1));
    ck_assert(!platform_at(&p, LIBC_GLIBC, arch_find("armv6l"), 0));
    ck_assert(platform_at(&p, LIBC_MUSL, arch_find("loongarch64"), 0));
    ck_assert_str_eq(p.name, "musllinux_1_2_loongarch64");
}
END_TEST

static const struct {
    uint16_t machine;
    int bits;
    bool big_endian;
    const char *name; /* or NULL */
} elf_headers[] = {
    {EM_X86_64, 64, false, "x86_64"},
    {EM_X86_64, 32, false, NULL}, /* x32 */
    {EM_386, 32, false, "i686"},
    {EM_AARCH64, 64, false, "aarch64"},
    {EM_AARCH64, 64, true, NULL},
    {EM_ARM, 32, false, "armv7l"},
    {EM_PPC64, 64, true, "ppc64"},
    {EM_PPC64, 64, false, "ppc64le"},
    {EM_S390, 64, true, "s390x"},
    {EM_RISCV, 64, false, "riscv64"},
    {258, 64, false, "loongarch64"},
    {EM_MIPS, 32, true, NULL},
};

START_TEST(elf_headers_have_an_architecture)
{
    const struct arch *a =
        arch_of_machine(elf_headers[_i].machine, elf_headers[_i].bits == 64, elf_headers[_i].big_endian);
    if (!elf_headers[_i].name)
        ck_assert_ptr_null(a);
    else
        ck_assert_str_eq(a->name, elf_headers[_i].name);
}
END_TEST

START_TEST(wheel_tags_are_sorted_sets)
{
    static const struct {
        const char *tag, *want;
    } cases[] = {
        {"manylinux_2_17_x86_64", "manylinux2014_x86_64.manylinux_2_17_x86_64"},
        {"manylinux1_i686", "manylinux1_i686.manylinux_2_5_i686"},
        {"manylinux_2_28_aarch64", "manylinux_2_28_aarch64"},
        {"musllinux_1_2_x86_64", "musllinux_1_2_x86_64"},
        {"linux_x86_64", "linux_x86_64"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(strbuf) struct strbuf out = {0};
        struct platform p = platform(cases[i].tag);
        platform_wheel_tag(&p, &out);
        ck_assert_str_eq(strbuf_str(&out), cases[i].want);
    }
}
END_TEST

START_TEST(a_machine_runs_what_is_not_newer)
{
    struct platform p = platform("manylinux_2_28_x86_64");
    ck_assert(platform_runs_on(&p, LIBC_GLIBC, 2, 28));
    ck_assert(platform_runs_on(&p, LIBC_GLIBC, 2, 36));
    ck_assert(!platform_runs_on(&p, LIBC_GLIBC, 2, 27));
    ck_assert(!platform_runs_on(&p, LIBC_MUSL, 2, 28));
    p = platform("musllinux_1_1_x86_64");
    ck_assert(platform_runs_on(&p, LIBC_MUSL, 1, 2));
    ck_assert(!platform_runs_on(&p, LIBC_GLIBC, 2, 36));
    p = platform("linux_x86_64");
    ck_assert(platform_runs_on(&p, LIBC_GLIBC, 2, 17));
}
END_TEST

START_TEST(covering_needs_one_libc_and_architecture)
{
    struct platform old = platform("manylinux_2_17_x86_64"), any = platform("linux_x86_64");
    struct platform musl = platform("musllinux_1_2_x86_64"), arm = platform("manylinux_2_28_aarch64");
    ck_assert(platform_covers(&old, &old));
    ck_assert(platform_covers(&any, &old));
    ck_assert(platform_covers(&any, &musl));
    ck_assert(!platform_covers(&old, &any));
    ck_assert(!platform_covers(&musl, &old));
    ck_assert(!platform_covers(&arm, &old));
}
END_TEST

START_TEST(platforms_have_an_order)
{
    static const char *const ordered[] = {"manylinux_2_17_aarch64", "linux_aarch64", "manylinux_2_17_x86_64",
        "manylinux_2_28_x86_64", "musllinux_1_1_x86_64", "musllinux_1_2_x86_64", "linux_x86_64"};
    for (size_t i = 0; i < COUNT(ordered); i++)
        for (size_t k = 0; k < COUNT(ordered); k++) {
            struct platform a = platform(ordered[i]), b = platform(ordered[k]);
            int order = platform_compare(&a, &b);
            ck_assert_msg(
                (order > 0) - (order < 0) == (i > k) - (i < k), "%s and %s", ordered[i], ordered[k]);
        }
}
END_TEST

static const struct {
    const char *tag, *version;
    enum version_verdict want;
    const char *earliest; /* NULL: none */
} versions[] = {
    {"manylinux_2_17_x86_64", "GLIBC_2.17", VERSION_ALLOWED, "manylinux_2_17_x86_64"},
    {"manylinux_2_17_x86_64", "GLIBC_2.2.5", VERSION_ALLOWED, "manylinux_2_5_x86_64"},
    {"manylinux_2_17_x86_64", "GLIBC_2.28", VERSION_TOO_NEW, "manylinux_2_28_x86_64"},
    {"manylinux_2_17_x86_64", "GLIBC_2.29", VERSION_TOO_NEW, "manylinux_2_31_x86_64"},
    {"manylinux_2_17_x86_64", "GLIBCXX_3.4.20", VERSION_TOO_NEW, "manylinux_2_24_x86_64"},
    {"manylinux_2_5_x86_64", "ZLIB_1.2.0", VERSION_TOO_NEW, "manylinux_2_12_x86_64"},
    {"manylinux_2_5_x86_64", "GCC_4.3.0", VERSION_TOO_NEW, "manylinux_2_12_x86_64"},
    /* No policy has them on this architecture. */
    {"manylinux_2_41_x86_64", "GLIBC_PRIVATE", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_x86_64", "GLIBC_ABI_GNU_TLS", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_x86_64", "GLIBC_2.20", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_aarch64", "GLIBC_2.2.5", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_x86_64", "GLIBC_2.0", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_x86_64", "GLIBCXX_3.4.99", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_x86_64", "GLIBC_2.", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_x86_64", "GLIBC_2.42x", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_x86_64", "GLIBC_2.042", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_x86_64", "GLIBC_2.99999999999999999999", VERSION_UNKNOWN, NULL},
    {"manylinux_2_41_i686", "GLIBC_2.0", VERSION_ALLOWED, "manylinux_2_5_i686"},
    {"manylinux_2_17_x86_64", "GLIBC_ABI_DT_RELR", VERSION_TOO_NEW, "manylinux_2_36_x86_64"},
    {"manylinux_2_35_ppc64", "GLIBC_ABI_DT_RELR", VERSION_TOO_NEW, "manylinux_2_36_ppc64"},
    {"manylinux_2_36_ppc64", "GLIBC_ABI_DT_RELR", VERSION_ALLOWED, "manylinux_2_36_ppc64"},
    /* Not ruled. */
    {"manylinux_2_17_x86_64", "OPENSSL_3.0.0", VERSION_FOREIGN, NULL},
    {"manylinux_2_17_x86_64", "GLIBCX_2.17", VERSION_FOREIGN, NULL},
    {"manylinux_2_17_x86_64", "", VERSION_FOREIGN, NULL},
    /* By rule. */
    {"manylinux_2_41_x86_64", "GLIBC_2.42", VERSION_TOO_NEW, "manylinux_2_42_x86_64"},
    {"manylinux_2_42_x86_64", "GLIBC_2.42", VERSION_ALLOWED, "manylinux_2_42_x86_64"},
    {"manylinux_2_42_x86_64", "GLIBC_2.43", VERSION_TOO_NEW, "manylinux_2_43_x86_64"},
    {"manylinux_2_29_x86_64", "GLIBC_2.29", VERSION_ALLOWED, "manylinux_2_31_x86_64"},
    {"manylinux_2_29_x86_64", "GLIBC_2.30", VERSION_TOO_NEW, "manylinux_2_31_x86_64"},
    {"manylinux_2_29_x86_64", "CXXABI_1.3.12", VERSION_TOO_NEW, "manylinux_2_31_x86_64"},
    {"manylinux_2_34_ppc64", "GLIBC_2.34", VERSION_ALLOWED, "manylinux_2_34_ppc64"},
    {"manylinux_2_17_ppc64", "GLIBC_2.18", VERSION_TOO_NEW, "manylinux_2_18_ppc64"},
    {"musllinux_1_2_x86_64", "GLIBC_2.17", VERSION_UNKNOWN, NULL},
    {"musllinux_1_2_x86_64", "GCC_3.0", VERSION_FOREIGN, NULL},
    {"linux_x86_64", "GLIBC_2.99", VERSION_ALLOWED, "linux_x86_64"},
    {"linux_armv6l", "GLIBC_PRIVATE", VERSION_ALLOWED, "linux_armv6l"},
};

START_TEST(versions_are_judged)
{
    struct platform p = platform(versions[_i].tag), first;
    ck_assert_msg(platform_judge_version(&p, versions[_i].version) == versions[_i].want, "%s on %s",
        versions[_i].version, versions[_i].tag);
    bool found = platform_earliest(&first, p.libc, p.arch, versions[_i].version);
    ck_assert_msg(found == (versions[_i].earliest != NULL), "%s", versions[_i].version);
    if (found)
        ck_assert_str_eq(first.name, versions[_i].earliest);
}
END_TEST

START_TEST(markers_are_told)
{
    ck_assert(version_is_abi_marker("GLIBC_ABI_DT_RELR"));
    ck_assert(version_is_abi_marker("GLIBC_ABI_GNU2_TLS"));
    ck_assert(!version_is_abi_marker("GLIBC_2.36"));
    ck_assert(!version_is_abi_marker("GLIBC_PRIVATE"));
}
END_TEST

START_TEST(libraries_are_promised)
{
    static const struct {
        const char *tag, *soname;
        bool want;
    } cases[] = {
        {"manylinux_2_17_x86_64", "libc.so.6", true},
        {"manylinux_2_5_x86_64", "libexpat.so.1", false},
        {"manylinux_2_12_x86_64", "libexpat.so.1", true},
        {"manylinux_2_17_x86_64", "libmvec.so.1", false},
        {"manylinux_2_24_x86_64", "libmvec.so.1", true},
        {"manylinux_2_42_x86_64", "libmvec.so.1", true},
        {"manylinux_2_17_x86_64", "libssl.so.3", false},
        {"manylinux_2_17_x86_64", "libc.so", false},
        {"manylinux_2_17_x86_64", "", false},
        {"manylinux_2_17_x86_64", "ld-linux-x86-64.so.2", true},
        {"manylinux_2_17_x86_64", "ld-linux-aarch64.so.1", false},
        {"manylinux_2_17_s390x", "ld64.so.1", true},
        {"musllinux_1_2_x86_64", "libc.so", true},
        {"musllinux_1_2_x86_64", "libc.musl-x86_64.so.1", true},
        {"musllinux_1_2_i686", "libc.musl-x86.so.1", true},
        {"musllinux_1_2_i686", "libc.musl-x86_64.so.1", false},
        {"musllinux_1_2_armv7l", "ld-musl-armhf.so.1", true},
        {"musllinux_1_2_x86_64", "libstdc++.so.6", false},
        {"musllinux_1_2_x86_64", "libc.so.6", false},
        {"linux_x86_64", "libanything.so.9", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct platform p = platform(cases[i].tag);
        ck_assert_msg(platform_has_library(&p, cases[i].soname) == cases[i].want, "%s on %s", cases[i].soname,
            cases[i].tag);
    }
}
END_TEST

START_TEST(symbols_are_forbidden)
{
    static const struct {
        const char *tag, *soname, *symbol;
        bool want;
    } cases[] = {
        {"manylinux_2_5_x86_64", "libz.so.1", "zcalloc", true},
        {"manylinux_2_41_x86_64", "libz.so.1", "zcalloc", true},
        {"manylinux_2_42_x86_64", "libz.so.1", "zcalloc", true},
        {"manylinux_2_31_x86_64", "libz.so.1", "uncompress2", true},
        {"manylinux_2_34_x86_64", "libz.so.1", "uncompress2", false},
        {"manylinux_2_17_x86_64", "libc.so.6", "__cxa_thread_atexit_impl", true},
        {"manylinux_2_24_x86_64", "libc.so.6", "__cxa_thread_atexit_impl", false},
        {"manylinux_2_17_x86_64", "libc.so.6", "zcalloc", false},
        {"manylinux_2_17_x86_64", "libz.so.1", "inflate", false},
        {"musllinux_1_1_x86_64", "libz.so.1", "uncompress2", true},
        {"musllinux_1_2_x86_64", "libz.so.1", "adler32_default", false},
        {"linux_x86_64", "libz.so.1", "zcalloc", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct platform p = platform(cases[i].tag);
        ck_assert_msg(platform_forbids_symbol(&p, cases[i].soname, cases[i].symbol) == cases[i].want,
            "%s of %s on %s", cases[i].symbol, cases[i].soname, cases[i].tag);
    }
}
END_TEST

START_TEST(symbols_have_a_home)
{
    static const struct {
        const char *tag, *symbol, *version;
        unsigned want;
    } cases[] = {
        {"manylinux_2_17_x86_64", "dlopen", "GLIBC_2.2.5", GLIBC_LIBDL},
        {"manylinux_2_5_x86_64", "dlopen", "GLIBC_2.2.5", GLIBC_LIBDL},
        {"manylinux_2_33_x86_64", "dlopen", "GLIBC_2.2.5", GLIBC_LIBDL},
        {"manylinux_2_34_x86_64", "dlopen", "GLIBC_2.2.5", GLIBC_LIBC},
        {"manylinux_2_42_x86_64", "dlopen", "GLIBC_2.2.5", GLIBC_LIBC},
        {"manylinux_2_17_aarch64", "dlopen", "GLIBC_2.17", GLIBC_LIBDL},
        {"manylinux_2_17_aarch64", "dlopen", "GLIBC_2.2.5", 0},
        {"manylinux_2_17_x86_64", "dlopen", "GLIBC_2.17", 0},
        {"manylinux_2_17_x86_64", "dlopen", "2.2.5", 0},
        {"manylinux_2_17_i686", "dlopen", "GLIBC_2.1", GLIBC_LIBDL},
        {"manylinux_2_17_i686", "dlopen", "GLIBC_2.2.5", 0},
        {"manylinux_2_17_armv7l", "pthread_create", "GLIBC_2.4", GLIBC_LIBPTHREAD},
        {"manylinux_2_34_armv7l", "pthread_create", "GLIBC_2.4", GLIBC_LIBC},
        {"manylinux_2_17_ppc64le", "sem_post", "GLIBC_2.17", GLIBC_LIBPTHREAD},
        {"manylinux_2_17_s390x", "dlopen", "GLIBC_2.2", GLIBC_LIBDL},
        {"manylinux_2_31_riscv64", "timer_create", "GLIBC_2.27", GLIBC_LIBRT},
        {"manylinux_2_36_loongarch64", "dlopen", "GLIBC_2.36", 0}, /* younger than the great move */
        {"manylinux_2_36_loongarch64", "__finite", "GLIBC_2.36", GLIBC_LIBC | GLIBC_LIBM},
        {"manylinux_2_17_x86_64", "pthread_mutex_lock", "GLIBC_2.2.5", GLIBC_LIBC | GLIBC_LIBPTHREAD},
        {"manylinux_2_17_x86_64", "__finite", "GLIBC_2.2.5", GLIBC_LIBC | GLIBC_LIBM},
        {"manylinux_2_41_x86_64", "__finite", "GLIBC_2.2.5", GLIBC_LIBC | GLIBC_LIBM},
        {"manylinux_2_17_x86_64", "timer_create", "GLIBC_2.3.3", GLIBC_LIBRT},
        {"manylinux_2_17_x86_64", "timer_create", "GLIBC_2.2.5", GLIBC_LIBRT},
        {"manylinux_2_17_x86_64", "printf", "GLIBC_2.2.5", 0},
        {"manylinux_2_17_x86_64", "malloc", "GLIBC_2.2.5", GLIBC_LIBC | GLIBC_LD},
        {"manylinux_2_17_x86_64", "", "GLIBC_2.2.5", 0},
        {"musllinux_1_2_x86_64", "dlopen", "GLIBC_2.2.5", 0},
        {"linux_x86_64", "dlopen", "GLIBC_2.2.5", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct platform p = platform(cases[i].tag);
        ck_assert_msg(platform_symbol_home(&p, cases[i].symbol, cases[i].version) == cases[i].want,
            "%s@%s on %s", cases[i].symbol, cases[i].version, cases[i].tag);
    }
    const struct arch *x86_64 = arch_find("x86_64");
    for (unsigned bit = GLIBC_LIBC; bit <= GLIBC_LD; bit <<= 1)
        ck_assert_uint_eq(glibc_library_find(glibc_library_soname(bit, x86_64)), bit);
    ck_assert_str_eq(glibc_library_soname(GLIBC_LD, x86_64), "ld-linux-x86-64.so.2");
    ck_assert_uint_eq(glibc_library_find("libssl.so.3"), 0);
}
END_TEST

/* What the tables' lookups rely on. */

static const char *const version_names[] = {
#define VERSION(name, ...) name,
#include "target/versions.def"
#undef VERSION
};
static const char *const library_names[] = {
#define LIBRARY(name, ...) name,
#include "target/libraries.def"
#undef LIBRARY
};
static const char *const forbidden_names[] = {
#define FORBIDDEN(soname, symbol, ...) soname "\1" symbol, /* \1 sorts before what a name may hold */
#include "target/forbidden.def"
#undef FORBIDDEN
};
static const char *const home_names[] = {
#define HOME_COLUMNS(...)
#define HOME(symbol, ...) symbol,
#include "target/homes.def"
#undef HOME_COLUMNS
#undef HOME
};

static void assert_sorted(const char *const *names, size_t len, int at_most)
{
    for (size_t i = 1; i < len; i++)
        ck_assert_msg(strcmp(names[i - 1], names[i]) <= at_most, "%s before %s", names[i - 1], names[i]);
}

START_TEST(tables_are_sorted)
{
    assert_sorted(version_names, COUNT(version_names), -1);
    assert_sorted(library_names, COUNT(library_names), -1);
    assert_sorted(forbidden_names, COUNT(forbidden_names), -1);
    assert_sorted(home_names, COUNT(home_names), 0);
}
END_TEST

START_TEST(policies_follow_the_order_of_architectures)
{
    static const char *const names[] = {
#define GLIBC_POLICY(...)
#define MUSL_POLICY(...)
#define ARCH_POLICIES(name, ...) #name,
#include "target/policies.def"
#undef GLIBC_POLICY
#undef MUSL_POLICY
#undef ARCH_POLICIES
    };
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_str_eq(names[i], arch_at(i)->name);
    ck_assert_ptr_null(arch_at(COUNT(names)));
}
END_TEST

START_TEST(versions_of_glibc_have_an_order)
{
    static const char *const ordered[] = {
        "GLIBC_2.2.5", "GLIBC_2.2.6", "GLIBC_2.3", "GLIBC_2.3.4", "GLIBC_2.10", "GLIBC_2.17", "GLIBC_2.36"};
    static const char *const others[] = {"", "GLIBC_2", "GLIBC_2.", "GLIBC_2.17x", "GLIBC_2.17.",
        "GLIBC_2.3.4.1", "GLIBC_2.9999", "GLIBC_PRIVATE", "GLIBC_ABI_DT_RELR", "GLIBCXX_3.4", "GCC_3.0",
        "libc.so.6"};
    for (size_t i = 0; i + 1 < COUNT(ordered); i++)
        ck_assert_int_lt(glibc_version_order(ordered[i]), glibc_version_order(ordered[i + 1]));
    ck_assert_int_eq(glibc_version_order("GLIBC_2.17"), 17000);
    for (size_t i = 0; i < COUNT(others); i++)
        ck_assert_msg(glibc_version_order(others[i]) == -1, "%s", others[i]);
}
END_TEST

START_TEST(homes_are_known_of_some)
{
    static const struct {
        const char *tag;
        bool known;
    } cases[] = {{"manylinux_2_17_x86_64", true}, {"manylinux_2_34_aarch64", true},
        {"manylinux_2_12_x86_64", false}, {"manylinux_2_17_ppc64", false}, {"manylinux_2_17_ppc64le", true},
        {"manylinux_2_36_loongarch64", true}, {"musllinux_1_2_x86_64", false}, {"linux_x86_64", false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct platform p = platform(cases[i].tag);
        ck_assert_msg(platform_homes_known(&p) == cases[i].known, "%s", cases[i].tag);
    }
}
END_TEST

static const struct {
    const char *name, *machine;
    const char *chosen; /* NULL: refused */
    const char *says;
} choices[] = {
    {NULL, "x86_64", "manylinux_2_17_x86_64", NULL},
    {NULL, "aarch64", "manylinux_2_17_aarch64", NULL},
    {NULL, "riscv64", "manylinux_2_31_riscv64", NULL},
    {NULL, "sparc64", "native", NULL},
    {"native", "x86_64", "native", NULL},
    {"native", "sparc64", "native", NULL},
    {"manylinux_2_28", "x86_64", "manylinux_2_28_x86_64", NULL},
    {"manylinux_2_28", "aarch64", "manylinux_2_28_aarch64", NULL},
    {"manylinux2014", "x86_64", "manylinux_2_17_x86_64", NULL},
    {"manylinux2014_aarch64", "x86_64", "manylinux_2_17_aarch64", NULL},
    {"manylinux_2_19_x86_64", "x86_64", "manylinux_2_19_x86_64", NULL},
    {"musllinux_1_2", "x86_64", "musllinux_1_2_x86_64", NULL},
    {"manylinux2010", "x86_64", NULL,
        "nothing older than glibc 2.17 can be linked for: give manylinux_2_17_x86_64"},
    {"manylinux_2_5_x86_64", "x86_64", NULL, "nothing older than glibc 2.17"},
    {"musllinux_1_1", "x86_64", NULL,
        "nothing older than musl 1.2 can be linked for: give musllinux_1_2_x86_64"},
    {"linux_x86_64", "x86_64", NULL, "promises nothing"},
    {"linux", "x86_64", NULL, "promises nothing"},
    {"manylinux_2_17_sparc64", "x86_64", NULL, "target list"},
    {"manylinux_2_17_", "x86_64", NULL, "target list"},
    {"newest", "x86_64", NULL,
        "--target newest: not a target that is known here, such as manylinux_2_17_x86_64"},
    {"newest", "aarch64", NULL, "such as manylinux_2_17_aarch64"},
    {"manylinux_2_28", "sparc64", NULL, "target list"},
    {"", "x86_64", NULL, "target list"},
    {"Native", "x86_64", NULL, "target list"},
};

START_TEST(targets_are_chosen)
{
    AUTO(err) struct err e = ERR_INIT;
    struct target t = {0};
    int failed = target_choose(&t, choices[_i].name, choices[_i].machine, &e);
    ck_assert_int_eq(failed, choices[_i].chosen ? 0 : -1);
    if (!failed) {
        ck_assert_str_eq(target_name(&t), choices[_i].chosen);
        return;
    }
    ck_assert_int_eq(e.kind, ERR_USAGE);
    ck_assert_msg(strstr(e.text, choices[_i].says) != NULL, "%s", e.text);
}
END_TEST

START_TEST(c_libraries_are_told_by_name)
{
    static const struct {
        const char *name;
        enum libc_kind kind; /* as a needed library */
        bool file;           /* as a file */
    } cases[] = {{"libc.so.6", LIBC_GLIBC, true}, {"libc.so", LIBC_MUSL, true},
        {"libc.musl-x86_64.so.1", LIBC_MUSL, true}, {"ld-musl-aarch64.so.1", LIBC_MUSL, true},
        {"ld-linux-x86-64.so.2", LIBC_ANY, true}, {"ld64.so.2", LIBC_ANY, true},
        {"ld-2.31.so", LIBC_ANY, true}, {"libm.so.6", LIBC_ANY, true}, {"libm-2.31.so", LIBC_ANY, true},
        {"libmvec.so.1", LIBC_ANY, true}, {"libpthread-2.17.so", LIBC_ANY, true},
        {"libresolv.so.2", LIBC_ANY, true}, {"libmpfr.so.6", LIBC_ANY, false},
        {"libcrypt.so.1", LIBC_ANY, false}, {"libc-client.so.2", LIBC_ANY, false}, {"", LIBC_ANY, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        ck_assert_msg(libc_of_soname(cases[i].name) == cases[i].kind, "%s", cases[i].name);
        ck_assert_msg(libc_has_file(cases[i].name) == cases[i].file, "%s", cases[i].name);
    }
}
END_TEST

START_TEST(musl_is_known_by_name)
{
    static const char *const has[] = {"_Exit", "memcpy", "crypt", "encrypt", "pthread_create",
        "explicit_bzero", "strlcpy", "wcsnlen", "y1f"};
    static const char *const lacks[] = {"fts_open", "reallocarray", "gettid", "qsort_r", "pthread_getname_np",
        "_Fork", "tcgetwinsize", "__memcpy_chk", "__strcpy_chk", "gnu_get_libc_version", "", "~"};
    for (size_t i = 0; i < COUNT(has); i++)
        ck_assert_msg(platform_musl_has(has[i]), "%s", has[i]);
    for (size_t i = 0; i < COUNT(lacks); i++)
        ck_assert_msg(!platform_musl_has(lacks[i]), "%s", lacks[i]);
}
END_TEST

Suite *target_suite(void)
{
    Suite *s = suite_create("target");
    TCase *t = tcase_create("platforms");
    tcase_add_loop_test(t, tags_are_found, 0, COUNT(tags));
    tcase_add_test(t, versions_of_glibc_have_an_order);
    tcase_add_test(t, homes_are_known_of_some);
    tcase_add_test(t, written_policies_go_from_old_to_new);
    tcase_add_loop_test(t, elf_headers_have_an_architecture, 0, COUNT(elf_headers));
    tcase_add_test(t, wheel_tags_are_sorted_sets);
    tcase_add_test(t, a_machine_runs_what_is_not_newer);
    tcase_add_test(t, covering_needs_one_libc_and_architecture);
    tcase_add_test(t, platforms_have_an_order);
    tcase_add_loop_test(t, targets_are_chosen, 0, COUNT(choices));
    suite_add_tcase(s, t);
    t = tcase_create("promises");
    tcase_add_loop_test(t, versions_are_judged, 0, COUNT(versions));
    tcase_add_test(t, markers_are_told);
    tcase_add_test(t, libraries_are_promised);
    tcase_add_test(t, symbols_are_forbidden);
    tcase_add_test(t, symbols_have_a_home);
    tcase_add_test(t, tables_are_sorted);
    tcase_add_test(t, policies_follow_the_order_of_architectures);
    tcase_add_test(t, c_libraries_are_told_by_name);
    tcase_add_test(t, musl_is_known_by_name);
    suite_add_tcase(s, t);
    return s;
}
