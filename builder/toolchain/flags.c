/* The flags of every build: the same on every machine of one architecture. */
#include <string.h>

#include "toolchain/internal.h"

/* The oldest processor that the platform tags of an architecture promise. Compilers are built with other
 * defaults by some distributions, so it is always spelt out. */
static const struct baseline {
    const char *cpu; /* first part of a triplet */
    const char *arch;
    const char *flags[4];
    const char *triplet; /* of the distributions' cross compilers */
} baselines[] = {
    {"x86_64", "x86_64", {"-march=x86-64", "-mtune=generic"}, "x86_64-linux-gnu"},
    {"i386", "i686", {"-march=i686", "-mtune=generic"}, "i686-linux-gnu"},
    {"i486", "i686", {"-march=i686", "-mtune=generic"}, "i686-linux-gnu"},
    {"i586", "i686", {"-march=i686", "-mtune=generic"}, "i686-linux-gnu"},
    {"i686", "i686", {"-march=i686", "-mtune=generic"}, "i686-linux-gnu"},
    {"aarch64", "aarch64", {"-march=armv8-a", "-mtune=generic"}, "aarch64-linux-gnu"},
    {"arm", "armv7l", {"-march=armv7-a", "-mfpu=vfpv3-d16", "-mfloat-abi=hard"}, "arm-linux-gnueabihf"},
    {"armv7l", "armv7l", {"-march=armv7-a", "-mfpu=vfpv3-d16", "-mfloat-abi=hard"}, "arm-linux-gnueabihf"},
    {"powerpc64le", "ppc64le", {"-mcpu=power8", "-mtune=power8"}, "powerpc64le-linux-gnu"},
    {"ppc64le", "ppc64le", {"-mcpu=power8", "-mtune=power8"}, "powerpc64le-linux-gnu"},
    {"s390x", "s390x", {"-march=z196"}, "s390x-linux-gnu"},
    {"riscv64", "riscv64", {"-march=rv64gc", "-mabi=lp64d"}, "riscv64-linux-gnu"},
    {"loongarch64", "loongarch64", {"-march=loongarch64", "-mabi=lp64d"}, "loongarch64-linux-gnu"},
};

static const char *const compile[] = {
    "-O2", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections"};

static const char *const link[] = {
    "-Wl,-O1", "-Wl,--as-needed", "-Wl,--build-id=sha1", "-Wl,-z,relro", "-Wl,-z,noexecstack"};

/* nodelete: libraries keep pointers to their code in threads and atexit handlers, which dlclose would pull
 * away. Python's symbols stay undefined by design, so --no-undefined is not for us; the audit checks them. */
static const char *const link_module[] = {"-shared", "-Wl,--gc-sections", "-Wl,--exclude-libs,ALL",
    "-Wl,-z,nodelete", "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack", "-Wl,--build-id=sha1",
    "-Wl,--as-needed", "-Wl,-O1"};

/* A kit links the runtime statically without being told, together with what that lacks in an old C library.
 */
static const char *const link_runtime[] = {"-static-libstdc++"};

/* Frames of libc know the platform's unwinder, and a second one aborts where they meet: libgcc_s comes from
 * the platform where it is promised, which musllinux does not do. */
static const char *const link_unwinder[] = {"-static-libgcc"};

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

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct baseline *find_baseline(const char *arch)
{
    for (size_t i = 0; arch && i < COUNT(baselines); i++)
        if (strcmp(baselines[i].arch, arch) == 0)
            return &baselines[i];
    return NULL;
}

const char *const *arch_baseline(const char *arch)
{
    const struct baseline *row = find_baseline(arch);
    return row ? row->flags : NULL;
}

const char *arch_triplet(const char *arch)
{
    const struct baseline *row = find_baseline(arch);
    return row ? row->triplet : NULL;
}

static void push_all(struct strvec *v, const char *const *items, size_t len)
{
    for (size_t i = 0; i < len && items[i]; i++)
        strvec_push(v, items[i]);
}

bool toolchain_unwinder_inside(const struct toolchain *t)
{
    return !t->glibc || !*t->glibc;
}

int toolchain_set_flags(struct toolchain *t, struct err *e)
{
    const struct baseline *row = find_baseline(t->arch);
    if (!row)
        return err_set(e, ERR_ENVIRONMENT,
            "%s: compiles for %s, for which there is no wheel platform: name another compiler in "
            "STATICBUILD_CC",
            t->cc, t->triplet);
    push_all(&t->cflags, compile, COUNT(compile));
    push_all(&t->cflags, row->flags, COUNT(row->flags));
    strvec_push_all(&t->cxxflags, &t->cflags);
    strvec_push(&t->cxxflags, "-fvisibility-inlines-hidden");
    push_all(&t->ldflags, link, COUNT(link));
    push_all(&t->module_ldflags, link_module, COUNT(link_module));
    if (!t->kit_facts)
        push_all(&t->module_ldflags, link_runtime, COUNT(link_runtime));
    if (toolchain_unwinder_inside(t))
        push_all(&t->module_ldflags, link_unwinder, COUNT(link_unwinder));
    if (t->is_clang) /* it warns of -static-libstdc++ where only C is linked */
        strvec_push(&t->module_ldflags, "-Wno-unused-command-line-argument");
    return 0;
}
