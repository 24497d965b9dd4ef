/* Whether a library has state: variables that its code may write. Two copies of such a library in one process
 * are two states, so its recipe says so, and here that is held against the archives.
 *
 * A variable is a section of a member that is loaded and stays writable, or a common symbol. What the loader
 * alone writes is none: tables of addresses (.data.rel.ro) and of functions to call (.init_array, .ctors).
 * Nor is the flag by which each file that includes <iostream> has libstdc++ begin. A table that is never
 * written and not `const` counts: nothing in an archive tells it from others, and one copy of it does no
 * harm. Bytes without a name are what gcc fills a local array from, which it does not keep among constants
 * when they are addresses; a variable has a symbol, a static one too. */
#include <elf.h>
#include <string.h>

#include "build/internal.h"
#include "elf/ar.h"
#include "elf/edit.h"
#include "sys/fs.h"
#include "sys/path.h"

static bool is_variable(const struct elf_section *s)
{
    return elf_section_is_variable(s) && !str_ends(s->name, "._ZStL8__ioinit");
}

static bool find_common(const struct elf_object *o, struct strbuf *where)
{
    for (size_t i = 1; i < o->symbol_count; i++) {
        struct elf_symbol s;
        if (!elf_object_symbol_at(o, i, &s) || s.section != SHN_COMMON)
            continue;
        strbuf_addf(where, "the variable %s", s.name);
        return true;
    }
    return false;
}

/* "$d" is a mark for those who read code; ".LANCHOR0" a place of the compiler's own, which assemblers keep
 * for RISC-V. */
static bool has_name(const struct elf_object *o, size_t section)
{
    for (size_t i = 1; i < o->symbol_count; i++) {
        struct elf_symbol s;
        if (elf_object_symbol_at(o, i, &s) && s.section == section && s.type != STT_SECTION &&
            s.name[0] != '$' && !str_starts(s.name, ".L"))
            return true;
    }
    return false;
}

static bool find_variable(const struct elf_object *o, struct strbuf *where)
{
    for (size_t i = 1; i < o->section_count; i++) {
        struct elf_section s = elf_section_at(o, i);
        if (!is_variable(&s) || !has_name(o, i))
            continue;
        strbuf_addf(where, "%llu bytes of variables in %s", (unsigned long long)s.size, s.name);
        return true;
    }
    return find_common(o, where);
}

/* The first variable, in words; nothing is added when there is none. What is damaged was told by
 * archive_check. */
static void find_state(const char *path, const char *label, struct strbuf *where)
{
    AUTO(mapping) struct mapping m = {0};
    AUTO(err) struct err ignored = ERR_INIT;
    struct ar_walk walk;
    struct ar_member member;
    if (mapping_open(&m, path, &ignored) < 0 || ar_open(&walk, m.bytes, m.size, &ignored) < 0)
        return;
    while (!where->len && ar_next(&walk, &member, &ignored) > 0) {
        struct elf_object o;
        AUTO(strbuf) struct strbuf found = {0};
        AUTO(err) struct err damage = ERR_INIT;
        if (elf_identify(member.data.ptr, member.data.len) == ELF_KIND_OBJECT &&
            elf_object_open(&o, member.data.ptr, member.data.len, &damage) == 0 && find_variable(&o, &found))
            strbuf_addf(
                where, "%s(%.*s) has %s", label, (int)member.name.len, member.name.ptr, strbuf_str(&found));
    }
}

void state_check(const struct recipe *r, const char *tree, struct err *e)
{
    const struct provides *p = &r->provides;
    AUTO(strbuf) struct strbuf where = {0};
    if (r->kind != RECIPE_LIBRARY || p->state == STATE_UNSAID || !p->archives.len)
        return;
    for (size_t i = 0; i < p->archives.len && !where.len; i++) {
        AUTO_FREE char *path = path_join(tree, p->archives.items[i]);
        find_state(path, p->archives.items[i], &where);
    }
    const struct position *at = &p->state_at;
    unsigned line = (unsigned)at->line, column = (unsigned)at->column;
    if (p->state == STATE_NONE && where.len)
        err_at(e, ERR_RECIPE, at->file, line, column,
            "state is \"none\", and %s: say state = \"writable\", so that the modules of a wheel share one "
            "copy",
            strbuf_str(&where));
    if (p->state == STATE_WRITABLE && !where.len)
        err_at(e, ERR_RECIPE, at->file, line, column,
            "state is \"writable\", and no archive has a variable: say state = \"none\"");
}
