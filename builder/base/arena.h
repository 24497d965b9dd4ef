/* Memory that lives and dies together: a bump allocator. A zeroed struct arena is an empty one. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
};

/* Returns size zeroed bytes aligned for any type; they live until arena_release. */
void *arena_alloc(struct arena *a, size_t size);

/* Copies len bytes and adds a NUL. */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies len bytes, aligned for any type. */
void *arena_memdup(struct arena *a, const void *bytes, size_t len);

/* A copy of an array with room for more elements; NULL may stand for an empty one. Sizes are checked. */
void *arena_regrow(struct arena *a, const void *items, size_t count, size_t room, size_t size);

/* Forgets everything, and keeps a block for what comes next. */
void arena_clear(struct arena *a);

/* Frees everything and makes the arena empty. */
void arena_release(struct arena *a);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
