/* What a step made before, of another source: its result may be asked for only once. */
#include <string.h>

#include "pipeline/internal.h"
#include "store/past.h"

static const char *value_of(const struct fact_list *facts, const char *name)
{
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].name, name) == 0)
            return facts->items[i].value;
    return "";
}

bool step_was_earlier(const struct step *s, const struct past_tree *tree)
{
    static const char *const same[] = {"step", "rules", "platform", "python", "soabi", "sandbox"};
    for (size_t i = 0; i < COUNT(same); i++)
        if (strcmp(value_of(&s->key.facts, same[i]), value_of(&tree->facts, same[i])) != 0)
            return false;
    return true;
}
