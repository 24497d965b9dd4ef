/* A key: the list of facts that a result depends on, and its hash. The list is kept beside the result as it
 * is, so that a result can be told from one that was made of other facts, and a change can be explained. */
#ifndef STORE_KEY_H
#define STORE_KEY_H

#include <stddef.h>

#include "base/arena.h"
#include "hash/hash.h"

struct fact {
    const char *name, *value;
};

/* In order; a name may come more than once. A zeroed one is empty. */
struct fact_list {
    struct fact *items;
    size_t count, room;
};

/* Both texts are copied into the arena. */
void fact_add(struct fact_list *list, struct arena *a, const char *name, const char *value);

/* The same of texts that live as long as the list, which are not copied; then of all of another list. */
void fact_put(struct fact_list *list, struct arena *a, const char *name, const char *value);
void fact_put_all(struct fact_list *list, struct arena *a, const struct fact_list *other);

/* Lines of "WORD REST": each is a fact "PREFIX.WORD" with REST for a value. Empty lines are none. */
void fact_add_lines(struct fact_list *list, struct arena *a, const char *prefix, const char *lines);

struct key {
    struct fact_list facts;
    const char *text;     /* "NAME: VALUE", a line each; what digest is the hash of */
    struct digest digest; /* SHA-256 */
};

/* Fills text and digest from the facts. Everything lives in the arena. */
void key_seal(struct key *k, struct arena *a);

/* The facts of a text that key_seal made; -1 when it is none. */
int fact_list_read(struct fact_list *list, struct arena *a, const char *text);

/* The value of the first fact of that name, or NULL. */
const char *fact_value(const struct fact_list *list, const char *name);

/* One fact that is another one, or is in one list alone: then the other value is NULL. */
struct fact_change {
    const char *name, *before, *now;
};
struct fact_changes {
    struct fact_change *items;
    size_t count;
};

/* What tells the lists apart, in the order of now; facts of one name are held against each other one by one.
 * Texts are those of the lists. */
struct fact_changes fact_changes_between(
    struct arena *a, const struct fact_list *before, const struct fact_list *now);

#endif
