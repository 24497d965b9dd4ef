/* Finds the compilers of a target and asks them what they are. */
#include "toolchain/toolchain.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/host.h"
#include "recipe/version.h"
#include "sched/process.h"
#include "sys/path.h"
#include "toolchain/internal.h"

/* -ffile-prefix-map, without which results name the build's folder. */
#define OLDEST_GCC ">= 8"
#define OLDEST_CLANG ">= 10"

/* The program that a variable names; NULL with *e empty when it is not set. The caller frees it. */
static char *from_environment(const char *variable, struct err *e)
{
    const char *named = getenv(variable);
    if (!named || !*named)
        return NULL;
    char *path = program_find(named, getenv("PATH"), e);
    if (!path && e->kind)
        return NULL;
    if (!path) {
        err_set(e, ERR_MISSING,
            "%s names \"%s\", which is not a program: give the name or path of a compiler", variable, named);
        return NULL;
    }
    char *absolute = path_absolute(path);
    free(path);
    return absolute;
}

/* Names of C compilers for the target, best first, in the arena; NULL behind the last. */
static const char *const *names_of_cc(struct arena *a, const struct toolchain *t)
{
    static const char *const own[] = {"cc", "gcc", "clang", NULL};
    const struct arch *known = t->target.platform.arch;
    const char *arch = known ? known->name : "", *triplet = known ? known->compiler : NULL;
    bool musl = t->target.platform.libc == LIBC_MUSL;
    if (!t->cross && !musl)
        return own;
    const char **names = arena_alloc(a, 3 * sizeof *names);
    size_t len = 0;
    if (musl)
        names[len++] = arena_strf(a, "%s-linux-musl-gcc", arch);
    if (musl && !t->cross)
        names[len++] = "musl-gcc";
    if (!musl && triplet)
        names[len++] = arena_strf(a, "%s-gcc", triplet);
    return names;
}

/* How to come by a compiler; `own` is the tool of host/ for this machine's architecture. The caller frees it.
 */
static char *remedy_of(const struct toolchain *t, const char *own)
{
    if (!t->cross)
        return host_remedy(own);
    if (t->target.platform.libc == LIBC_MUSL)
        return xstrdup("install one, or name one in STATICBUILD_CC");
    return host_cross_remedy(t->target.platform.arch);
}

static char *find_cc(struct arena *a, const struct toolchain *t, struct err *e)
{
    char *path = t->target.tools ? NULL : from_environment("STATICBUILD_CC", e);
    if (path || e->kind)
        return path;
    const char *const *names = names_of_cc(a, t);
    for (size_t i = 0; names[i] && !path && !e->kind; i++)
        path = host_program_find(names[i], NULL, e);
    if (path || e->kind)
        return path;
    AUTO_FREE char *remedy = remedy_of(t, t->target.platform.libc == LIBC_MUSL ? "musl-gcc" : "gcc");
    if (!t->cross && t->target.platform.libc != LIBC_MUSL)
        err_set(e, ERR_MISSING, "no C compiler (cc, gcc or clang) is in PATH: %s", remedy);
    else if (!names[0])
        err_set(e, ERR_MISSING, "no compiler for %s is known: name one in STATICBUILD_CC",
            t->target.platform.name);
    else
        err_set(e, ERR_MISSING, "no compiler for %s is in PATH, %s was looked for: %s",
            t->target.platform.name, names[0], remedy);
    return NULL;
}

/* /usr/bin/x86_64-linux-gnu-gcc-12 -> /usr/bin/x86_64-linux-gnu-g++-12; NULL when the name tells nothing, or
 * with *e set. */
static char *cxx_beside(const char *cc, struct err *e)
{
    static const char *const pairs[][2] = {{"clang", "clang++"}, {"gcc", "g++"}};
    const char *base = path_base(cc);
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const char *at = strstr(base, pairs[i][0]);
        if (!at)
            continue;
        AUTO_FREE char *path = xstrf("%.*s%s%s", (int)(at - cc), cc, pairs[i][1], at + strlen(pairs[i][0]));
        char *found = program_find(path, NULL, e);
        if (found || e->kind)
            return found;
    }
    return NULL;
}

