/* Code that does not say where jumps by address may land, and that returns go back to where they came from
 * (IBT and SHSTK of x86, BTI and PAC of AArch64): the loader turns that watch off for the whole process. */
#include "audit/internal.h"
#include "base/cleanup.h"

enum { NAMED = 3 };

/* "; without it: libz.a(crc.o), m.o and 2 more" */
static void add_names(struct strbuf *out, const struct audit_context *context)
{
    size_t all = context->unmarked_count, named = all < NAMED ? all : NAMED;
    for (size_t i = 0; i < named; i++)
        strbuf_addf(out, "%s%s", i ? ", " : "; without it: ", context->unmarked[i]);
    if (all > named)
        strbuf_addf(out, " and %zu more", all - named);
}

void check_control_flow(struct check *c)
{
    int marks = elf_marks(c->image);
    if (marks < 0 || c->facts->libc != LIBC_GLIBC || marks == (ELF_MARKED_JUMPS | ELF_MARKED_RETURNS))
        return;
    AUTO(strbuf) struct strbuf names = {0};
    add_names(&names, c->context);
    struct finding *f = add_finding(c, "does not say that %s marked (a GNU property)%s",
        marks & ELF_MARKED_JUMPS     ? "its returns are"
        : marks & ELF_MARKED_RETURNS ? "where jumps lead to is"
                                     : "its returns and where jumps lead to are",
        strbuf_str(&names));
    for (size_t i = 0; i < c->context->unmarked_count; i++)
        add_evidence(c, f, "%s", c->context->unmarked[i]);
    const char *flag = c->facts->arch && c->facts->arch->marks.flag ? c->facts->arch->marks.flag : "marks";
    set_remedy(
        c, f, "compile everything with %s; assembler has to mark its entries, and bring the note", flag);
}
