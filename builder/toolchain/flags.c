/* The flags of every build: the same on every machine of one architecture. */
#include <string.h>

#include "toolchain/internal.h"

/* The oldest processor that the platform tags of an architecture promise. Compilers are built with other
 * defaults by some distributions, so it is always spelt out. */
static const struct {
    const char *cpu; /* first part of a triplet */
    const char *arch;
    const char *flags[4];
} baselines[] = {
    {"x86_64", "x86_64", {"-march=x86-64", "-mtune=generic"}},
    {"i386", "i686", {"-march=i686", "-mtune=generic"}},
    {"i486", "i686", {"-march=i686", "-mtune=generic"}},
    {"i586", "i686", {"-march=i686", "-mtune=generic"}},
    {"i686", "i686", {"-march=i686", "-mtune=generic"}},
    {"aarch64", "aarch64", {"-march=armv8-a", "-mtune=generic"}},
    {"arm", "armv7l", {"-march=armv7-a", "-mfpu=vfpv3-d16", "-mfloat-abi=hard"}},
    {"armv7l", "armv7l", {"-march=armv7-a", "-mfpu=vfpv3-d16", "-mfloat-abi=hard"}},
    {"powerpc64le", "ppc64le", {"-mcpu=power8", "-mtune=power8"}},
    {"ppc64le", "ppc64le", {"-mcpu=power8", "-mtune=power8"}},
    {"s390x", "s390x", {"-march=z196"}},
    {"riscv64", "riscv64", {"-march=rv64gc", "-mabi=lp64d"}},
    {"loongarch64", "loongarch64", {"-march=loongarch64", "-mabi=lp64d"}},
};

static const char *const compile[] = {
    "-O2", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"};

static const char *const link[] = {
    "-Wl,-O1", "-Wl,--as-needed", "-Wl,--build-id=sha1", "-Wl,-z,relro", "-Wl,-z,noexecstack"};

/* nodelete: libraries keep pointers to their code in threads and atexit handlers, which dlclose would pull
 * away. Python's symbols stay undefined by design, so --no-undefined is not for us; the audit checks them. */
static const char *const link_module[] = {"-shared", "-Wl,--gc-sections", "-Wl,--exclude-libs,ALL",
    "-Wl,-z,nodelete", "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack", "-Wl,--build-id=sha1",
    "-static-libstdc++", "-static-libgcc", "-Wl,--as-needed", "-Wl,-O1"};

const char *arch_of_triplet(const char *triplet)
{
    struct slice rest = slice_of(triplet);
    struct slice cpu = slice_cut(&rest, '-');
    if (str_ends(triplet, "x32")) /* 32-bit pointers on x86_64: no platform tag */
        return NULL;
    for (size_t i = 0; i < sizeof baselines / sizeof *baselines; i++)
        if (slice_is(cpu, baselines[i].cpu))
            return baselines[i].arch;
    return NULL;
}

static void push_all(struct strvec *v, const char *const *items, size_t len)
{
    for (size_t i = 0; i < len && items[i]; i++)
        strvec_push(v, items[i]);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

int toolchain_set_flags(struct toolchain *t, struct err *e)
{
    size_t row = 0;
    while (row < COUNT(baselines) && (!t->arch || strcmp(baselines[row].arch, t->arch) != 0))
        row++;
    if (row == COUNT(baselines))
        return err_set(e, ERR_ENVIRONMENT,
            "%s: compiles for %s, for which there is no wheel platform: name another compiler in "
            "STATICBUILD_CC",
            t->cc, t->triplet);
    push_all(&t->cflags, compile, COUNT(compile));
    push_all(&t->cflags, baselines[row].flags, COUNT(baselines[row].flags));
    strvec_push_all(&t->cxxflags, &t->cflags);
    strvec_push(&t->cxxflags, "-fvisibility-inlines-hidden");
    push_all(&t->ldflags, link, COUNT(link));
    push_all(&t->module_ldflags, link_module, COUNT(link_module));
    if (t->is_clang) /* it warns of -static-libstdc++ where only C is linked */
        strvec_push(&t->module_ldflags, "-Wno-unused-command-line-argument");
    return 0;
}
