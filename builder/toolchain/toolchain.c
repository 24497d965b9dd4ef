#include "toolchain/toolchain.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "host/host.h"
#include "recipe/version.h"
#include "sys/path.h"
#include "sys/process.h"
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
    char *path = program_find(named, getenv("PATH"));
    if (!path) {
        err_set(e, ERR_ENVIRONMENT,
            "%s names \"%s\", which is not a program: give the name or path of a compiler", variable, named);
        return NULL;
    }
    char *absolute = path_absolute(path);
    free(path);
    return absolute;
}

static char *find_cc(struct err *e)
{
    char *path = from_environment("STATICBUILD_CC", e);
    if (path || e->kind)
        return path;
    static const char *const names[] = {"cc", "gcc", "clang"};
    for (size_t i = 0; i < sizeof names / sizeof *names && !path; i++)
        path = host_program_find(names[i], NULL);
    if (!path) {
        AUTO_FREE char *remedy = host_remedy("gcc");
        err_set(e, ERR_ENVIRONMENT, "no C compiler (cc, gcc or clang) is in PATH: %s", remedy);
    }
    return path;
}

/* /usr/bin/x86_64-linux-gnu-gcc-12 -> /usr/bin/x86_64-linux-gnu-g++-12; NULL when the name tells nothing. */
static char *cxx_beside(const char *cc)
{
    static const char *const pairs[][2] = {{"clang", "clang++"}, {"gcc", "g++"}};
    const char *base = path_base(cc);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *at = strstr(base, pairs[i][0]);
        if (!at)
            continue;
        AUTO_FREE char *path = xstrf("%.*s%s%s", (int)(at - cc), cc, pairs[i][1], at + strlen(pairs[i][0]));
        char *found = program_find(path, NULL);
        if (found)
            return found;
    }
    return NULL;
}

/* The C++ compiler of the same make and version as the C compiler, else any; "" when there is none. */
static int find_cxx(struct compiler *cxx, struct arena *a, const struct compiler *cc,
    const struct fact_memory *memory, struct err *e)
{
    struct err problem = ERR_INIT;
    AUTO_FREE char *named = from_environment("STATICBUILD_CXX", &problem);
    if (problem.kind)
        return err_move(e, &problem);
    if (named)
        return compiler_ask(cxx, a, named, memory, e);
    *cxx = (struct compiler){.path = "", .line = "", .libstdcxx = ""};
    AUTO_FREE char *beside = cxx_beside(cc->path);
    const char *const names[] = {beside, "c++", "g++", "clang++"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        AUTO_FREE char *path = names[i] ? host_program_find(names[i], NULL) : NULL;
        struct compiler candidate;
        AUTO(err) struct err ignored = ERR_INIT; /* a broken one is not taken */
        if (!path || compiler_ask(&candidate, a, path, memory, &ignored) < 0)
            continue;
        bool same = candidate.is_clang == cc->is_clang && strcmp(candidate.version, cc->version) == 0;
        if (same || !*cxx->path)
            *cxx = candidate;
        if (same)
            break;
    }
    return 0;
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
    const char *const binutils[] = {cc->ld, cc->as, cc->ar, cc->ranlib, cc->strip};
    for (size_t i = 0; i < sizeof binutils / sizeof *binutils; i++)
        if (!*binutils[i]) {
            AUTO_FREE char *remedy = host_remedy("strip");
            return err_set(
                e, ERR_ENVIRONMENT, "%s: its ld, as, ar, ranlib or strip is missing: %s", cc->path, remedy);
        }
    return 0;
}

int toolchain_open(struct toolchain *t, struct arena *a, const struct fact_memory *memory, struct err *e)
{
    struct compiler cc, cxx;
    AUTO_FREE char *path = find_cc(e);
    if (!path || compiler_ask(&cc, a, path, memory, e) < 0 || check_compiler(&cc, e) < 0 ||
        find_cxx(&cxx, a, &cc, memory, e) < 0)
        return -1;
    *t = (struct toolchain){
        .cc = cc.path,
        .cxx = cxx.path,
        .ar = cc.ar,
        .ranlib = cc.ranlib,
        .strip = cc.strip,
        .triplet = cc.triplet,
        .arch = arch_of_triplet(cc.triplet),
        .version = arena_strf(a, "%s %s", cc.is_clang ? "clang" : "gcc", cc.version),
        .glibc = cc.glibc,
        .libstdcxx = cxx.libstdcxx,
        .is_clang = cc.is_clang,
    };
    if (toolchain_set_flags(t, e) < 0)
        return -1;
    t->identity = make_identity(t, a, &cc, &cxx, memory);
    return 0;
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
    AUTO_FREE char *remedy = host_remedy("g++");
    if (*t->cxx)
        return err_set(e, ERR_ENVIRONMENT, "%s has no static libstdc++.a: %s", t->cxx, remedy);
    return err_set(e, ERR_ENVIRONMENT, "no C++ compiler (c++, g++ or clang++) is in PATH: %s", remedy);
}