/* The C++ compiler of the same make and version as the C compiler, else any that compiles for this machine;
 * "" when there is none. */
static int find_cxx(struct compiler *cxx, struct arena *a, const struct compiler *cc,
    const struct toolchain *t, const struct fact_memory *memory, struct err *e)
{
    struct err problem = ERR_INIT;
    AUTO_FREE char *named = t->target.tools ? NULL : from_environment("STATICBUILD_CXX", &problem);
    if (problem.kind)
        return err_move(e, &problem);
    if (named)
        return compiler_ask(cxx, a, named, memory, e);
    *cxx = (struct compiler){.path = "", .line = "", .libstdcxx = ""};
    AUTO_FREE char *beside = cxx_beside(cc->path, e);
    const char *const names[] = {beside, "c++", "g++", "clang++"};
    size_t len = t->cross || t->target.platform.libc == LIBC_MUSL ? 1 : COUNT(names);
    for (size_t i = 0; i < len && !e->kind; i++) {
        AUTO_FREE char *path = names[i] ? host_program_find(names[i], NULL, e) : NULL;
        struct compiler candidate;
        AUTO(err) struct err broken = ERR_INIT; /* then it is not taken */
        if (!path)
            continue;
        if (compiler_ask(&candidate, a, path, memory, &broken) < 0) {
            if (err_is_of_machine(&broken))
                return err_move(e, &broken);
            continue;
        }
        bool same = candidate.is_clang == cc->is_clang && strcmp(candidate.version, cc->version) == 0;
        if (same || !*cxx->path)
            *cxx = candidate;
        if (same)
            break;
    }
    return e->kind ? -1 : 0;
}

static void add_flags(struct strbuf *out, const char *name, const struct strvec *flags)
{
    strbuf_adds(out, name);
    for (size_t i = 0; i < flags->len; i++)
        strbuf_addf(out, " %s", flags->items[i]);
    strbuf_addc(out, '\n');
}

/* Everything here decides what a build gives; a path does not. */
static const char *make_identity(struct toolchain *t, struct arena *a, const struct compiler *cc,
    const struct compiler *cxx, const struct fact_memory *memory)
{
    AUTO(strbuf) struct strbuf out = {0};
    strbuf_addf(&out, "target %s\n", target_name(&t->target));
    strbuf_addf(&out, "cc %s: %s\n", t->version, cc->line);
    strbuf_addf(&out, "cxx %s\n", *cxx->line ? cxx->line : "none");
    strbuf_addf(&out, "triplet %s\n", t->triplet);
    strbuf_addf(&out, "libc %s%s\n", *t->glibc ? "glibc " : "other", t->glibc);
    strbuf_addf(&out, "ld %s\n", *cc->ld ? program_says(a, cc->ld, memory) : "none");
    if (!cc->is_clang) /* clang assembles by itself */
        strbuf_addf(&out, "as %s\n", *cc->as ? program_says(a, cc->as, memory) : "none");
    add_flags(&out, "cflags", &t->cflags);
    add_flags(&out, "cxxflags", &t->cxxflags);
    add_flags(&out, "ldflags", &t->ldflags);
    add_flags(&out, "module-ldflags", &t->module_ldflags);
    return arena_strndup(a, out.ptr, out.len);
}

static int check_compiler(const struct compiler *cc, struct err *e)
{
    const char *oldest = cc->is_clang ? OLDEST_CLANG : OLDEST_GCC;
    const char *make = cc->is_clang ? "clang" : "gcc";
    if (!version_satisfies(cc->version, oldest))
        return err_set(e, ERR_ENVIRONMENT,
            "%s is %s %s, but %s is needed: name another compiler in STATICBUILD_CC", cc->path, make,
            cc->version, oldest);
    const char *const binutils[] = {cc->ld, cc->as, cc->ar, cc->ranlib, cc->strip, cc->objcopy};
    for (size_t i = 0; i < COUNT(binutils); i++)
        if (!*binutils[i]) {
            AUTO_FREE char *remedy = host_remedy("strip");
            return err_set(e, ERR_MISSING, "%s: its ld, as, ar, ranlib, strip or objcopy is missing: %s",
                cc->path, remedy);
        }
    return 0;
}

