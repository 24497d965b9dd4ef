/* What each part of an address space is for. */
#include <string.h>

#include "base/cleanup.h"
#include "base/map.h"
#include "base/str.h"
#include "footprint/sample.h"
#include "python/abi/abi.h"
#include "sys/path.h"
#include "target/target.h"

/* HEAP_MAX_SIZE of malloc (glibc, malloc/arena.c): heaps of other threads begin at a multiple of it. */
#define ARENA_BYTES ((uint64_t)64 << 20)

enum { GUARD_MOST = 64 << 10, THREAD_STACK_LEAST = 16 << 10 };

static bool same_file(const struct region *g, const struct mapped_file *f)
{
    return g->inode == f->inode && g->major == f->major && g->minor == f->minor &&
           strcmp(g->name, f->name) == 0;
}

static bool has_file(const struct region *g)
{
    return g->inode && *g->name == '/';
}

static bool is_shared_memory(const struct region *g)
{
    static const char *const names[] = {
        "/dev/zero", "/SYSV", "/memfd:", "/dev/shm/", "/i915", "/drm", "/dev/"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (str_starts(g->name, names[i]))
            return true;
    return str_starts(g->name, "[anon_shmem");
}

static bool is_module(const char *path)
{
    const char *base = path_base(path);
    return python_abi_is_named(base) ||
           (str_ends(base, ".so") && (strstr(path, "/site-packages/") || strstr(path, "/dist-packages/") ||
                                         strstr(path, "/lib-dynload/")));
}

static enum file_role role_of(const struct mapped_file *f, const char *program)
{
    const char *base = path_base(f->name);
    if (!f->is_object)
        return FILE_OTHER;
    if ((program && strcmp(program, f->name) == 0) || str_starts(base, "libpython"))
        return FILE_PROGRAM;
    if (libc_has_file(base))
        return FILE_LIBC;
    return is_module(f->name) ? FILE_MODULE : FILE_LIBRARY;
}

/* The files that were seen, by name. */
static size_t file_of(struct sample *s, struct map *seen, const struct region *g)
{
    if (s->file_count && same_file(g, &s->files[s->file_count - 1]))
        return s->file_count - 1;
    struct mapped_file *f = map_get(seen, g->name);
    if (f && same_file(g, f))
        return (size_t)(f - s->files);
    f = &s->files[s->file_count];
    *f = (struct mapped_file){.name = g->name,
        .inode = g->inode,
        .major = g->major,
        .minor = g->minor,
        .deleted = g->deleted,
        .base = g->start - g->offset};
    map_set(seen, g->name, f);
    return s->file_count++;
}

static void find_files(struct sample *s)
{
    AUTO(map) struct map seen = {0};
    s->files = arena_alloc(&s->arena, (s->region_count + 1) * sizeof *s->files);
    for (size_t i = 0; i < s->region_count; i++) {
        struct region *g = &s->regions[i];
        if (!has_file(g) || is_shared_memory(g))
            continue;
        g->file = file_of(s, &seen, g);
        s->files[g->file].is_object |= (g->access & REGION_EXECUTE) != 0;
    }
    for (size_t i = 0; i < s->file_count; i++)
        s->files[i].role = role_of(&s->files[i], s->program);
}

/* Behind the loader's relocation a part that it may no longer write stays accounted for as one that was
 * written; kernels before 3.8 do not say so, then pages of its own tell. */
static bool was_written(const struct region *g)
{
    return g->has_flags ? g->accounted : g->memory.anonymous || g->memory.private_dirty;
}

static enum region_kind kind_of_file(const struct sample *s, const struct region *g)
{
    if (!(g->access & (REGION_READ | REGION_WRITE | REGION_EXECUTE)))
        return REGION_RESERVED;
    if (!s->files[g->file].is_object)
        return REGION_FILE;
    if (g->access & REGION_EXECUTE)
        return REGION_TEXT;
    if (g->access & REGION_WRITE)
        return REGION_DATA;
    return was_written(g) ? REGION_RELRO : REGION_CONSTANTS;
}

static enum region_kind kind_of_name(const char *name)
{
    if (strcmp(name, "[heap]") == 0)
        return REGION_HEAP;
    if (strcmp(name, "[stack]") == 0)
        return REGION_STACK;
    if (str_starts(name, "[stack:") || strstr(name, "pthread stack") || strstr(name, "stack_and_tls"))
        return REGION_THREAD_STACK;
    if (str_starts(name, "[v") || strcmp(name, "[sigpage]") == 0 || strcmp(name, "[uprobes]") == 0)
        return REGION_KERNEL;
    if (strstr(name, "glibc: malloc arena"))
        return REGION_ARENA;
    if (strstr(name, "glibc: malloc"))
        return REGION_HEAP;
    return REGION_ANONYMOUS;
}

static bool is_closed(const struct region *g)
{
    return !(g->access & (REGION_READ | REGION_WRITE | REGION_EXECUTE)) && g->file == NO_FILE;
}

static bool is_writable(const struct region *g)
{
    return (g->access & (REGION_READ | REGION_WRITE)) == (REGION_READ | REGION_WRITE);
}

struct sorting {
    struct sample *sample;
    object_end *end;
    const void *arg;
};

static bool is_mostly_bss(const struct sorting *o, const struct region *g, size_t file)
{
    struct mapped_file *f = &o->sample->files[file];
    if (!f->end_asked && o->end)
        f->end = o->end(f, o->arg);
    f->end_asked = true;
    return !f->end ||
           (f->end > g->start && (f->end >= g->end || f->end - g->start >= (g->end - g->start) / 2));
}

/* What has no name is told by its neighbours. */
static enum region_kind kind_by_place(const struct sorting *o, size_t i)
{
    const struct sample *s = o->sample;
    const struct region *g = &s->regions[i], *before = i ? g - 1 : NULL;
    const struct region *behind = i + 1 < s->region_count ? g + 1 : NULL;
    bool touches = before && before->end == g->start;
    if (!is_writable(g))
        return REGION_ANONYMOUS;
    if (touches && before->kind == REGION_DATA && is_mostly_bss(o, g, before->file))
        return REGION_BSS;
    if (g->start % ARENA_BYTES == 0 && behind && behind->start == g->end && is_closed(behind) &&
        behind->end - g->start <= ARENA_BYTES && behind->end % ARENA_BYTES == 0)
        return REGION_ARENA;
    if (touches && is_closed(before) && before->end - before->start <= GUARD_MOST &&
        g->end - g->start >= THREAD_STACK_LEAST)
        return REGION_THREAD_STACK;
    return REGION_ANONYMOUS;
}

/* No access: the part that an arena has not grown into yet, a guard, or addresses kept for later. */
static enum region_kind kind_of_closed(const struct region *g, const struct region *before)
{
    if (before && before->end == g->start && before->kind == REGION_ARENA && g->end % ARENA_BYTES == 0)
        return REGION_ARENA;
    return g->end - g->start <= GUARD_MOST ? REGION_GUARD : REGION_RESERVED;
}

static enum region_kind kind_of(const struct sorting *o, size_t i)
{
    const struct sample *s = o->sample;
    const struct region *g = &s->regions[i];
    if (g->file != NO_FILE)
        return kind_of_file(s, g);
    if (*g->name == '[')
        return kind_of_name(g->name);
    if (is_closed(g))
        return kind_of_closed(g, i ? g - 1 : NULL);
    if (*g->name || g->access & REGION_MAY_SHARE)
        return REGION_SHARED;
    return kind_by_place(o, i);
}

static void add_up(const struct sorting *o)
{
    struct sample *s = o->sample;
    for (size_t i = 0; i < s->region_count; i++) {
        struct region *g = &s->regions[i];
        g->kind = kind_of(o, i);
        if (strcmp(g->name, "[vsyscall]") == 0)
            continue; /* a page of the kernel that is shown in every process, and is in none */
        s->kind_counts[g->kind]++;
        memory_add(&s->total, &g->memory);
        memory_add(&s->kinds[g->kind], &g->memory);
        s->shared_anonymous += g->kind == REGION_SHARED ? 0 : memory_shared_anonymous(&g->memory);
        if (g->kind == REGION_BSS)
            g->file = s->regions[i - 1].file;
        if (g->file == NO_FILE)
            continue;
        struct mapped_file *f = &s->files[g->file];
        memory_add(&f->total, &g->memory);
        memory_add(&f->kinds[g->kind], &g->memory);
        memory_add(&s->roles[f->role], &g->memory);
    }
}

void sample_sort(struct sample *s, object_end *end, const void *arg)
{
    struct sorting o = {s, end, arg};
    find_files(s);
    add_up(&o);
    for (size_t i = 0; i < s->file_count; i++)
        s->libraries += s->files[i].is_object && s->files[i].role != FILE_PROGRAM;
}
