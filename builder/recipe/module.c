/* Which sources of a module are C, and which have to be translated first. */
#include "base/str.h"
#include "recipe/recipe.h"

bool source_is_cython(const char *source)
{
    return str_ends(source, ".pyx") || str_ends(source, ".py");
}

bool module_has_cython(const struct module_spec *module)
{
    for (size_t i = 0; i < module->sources.len; i++)
        if (source_is_cython(module->sources.items[i]))
            return true;
    return false;
}
