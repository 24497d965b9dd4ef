/* The flags of every build: the same on every machine of one architecture. */
#include "toolchain/hardening.h"
#include "toolchain/internal.h"

static const char *const compile[] = {
    "-O2", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-U_FORTIFY_SOURCE"};

static const char *const link[] = {"-Wl,-O1", "-Wl,--as-needed", "-Wl,--build-id=sha1", "-Wl,-z,noexecstack"};

/* nodelete: libraries keep pointers to their code in threads and atexit handlers, which dlclose would pull
 * away. Python's symbols stay undefined by design, so --no-undefined is not for us; the audit checks them. */
static const char *const link_module[] = {"-shared", "-Wl,--gc-sections", "-Wl,--exclude-libs,ALL",
    "-Wl,-z,nodelete", "-Wl,-z,noexecstack", "-Wl,--build-id=sha1", "-Wl,--as-needed", "-Wl,-O1"};

/* A kit links the runtime statically without being told, together with what that lacks in an old C library.
 */
static const char *const link_runtime[] = {"-static-libstdc++"};

/* Frames of libc know the platform's unwinder, and a second one aborts where they meet: libgcc_s comes from
 * the platform where it is promised, which musllinux does not do. */
static const char *const link_unwinder[] = {"-static-libgcc"};

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
    const struct arch *arch = t->arch ? arch_find(t->arch) : NULL;
    if (!arch || !arch->baseline[0])
        return err_set(e, ERR_ENVIRONMENT,
            "%s: compiles for %s, for which there is no wheel platform: name another compiler in "
            "STATICBUILD_CC",
            t->cc, t->triplet);
    push_all(&t->cflags, compile, COUNT(compile));
    hardening_compile_flags(t, &t->cflags);
    /* Compilers are built with other defaults by some distributions, so it is always spelt out. */
    push_all(&t->cflags, arch->baseline, ARCH_BASELINE_MAX);
    strvec_push_all(&t->cxxflags, &t->cflags);
    strvec_push(&t->cxxflags, "-fvisibility-inlines-hidden");
    push_all(&t->ldflags, link, COUNT(link));
    hardening_link_flags(t, &t->ldflags);
    push_all(&t->module_ldflags, link_module, COUNT(link_module));
    hardening_link_flags(t, &t->module_ldflags);
    if (!toolchain_needs_kit(t))
        push_all(&t->module_ldflags, link_runtime, COUNT(link_runtime));
    if (toolchain_unwinder_inside(t))
        push_all(&t->module_ldflags, link_unwinder, COUNT(link_unwinder));
    if (t->is_clang) /* it warns of -static-libstdc++ where only C is linked */
        strvec_push(&t->module_ldflags, "-Wno-unused-command-line-argument");
    return 0;
}
