/* A mapping that is .bss of an object and, right behind it, other anonymous memory that the kernel joined
 * with it: parted at the end of the object. Which pages are where, /proc/PID/pagemap tells
 * (Documentation/admin-guide/mm/ pagemap.rst); it is readable where smaps is. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "footprint/sample.h"
#include "sys/read.h"

enum { ENTRIES = 4096, PAGES_MOST = 1 << 18 };

#define PRESENT ((uint64_t)1 << 63)
#define SWAPPED ((uint64_t)1 << 62)
#define EXCLUSIVE ((uint64_t)1 << 56)

struct page_counts {
    uint64_t present, own, swapped;
};

/* Counts the pages from start to end; false when they cannot be read. */
static bool count_pages(int pagemap, uint64_t start, uint64_t end, struct page_counts *out)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), entries[ENTRIES];
    *out = (struct page_counts){0};
    while (start < end) {
        uint64_t left = (end - start) / page, most = left < ENTRIES ? left : ENTRIES;
        AUTO(err) struct err ignored = ERR_INIT;
        ssize_t n = file_take(pagemap, entries, (size_t)most * sizeof *entries,
            (off_t)(start / page * sizeof *entries), "pagemap", &ignored);
        if (n <= 0 || n % (ssize_t)sizeof *entries)
            return false;
        for (size_t i = 0; i < (size_t)n / sizeof *entries; i++) {
            out->present += (entries[i] & PRESENT) != 0;
            out->own += (entries[i] & PRESENT) && (entries[i] & EXCLUSIVE);
            out->swapped += (entries[i] & SWAPPED) != 0;
        }
        start += (uint64_t)n / sizeof *entries * page;
    }
    return true;
}

/* The first part's memory, so that both add up to what there was; false when pages and smaps disagree, or
 * when what is clean and what dirty cannot be told apart. */
static bool share_out(const struct memory *whole, const struct page_counts *first,
    const struct page_counts *second, struct memory *out)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t shared = first->present - first->own, all_shared = shared + second->present - second->own;
    if ((first->present + second->present) * page != whole->rss || whole->private_clean ||
        whole->shared_clean || (first->own + second->own) * page != whole->private_dirty ||
        whole->pss < whole->private_dirty || (first->swapped + second->swapped) * page != whole->swap ||
        whole->huge || whole->hugetlb || whole->locked || whole->anonymous != whole->rss)
        return false;
    uint64_t pss_of_shared = whole->pss - whole->private_dirty;
    *out = (struct memory){
        .rss = first->present * page,
        .private_dirty = first->own * page,
        .shared_dirty = shared * page,
        .anonymous = first->present * page,
        .pss = first->own * page + (all_shared ? pss_of_shared / all_shared * shared : 0),
        .swap = first->swapped * page,
        .swap_pss = whole->swap ? whole->swap_pss / (whole->swap / page) * first->swapped : 0,
    };
    return true;
}

static void subtract(struct memory *m, const struct memory *part)
{
    m->virt -= part->virt;
    m->rss -= part->rss;
    m->private_dirty -= part->private_dirty;
    m->shared_dirty -= part->shared_dirty;
    m->anonymous -= part->anonymous;
    m->pss -= part->pss;
    m->swap -= part->swap;
    m->swap_pss -= part->swap_pss;
}

static bool follows_data(const struct sample *s, size_t i)
{
    const struct region *g = &s->regions[i], *before = g - 1;
    unsigned writable = REGION_READ | REGION_WRITE;
    return i && !*g->name && !g->inode && g->access == writable && before->end == g->start && before->inode &&
           *before->name == '/' && before->access == writable;
}

/* The end of the object whose data stands before region i, 0 when it is not known. */
static uint64_t end_before(const struct sample *s, size_t i, object_end *end, const void *arg)
{
    size_t first = i - 1;
    while (first && s->regions[first - 1].inode == s->regions[i - 1].inode &&
           strcmp(s->regions[first - 1].name, s->regions[i - 1].name) == 0)
        first--;
    const struct region *g = &s->regions[first];
    struct mapped_file f = {
        .name = g->name, .inode = g->inode, .deleted = g->deleted, .base = g->start - g->offset};
    return end(&f, arg);
}

bool region_split(
    const struct region *g, uint64_t at, int pagemap, struct region *first, struct region *second)
{
    struct page_counts counts[2];
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    *first = *second = *g;
    if (at <= g->start || at >= g->end || at % page || (g->end - g->start) / page > PAGES_MOST ||
        !count_pages(pagemap, g->start, at, &counts[0]) || !count_pages(pagemap, at, g->end, &counts[1]) ||
        !share_out(&g->memory, &counts[0], &counts[1], &first->memory))
        return false;
    first->memory.virt = at - g->start;
    subtract(&second->memory, &first->memory);
    first->end = second->start = at;
    return true;
}

void sample_split(struct sample *s, const struct watched *w, object_end *end, const void *arg)
{
    AUTO(err) struct err ignored = ERR_INIT; /* then nothing is split */
    AUTO_CLOSE int pagemap = -1;
    file_open_at(&pagemap, w->folder, "pagemap", O_RDONLY, "pagemap", &ignored);
    VEC(struct region) all = {0};
    for (size_t i = 0; i < s->region_count; i++) {
        struct region first, second;
        uint64_t at = pagemap >= 0 && follows_data(s, i) ? end_before(s, i, end, arg) : 0;
        if (at && region_split(&s->regions[i], at, pagemap, &first, &second)) {
            vec_push(&all, first);
            vec_push(&all, second);
        } else {
            vec_push(&all, s->regions[i]);
        }
    }
    if (all.len > s->region_count)
        s->regions = arena_memdup(&s->arena, all.items, all.len * sizeof *s->regions);
    s->region_count = all.len;
    vec_release(&all);
}
