/* Which sources of a module are C, which C++, and which have to be translated first. */
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

bool source_is_cxx(const char *source)
{
    return str_ends(source, ".cc") || str_ends(source, ".cpp") || str_ends(source, ".cxx") ||
           str_ends(source, ".C") || str_ends(source, ".c++");
}

bool module_cython_makes_cxx(const struct module_spec *module)
{
    return module->cplus || module->cython.cplus;
}

bool module_has_cxx(const struct module_spec *module)
{
    if (module->cplus)
        return true;
    for (size_t i = 0; i < module->sources.len; i++) {
        const char *s = module->sources.items[i];
        if (source_is_cxx(s) || (source_is_cython(s) && module_cython_makes_cxx(module)))
            return true;
    }
    return false;
}

struct python_abi recipe_abi3(const struct recipe *r)
{
    struct python_abi abi = {0};
    if (r->python.abi3 && python_abi_parse(&abi, slice_of(r->python.abi3)))
        abi.kind = PYTHON_ABI_STABLE;
    return abi;
}

struct python_abi recipe_abi3t(const struct recipe *r)
{
    struct python_abi abi = {0};
    if (r->python.abi3t && python_abi_parse(&abi, slice_of(r->python.abi3t))) {
        abi.kind = PYTHON_ABI_STABLE_T;
        abi.free_threaded = true;
    }
    return abi;
}
