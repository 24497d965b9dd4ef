/* A file is looked at through a window of address space, so that no file's size is a problem. */
#include "audit/window.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 8 << 20, LARGEST = WINDOW / 4 };

/* Addresses left free above a window. */
#define APART ((size_t)1 << 30)

static size_t in_pages(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page;
}

/* A place where files fit side by side, so that they can be left together. Linux maps from the top down: what
 * others map while the window is filled goes to the space above it. NULL leaves the choice to the kernel. */
static char *find_place(void)
{
    void *at = mmap(NULL, APART + WINDOW, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    munmap(at, APART + WINDOW);
    return at;
}

/* Leaves everything that was mapped, what lies side by side in one call. */
static void clear(struct window *w)
{
    for (size_t i = 0; i < w->ranges.len;) {
        struct window_range r = w->ranges.items[i++];
        for (; i < w->ranges.len; i++) {
            const struct window_range *next = &w->ranges.items[i];
            if (next->start + next->size == r.start) /* Linux maps from the top down */
                r.start = next->start;
            else if (next->start != r.start + r.size)
                break;
            r.size += next->size;
        }
        munmap(r.start, r.size);
    }
    w->ranges.len = 0;
    w->used = 0;
}

bool window_has_room(const struct window *w, unsigned long long size)
{
    return size > LARGEST || WINDOW - w->used >= in_pages((size_t)size);
}

int window_map(
    struct window *w, struct view *view, int fd, unsigned long long size, const char *path, struct err *e)
{
    *view = (struct view){0};
    if (!size)
        return 0;
    if (size > SIZE_MAX / 2)
        return err_set(e, ERR_ENVIRONMENT, "%s: is too large to be mapped", path);
    if (!window_has_room(w, size))
        clear(w);
    bool own = size > LARGEST;
    if (!own && !w->place)
        w->place = find_place();
    char *place = own || !w->place ? NULL : w->place + w->used; /* another place does as well */
    void *at = mmap(place, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be mapped", path);
    *view = (struct view){.bytes = at, .size = (size_t)size, .own = own};
    if (own)
        return 0;
    struct window_range range = {at, in_pages(view->size)};
    vec_push(&w->ranges, range);
    w->used += range.size;
    return 0;
}

void view_forget(const struct view *view, const unsigned char *bytes, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), start = (size_t)(bytes - view->bytes);
    size_t first = in_pages(start), last = (start + size) / page * page;
    if (view->own && first < last)
        madvise((void *)(uintptr_t)(view->bytes + first), last - first, MADV_DONTNEED);
}

void view_release(struct view *view)
{
    if (view->own)
        munmap((void *)(uintptr_t)view->bytes, view->size);
    *view = (struct view){0};
}

void window_release(struct window *w)
{
    clear(w);
    vec_release(&w->ranges);
}
