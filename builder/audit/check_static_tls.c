#include "audit/internal.h"

/* The C library keeps little room for thread-local storage of modules that are loaded later. */
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
    struct finding *f = add_finding(c,
        "%llu bytes of thread-local storage have to fit where programs keep little room "
        "(initial-exec TLS): importing it late may fail",
        (unsigned long long)image->tls_size);
    add_evidence(c, f, "%zu relocations", c->facts->tls_relocations);
    if (image->flags & DF_STATIC_TLS)
        add_evidence(c, f, "DF_STATIC_TLS");
    set_remedy(c, f, "compile with -fPIC and without -ftls-model=initial-exec or -ftls-model=local-exec");
}
