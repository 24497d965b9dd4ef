#include "audit/window.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 8 << 20, LARGEST = WINDOW / 4 };

/* Leaves everything that was mapped, and keeps the addresses. */
static int clear(struct window *w)
{
    int fixed = w->base ? MAP_FIXED : 0;
    void *base = mmap(w->base, WINDOW, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixed, -1, 0);
    if (base == MAP_FAILED)
        return -1;
    w->base = base;
    w->used = 0;
    return 0;
}

static size_t in_pages(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return (size + page - 1) / page * page;
}

int window_map(
    struct window *w, struct view *view, int fd, unsigned long long size, const char *path, struct err *e)
{
    *view = (struct view){0};
    if (!size)
        return 0;
    if (size > SIZE_MAX / 2)
        return err_set(e, ERR_ENVIRONMENT, "%s: is too large to be mapped", path);
    view->size = (size_t)size;
    size_t room = size <= LARGEST ? in_pages((size_t)size) : 0;
    bool fits = room && ((w->base && WINDOW - w->used >= room) || clear(w) == 0);
    void *at = mmap(
        fits ? w->base + w->used : NULL, view->size, PROT_READ, MAP_PRIVATE | (fits ? MAP_FIXED : 0), fd, 0);
    if (at == MAP_FAILED)
        return err_errno(e, ERR_ENVIRONMENT, "%s: cannot be mapped", path);
    view->bytes = at;
    view->own = !fits;
    w->used += fits ? room : 0;
    return 0;
}

void view_release(struct view *view)
{
    if (view->own)
        munmap((void *)(uintptr_t)view->bytes, view->size);
    *view = (struct view){0};
}

void window_release(struct window *w)
{
    if (w->base)
        munmap(w->base, WINDOW);
    *w = (struct window){0};
}
