/* Hands out the members of a wheel from both ends of their sizes. */
#include "audit/members.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* Beside the largest: enough that small members never wait for each other. */
enum { ROOM_BYTES = 8 << 20 };

struct members {
    pthread_mutex_t lock;
    pthread_cond_t given;
    size_t *sizes;
    size_t first, end; /* of those that are left */
    size_t room;       /* bytes that may still be taken */
};

struct members *members_new(const size_t *sizes, size_t count)
{
    struct members *m = xcalloc(1, sizeof *m);
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->given, NULL);
    m->sizes = xcalloc(count + 1, sizeof *m->sizes);
    if (count)
        memcpy(m->sizes, sizes, count * sizeof *sizes);
    m->end = count;
    for (size_t i = 0; i < count; i++)
        m->room = sizes[i] > m->room ? sizes[i] : m->room;
    m->room += ROOM_BYTES;
    return m;
}

void members_free(struct members *m)
{
    if (!m)
        return;
    pthread_mutex_destroy(&m->lock);
    pthread_cond_destroy(&m->given);
    free(m->sizes);
    free(m);
}

size_t members_take(struct members *m)
{
    pthread_mutex_lock(&m->lock);
    while (m->sizes[m->first] > m->room && m->sizes[m->end - 1] > m->room)
        pthread_cond_wait(&m->given, &m->lock);
    size_t i = m->sizes[m->first] <= m->room ? m->first++ : --m->end;
    m->room -= m->sizes[i];
    pthread_mutex_unlock(&m->lock);
    return i;
}

void members_give(struct members *m, size_t i)
{
    pthread_mutex_lock(&m->lock);
    m->room += m->sizes[i];
    pthread_cond_broadcast(&m->given);
    pthread_mutex_unlock(&m->lock);
}
