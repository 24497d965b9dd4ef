/* From text to pointer. Entries keep the order in which they were added, so that walking one is
 * deterministic. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_entry {
    char *key; /* owned */
    size_t key_len;
    uint32_t hash;
    void *value; /* never owned */
};

/* Zeroed is empty. Walk entries[0..len). Keys from outside cannot slow it down on purpose: the hash is seeded
 * a process. */
struct map {
    struct map_entry *entries;
    size_t len, cap;
    uint32_t *slots; /* index + 1 into entries, 0 is free */
    size_t slot_count;
};

/* The value, or NULL when the key is not there. */
void *map_get(const struct map *m, const char *key);
void *map_getn(const struct map *m, const char *key, size_t len);

/* Adds or replaces; gives the value that was there before, or NULL. value must not be NULL. */
void *map_set(struct map *m, const char *key, void *value);
void *map_setn(struct map *m, const char *key, size_t len, void *value);
void map_release(struct map *m);

#endif
