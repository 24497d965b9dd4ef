/* Instructions that the platform's oldest processor does not have, found by decoding the code.
 *
 * An error where nothing can keep them from being run: in a module or a program that asks the processor
 * nowhere, not by a library either, and whose name does not say that somebody chooses it. A library may be
 * called by who asked: a warning. A file that asks somewhere has code that is chosen at run time, and calls
 * through pointers are not followed: a note; so is what stands in a variant of a wheel, which installers
 * choose by what the machine has. */
#include <string.h>

#include "audit/internal.h"
#include "inspect/library.h"
#include "isa/isa.h"
#include "sys/path.h"

/* "fuzz_cpp_avx2.so", "glibc-hwcaps/x86-64-v3/libm.so": loaded by who knows that the processor has it. */
static bool name_tells(const char *path)
{
    static const char *const words[] = {"avx", "sse3", "ssse3", "sse4", "fma", "aesni", "popcnt", "x86-64-v",
        "x86_64_v", "haswell", "skylake", "_skx", "_hsw", "sve", "lse", "dotprod", "armv8.2"};
    for (size_t i = 0; i < COUNT(words); i++)
        if (strcasestr(path, words[i]))
            return true;
    return false;
}

/* A compiler's own runtime is written for every processor that it compiles for, and knows by other means: by
 * what a frame says of its registers. */
static bool is_runtime(const char *path)
{
    const struct library *known = library_of_file(path);
    return known && known->tool;
}

static enum severity severity_in(const struct check *c, const struct isa_scan *scan)
{
    const char *path = c->context->wheel_path ? c->context->wheel_path : path_base(c->context->subject);
    if (scan->asks_processor || c->context->variant || name_tells(path) || is_runtime(path))
        return SEVERITY_NOTE;
    return c->report->role == AUDIT_LIBRARY ? SEVERITY_WARNING : SEVERITY_ERROR;
}

static void judge_level(struct check *c, const struct isa_scan *scan, enum isa_level level)
{
    size_t count = 0;
    struct finding *f = NULL;
    const char *name = isa_level_name(c->image->machine, level);
    for (size_t i = 0; i < scan->use_count; i++) {
        const struct isa_function *use = &scan->uses[i];
        if (use->guarded || !use->uses[level])
            continue;
        count++;
        if (!f)
            f = add_finding(c, "instructions of %s", name);
        if (use->name)
            add_evidence(c, f, "%s at 0x%llx, in %s", use->mnemonic[level],
                (unsigned long long)use->at[level], use->name);
        else
            add_evidence(c, f, "%s at 0x%llx, in the function at 0x%llx", use->mnemonic[level],
                (unsigned long long)use->at[level], (unsigned long long)use->address);
    }
    if (!f)
        return;
    f->message = arena_strf(&c->report->arena,
        "%zu of %zu functions use %s, and no check of the processor was found on the way to them%s", count,
        scan->function_count, name,
        scan->asks_processor ? " (there are checks elsewhere; calls through pointers were not followed)"
                             : "");
    soften(c, f, severity_in(c, scan));
    const char *flag = c->report->arch ? c->report->arch->baseline[0] : NULL;
    set_remedy(c, f, "compile for the platform's baseline%s%s%s, or keep the code behind a check at run time",
        flag ? " (" : "", flag ? flag : "", flag ? ")" : "");
}

void check_isa_code(struct check *c)
{
    if (c->context->read_code == AUDIT_CODE_LEFT)
        return;
    struct isa_scan scan;
    isa_read(&scan, c->image, c->scratch);
    if (!isa_reads(c->image) && c->context->read_code == AUDIT_CODE_ASKED)
        soften(c,
            add_finding(c, "its machine code was not read: x86-64 and aarch64 are known, and this is for %s",
                c->report->machine),
            SEVERITY_NOTE);
    for (int level = ISA_EXTRA; level > ISA_BASELINE; level--)
        judge_level(c, &scan, (enum isa_level)level);
}
