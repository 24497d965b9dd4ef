/* Whether the compiler's static runtime fits the target: symbols that nothing there has, instructions that
 * the oldest processor lacks. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/map.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "host/host.h"
#include "isa/isa.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/internal.h"

static const char *const runtimes[] = {"libstdc++.a", "libgcc_eh.a", "libgcc.a", "libgomp.a", "libatomic.a"};

static const char *const kit_archives[] = {KIT_COMPAT_ARCHIVE, KIT_RUNTIME_ARCHIVE, KIT_UNWIND_ARCHIVE};

enum { SHOWN = 20 }; /* symbols that an error names */

/* What one object refers to that few programs need, and that cannot be brought: where it is linked in all the
 * same, it stays undefined, and the audit says so. */
static const char *const left_to_the_audit[] = {
    "__parse_hwcap_and_convert_at_platform", /* of ppc64le's random.o: that the loader tells which processor
                                                it is */
};

static bool is_left_to_the_audit(const char *name)
{
    for (size_t i = 0; i < COUNT(left_to_the_audit); i++)
        if (strcmp(left_to_the_audit[i], name) == 0)
            return true;
    return false;
}

/* What is known of a symbol. */
struct name {
    const char *archive, *member; /* the first that refers to it, NULL when none does */
    bool provided;                /* by one of the archives, or by the target */
    const char *version;          /* the oldest that the host's glibc has, NULL when it has none */
    int order;                    /* of that version */
};

struct runtime_scan {
    const struct kit_request *request;
    struct arena arena;
    struct map names;                /* -> struct name */
    enum isa_level level;            /* the highest in use in the archive at hand */
    const char *function, *mnemonic; /* the first of that level */
    struct slice member;             /* that has it */
    size_t beyond;                   /* functions beyond the baseline */
};

static struct name *name_of(struct runtime_scan *s, const char *text)
{
    struct name *name = map_get(&s->names, text);
    if (!name) {
        name = arena_new(&s->arena, struct name);
        map_set(&s->names, text, name);
    }
    return name;
}

static void read_names(struct runtime_scan *s, const char *archive, const struct ar_member *member,
    const struct elf_object *object)
{
    struct elf_symbol symbol;
    for (size_t i = 1; i < object->symbol_count; i++) {
        if (!elf_object_symbol_at(object, i, &symbol) || symbol.bind == STB_LOCAL || !*symbol.name)
            continue;
        if (symbol.section == SHN_UNDEF && symbol.bind == STB_WEAK) /* may stay undefined */
            continue;
        struct name *name = name_of(s, symbol.name);
        if (symbol.section != SHN_UNDEF) {
            name->provided = true;
        } else if (!name->archive) {
            name->archive = archive;
            name->member = arena_strndup(&s->arena, member->name.ptr, member->name.len);
        }
    }
}

/* Functions that only code which was compiled for more calls, or that an IFUNC's resolver chooses. */
static bool is_chosen(const char *function)
{
    return str_starts(function, "__avx_") || str_ends(function, "_i1") || str_ends(function, "_i2");
}

static void read_code(struct runtime_scan *s, const struct ar_member *member, const struct elf_object *object)
{
    AUTO(arena) struct arena scratch = {0};
    struct isa_scan code;
    isa_read_object(&code, object, &scratch);
    for (size_t i = 0; i < code.use_count; i++) {
        const struct isa_function *f = &code.uses[i];
        if (f->guarded || is_chosen(f->name))
            continue;
        s->beyond++;
        for (enum isa_level level = ISA_V2; level < ISA_LEVELS; level++)
            if (f->uses[level] && level > s->level) {
                s->level = level;
                s->function = arena_strdup(&s->arena, f->name);
                s->mnemonic = arena_strdup(&s->arena, f->mnemonic[level]);
                s->member = member->name;
            }
    }
}

static int judge_code(const struct runtime_scan *s, const char *path, struct err *e)
{
    if (s->level == ISA_BASELINE)
        return 0;
    AUTO_FREE char *remedy = host_remedy("g++");
    return err_set(e, ERR_ENVIRONMENT,
        "%s: %zu functions need more than the oldest %s processor has (%s: %s in %s of %.*s), and %s is "
        "for that: install a compiler whose runtime was built for that (%s), and name it in STATICBUILD_CC",
        path, s->beyond, s->request->target->arch->name,
        isa_level_name(s->request->target->arch->machine, s->level), s->mnemonic, s->function,
        (int)s->member.len, s->member.ptr, s->request->target->name, remedy);
}

