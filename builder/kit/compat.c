/* The archives of what the target's glibc lacks, and the crt objects: compiled with the kit's compiler, a few
 * commands at once. */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/internal.h"
#include "kit/compiling.h"

enum archive { COMPAT, RUNTIME, UNWIND, ARCHIVES };

enum { EVERY = 1000000 }; /* glibc 2.N */

enum machines { ALL, WIDE, PAIRS };

static const char *const archive_names[ARCHIVES] = {
    [COMPAT] = KIT_COMPAT_ARCHIVE, [RUNTIME] = KIT_RUNTIME_ARCHIVE, [UNWIND] = KIT_UNWIND_ARCHIVE};

static const struct compat_row {
    const char *name;
    enum archive archive;
    enum machines machines;
    int since;
} rows[] = {
#define COMPAT(name, archive, machines, since) {name, archive, machines, since},
#include "kit/compat.def"
#undef COMPAT
};

enum { ROWS = COUNT(rows) };

/* crt objects by source; what the second is, is also there for -static-pie. The last two are those of the
 * C library where nothing is to be marked in them. */
static const char *const starts[] = {"crt1.c", "Scrt1.c", "gcrt1.c", "crti.S", "crtn.S"};
#define PIE_START "Scrt1.c"
#define STATIC_PIE_START "rcrt1.c"

enum { STARTS = COUNT(starts), MARKED_STARTS = 2, PARTS = 8 };

/* Nothing that a distribution builds into its compiler may change the outcome. It is hardened as what it goes
 * into is; the start code runs before there is a guard value for the stack, and has nothing that -strong
 * guards. Exceptions pass through what calls functions of others. */
static const char *const flags[] = {"-c", "-std=gnu11", "-D_GNU_SOURCE", "-U_FILE_OFFSET_BITS",
    "-U_TIME_BITS", "-U_FORTIFY_SOURCE", "-O1", "-g0", "-w", "-fPIC", "-fvisibility=hidden", "-fexceptions",
    "-fstack-protector-strong", "-fno-lto"};

static bool is_wanted(const struct compat_row *row, const struct kit_request *r)
{
    const struct arch *arch = r->target->arch;
    bool is_of_machine =
        row->machines == ALL || (row->machines == WIDE ? arch->bits == 64 : arch->double_double);
    return row->since > r->target->minor && is_of_machine;
}

static size_t starts_of(const struct kit_request *r)
{
    return r->target->arch->mark_property ? STARTS : STARTS - MARKED_STARTS;
}

/* What the architecture has to harden code; the oldest compiler that may be taken knows nearly all of it. */
static void push_of_arch(struct strvec *argv, const struct kit_request *r)
{
    const struct arch *arch = r->target->arch;
    const char *flags_of_arch[3 + ARCH_FRAMES_MAX] = {arch->probes.flag, arch->marks.flag};
    for (size_t i = 0; i < ARCH_FRAMES_MAX; i++)
        flags_of_arch[2 + i] = arch->frames[i].flag;
    for (size_t i = 0; i < COUNT(flags_of_arch); i++)
        if (flags_of_arch[i])
            strvec_push(argv, flags_of_arch[i]);
    for (size_t i = 0; i < ARCH_BASELINE_MAX && arch->baseline[i]; i++)
        strvec_push(argv, arch->baseline[i]);
}

