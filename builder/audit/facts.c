/* One pass over the dynamic symbols and relocations. */
#include <fnmatch.h>
#include <string.h>

#include "audit/cxx_runtime.h"
#include "audit/internal.h"

static const char pypy_entry[] = "_cffi_pypyinit_"; /* what PyPy calls in modules that cffi made */

const char *entry_point_module(const char *s)
{
    static const char *const prefixes[] = {"PyInit_", "PyInitU_", "PyModExport_", "PyModExportU_"};
    if (s[0] == '_')
        return str_starts(s, pypy_entry) ? s + strlen(pypy_entry) : NULL;
    if (s[0] != 'P' || s[1] != 'y')
        return NULL;
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (str_starts(s, prefixes[i]))
            return s + strlen(prefixes[i]);
    return NULL;
}

bool is_entry_point(const char *s)
{
    return entry_point_module(s) != NULL;
}

bool is_libpython(const char *library)
{
    return str_starts(library, "libpython");
}

bool is_old_python(const char *symbol)
{
    return symbol[0] == 'P' && symbol[1] == 'y' &&
           ((symbol[2] == 'F' && str_starts(symbol, "PyFPE_")) ||
               (symbol[2] == 'U' &&
                   (str_starts(symbol, "PyUnicodeUCS2_") || str_starts(symbol, "PyUnicodeUCS4_"))));
}

bool matches_any(const struct strvec *patterns, const char *text)
{
    for (size_t i = 0; patterns && i < patterns->len; i++)
        if (fnmatch(patterns->items[i], text, 0) == 0)
            return true;
    return false;
}

bool library_beside(const struct audit_context *context, const char *library)
{
    return context->siblings && map_get(context->siblings, library);
}

bool library_allowed(const struct audit_context *context, const char *library)
{
    return matches_any(context->allowed, library);
}

bool library_versions_everything(const char *library)
{
    return glibc_library_find(library) || str_starts(library, "libstdc++.so.") ||
           str_starts(library, "libgcc_s.so.") || str_starts(library, "libatomic.so.") ||
           str_starts(library, "libmvec.so.") || str_starts(library, "ld-linux") ||
           str_starts(library, "ld64.so.");
}

const char *possible_provider(const struct check *c)
{
    for (size_t i = 0; i < c->image->needed_count; i++)
        if (!c->facts->complete[i])
            return c->image->needed[i];
    return NULL;
}

enum libc_kind libc_told(const struct elf_image *image, const char *subject)
{
    for (size_t i = 0; i < image->needed_count; i++) {
        enum libc_kind libc = libc_of_soname(image->needed[i]);
        if (libc != LIBC_ANY)
            return libc;
    }
    for (size_t i = 0; i < image->needed_version_count; i++)
        if (str_starts(image->needed_versions[i].name, "GLIBC_"))
            return LIBC_GLIBC;
    return str_ends(subject, "-linux-musl.so") ? LIBC_MUSL : LIBC_ANY;
}

const struct arch *arch_told(const struct elf_image *image)
{
    return arch_of_elf(image->machine, image->machine_flags, image->wide, image->big);
}

const struct platform *platform_for(
    const struct platform *list, size_t count, const struct arch *arch, enum libc_kind libc)
{
    const struct platform *best = list;
    int most = -1;
    for (size_t i = 0; list && i < (count ? count : 1); i++) {
        int fit = 2 * (list[i].arch == arch) + (libc == LIBC_ANY || list[i].libc == libc);
        if (fit > most)
            best = &list[i];
        most = fit > most ? fit : most;
    }
    return best;
}

static bool is_python_name(const char *name)
{
    name += *name == '_';
    return name[0] == 'P' && name[1] == 'y';
}

/* Counted first: a hole in a file reads as millions of empty symbols. */
static void make_room(struct facts *f, const struct elf_image *image, struct arena *arena)
{
    size_t imports, others;
    elf_count_globals(image, &imports, &others);
    f->imports = arena_alloc(arena, imports * sizeof *f->imports);
    f->exports = arena_alloc(arena, others * sizeof *f->exports);
}

static void add_import(struct facts *f, const struct elf_image *image, const struct elf_symbol *s)
{
    struct import *import = &f->imports[f->import_count++];
    *import = (struct import){
        .name = s->name,
        .version = s->version,
        .weak = s->bind == STB_WEAK,
        .python = is_python_name(s->name),
        .type = s->type,
    };
    f->old_python |= import->python && is_old_python(s->name);
    if (s->version && s->version->file)
        f->versions[s->version - image->needed_versions].symbols++;
}

/* Whether others can see it. */
static bool add_export(struct facts *f, const struct elf_symbol *s)
{
    if (s->visibility != STV_DEFAULT && s->visibility != STV_PROTECTED)
        return false;
    if (s->section == SHN_ABS && s->version && strcmp(s->version->name, s->name) == 0)
        return false; /* the symbol that stands for a version */
    f->exports[f->export_count++] =
        (struct export){.name = s->name, .version = s->version, .type = s->type, .bind = s->bind};
    return true;
}

