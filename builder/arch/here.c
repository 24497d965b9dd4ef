/* The processor that this program runs on, as glibc's loader tells processors apart (glibc-hwcaps(8)). */
#include "arch/arch.h"

#include <string.h>
#include <sys/auxv.h>

bool arch_is_here(uint16_t machine, bool wide, bool big_endian)
{
#if defined __x86_64__
    return machine == EM_X86_64 && wide && !big_endian;
#elif defined __aarch64__
    return machine == EM_AARCH64 && wide && big_endian == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
#elif defined __powerpc64__
    return machine == EM_PPC64 && wide && big_endian == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
#elif defined __s390x__
    return machine == EM_S390 && wide && big_endian;
#else
    (void)machine;
    (void)wide;
    (void)big_endian;
    return false;
#endif
}

#if defined __x86_64__
const char *const *arch_hwcaps_here(size_t *count)
{
    static const char *const names[] = {"x86-64-v4", "x86-64-v3", "x86-64-v2"};
    __builtin_cpu_init();
    bool v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("ssse3") &&
              __builtin_cpu_supports("popcnt");
    bool v3 = v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
              __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
    bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl");
    size_t skipped = v4 ? 0 : v3 ? 1 : v2 ? 2 : 3;
    *count = sizeof names / sizeof *names - skipped;
    return names + skipped;
}
#elif defined __powerpc64__ || defined __s390x__
/* AT_PLATFORM names the best; what stands behind it in the list it may use as well. */
const char *const *arch_hwcaps_here(size_t *count)
{
#if defined __powerpc64__
    static const char *const names[] = {"power10", "power9"};
#else
    static const char *const names[] = {"z16", "z15", "z14", "z13"};
#endif
    enum { NAME_COUNT = sizeof names / sizeof *names };
    const char *platform = (const char *)(uintptr_t)getauxval(AT_PLATFORM);
    size_t first = platform ? 0 : NAME_COUNT;
    while (first < NAME_COUNT && strcmp(names[first], platform) != 0)
        first++;
    *count = NAME_COUNT - first;
    return names + first;
}
#else
const char *const *arch_hwcaps_here(size_t *count)
{
    *count = 0;
    return NULL;
}
#endif

const char *arch_platform_at(size_t i)
{
    static const char *const names[] = {"haswell", "xeon_phi", "i686", "power9", "z15"};
    return i < sizeof names / sizeof *names ? names[i] : NULL;
}
