/* Symbol versions that the platform does not have yet, or that no policy knows. */
#include "audit/internal.h"

enum { NAMED = 3 }; /* symbols in a message; the evidence has all */

/* " (getrandom, memfd_create, …)", or nothing. */
static const char *few_symbols(struct check *c, const struct elf_version *version)
{
    struct strbuf names = {0};
    size_t count = 0;
    for (size_t i = 0; i < c->facts->import_count; i++)
        if (c->facts->imports[i].version == version && count++ < NAMED)
            strbuf_addf(&names, "%s%s", names.len ? ", " : " (", c->facts->imports[i].name);
    strbuf_adds(&names, count > NAMED ? ", …)" : count ? ")" : "");
    const char *kept = keep(c, strbuf_str(&names));
    strbuf_release(&names);
    return kept;
}

/* The symbols that ask for a version, as evidence. */
static void list_symbols(struct check *c, struct finding *f, const struct elf_version *version)
{
    for (size_t i = 0; i < c->facts->import_count; i++)
        if (c->facts->imports[i].version == version)
            add_evidence(c, f, "%s", c->facts->imports[i].name);
}

void check_versions(struct check *c)
{
    if (!c->platform)
        return;
    for (size_t i = 0; i < c->facts->version_count; i++) {
        const struct version_fact *v = &c->facts->versions[i];
        if (!v->of_platform || v->verdict != VERSION_TOO_NEW)
            continue;
        struct finding *f = add_finding(c, "needs %s of %s%s, which %s does not have", v->version->name,
            v->version->file, few_symbols(c, v->version), c->platform->name);
        f->library = keep(c, v->version->file);
        f->version = keep(c, v->version->name);
        f->policy = v->has_earliest ? keep(c, v->earliest.name) : NULL;
        list_symbols(c, f, v->version);
        f->symbol = f->evidence_count ? f->evidence[0] : NULL;
        set_remedy(c, f, "%s%s%s",
            v->has_earliest ? "the first platform that has it is " : "build on an older system",
            v->has_earliest ? v->earliest.name : "",
            v->has_earliest ? "; build for the older one with a target, or tag the wheel for the newer" : "");
    }
}

void check_unknown_versions(struct check *c)
{
    for (size_t i = 0; i < c->facts->version_count; i++) {
        const struct version_fact *v = &c->facts->versions[i];
        bool marker = version_is_abi_marker(v->version->name);
        if (!v->of_platform)
            continue;
        if (v->verdict == VERSION_FOREIGN) {
            if (!library_promised(c, v->version->file))
                continue; /* the library itself is the finding */
            struct finding *f = add_finding(
                c, "needs %s of %s, of which the policies say nothing", v->version->name, v->version->file);
            soften(c, f, SEVERITY_WARNING);
            f->library = keep(c, v->version->file);
            f->version = keep(c, v->version->name);
            continue;
        }
        if (v->verdict != VERSION_UNKNOWN)
            continue;
        struct finding *f = add_finding(c,
            marker ? "asks the loader for %s (%s), which no policy has"
                   : "needs %s of %s, which no policy has",
            v->version->name, v->version->file);
        f->library = keep(c, v->version->file);
        f->version = keep(c, v->version->name);
        list_symbols(c, f, v->version);
        if (marker)
            set_remedy(c, f,
                "link without the option that adds the marker (for example -z pack-relative-relocs, "
                "-mtls-dialect=gnu2): an older loader refuses the file");
        else
            set_remedy(c, f,
                "build for a target with a policy; the private version of a C library is nobody's promise");
    }
}
