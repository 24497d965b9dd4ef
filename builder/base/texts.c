/* Looking into lists of texts, and adding to them. */
#include "base/texts.h"

#include <string.h>

bool texts_have(const struct texts *texts, const char *text)
{
    for (size_t i = 0; i < texts->len; i++)
        if (strcmp(texts->items[i], text) == 0)
            return true;
    return false;
}

void texts_add(struct texts *texts, struct arena *a, const char *text)
{
    texts->items = arena_regrow(a, texts->items, texts->len, texts->len + 1, sizeof *texts->items);
    texts->items[texts->len++] = text;
}

void texts_add_once(struct texts *texts, struct arena *a, const char *text)
{
    if (!texts_have(texts, text))
        texts_add(texts, a, text);
}
