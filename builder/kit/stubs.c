/* Stubs of glibc as an older one had it, made from the one that is here.
 *
 * A symbol keeps the versions that are not newer than the target. What is the default here stays it, else the
 * newest that is kept becomes the default. It goes to the library that had it then. What is only here for old
 * programs to run (all its versions hidden) cannot be linked with today, and could not be linked with in a
 * stub. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/vec.h"
#include "elf/image.h"
#include "elf/stub.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/internal.h"

/* The libraries of enum glibc_library in its order, then those between which nothing moves. */
enum { MOVING = 9, STUB_LIBRARIES = MOVING + 1 };

#define LIBMVEC "libmvec.so.1"

/* Of one symbol: no sum of these overflows. */
#define MOST_BYTES (UINT64_C(1) << 30)
#define MOST_ADDRESS (UINT64_C(1) << 56)

static unsigned bit(size_t library)
{
    return 1u << library;
}

static const char *soname_of(size_t library, const struct arch *arch)
{
    return library < MOVING ? glibc_library_soname((enum glibc_library)bit(library), arch) : LIBMVEC;
}

/* STUB_LIBRARIES for any other. */
static size_t library_of(const char *soname, const struct arch *arch)
{
    size_t i = 0;
    while (i < STUB_LIBRARIES && strcmp(soname_of(i, arch), soname) != 0)
        i++;
    return i;
}

struct origin {
    struct mapping file;
    struct elf_image image;
    size_t library;
};

/* A symbol of the host with one of its versions. */
struct found_symbol {
    const char *name, *version; /* of the mapped file */
    int order;                  /* of the version */
    size_t library;             /* where it was found */
    unsigned homes;             /* libraries whose stubs get it */
    uint64_t address, size;
    uint8_t type, bind;
    enum elf_stub_part part;
    bool hidden;
    uint16_t number; /* of its version in the stub */
    uint64_t offset; /* in its part of the stub */
};

struct making {
    const struct platform *target;
    struct arena arena;
    struct origin origins[STUB_LIBRARIES];
    size_t origin_count;
    VEC(struct found_symbol) symbols;
};

static void making_release(struct making *m)
{
    for (size_t i = 0; i < m->origin_count; i++)
        mapping_release(&m->origins[i].file);
    vec_release(&m->symbols);
    arena_release(&m->arena);
}

static int open_origin(struct making *m, const char *path, struct err *e)
{
    struct origin o = {0};
    const struct arch *arch = m->target->arch;
    if (mapping_open(&o.file, path, e) < 0)
        return -1;
    if (elf_open(&o.image, &m->arena, o.file.bytes, o.file.size, e) < 0) {
        mapping_release(&o.file);
        return err_wrap(e, "%s", path);
    }
    const char *problem = NULL;
    o.library = o.image.soname ? library_of(o.image.soname, arch) : STUB_LIBRARIES;
    if (o.image.machine != arch->machine || o.image.wide != (arch->bits == 64) ||
        o.image.big != arch->big_endian)
        problem = "is for another machine than the target";
    else if (o.library == STUB_LIBRARIES)
        problem = "is not a library of glibc that is known";
    for (size_t i = 0; i < m->origin_count && !problem; i++)
        if (m->origins[i].library == o.library)
            problem = "is given twice";
    if (problem) {
        mapping_release(&o.file);
        return err_set(e, ERR_ENVIRONMENT, "%s: %s", path, problem);
    }
    m->origins[m->origin_count++] = o;
    return 0;
}

/* Linkers put constants beside code, or apart from it. */
static enum elf_stub_part part_of(const struct elf_image *image, const struct elf_symbol *s)
{
    if (s->type == STT_FUNC || s->type == STT_GNU_IFUNC)
        return ELF_STUB_CODE;
    for (size_t i = 0; i < image->segment_count; i++) {
        struct elf_segment segment = elf_segment_at(image, i);
        if (segment.type == PT_LOAD && s->value >= segment.address &&
            s->value - segment.address < segment.memory_size)
            return segment.flags & PF_W ? ELF_STUB_WRITABLE : ELF_STUB_READ_ONLY;
    }
    return ELF_STUB_READ_ONLY;
}

static int gather(struct making *m, const struct origin *origin, struct err *e)
{
    const struct elf_image *image = &origin->image;
    struct elf_symbol s;
    for (size_t i = 1; i < image->symbol_count; i++) {
        if (!elf_symbol_at(image, i, &s) || s.bind == STB_LOCAL || s.section == SHN_UNDEF ||
            s.section == SHN_ABS || !s.version)
            continue;
        int order = glibc_version_order(s.version->name);
        if (order < 0)
            continue;
        const char *problem = s.type == STT_TLS        ? "is thread-local: no stub can be made of it"
                              : s.size > MOST_BYTES    ? "is too large"
                              : s.value > MOST_ADDRESS ? "is at an impossible address"
                                                       : NULL;
        if (problem)
            return err_set(
                e, ERR_ENVIRONMENT, "%s: %s@%s %s", image->soname, s.name, s.version->name, problem);
        vec_push(&m->symbols, ((struct found_symbol){
                                  .name = s.name,
                                  .version = s.version->name,
                                  .order = order,
                                  .library = origin->library,
                                  .address = s.value,
                                  .size = s.size,
                                  .type = s.type == STT_GNU_IFUNC ? STT_FUNC : s.type,
                                  .bind = s.bind,
                                  .part = part_of(image, &s),
                                  .hidden = s.version_hidden,
                              }));
    }
    return 0;
}