static void gather_symbols(struct facts *f, const struct elf_image *image, struct arena *arena)
{
    make_room(f, image, arena);
    bool module = false;
    struct elf_symbol some[32];
    for (size_t i = 1, n; i < image->symbol_count; i += n) {
        n = elf_symbols_at(image, i, some, COUNT(some));
        for (const struct elf_symbol *s = some; s < some + n; s++)
            if (!s->name)
                f->broken_names++;
            else if (s->bind != STB_LOCAL && s->section == SHN_UNDEF)
                add_import(f, image, s);
            else if (s->bind != STB_LOCAL && add_export(f, s))
                module |= is_entry_point(s->name);
    }
    bool program =
        image->type == ET_EXEC || image->flags_1 & DF_1_PIE || (image->interpreter && !image->soname);
    bool libpython = image->soname && is_libpython(image->soname); /* it exports its built-in modules' */
    f->role = program ? AUDIT_EXECUTABLE : module && !libpython ? AUDIT_MODULE : AUDIT_LIBRARY;
}

static void gather_relocations(struct facts *f, const struct elf_image *image)
{
    const uint32_t *types = elf_special_types(image->machine);
    size_t counts[ELF_COUNTED_TYPES];
    if (!types)
        return;
    elf_count_relocations(image, types, counts);
    f->tls_relocations = counts[0] + counts[1];
    f->ifunc_relocations = counts[2];
}

/* Whether some platform forbids the symbol: those of the libraries it may come from that are the platform's.
 */
static bool is_suspect(const struct facts *f, const struct elf_image *image, const struct import *import)
{
    if (import->python)
        return false;
    if (import->version && import->version->file)
        return f->versions[import->version - image->needed_versions].of_platform &&
               platform_may_forbid(import->version->file, import->name);
    for (size_t i = 0; i < image->needed_count; i++)
        if (!f->complete[i] && platform_may_forbid(image->needed[i], import->name))
            return true;
    return false;
}

static void gather_suspects(struct facts *f, const struct elf_image *image, struct arena *arena)
{
    VEC(const struct import *) found = {0};
    for (size_t i = 0; i < f->import_count; i++)
        if (is_suspect(f, image, &f->imports[i]))
            vec_push(&found, &f->imports[i]);
    f->suspects = arena_alloc(arena, found.len * sizeof *f->suspects);
    for (size_t i = 0; i < found.len; i++)
        f->suspects[f->suspect_count++] = found.items[i];
    vec_release(&found);
}

static void gather_versions(struct facts *f, const struct elf_image *image,
    const struct audit_context *context, const struct platform *p)
{
    if (!p && f->has_newest)
        p = &f->newest;
    for (size_t i = 0; i < image->needed_version_count; i++) {
        struct version_fact *v = &f->versions[i];
        v->version = &image->needed_versions[i];
        v->of_platform =
            !library_beside(context, v->version->file) && !library_allowed(context, v->version->file);
        v->verdict = p ? platform_judge_version(p, v->version->name) : VERSION_ALLOWED;
        v->has_earliest = f->arch && platform_earliest(&v->earliest, f->libc, f->arch, v->version->name);
    }
}

static void gather_sections(struct facts *f, const struct elf_image *image)
{
    struct elf_object object;
    struct err ignored = ERR_INIT;
    if (elf_object_open(&object, image->bytes, image->size, &ignored) == 0) {
        elf_object_leftovers(&object, &f->lto, &f->debug_size);
        f->symbol_bytes = object.symbols.len + object.strings.len;
    }
    err_release(&ignored);
}

void facts_gather(struct facts *f, const struct elf_image *image, const struct audit_context *context,
    const struct platform *platform, struct arena *arena)
{
    *f = (struct facts){.libc = libc_told(image, context->subject), .arch = arch_told(image)};
    if (f->libc == LIBC_ANY)
        f->libc = platform && platform->libc != LIBC_ANY ? platform->libc : LIBC_GLIBC;
    f->has_newest = f->arch && platform_newest(&f->newest, f->libc, f->arch);
    f->complete = arena_alloc(arena, image->needed_count * sizeof *f->complete);
    for (size_t i = 0; i < image->needed_count; i++)
        f->complete[i] = libc_of_soname(image->needed[i]) == LIBC_MUSL ||
                         (f->libc != LIBC_MUSL && library_versions_everything(image->needed[i]));
    f->version_count = image->needed_version_count;
    f->versions = arena_alloc(arena, f->version_count * sizeof *f->versions);
    gather_symbols(f, image, arena);
    gather_versions(f, image, context, platform);
    gather_suspects(f, image, arena);
    gather_relocations(f, image);
    gather_sections(f, image);
    if (!context->skip_contents)
        cxx_runtime_gather(f, image);
}
