/* The table of states.def. */
#include "audit/state.h"

#include <stddef.h>
#include <string.h>

static const struct library_state states[] = {
#define STATE(library, keeps, report) {library, keeps, report},
#include "audit/states.def"
};

const struct library_state *library_state_at(unsigned i)
{
    return i < sizeof states / sizeof *states ? &states[i] : NULL;
}

const struct library_state *library_state_find(const char *library)
{
    const struct library_state *s;
    for (unsigned i = 0; (s = library_state_at(i)); i++)
        if (strcmp(s->library, library) == 0)
            return s;
    return NULL;
}
