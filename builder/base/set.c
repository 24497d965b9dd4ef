/* A set is a map that keeps nothing but its keys. */
#include "base/set.h"

#include <string.h>

bool set_addn(struct set *s, const char *text, size_t len)
{
    static char there;
    return map_setn(&s->members, text, len, &there) == NULL;
}

bool set_add(struct set *s, const char *text)
{
    return set_addn(s, text, strlen(text));
}

bool set_hasn(const struct set *s, const char *text, size_t len)
{
    return map_getn(&s->members, text, len) != NULL;
}

bool set_has(const struct set *s, const char *text)
{
    return set_hasn(s, text, strlen(text));
}

void set_release(struct set *s)
{
    map_release(&s->members);
}
