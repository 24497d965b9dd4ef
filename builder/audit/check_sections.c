/* What only section headers tell; a file without them has nothing of it. */
#include "audit/internal.h"

void check_debug(struct check *c)
{
    uint64_t size = c->facts->debug_size;
    if (!size)
        return;
    struct finding *f = add_finding(c, "%llu bytes of debug information, %d %% of the file",
        (unsigned long long)size, (int)(size * 100 / c->image->size));
    set_remedy(c, f, "strip --strip-debug, or link with -s");
}

void check_symbol_table(struct check *c)
{
    uint64_t size = c->facts->symbol_bytes;
    if (!size)
        return;
    struct finding *f = add_finding(c, "%llu bytes of a symbol table that no loader reads, %d %% of the file",
        (unsigned long long)size, (int)(size * 100 / c->image->size));
    set_remedy(c, f, "strip --strip-all, and keep what objcopy --only-keep-debug makes of it for debuggers");
}

void check_lto(struct check *c)
{
    if (c->facts->lto == ELF_LTO_NONE)
        return;
    struct finding *f = add_finding(c, "a compiler's intermediate code (LTO) was left in it");
    set_remedy(c, f, "strip it, or link with the compiler that made the objects");
}
