#include "target/target.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "target/internal.h"

const char *target_host_architecture(void)
{
#if defined __x86_64__ && defined __LP64__
    return "x86_64";
#elif defined __i386__
    return "i686";
#elif defined __aarch64__ && defined __LP64__ && defined __AARCH64EL__
    return "aarch64";
#elif defined __arm__ && defined __ARM_PCS_VFP
    return "armv7l";
#elif defined __powerpc64__ && defined __LITTLE_ENDIAN__
    return "ppc64le";
#elif defined __powerpc64__
    return "ppc64";
#elif defined __s390x__
    return "s390x";
#elif defined __riscv && __riscv_xlen == 64 && defined __riscv_float_abi_double
    return "riscv64";
#elif defined __loongarch64
    return "loongarch64";
#else
    return NULL;
#endif
}

const char *const *target_baseline_flags(const char *architecture)
{
    static const char *const flags[ARCH_COUNT][4] = {
        [ARCH_I686] = {"-march=i686", "-mtune=generic"},
        [ARCH_X86_64] = {"-march=x86-64", "-mtune=generic"},
        [ARCH_AARCH64] = {"-march=armv8-a"},
        [ARCH_PPC64] = {"-mcpu=power5"},
        [ARCH_PPC64LE] = {"-mcpu=power8"},
        [ARCH_S390X] = {"-march=z196"},
        [ARCH_ARMV7L] = {"-march=armv7-a", "-mfpu=vfpv3-d16", "-mfloat-abi=hard"},
        [ARCH_RISCV64] = {"-march=rv64gc", "-mabi=lp64d"},
        [ARCH_LOONGARCH64] = {"-march=loongarch64", "-mabi=lp64d"},
    };
    int index = architecture_index(architecture);
    return index < 0 ? NULL : flags[index];
}

/* Steps over a decimal number below 1000; false when there is none. */
static bool number(const char **p, int *value)
{
    const char *digits = *p;
    for (*value = 0; **p >= '0' && **p <= '9' && *value < 1000; (*p)++)
        *value = *value * 10 + (**p - '0');
    return *p > digits && *value < 1000;
}

/* Reads the platform in front of the architecture; *rest is what follows ("_x86_64" or nothing). */
static bool read_platform(struct target *t, const char *name, const char **rest)
{
    if (str_starts(name, "linux")) {
        *t = (struct target){.family = TARGET_LINUX};
        *rest = name + strlen("linux");
        return true;
    }
    static const enum target_family families[] = {TARGET_MANYLINUX, TARGET_MUSLLINUX};
    for (size_t i = 0; i < 2; i++) {
        const struct family *f = family_tables(families[i]);
        t->family = families[i];
        if (str_starts(name, f->prefix)) {
            *rest = name + strlen(f->prefix);
            return number(rest, &t->minor);
        }
        for (size_t k = 0; k < f->policy_count; k++)
            if (f->policies[k].old_name[0] && str_starts(name, f->policies[k].old_name)) {
                *rest = name + strlen(f->policies[k].old_name);
                t->minor = f->policies[k].minor;
                if (!**rest || **rest == '_')
                    return true;
            }
    }
    return false;
}

int target_open(struct target *target, const char *name, struct err *e)
{
    struct target t = {0};
    const char *rest;
    if (!read_platform(&t, name, &rest) || (*rest && *rest != '_'))
        return err_set(e, ERR_USAGE,
            "%s: not a platform; write one like manylinux_2_17_x86_64, musllinux_1_2_aarch64 "
            "or linux_x86_64",
            name);
    const char *architecture = *rest ? rest + 1 : target_host_architecture();
    int index = architecture_index(architecture);
    if (index < 0) {
        AUTO(strbuf) struct strbuf known = {0};
        for (const char *const *a = target_architectures(); *a; a++)
            strbuf_addf(&known, "%s%s", known.len ? ", " : "", *a);
        return err_set(e, ERR_USAGE, "%s: no policy for architecture \"%s\" (known: %s)", name,
            architecture ? architecture : "of this machine", strbuf_str(&known));
    }
    t.architecture = architecture_name(index);
    int lowest = 0;
    for (size_t i = 0; !lowest && target_policy_at(t.family, i); i++)
        if (target_policy_has(t.family, target_policy_at(t.family, i), t.architecture))
            lowest = target_policy_at(t.family, i);
    if (t.family != TARGET_LINUX && t.minor < lowest)
        return err_set(e, ERR_USAGE, "%s: the lowest policy for %s is %s%d", name, t.architecture,
            family_tables(t.family)->prefix, lowest);
    *target = t;
    return 0;
}

void target_name(const struct target *t, struct strbuf *out)
{
    if (t->family == TARGET_LINUX)
        strbuf_addf(out, "linux_%s", t->architecture);
    else
        strbuf_addf(out, "%s%d_%s", family_tables(t->family)->prefix, t->minor, t->architecture);
}

void target_tag(const struct target *t, struct strbuf *out)
{
    const struct family *f = family_tables(t->family);
    for (size_t i = 0; t->family != TARGET_LINUX && i < f->policy_count; i++)
        if (f->policies[i].minor == t->minor && f->policies[i].old_name[0])
            strbuf_addf(out, "%s_%s.", f->policies[i].old_name, t->architecture); /* digits sort before "_" */
    target_name(t, out);
}
