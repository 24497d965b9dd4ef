/* From the word behind --target to what is built for. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "target/internal.h"

const char *target_name(const struct target *t)
{
    return t->native ? "native" : t->platform.name;
}

static int oldest_minor(const struct platform *p)
{
    return p->libc == LIBC_MUSL ? TARGET_OLDEST_MUSL_MINOR : TARGET_OLDEST_GLIBC_MINOR;
}

bool target_is_possible(const struct platform *p)
{
    return p->minor >= oldest_minor(p);
}

/* An architecture that no tag has is left to the compiler to be refused. */
static void choose_native(struct target *out, const struct arch *arch)
{
    *out = (struct target){.native = true};
    if (arch)
        platform_make(&out->platform, LIBC_ANY, arch, 0);
}

static void choose_default(struct target *out, const struct arch *arch)
{
    struct platform p;
    for (size_t i = 0; arch && platform_at(&p, LIBC_GLIBC, arch, i); i++)
        if (target_is_possible(&p)) {
            *out = (struct target){.platform = p};
            return;
        }
    choose_native(out, arch);
}

static int refuse(const struct platform *p, const char *name, struct err *e)
{
    if (p->libc == LIBC_ANY)
        return err_set(e, ERR_USAGE,
            "--target %s: promises nothing about the machine that it runs on: give a manylinux or musllinux "
            "tag, or \"native\" for what this machine's compiler makes",
            name);
    return err_set(e, ERR_USAGE,
        "--target %s: nothing older than %s %d.%d can be linked for: give %slinux_%d_%d_%s", name,
        p->libc == LIBC_MUSL ? "musl" : "glibc", p->major, oldest_minor(p),
        p->libc == LIBC_MUSL ? "musl" : "many", p->major, oldest_minor(p), p->arch->name);
}

int target_choose(struct target *out, const char *name, const char *machine, struct err *e)
{
    const struct arch *arch = arch_find(machine);
    if (!name) {
        choose_default(out, arch);
        return 0;
    }
    if (strcmp(name, "native") == 0) {
        choose_native(out, arch);
        return 0;
    }
    AUTO_FREE char *whole = xstrf("%s_%s", name, machine);
    struct platform p;
    if (strchr(name, ','))
        return err_set(e, ERR_USAGE,
            "--target %s: is a list, which run, wheel, build and fetch take: name one here", name);
    if (!platform_find(&p, name) && !platform_find(&p, whole))
        return err_set(e, ERR_USAGE,
            "--target %s: not a target that is known here, such as manylinux_2_17_%s, manylinux_2_28 or "
            "native (`staticbuild target list` names them)",
            name, (arch ? arch : arch_at(0))->name);
    if (p.libc == LIBC_ANY || !target_is_possible(&p))
        return refuse(&p, name, e);
    *out = (struct target){.platform = p};
    return 0;
}
