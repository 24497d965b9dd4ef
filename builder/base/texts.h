/* A list of texts in an arena: neither the list nor its texts are freed on their own. */
#ifndef BASE_TEXTS_H
#define BASE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Zeroed is empty. Meant for lists of a few: each text that is added copies the list. */
struct texts {
    const char **items;
    size_t len;
};

bool texts_have(const struct texts *texts, const char *text);

/* Adds a text, which is not copied. */
void texts_add(struct texts *texts, struct arena *a, const char *text);

/* Adds a text unless it is there. */
void texts_add_once(struct texts *texts, struct arena *a, const char *text);

#endif