/* By name, oldest version first, libc before the others. */
static int compare_names(const void *a, const void *b)
{
    const struct found_symbol *x = a, *y = b;
    int by_name = strcmp(x->name, y->name);
    if (by_name)
        return by_name;
    return x->order != y->order ? x->order - y->order : (int)x->library - (int)y->library;
}

/* Where it goes. What libc and another library both had is taken from libc; only libm's doubles stay in both,
 * as they do to this day. */
static unsigned homes_of(const struct making *m, const struct found_symbol *s)
{
    unsigned own = bit(s->library);
    unsigned homes = platform_symbol_home(m->target, s->name, s->version);
    if (!homes)
        return own;
    if (homes & own & (GLIBC_LIBC | GLIBC_LIBM))
        return own;
    return homes & GLIBC_LIBC ? GLIBC_LIBC : homes & -homes;
}

/* What 2.34 gave a name without the underscores, and hid under the old one: only by that name can it be had
 * from what is older. */
enum { RENAMED_IN = 34 };

static const char *const renamed[] = {"__dn_comp", "__dn_expand", "__dn_skipname", "__res_dnok", "__res_hnok",
    "__res_mailok", "__res_mkquery", "__res_nmkquery", "__res_nquery", "__res_nquerydomain", "__res_nsearch",
    "__res_nsend", "__res_ownok", "__res_query", "__res_querydomain", "__res_search", "__res_send"};

static bool is_renamed(const char *name)
{
    for (size_t i = 0; i < COUNT(renamed); i++)
        if (strcmp(renamed[i], name) == 0)
            return true;
    return false;
}

static bool has_default(const struct found_symbol *first, const struct found_symbol *end, size_t library)
{
    for (const struct found_symbol *s = first; s < end; s++)
        if (s->library == library && !s->hidden)
            return true;
    return false;
}

/* Chooses among the symbols of one name. */
static void choose(struct making *m, struct found_symbol *first, struct found_symbol *end)
{
    int newest = m->target->minor * 1000 + 999, best = -1;
    bool stays = false; /* the default of here */
    bool any = m->target->minor < RENAMED_IN && is_renamed(first->name);
    unsigned taken = 0; /* homes that have the version already, from another library */
    for (struct found_symbol *s = first; s < end; s++) {
        if (s == first || s->order != s[-1].order)
            taken = 0;
        if (s->order <= newest && (any || has_default(first, end, s->library)))
            s->homes = homes_of(m, s) & ~taken;
        taken |= s->homes;
        if (s->homes)
            best = s->order;
        stays |= s->homes && !s->hidden;
    }
    for (struct found_symbol *s = first; s < end && !stays; s++)
        s->hidden = s->order != best;
}

static void choose_all(struct making *m)
{
    struct found_symbol *all = m->symbols.items, *end = all + m->symbols.len;
    if (m->symbols.len)
        qsort(all, m->symbols.len, sizeof *all, compare_names);
    for (struct found_symbol *first = all, *next; first < end; first = next) {
        next = first + 1;
        while (next < end && strcmp(next->name, first->name) == 0)
            next++;
        choose(m, first, next);
    }
}

static int compare_places(const void *a, const void *b)
{
    const struct found_symbol *x = *(struct found_symbol *const *)a, *y = *(struct found_symbol *const *)b;
    if (x->part != y->part)
        return (int)x->part - (int)y->part;
    if (x->library != y->library)
        return (int)x->library - (int)y->library;
    return x->address != y->address ? (x->address > y->address) - (x->address < y->address)
                                    : compare_names(x, y);
}

/* Objects keep their alignment and what they share with others; nothing else of the host's addresses is kept.
 */
static void assign_offsets(struct elf_stub *stub, struct found_symbol **symbols, size_t count)
{
    if (count)
        qsort(symbols, count, sizeof *symbols, compare_places);
    const struct found_symbol *base = NULL; /* first of those that share bytes */
    uint64_t end = 0, offset = 0;
    for (size_t i = 0; i < count; i++) {
        struct found_symbol *s = symbols[i];
        uint64_t size = s->part == ELF_STUB_CODE || !s->size ? 1 : s->size;
        bool shares = base && s->part == base->part && s->library == base->library &&
                      s->address - base->address < end - base->address;
        if (!shares) {
            uint64_t used = stub->part_size[s->part], into = s->address % ELF_STUB_ALIGN;
            offset = used + (into - used) % ELF_STUB_ALIGN;
            base = s;
            end = s->address;
        }
        s->offset = offset + (s->address - base->address);
        end = s->address + size > end ? s->address + size : end;
        uint64_t part_end = s->offset + size;
        if (part_end > stub->part_size[s->part])
            stub->part_size[s->part] = part_end;
    }
}

