/* _dl_find_object (glibc 2.35), by which the unwinder of gcc 12 and later finds the tables of the code that
 * an address is in. dlfo_link_map stays NULL: the loader gives it to nobody else, and the unwinder does not
 * ask. */
#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef DLFO_STRUCT_HAS_EH_DBASE
struct dl_find_object {
    unsigned long long dlfo_flags;
    void *dlfo_map_start, *dlfo_map_end;
    struct link_map *dlfo_link_map;
    void *dlfo_eh_frame;
    unsigned long long reserved[7];
};
#define DLFO_STRUCT_HAS_EH_DBASE 0
#define DLFO_STRUCT_HAS_EH_COUNT 0
#endif

/* Where the tables of an object are; those of 32-bit ARM are an index whose entries are counted. */
#if DLFO_STRUCT_HAS_EH_COUNT
#define TABLES PT_ARM_EXIDX
enum { TABLE_ENTRY = 8 };
#else
#define TABLES PT_GNU_EH_FRAME
#endif

/* Weak: a static program may have the C library's own as well. */
__attribute__((weak)) int _dl_find_object(void *address, struct dl_find_object *result);

enum { REMEMBERED = 8 };

/* A loaded segment, and the object that it belongs to. */
struct segment {
    uintptr_t from, size;
    void *start, *end, *tables;
    void *data_base;     /* what tables of 32-bit x86 count from */
    uintptr_t table_size; /* bytes */
};

/* What was found last, latest first; true as long as the loader has loaded and unloaded so many objects. Only
 * what the loader calls back looks at it: one thread at a time. Without it an exception would cost a walk
 * over all objects for each function that it passes. */
static struct {
    unsigned long long adds, subs;
    size_t count;
    struct segment segments[REMEMBERED];
} memory;

struct search {
    uintptr_t address;
    bool begun;
    struct dl_find_object *result;
};

static bool contains(const struct segment *s, uintptr_t address)
{
    return address - s->from < s->size;
}

static int answer(const struct search *search, const struct segment *s)
{
    memset(search->result, 0, sizeof *search->result);
    search->result->dlfo_map_start = s->start;
    search->result->dlfo_map_end = s->end;
    search->result->dlfo_eh_frame = s->tables;
#if DLFO_STRUCT_HAS_EH_DBASE
    search->result->dlfo_eh_dbase = s->data_base;
#endif
#if DLFO_STRUCT_HAS_EH_COUNT
    search->result->dlfo_eh_count = (int)(s->table_size / TABLE_ENTRY);
#endif
    return 1;
}

/* Moves the segment before the first count others. */
static void put_first(struct segment s, size_t count)
{
    memmove(memory.segments + 1, memory.segments, count * sizeof s);
    memory.segments[0] = s;
}

static const struct segment *remembered(const struct dl_phdr_info *info, uintptr_t address)
{
    if (memory.adds != info->dlpi_adds || memory.subs != info->dlpi_subs) {
        memory.adds = info->dlpi_adds;
        memory.subs = info->dlpi_subs;
        memory.count = 0;
    }
    for (size_t i = 0; i < memory.count; i++)
        if (contains(&memory.segments[i], address)) {
            put_first(memory.segments[i], i);
            return &memory.segments[0];
        }
    return NULL;
}

static void remember(const struct segment *s)
{
    if (memory.count < REMEMBERED)
        memory.count++;
    put_first(*s, memory.count - 1);
}

/* DT_PLTGOT; the loader has made an address of it. */
static void *data_base_of(const ElfW(Dyn) * dynamic)
{
    for (; DLFO_STRUCT_HAS_EH_DBASE && dynamic->d_tag != DT_NULL; dynamic++)
        if (dynamic->d_tag == DT_PLTGOT)
            return (void *)dynamic->d_un.d_ptr;
    return NULL;
}

/* Fills *s when one of the object's segments holds the address. */
static bool find_segment(struct segment *s, const struct dl_phdr_info *info, uintptr_t address)
{
    uintptr_t start = UINTPTR_MAX, end = 0;
    bool found = false;
    s->tables = s->data_base = NULL;
    s->table_size = 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        struct segment one = {.from = info->dlpi_addr + p->p_vaddr, .size = p->p_memsz};
        if (p->p_type == TABLES) {
            s->tables = (void *)one.from;
            s->table_size = one.size;
        }
        if (p->p_type == PT_DYNAMIC)
            s->data_base = data_base_of((const void *)one.from);
        if (p->p_type != PT_LOAD)
            continue;
        start = one.from < start ? one.from : start;
        end = one.from + one.size > end ? one.from + one.size : end;
        if (contains(&one, address)) {
            s->from = one.from;
            s->size = one.size;
            found = true;
        }
    }
    s->start = (void *)start;
    s->end = (void *)end;
    return found;
}

static int look(struct dl_phdr_info *info, size_t size, void *argument)
{
    struct search *search = argument;
    bool counts = size >= offsetof(struct dl_phdr_info, dlpi_subs) + sizeof info->dlpi_subs;
    if (counts && !search->begun) {
        const struct segment *known = remembered(info, search->address);
        if (known)
            return answer(search, known);
    }
    search->begun = true;
    struct segment found;
    if (!find_segment(&found, info, search->address))
        return 0;
    if (counts)
        remember(&found);
    return answer(search, &found);
}

int _dl_find_object(void *address, struct dl_find_object *result)
{
    struct search search = {(uintptr_t)address, false, result};
    return dl_iterate_phdr(look, &search) ? 0 : -1;
}