/* Compiles the sources that stand in dir there, a part of them in each command. */
static int compile(const struct kit_request *r, const struct strvec *sources, const char *dir, struct err *e)
{
    if (!r->target->arch->baseline[0])
        return err_set(e, ERR_ENVIRONMENT,
            "%s: the oldest processor of this architecture is not known; `staticbuild target list` names the "
            "targets that can be built for",
            r->target->name);
    size_t count = sources->len < PARTS ? sources->len : PARTS;
    struct compiling jobs[PARTS] = {0};
    for (size_t i = 0; i < count; i++) {
        struct compiling *j = &jobs[i];
        strvec_push(&j->argv, r->cc);
        for (size_t k = 0; k < COUNT(flags); k++)
            strvec_push(&j->argv, flags[k]);
        push_of_arch(&j->argv, r);
        strvec_pushf(&j->argv, "-DTARGET_MINOR=%d", r->target->minor);
        strvec_pushf(&j->argv, "-DENTRY=\"entry_%s.h\"", r->target->arch->name);
        for (size_t k = i; k < sources->len; k += count)
            strvec_push(&j->argv, sources->items[k]);
    }
    int status = compiling_run(jobs, count, r, dir, e);
    for (size_t i = 0; i < count; i++)
        compiling_release(&jobs[i]);
    return status;
}

/* Copies what is included and what is compiled: objects name their source as it was given, and that must not
 * be a path of this machine. */
static int copy_sources(const struct kit_request *r, const char *work, struct strvec *sources, struct err *e)
{
    AUTO_FREE char *from = path_join(r->templates, "compat");
    AUTO(strvec) struct strvec files = {0};
    if (tree_list(from, NULL, NULL, &files, e) < 0)
        return -1;
    for (size_t i = 0; i < ROWS; i++)
        if (is_wanted(&rows[i], r))
            strvec_pushf(sources, "%s.c", rows[i].name);
    for (size_t i = 0; i < starts_of(r); i++)
        strvec_push(sources, starts[i]);
    for (size_t i = 0; i < files.len; i++) {
        const char *name = path_base(files.items[i]);
        if (!str_ends(name, ".h") && !strvec_has(sources, name))
            continue;
        AUTO_FREE char *source = path_join(from, files.items[i]);
        AUTO_FREE char *copy = path_join(work, name);
        if (file_copy(source, copy, e) < 0)
            return -1;
    }
    return 0;
}

static int make_archive(const struct kit_request *r, enum archive archive, const char *work, struct err *e)
{
    struct compiling j = {0};
    strvec_push(&j.argv, r->ar);
    strvec_push(&j.argv, "rcsD"); /* no times, no owners */
    strvec_pushf(&j.argv, "../lib/%s", archive_names[archive]);
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].archive == archive && is_wanted(&rows[i], r))
            strvec_pushf(&j.argv, "%s.o", rows[i].name);
    int status = compiling_run(&j, 1, r, work, e);
    compiling_release(&j);
    return status;
}

/* source and name end in a letter of their language, which is 'o' for what was made. */
static int put_start(const char *work, const char *source, const char *lib, const char *name, struct err *e)
{
    AUTO_FREE char *from = path_join(work, source);
    AUTO_FREE char *to = path_join(lib, name);
    from[strlen(from) - 1] = to[strlen(to) - 1] = 'o';
    return file_copy(from, to, e);
}

static int make_all(const struct kit_request *r, const char *work, const char *lib, struct err *e)
{
    AUTO(strvec) struct strvec sources = {0};
    if (copy_sources(r, work, &sources, e) < 0 || compile(r, &sources, work, e) < 0)
        return -1;
    for (enum archive archive = 0; archive < ARCHIVES; archive++)
        if (make_archive(r, archive, work, e) < 0)
            return -1;
    for (size_t i = 0; i < starts_of(r); i++)
        if (put_start(work, starts[i], lib, starts[i], e) < 0)
            return -1;
    return put_start(work, PIE_START, lib, STATIC_PIE_START, e);
}

int compat_make(const struct kit_request *r, const char *dir, struct err *e)
{
    AUTO_FREE char *lib = path_join(dir, "lib");
    AUTO_FREE char *work = folder_make_temporary(dir, "compat-", e);
    if (!work)
        return -1;
    int failed = make_all(r, work, lib, e) < 0;
    struct err ignored = ERR_INIT;
    if (tree_remove(work, failed ? &ignored : e) < 0)
        failed = 1;
    err_release(&ignored);
    if (failed)
        err_wrap(e, "making what glibc 2.%d lacks", r->target->minor);
    return failed ? -1 : 0;
}
