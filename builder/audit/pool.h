/* A few threads that share work of known size: files of a folder, members of a wheel.
 *
 * Work may be shared from inside shared work (a wheel among the files of a folder): whoever shares does the
 * work together with those who are idle, so nobody waits for a thread that is not there. */
#ifndef AUDIT_POOL_H
#define AUDIT_POOL_H

#include <stddef.h>

struct pool;

/* Threads are started when there is first something to share. jobs counts the caller; 0: one a processor. */
struct pool *pool_new(unsigned jobs);
void pool_free(struct pool *pool);

/* Calls work(arg, i) once for each i of 0..count, several at once, and returns when all are done. Low numbers
 * are begun first. */
void pool_share(struct pool *pool, size_t count, void (*work)(void *arg, size_t i), void *arg);

/* Work whose amount is not known yet, and whose results are wanted in order: pieces are added while others
 * are done already. */
struct stream;

/* window: pieces that are added and not yet waited for, at most. */
struct stream *stream_new(struct pool *pool, size_t window, void (*work)(void *arg, size_t i), void *arg);

/* Makes piece 0, 1, 2, … ready; it may be begun at once. */
void stream_add(struct stream *s);

/* Returns when piece i is done; the caller does other pieces meanwhile. Pieces are waited for in order. */
void stream_wait(struct stream *s, size_t i);
void stream_free(struct stream *s); /* all pieces were waited for */

/* Bytes that may be held at once by all threads together. */
struct budget;

struct budget *budget_new(size_t bytes);
void budget_free(struct budget *budget);

/* Waits until that many bytes may be held; more than there are at all counts as all. A thread that holds some
 * must not take more. */
void budget_take(struct budget *budget, size_t bytes);
void budget_give(struct budget *budget, size_t bytes);

#endif
