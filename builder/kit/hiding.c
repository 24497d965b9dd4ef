/* A header of this machine declares what its C library has; the target's may lack it. A configure script that
 * finds no such function has the project define its own, which collides with the declaration; one that looks
 * for declarations finds what cannot be linked. So the kit computes which names that are, where they are
 * declared, and turns them away:
 *
 *     names    what the libraries here have, and neither stubs nor compat
 *     files    the public headers are preprocessed in several ways, and declarations at file scope searched
 *     overlays written (hiding_write.c), also of libstdc++'s files that pass them (hiding_cxx.c)
 *     proof    everything is preprocessed again, with the overlays; what is still declared fails the kit
 *
 * Names that begin with an underscore are nobody else's: they stay, but a check of _FORTIFY_SOURCE that
 * nothing brings would fail the link of a function that the target has. */
#include "kit/hiding.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/set.h"
#include "base/cleanup.h"
#include "elf/ar.h"
#include "elf/object.h"
#include "sys/fs.h"
#include "sys/path.h"
#include "kit/declared.h"
#include "kit/internal.h"
#include "kit/compiling.h"

const char *const public_headers[] = {
#define PUBLIC_HEADER(name) name,
#include "kit/public_headers.def"
#undef PUBLIC_HEADER
    NULL};

/* Ways to read headers that declare different things. */
static const char *const ways[][8] = {
    {"-dD", "-O2"}, /* with macros */
    {"-O2", "-D_FILE_OFFSET_BITS=64", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3", "-std=gnu2x"},
    {"-O0", "-std=c11"},
};

enum { WAYS = COUNT(ways), SHOWN = 20 };

/* Read once a type of number, with other macros each time: their names are hidden where that begins. */
static const char *const read_often[][2] = {{"bits/mathcalls.h", "math.h"},
    {"bits/mathcalls-narrow.h", "math.h"}, {"bits/cmathcalls.h", "complex.h"}};

static void read_source(struct strbuf *out)
{
    for (size_t i = 0; public_headers[i]; i++)
        strbuf_addf(
            out, "#if __has_include(<%s>)\n#include <%s>\n#endif\n", public_headers[i], public_headers[i]);
}

static void take_names(struct map *names, const struct elf_object *object)
{
    struct elf_symbol s;
    for (size_t i = 1; i < object->symbol_count; i++)
        if (elf_object_symbol_at(object, i, &s) && s.bind != STB_LOCAL && s.section != SHN_UNDEF)
            map_set(names, s.name, names);
}

/* Adds what an archive defines. */
static int read_archive(struct map *names, const char *path, struct err *e)
{
    AUTO(mapping) struct mapping file = {0};
    struct ar_walk walk;
    struct ar_member member;
    struct elf_object object;
    if (mapping_open(&file, path, e) < 0)
        return -1;
    if (ar_open(&walk, file.bytes, file.size, e) < 0)
        return err_wrap(e, "%s", path);
    int more;
    while ((more = ar_next(&walk, &member, e)) > 0) {
        if (elf_identify(member.data.ptr, member.data.len) != ELF_KIND_OBJECT)
            continue;
        if (elf_object_open(&object, member.data.ptr, member.data.len, e) < 0)
            return err_wrap(e, "%s", path);
        take_names(names, &object);
    }
    return more < 0 ? err_wrap(e, "%s", path) : 0;
}

static int find_lacking(struct hiding *h, const char *dir, struct err *e)
{
    AUTO(map) struct map brought = {0};
    AUTO_FREE char *compat = path_join(dir, "lib/" KIT_COMPAT_ARCHIVE);
    AUTO_FREE char *nonshared = compiler_file(h->request->cc, "libc_nonshared.a", h->request->memory, e);
    if (!nonshared || kit_newer_names(&h->newer, &h->arena, h->request, e) < 0 ||
        read_archive(&brought, compat, e) < 0 || (*nonshared && read_archive(&brought, nonshared, e) < 0))
        return -1;
    for (size_t i = 0; i < h->newer.len; i++) {
        const struct map_entry *entry = &h->newer.entries[i];
        if (!map_get(&brought, entry->key))
            map_set(&h->lacking, entry->key, entry->value);
    }
    return 0;
}

/* The folders between two lines of -v. */
static void read_folders(struct strvec *dirs, const char *said)
{
    const char *from = strstr(said, "#include <...> search starts here:\n");
    const char *end = from ? strstr(from, "End of search list") : NULL;
    if (!end)
        return;
    struct slice rest = {from, (size_t)(end - from)};
    slice_cut(&rest, '\n');
    while (rest.len) {
        struct slice dir = slice_trim(slice_cut(&rest, '\n'));
        if (dir.len && *dir.ptr == '/')
            strvec_pushn(dirs, dir.ptr, dir.len);
    }
}

int header_exists(const struct strvec *dirs, const char *name, struct err *e)
{
    int there = 0;
    for (size_t i = 0; i < dirs->len && !there; i++) {
        AUTO_FREE char *path = path_join(dirs->items[i], name);
        there = path_is_file(path, e);
    }
    return there;
}

int kit_header_folders(struct strvec *dirs, const struct kit_request *r, bool cxx, struct err *e)
{
    struct compiling j = {0};
    const char *words[] = {cxx ? r->cxx : r->cc, "-E", "-v", "-x", cxx ? "c++" : "c", "/dev/null"};
    for (size_t i = 0; i < COUNT(words); i++)
        strvec_push(&j.argv, words[i]);
    int failed = compiling_run(&j, 1, r, NULL, e);
    if (!failed)
        read_folders(dirs, strbuf_str(&j.said));
    compiling_release(&j);
    return failed ? -1 : 0;
}

static int find_folders(struct hiding *h, struct err *e)
{
    AUTO(strvec) struct strvec all = {0};
    if (kit_header_folders(&h->dirs, h->request, false, e) < 0 ||
        (*h->request->cxx && kit_header_folders(&all, h->request, true, e) < 0))
        return -1;
    for (size_t i = 0; i < all.len; i++)
        if (!strvec_has(&h->dirs, all.items[i]) && strstr(all.items[i], "/c++"))
            strvec_push(&h->cxx_dirs, all.items[i]);
    return 0;
}

/* Preprocesses all in every way at once, with the kit's headers or without. */
static int read_declarations(struct hiding *h, struct declared *d, bool with_kit, struct err *e)
{
    AUTO(strbuf) struct strbuf source = {0};
    struct compiling jobs[WAYS] = {0};
    read_source(&source);
    for (size_t i = 0; i < WAYS; i++) {
        struct compiling *j = &jobs[i];
        j->input = strbuf_str(&source);
        const char *words[] = {h->request->cc, "-E", "-w", "-x", "c", "-D_GNU_SOURCE"};
        for (size_t k = 0; k < COUNT(words); k++)
            strvec_push(&j->argv, words[k]);
        for (size_t k = 0; ways[i][k]; k++)
            strvec_push(&j->argv, ways[i][k]);
        if (with_kit) {
            strvec_push(&j->argv, "-isystem");
            strvec_push(&j->argv, h->include_dir);
        }
        strvec_push(&j->argv, "-");
    }
    int status = compiling_run(jobs, WAYS, h->request, NULL, e);
    for (size_t i = 0; i < WAYS; i++) {
        declared_read(d, (struct slice){strbuf_str(&jobs[i].text), jobs[i].text.len});
        compiling_release(&jobs[i]);
    }
    return status;
}

/* "/usr/include/x86_64-linux-gnu/bits/sched.h" -> "bits/sched.h"; NULL for a file that is in none of the
 * folders. */
static const char *included_as(const struct hiding *h, const char *path)
{
    const char *best = NULL;
    for (size_t i = 0; i < h->dirs.len; i++) {
        size_t len = strlen(h->dirs.items[i]);
        if (str_starts(path, h->dirs.items[i]) && path[len] == '/' && (!best || path + len + 1 > best))
            best = path + len + 1;
    }
    for (size_t i = 0; best && i < COUNT(read_often); i++)
        if (strcmp(best, read_often[i][0]) == 0)
            return read_often[i][1];
    return best;
}

/* cosf128, strtof64x_l, lgammaf32_r: hundreds of them, and nobody else's. */
static bool is_of_odd_type(const char *name)
{
    static const char *const ends[] = {"f16", "f32", "f64", "f128", "f32x", "f64x", "f128x"};
    size_t len = strlen(name);
    if (str_ends(name, "_l") || str_ends(name, "_r"))
        len -= 2;
    for (size_t i = 0; i < COUNT(ends); i++) {
        size_t n = strlen(ends[i]);
        if (len > n && memcmp(name + len - n, ends[i], n) == 0)
            return true;
    }
    return false;
}

void hiding_add(struct hiding *h, const char *file, const char *name)
{
    vec_push(&h->names, ((struct hidden){.file = file, .name = name}));
}

static int compare(const void *a, const void *b)
{
    const struct hidden *x = a, *y = b;
    int by_file = strcmp(x->file, y->file);
    return by_file ? by_file : strcmp(x->name, y->name);
}

static void hiding_sort(struct hiding *h)
{
    size_t kept = 0;
    if (h->names.len)
        qsort(h->names.items, h->names.len, sizeof *h->names.items, compare);
    for (size_t i = 0; i < h->names.len; i++)
        if (!kept || compare(&h->names.items[kept - 1], &h->names.items[i]) != 0)
            h->names.items[kept++] = h->names.items[i];
    h->names.len = kept;
}

/* A header that has a macro of the name does without the library (stdbit.h). */
static void find_macros(struct set *macros, const struct hiding *h, const struct declared *d)
{
    vec_each (&d->found, f) {
        const char *file = f->is_macro ? included_as(h, f->file) : NULL;
        AUTO_FREE char *key = file ? xstrf("%s %s", file, f->name) : NULL;
        if (key)
            set_add(macros, key);
    }
}

static int choose(struct hiding *h, const struct declared *d, struct err *e)
{
    AUTO(set) struct set macros = {0};
    find_macros(&macros, h, d);
    vec_each (&d->found, f) {
        const char *file = f->is_macro ? NULL : included_as(h, f->file);
        bool lacks = map_get(&h->lacking, f->name) || is_offered(h, f->name, NULL);
        if (!file || *f->name == '_' || !lacks || is_of_odd_type(f->name))
            continue;
        AUTO_FREE char *key = xstrf("%s %s", file, f->name);
        if (!set_has(&macros, key))
            hiding_add(h, file, f->name);
    }
    if (hiding_add_offered(h, e) < 0)
        return -1;
    hiding_sort(h);
    return 0;
}

/* __inet_ntop_chk of inet_ntop: a header that declares it calls it in inline functions. */
int hiding_refuse_checks(const struct hiding *h, const struct declared *d, struct err *e)
{
    static const char END[] = "_chk";
    AUTO(set) struct set told = {0};
    AUTO(strbuf) struct strbuf lines = {0};
    vec_each (&d->found, f) {
        size_t len = strlen(f->name);
        if (f->is_macro || !str_starts(f->name, "__") || !str_ends(f->name, END) ||
            !map_get(&h->lacking, f->name))
            continue;
        AUTO_FREE char *base = xstrf("%.*s", (int)(len - 2 - strlen(END)), f->name + 2);
        if (!map_get(&h->newer, base) && set_add(&told, f->name))
            strbuf_addf(
                &lines, "\n  %s (%s) in %s", f->name, (const char *)map_get(&h->lacking, f->name), f->file);
    }
    if (!told.members.len)
        return 0;
    return err_set(e, ERR_ENVIRONMENT,
        "headers of this system check functions by names that glibc 2.%d lacks and the program does not "
        "bring: choose a "
        "newer target, or a newer staticbuild%s",
        h->request->target->minor, strbuf_str(&lines));
}

/* What is declared in spite of the overlays, by a file that is not of the kit. */
static size_t find_left(struct hiding *h, struct strbuf *lines, struct err *e)
{
    AUTO(map) struct map names = {0};
    struct declared d = {.arena = &h->arena, .names = &names};
    size_t left = 0;
    vec_each (&h->names, n)
        map_set(&names, n->name, n);
    if (read_declarations(h, &d, true, e) < 0)
        left = SIZE_MAX;
    vec_each (&d.found, f) {
        if (f->is_macro || str_starts(f->file, h->include_dir) || left == SIZE_MAX)
            continue;
        if (left++ < SHOWN)
            strbuf_addf(lines, "\n  %s in %s", f->name, f->file);
        vec_each (&h->names, n)
            if (strcmp(n->name, f->name) == 0)
                n->is_written = true;
    }
    declared_release(&d);
    return left;
}

static int prove(struct hiding *h, struct err *e)
{
    AUTO(strbuf) struct strbuf lines = {0};
    size_t left = find_left(h, &lines, e);
    if (left && left != SIZE_MAX) {
        strbuf_clear(&lines);
        if (hiding_write(h, e) < 0)
            return -1;
        left = find_left(h, &lines, e);
    }
    if (left == SIZE_MAX)
        return -1;
    return left ? err_set(e, ERR_ENVIRONMENT,
                      "headers of this system declare what glibc 2.%d lacks in a way that cannot be hidden "
                      "(choose a newer target, or a newer staticbuild):%s",
                      h->request->target->minor, strbuf_str(&lines))
                : 0;
}

static int hide(struct hiding *h, const char *dir, struct err *e)
{
    struct declared d = {.arena = &h->arena, .names = &h->newer};
    int failed =
        find_lacking(h, dir, e) < 0 || find_folders(h, e) < 0 || read_declarations(h, &d, false, e) < 0;
    if (!failed)
        failed = choose(h, &d, e) < 0 || hiding_refuse_checks(h, &d, e) < 0 || hiding_read_cxx(h, e) < 0 ||
                 hiding_write(h, e) < 0 || prove(h, e) < 0;
    declared_release(&d);
    return failed ? -1 : 0;
}

int headers_hide(const struct kit_request *r, const char *dir, struct err *e)
{
    AUTO_FREE char *include = path_join(dir, "include");
    struct hiding h = {.request = r, .include_dir = include};
    int failed = hide(&h, dir, e);
    vec_release(&h.names);
    vec_release(&h.passes);
    strvec_release(&h.dirs);
    strvec_release(&h.cxx_dirs);
    map_release(&h.newer);
    map_release(&h.lacking);
    arena_release(&h.arena);
    return failed;
}