static int read_archive(struct runtime_scan *s, const char *path, bool with_code, struct err *e)
{
    AUTO(mapping) struct mapping file = {0};
    struct ar_walk walk;
    struct ar_member member;
    if (mapping_open(&file, path, e) < 0)
        return -1;
    if (ar_open(&walk, file.bytes, file.size, e) < 0)
        return err_wrap(e, "%s", path);
    const char *archive = arena_strdup(&s->arena, path);
    s->level = ISA_BASELINE;
    s->beyond = 0;
    int more;
    while ((more = ar_next(&walk, &member, e)) > 0) {
        struct elf_object object;
        if (elf_identify(member.data.ptr, member.data.len) != ELF_KIND_OBJECT)
            continue;
        if (elf_object_open(&object, member.data.ptr, member.data.len, e) < 0)
            return err_wrap(e, "%s(%.*s)", path, (int)member.name.len, member.name.ptr);
        read_names(s, archive, &member, &object);
        if (with_code)
            read_code(s, &member, &object);
    }
    return more < 0 ? err_wrap(e, "%s", path) : judge_code(s, path, e);
}

/* What a linked library exports: of the target it is provided, of the host it is remembered. */
static int read_library(struct runtime_scan *s, const char *path, bool is_target, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    AUTO(mapping) struct mapping file = {0};
    struct elf_image image;
    struct elf_symbol symbol;
    if (mapping_open(&file, path, e) < 0)
        return -1;
    if (elf_open(&image, &scratch, file.bytes, file.size, e) < 0)
        return err_wrap(e, "%s", path);
    for (size_t i = 1; i < image.symbol_count; i++) {
        if (!elf_symbol_at(&image, i, &symbol) || symbol.section == SHN_UNDEF || symbol.bind == STB_LOCAL)
            continue;
        struct name *name = map_get(&s->names, symbol.name);
        if (!name)
            continue;
        int order = symbol.version ? glibc_version_order(symbol.version->name) : -1;
        if (is_target) {
            name->provided = true;
        } else if (order >= 0 && (!name->version || order < name->order)) {
            name->version = arena_strdup(&s->arena, symbol.version->name);
            name->order = order;
        }
    }
    return 0;
}

static int read_target(struct runtime_scan *s, const char *lib, struct err *e)
{
    for (unsigned library = GLIBC_LIBC; library <= GLIBC_LD; library <<= 1) {
        const char *soname = glibc_library_soname((enum glibc_library)library, s->request->target->arch);
        AUTO_FREE char *path = path_join(lib, soname);
        int there = path_is_file(path, e);
        if (there < 0 || (there && read_library(s, path, true, e) < 0))
            return -1;
    }
    return 0;
}

static int read_host(struct runtime_scan *s, struct err *e)
{
    AUTO(strvec) struct strvec paths = {0};
    if (kit_libraries(&paths, s->request, e) < 0)
        return -1;
    for (size_t i = 0; i < paths.len; i++)
        if (read_library(s, paths.items[i], false, e) < 0)
            return -1;
    return 0;
}

static int judge_names(const struct runtime_scan *s, struct err *e)
{
    const struct kit_request *r = s->request;
    size_t missing = 0;
    int newest = 0;
    AUTO(strbuf) struct strbuf lines = {0};
    for (size_t i = 0; i < s->names.len; i++) {
        const struct name *name = s->names.entries[i].value;
        if (!name->archive || name->provided || !name->version || /* or it is the linker's own */
            is_left_to_the_audit(s->names.entries[i].key))
            continue;
        newest = name->order > newest ? name->order : newest;
        if (missing++ < SHOWN)
            strbuf_addf(&lines, "\n  %s (%s), for %s of %s", s->names.entries[i].key, name->version,
                name->member, name->archive);
    }
    if (!missing)
        return 0;
    if (missing > SHOWN)
        strbuf_addf(&lines, "\n  and %zu more", missing - SHOWN);
    return err_set(e, ERR_ENVIRONMENT,
        "%s: its runtime needs what glibc 2.%d lacks and the program does not bring: choose a target from "
        "manylinux_2_%d_%s on, or an older compiler in STATICBUILD_CC%s",
        r->cc, r->target->minor, newest / 1000, r->target->arch->name, strbuf_str(&lines));
}

static int scan_all(struct runtime_scan *s, const char *dir, struct err *e)
{
    const struct kit_request *r = s->request;
    AUTO_FREE char *lib = path_join(dir, "lib");
    for (size_t i = 0; i < COUNT(runtimes); i++) {
        AUTO_FREE char *path = compiler_file(r->cc, runtimes[i], r->memory, e);
        if (!path)
            return -1;
        if (*path && read_archive(s, path, true, e) < 0)
            return -1;
    }
    for (size_t i = 0; i < COUNT(kit_archives); i++) {
        AUTO_FREE char *path = path_join(lib, kit_archives[i]);
        if (read_archive(s, path, false, e) < 0)
            return -1;
    }
    return read_target(s, lib, e) < 0 || read_host(s, e) < 0 ? -1 : judge_names(s, e);
}

int runtime_scan(const struct kit_request *r, const char *dir, struct err *e)
{
    struct runtime_scan s = {.request = r};
    int failed = isa_load(e) < 0 || scan_all(&s, dir, e) < 0 ? -1 : 0;
    map_release(&s.names);
    arena_release(&s.arena);
    return failed;
}