static int check_arch(const struct toolchain *t, struct err *e)
{
    if (t->target.native || (t->arch && strcmp(t->arch, t->target.platform.arch->name) == 0))
        return 0;
    return err_set(e, ERR_ENVIRONMENT,
        "%s: compiles for %s, and the target is %s: name another compiler in STATICBUILD_CC", t->cc,
        t->triplet, t->target.platform.name);
}

static int check_libc(const struct toolchain *t, struct err *e)
{
    bool has_glibc = *t->glibc;
    if (t->target.native || has_glibc == (t->target.platform.libc == LIBC_GLIBC))
        return 0;
    return err_set(e, ERR_ENVIRONMENT, "%s: compiles for %s, and the target is %s: %s", t->cc,
        has_glibc ? "glibc" : "another C library than glibc", t->target.platform.name,
        has_glibc ? "name a compiler for musl in STATICBUILD_CC" : "use a musllinux target, or \"native\"");
}

int toolchain_open(struct toolchain *t, struct arena *a, const struct target *target,
    const struct fact_memory *memory, struct err *e)
{
    struct compiler cc, cxx;
    struct utsname machine;
    uname(&machine);
    const struct arch *here = arch_find(machine.machine);
    *t = (struct toolchain){.target = *target};
    t->cross = !target->native && here != target->platform.arch;
    AUTO_FREE char *path = find_cc(a, t, e);
    if (!path || compiler_ask(&cc, a, path, memory, e) < 0 || check_compiler(&cc, e) < 0 ||
        find_cxx(&cxx, a, &cc, t, memory, e) < 0)
        return -1;
    t->cc = t->real_cc = cc.path;
    t->cxx = t->real_cxx = cxx.path;
    t->ld = cc.ld;
    t->ar = cc.ar;
    t->ranlib = cc.ranlib;
    t->strip = cc.strip;
    t->objcopy = cc.objcopy;
    t->triplet = cc.triplet;
    const struct arch *arch = arch_of_triplet(cc.triplet);
    t->arch = arch ? arch->name : NULL;
    t->version = arena_strf(a, "%s %s", cc.is_clang ? "clang" : "gcc", cc.version);
    t->compiler_line = cc.line;
    t->glibc = cc.glibc;
    t->libstdcxx = cxx.libstdcxx;
    t->is_clang = cc.is_clang;
    if (check_arch(t, e) < 0 || check_libc(t, e) < 0 || toolchain_set_flags(t, e) < 0)
        return -1;
    t->identity = make_identity(t, a, &cc, &cxx, memory);
    return 0;
}

bool toolchain_needs_kit(const struct toolchain *t)
{
    return !t->target.native && t->target.platform.libc == LIBC_GLIBC;
}

void toolchain_use_kit(struct toolchain *t, struct arena *a, const char *kit)
{
    t->kit = arena_strdup(a, kit);
    t->cc = arena_strf(a, "%s/bin/cc", kit);
    if (*t->real_cxx)
        t->cxx = arena_strf(a, "%s/bin/c++", kit);
}

void toolchain_release(struct toolchain *t)
{
    strvec_release(&t->cflags);
    strvec_release(&t->cxxflags);
    strvec_release(&t->ldflags);
    strvec_release(&t->module_ldflags);
    *t = (struct toolchain){0};
}

int toolchain_require_cxx(const struct toolchain *t, struct err *e)
{
    if (*t->cxx && *t->libstdcxx)
        return 0;
    if (t->target.platform.libc == LIBC_MUSL)
        return err_set(e, ERR_MISSING,
            "%s has no C++ library for musl: name a C++ compiler that has, in STATICBUILD_CXX, and its C "
            "compiler "
            "in STATICBUILD_CC",
            t->real_cc);
    AUTO_FREE char *remedy = remedy_of(t, "g++");
    if (*t->real_cxx)
        return err_set(e, ERR_MISSING, "%s has no static libstdc++.a: %s", t->real_cxx, remedy);
    return err_set(e, ERR_MISSING, "no C++ compiler for %s is in PATH: %s", target_name(&t->target), remedy);
}
