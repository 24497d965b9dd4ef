/* Thread-local storage that has to be there when the program starts (the initial-exec model, DF_STATIC_TLS).
 *
 * glibc keeps 1664 bytes for what is loaded later (64 and 100 for each of 16 namespaces, csu/libc-tls.c; the
 * same from 2.17 to 2.43), shared by all modules of the process, and rounds up to 64: what is larger than
 * that is refused on every machine, "cannot allocate memory in static TLS block". musl keeps none: a file
 * that refers to its own in this way is refused there. */
#include "audit/internal.h"

enum { RESERVE = 1664, ROUNDING = 63, LARGE = RESERVE / 4 };

static struct finding *judge_musl(struct check *c)
{
    if (!c->facts->tls_relocations)
        return NULL;
    struct finding *f = add_finding(c,
        "%llu bytes of thread-local storage are taken for those of the program's start (initial-exec TLS): "
        "musl "
        "refuses the file",
        (unsigned long long)c->image->tls_size);
    worsen(c, f, SEVERITY_ERROR);
    return f;
}

static struct finding *judge_size(struct check *c)
{
    uint64_t size = c->image->tls_size;
    if (size > RESERVE + ROUNDING) {
        struct finding *f = add_finding(c,
            "%llu bytes of thread-local storage have to fit where glibc keeps %d (initial-exec TLS): it "
            "cannot be "
            "loaded",
            (unsigned long long)size, RESERVE);
        worsen(c, f, SEVERITY_ERROR);
        return f;
    }
    struct finding *f = add_finding(c,
        "%llu bytes of thread-local storage have to fit where glibc keeps %d for all modules (initial-exec "
        "TLS)%s",
        (unsigned long long)size, RESERVE, size >= LARGE ? ": importing it late may fail" : "");
    if (size < LARGE)
        soften(c, f, SEVERITY_NOTE);
    return f;
}

void check_static_tls(struct check *c)
{
    const struct elf_image *image = c->image;
    if (c->facts->role == AUDIT_EXECUTABLE || (!c->facts->tls_relocations && !(image->flags & DF_STATIC_TLS)))
        return;
    if (!image->tls_size) {
        struct finding *foreign = add_finding(c,
            "uses thread-local storage of others that has to be there when the program starts (initial-exec "
            "TLS), and has 0 bytes of its own");
        soften(c, foreign, SEVERITY_NOTE);
        return;
    }
    struct finding *f = c->facts->libc == LIBC_MUSL ? judge_musl(c) : judge_size(c);
    if (!f)
        return;
    add_evidence(c, f, "%zu relocations", c->facts->tls_relocations);
    if (image->flags & DF_STATIC_TLS)
        add_evidence(c, f, "DF_STATIC_TLS");
    set_remedy(c, f, "compile with -fPIC and without -ftls-model=initial-exec or -ftls-model=local-exec");
}
