/* A set of texts: what was seen already. */
#ifndef BASE_SET_H
#define BASE_SET_H

#include <stdbool.h>

#include "base/map.h"

/* Zeroed is empty. Walk members.entries[0..len): they keep the order in which they were added. */
struct set {
    struct map members;
};

/* Adds a text; true when it was not there before. */
bool set_add(struct set *s, const char *text);
bool set_addn(struct set *s, const char *text, size_t len);
bool set_has(const struct set *s, const char *text);
bool set_hasn(const struct set *s, const char *text, size_t len);
void set_release(struct set *s);

#endif
