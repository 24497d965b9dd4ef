/* Sums of memory, and what each kind of mapping and file is called. */
#include "footprint/memory.h"

static void add(uint64_t *sum, uint64_t value)
{
    if (__builtin_add_overflow(*sum, value, sum))
        *sum = UINT64_MAX;
}

void memory_add(struct memory *sum, const struct memory *m)
{
    add(&sum->virt, m->virt);
    add(&sum->rss, m->rss);
    add(&sum->shared_clean, m->shared_clean);
    add(&sum->shared_dirty, m->shared_dirty);
    add(&sum->private_clean, m->private_clean);
    add(&sum->private_dirty, m->private_dirty);
    add(&sum->pss, m->pss);
    add(&sum->anonymous, m->anonymous);
    add(&sum->huge, m->huge);
    add(&sum->hugetlb, m->hugetlb);
    add(&sum->swap, m->swap);
    add(&sum->swap_pss, m->swap_pss);
    add(&sum->locked, m->locked);
}

uint64_t memory_uss(const struct memory *m)
{
    uint64_t uss = m->private_clean;
    add(&uss, m->private_dirty);
    return uss;
}

/* In a mapping of a file a page that is no longer the file's is dirty, and the file's own pages are clean,
 * so that what is private and dirty is anonymous there. Elsewhere every page is anonymous. */
uint64_t memory_shared_anonymous(const struct memory *m)
{
    uint64_t private = m->rss > m->anonymous ? m->private_dirty : memory_uss(m);
    return m->anonymous > private ? m->anonymous - private : 0;
}

uint64_t memory_field(const struct memory *m, enum memory_field field)
{
    switch (field) {
    case MEMORY_VIRT:
        return m->virt;
    case MEMORY_RSS:
        return m->rss;
    case MEMORY_PSS:
        return m->pss;
    case MEMORY_USS:
        return memory_uss(m);
    case MEMORY_SWAP:
        return m->swap;
    case MEMORY_PRIVATE_CLEAN:
        return m->private_clean;
    case MEMORY_PRIVATE_DIRTY:
        return m->private_dirty;
    case MEMORY_SHARED_CLEAN:
        return m->shared_clean;
    case MEMORY_SHARED_DIRTY:
        return m->shared_dirty;
    case MEMORY_ANONYMOUS:
        return m->anonymous;
    case MEMORY_FIELDS:
        break;
    }
    return 0;
}

const char *memory_field_name(enum memory_field field)
{
    static const char *const names[MEMORY_FIELDS] = {
        [MEMORY_VIRT] = "virt",
        [MEMORY_RSS] = "rss",
        [MEMORY_PSS] = "pss",
        [MEMORY_USS] = "uss",
        [MEMORY_SWAP] = "swap",
        [MEMORY_PRIVATE_CLEAN] = "private_clean",
        [MEMORY_PRIVATE_DIRTY] = "private_dirty",
        [MEMORY_SHARED_CLEAN] = "shared_clean",
        [MEMORY_SHARED_DIRTY] = "shared_dirty",
        [MEMORY_ANONYMOUS] = "anonymous",
    };
    return names[field];
}

const char *region_kind_name(enum region_kind kind)
{
    static const char *const names[REGION_KINDS] = {
        [REGION_TEXT] = "text",
        [REGION_CONSTANTS] = "read-only data",
        [REGION_RELRO] = "relro",
        [REGION_DATA] = "data",
        [REGION_BSS] = "bss",
        [REGION_HEAP] = "heap",
        [REGION_STACK] = "stack",
        [REGION_THREAD_STACK] = "thread stacks",
        [REGION_ARENA] = "malloc arenas",
        [REGION_ANONYMOUS] = "anonymous",
        [REGION_SHARED] = "shared memory",
        [REGION_FILE] = "other files",
        [REGION_GUARD] = "guard pages",
        [REGION_RESERVED] = "reserved",
        [REGION_KERNEL] = "kernel",
    };
    return names[kind];
}

const char *file_role_name(enum file_role role)
{
    static const char *const names[FILE_ROLES] = {
        [FILE_PROGRAM] = "program",
        [FILE_LIBC] = "libc",
        [FILE_MODULE] = "module",
        [FILE_LIBRARY] = "library",
        [FILE_OTHER] = "file",
    };
    return names[role];
}
