/* A hash map from texts to pointers that keeps the order in which keys came. */
#include "base/map.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

#include "base/alloc.h"

/* Drawn once; threads that come first together agree on one. */
static uint64_t seed(void)
{
    static _Atomic uint64_t value;
    uint64_t drawn = atomic_load_explicit(&value, memory_order_relaxed), none = 0;
    if (drawn)
        return drawn;
    if (getrandom(&drawn, sizeof drawn, GRND_NONBLOCK) != sizeof drawn)
        drawn = (uintptr_t)&value;
    drawn |= 1;
    return atomic_compare_exchange_strong(&value, &none, drawn) ? drawn : none;
}

static uint32_t hash_bytes(const char *s, size_t len)
{
    uint64_t h = seed();
    for (size_t i = 0; i < len; i++) {
        h = (h ^ (unsigned char)s[i]) * 0x9E3779B97F4A7C15u;
        h ^= h >> 29;
    }
    return (uint32_t)(h ^ h >> 32);
}

static struct map_entry *find(const struct map *m, const char *key, size_t len, uint32_t hash)
{
    if (!m->slot_count)
        return NULL;
    size_t mask = m->slot_count - 1;
    for (size_t i = hash & mask; m->slots[i]; i = (i + 1) & mask) {
        struct map_entry *entry = &m->entries[m->slots[i] - 1];
        if (entry->hash == hash && entry->key_len == len && memcmp(entry->key, key, len) == 0)
            return entry;
    }
    return NULL;
}

static void place(struct map *m, uint32_t hash, size_t index)
{
    size_t mask = m->slot_count - 1, i = hash & mask;
    while (m->slots[i])
        i = (i + 1) & mask;
    m->slots[i] = (uint32_t)index + 1;
}

static void widen(struct map *m)
{
    m->slot_count = m->slot_count ? m->slot_count * 2 : 16;
    free(m->slots);
    m->slots = xcalloc(m->slot_count, sizeof *m->slots);
    for (size_t i = 0; i < m->len; i++)
        place(m, m->entries[i].hash, i);
}

void *map_getn(const struct map *m, const char *key, size_t len)
{
    struct map_entry *entry = m->len ? find(m, key, len, hash_bytes(key, len)) : NULL;
    return entry ? entry->value : NULL;
}

void *map_get(const struct map *m, const char *key)
{
    return map_getn(m, key, strlen(key));
}

void *map_setn(struct map *m, const char *key, size_t len, void *value)
{
    assert(value && m->len < UINT32_MAX - 1);
    uint32_t hash = hash_bytes(key, len);
    struct map_entry *entry = find(m, key, len, hash);
    if (entry) {
        void *before = entry->value;
        entry->value = value;
        return before;
    }
    if ((m->len + 1) * 2 > m->slot_count)
        widen(m);
    if (m->len == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 8;
        m->entries = xrealloc(m->entries, m->cap, sizeof *m->entries);
    }
    m->entries[m->len] = (struct map_entry){xstrndup(key, len), len, hash, value};
    place(m, hash, m->len++);
    return NULL;
}

void *map_set(struct map *m, const char *key, void *value)
{
    return map_setn(m, key, strlen(key), value);
}

void map_release(struct map *m)
{
    for (size_t i = 0; i < m->len; i++)
        free(m->entries[i].key);
    free(m->entries);
    free(m->slots);
    *m = (struct map){0};
}
