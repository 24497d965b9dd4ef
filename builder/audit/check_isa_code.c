/* Instructions that the platform's oldest processor does not have, found by decoding the code. */
#include "audit/internal.h"
#include "isa/isa.h"

static void judge_level(struct check *c, const struct isa_scan *scan, enum isa_level level)
{
    size_t count = 0;
    struct finding *f = NULL;
    for (size_t i = 0; i < scan->use_count; i++) {
        const struct isa_function *use = &scan->uses[i];
        if (use->guarded || !use->uses[level])
            continue;
        count++;
        if (!f)
            f = add_finding(c, "instructions of %s", isa_level_name(level));
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
        scan->function_count, isa_level_name(level),
        scan->asks_processor ? " (there are checks elsewhere; calls through pointers were not followed)"
                             : "");
    if (scan->asks_processor)
        soften(c, f, SEVERITY_NOTE);
    set_remedy(c, f,
        "compile for the platform's baseline (-march=x86-64), or keep the code behind a check at run time");
}

void check_isa_code(struct check *c)
{
    if (!c->context->read_code)
        return;
    struct isa_scan scan;
    isa_read(&scan, c->image, c->scratch);
    if (c->image->machine != EM_X86_64)
        soften(c,
            add_finding(c, "its machine code was not read: --isa knows x86-64 alone, and this is for %s",
                c->report->machine),
            SEVERITY_NOTE);
    for (int level = ISA_EXTRA; level > ISA_BASELINE; level--)
        judge_level(c, &scan, (enum isa_level)level);
}
