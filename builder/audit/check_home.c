/* Symbols of glibc have moved between its libraries, most of them with 2.34. A module linked on a newer one
 * may name a library that does not have the symbol yet on an older one. */
#include "audit/internal.h"
#include "base/cleanup.h"

static void name_homes(struct strbuf *out, unsigned homes, const struct arch *arch)
{
    for (unsigned bit = GLIBC_LIBC; bit <= GLIBC_LD; bit <<= 1)
        if (homes & bit)
            strbuf_addf(
                out, "%s%s", out->len ? " or " : "", glibc_library_soname((enum glibc_library)bit, arch));
}

/* A symbol is looked up in everything that is loaded, whichever library it is bound to: libc, and what the
 * file needs itself. */
static unsigned loaded_libraries(const struct check *c)
{
    unsigned libraries = GLIBC_LIBC | GLIBC_LD;
    for (size_t i = 0; i < c->image->needed_count; i++)
        libraries |= glibc_library_find(c->image->needed[i]);
    return libraries;
}

void check_home(struct check *c)
{
    const struct platform *p = c->platform ? c->platform : c->report->has_earned ? &c->report->earned : NULL;
    if (!p || p->libc != LIBC_GLIBC)
        return;
    /* What the interpreter has brought is there for its modules. */
    unsigned lent =
        c->facts->role == AUDIT_EXECUTABLE ? 0 : GLIBC_LIBM | GLIBC_LIBDL | GLIBC_LIBPTHREAD | GLIBC_LIBUTIL;
    bool all_lent = true;
    struct finding *f = NULL;
    unsigned there = loaded_libraries(c),
             *libraries = arena_alloc(c->scratch, c->facts->version_count * sizeof *libraries);
    for (size_t i = 0; i < c->facts->version_count; i++)
        libraries[i] = glibc_library_find(c->facts->versions[i].version->file);
    for (size_t i = 0; i < c->facts->import_count; i++) {
        const struct elf_version *version = c->facts->imports[i].version;
        if (!version || !version->file)
            continue;
        unsigned bound = libraries[version - c->image->needed_versions];
        if (!bound)
            continue;
        unsigned homes = platform_symbol_home(p, c->facts->imports[i].name, version->name);
        if (!homes || homes & (bound | there))
            continue;
        all_lent &= (homes & lent) != 0;
        AUTO(strbuf) struct strbuf names = {0};
        name_homes(&names, homes, p->arch);
        if (!f)
            f = add_finding(c, "binds symbols to libraries that do not have them on the oldest %s", p->name);
        add_evidence(c, f, "%s@%s: bound to %s, at home in %s", c->facts->imports[i].name, version->name,
            version->file, strbuf_str(&names));
    }
    if (f && all_lent)
        soften(c, f, SEVERITY_NOTE);
    if (f)
        set_remedy(c, f,
            "link with the C library of the target, or with its stubs; it works only where something else "
            "has loaded the right library before");
}