static int compare_orders(const void *a, const void *b)
{
    const struct found_symbol *x = *(struct found_symbol *const *)a, *y = *(struct found_symbol *const *)b;
    return x->order - y->order;
}

/* The versions in use, oldest first; each symbol learns its number. */
static const char **number_versions(
    struct arena *a, struct found_symbol **symbols, size_t count, size_t *version_count)
{
    const char **versions = arena_alloc(a, (count + 1) * sizeof *versions);
    *version_count = 0;
    if (count)
        qsort(symbols, count, sizeof *symbols, compare_orders);
    for (size_t i = 0; i < count; i++) {
        if (!i || symbols[i]->order != symbols[i - 1]->order)
            versions[(*version_count)++] = symbols[i]->version;
        symbols[i]->number = (uint16_t)*version_count;
    }
    return versions;
}

static int write_stub(struct making *m, size_t library, const char *lib_dir, struct err *e)
{
    AUTO(arena) struct arena scratch = {0};
    size_t count = 0;
    struct found_symbol **mine = arena_alloc(&scratch, (m->symbols.len + 1) * sizeof *mine);
    vec_each (&m->symbols, s)
        if (s->homes & bit(library))
            mine[count++] = s;
    struct elf_stub stub = {
        .arch = m->target->arch,
        .soname = soname_of(library, m->target->arch),
        .symbol_count = count,
    };
    stub.versions = number_versions(&scratch, mine, count, &stub.version_count);
    if (stub.version_count > ELF_STUB_VERSIONS)
        return err_set(e, ERR_ENVIRONMENT,
            "%s: has more than %d symbol versions, which no glibc has: is it the C library of this machine?",
            stub.soname, (int)ELF_STUB_VERSIONS);
    assign_offsets(&stub, mine, count);
    struct elf_stub_symbol *symbols = arena_alloc(&scratch, (count + 1) * sizeof *symbols);
    stub.symbols = symbols;
    vec_each (&m->symbols, s) /* in the order of names */
        if (s->homes & bit(library))
            *symbols++ = (struct elf_stub_symbol){
                .name = s->name,
                .version = s->number,
                .hidden = s->hidden,
                .type = s->type,
                .bind = s->bind,
                .part = s->part,
                .offset = s->offset,
                .size = s->part == ELF_STUB_CODE ? 0 : s->size,
            };
    AUTO(strbuf) struct strbuf out = {0};
    elf_stub_write(&out, &stub);
    AUTO_FREE char *path = path_join(lib_dir, stub.soname);
    return file_write(path, out.ptr, out.len, 0644, e);
}

static bool has_origin(const struct making *m, size_t library)
{
    for (size_t i = 0; i < m->origin_count; i++)
        if (m->origins[i].library == library)
            return true;
    return false;
}

static int check_target(const struct platform *target, struct err *e)
{
    if (platform_homes_known(target))
        return 0;
    AUTO(strbuf) struct strbuf known = {0};
    for (size_t i = 0; platform_homes_arch_at(i); i++)
        strbuf_addf(&known, "%s%s", i ? ", " : "", platform_homes_arch_at(i));
    return err_set(e, ERR_ENVIRONMENT,
        "%s: which library of glibc had what is known from 2.17 on, of these architectures: %s: choose such "
        "a target",
        target->name, strbuf_str(&known));
}

static int fill(struct making *m, const char *const *paths, size_t count, const char *lib_dir, struct err *e)
{
    if (count > STUB_LIBRARIES)
        return err_set(e, ERR_ENVIRONMENT,
            "the compiler finds more libraries of glibc than there are: is its C library whole?");
    for (size_t i = 0; i < count; i++)
        if (open_origin(m, paths[i], e) < 0 || gather(m, &m->origins[m->origin_count - 1], e) < 0)
            return -1;
    if (!has_origin(m, library_of("libc.so.6", m->target->arch)))
        return err_set(e, ERR_MISSING,
            "libc.so.6 is not among the libraries that the compiler finds: install the C library's "
            "development files");
    choose_all(m);
    for (size_t i = 0; i < STUB_LIBRARIES; i++) {
        bool wanted = i < MOVING || (has_origin(m, i) && platform_has_library(m->target, LIBMVEC));
        if (wanted && write_stub(m, i, lib_dir, e) < 0)
            return -1;
    }
    return 0;
}

int stubs_write(const struct platform *target, const char *const *host_libraries, size_t count,
    const char *lib_dir, struct err *e)
{
    if (check_target(target, e) < 0)
        return -1;
    struct making m = {.target = target};
    int failed = fill(&m, host_libraries, count, lib_dir, e);
    making_release(&m);
    return failed;
}
