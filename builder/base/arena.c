/* Blocks that are filled from their beginning, and freed together. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    max_align_t data[];
};

/* An arena begins small, as many hold but a name, and its blocks double. */
enum { FIRST_BLOCK = 1024 - sizeof(struct arena_block), BLOCK_SIZE = 16 * 1024 };

/* Zeroed. malloc has small blocks at hand for each thread, calloc asks what all threads share. */
static struct arena_block *new_block(size_t room)
{
    struct arena_block *b;
    if (room <= FIRST_BLOCK) {
        b = xmalloc(sizeof *b + room);
        memset(b, 0, sizeof *b + room);
    } else {
        b = xcalloc(1, sizeof *b + room);
    }
    b->size = room;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t align = _Alignof(max_align_t);
    assert(size <= SIZE_MAX / 2);
    size_t need = (size + align - 1) / align * align;
    struct arena_block *b = a->blocks;
    if (!b || b->size - b->used < need) {
        size_t block = !b ? FIRST_BLOCK : b->size < BLOCK_SIZE / 2 ? b->size * 2 : BLOCK_SIZE;
        while (block < BLOCK_SIZE && need > block / 4)
            block *= 2;
        size_t room = need > block / 4 ? need : block;
        struct arena_block *fresh = new_block(room);
        if (b && room == need) { /* a large block goes behind, so that the current one stays in use */
            fresh->next = b->next;
            b->next = fresh;
        } else {
            fresh->next = b;
            a->blocks = fresh;
        }
        b = fresh;
    }
    void *p = (char *)b->data + b->used;
    b->used += need;
    return p;
}

void *arena_regrow(struct arena *a, const void *items, size_t count, size_t room, size_t size)
{
    if (room < count || (size && room > SIZE_MAX / size))
        abort();
    void *grown = arena_alloc(a, room * size);
    if (count)
        memcpy(grown, items, count * size);
    return grown;
}

void *arena_memdup(struct arena *a, const void *bytes, size_t len)
{
    void *p = arena_alloc(a, len);
    if (len)
        memcpy(p, bytes, len);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
    char *p = arena_alloc(a, len + 1);
    if (len)
        memcpy(p, s, len);
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_strf(struct arena *a, const char *format, ...)
{
    char most[200];
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int len = vsnprintf(most, sizeof most, format, ap);
    if (len < 0)
        abort();
    char *copy = arena_alloc(a, (size_t)len + 1);
    if ((size_t)len < sizeof most)
        memcpy(copy, most, (size_t)len);
    else
        vsnprintf(copy, (size_t)len + 1, format, again);
    va_end(again);
    va_end(ap);
    return copy;
}

void arena_clear(struct arena *a)
{
    struct arena_block *kept = a->blocks;
    if (!kept || kept->size > BLOCK_SIZE) {
        arena_release(a);
        return;
    }
    struct arena others = {kept->next};
    arena_release(&others);
    memset(kept->data, 0, kept->used);
    kept->used = 0;
    kept->next = NULL;
}

void arena_release(struct arena *a)
{
    for (struct arena_block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    a->blocks = NULL;
}
