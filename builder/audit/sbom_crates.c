/* Crates that are programs of the compiler (procedural macros) are no part of what it makes, and cargo's bill
 * of materials lists them like all others. What tells them is what they depend on: whoever writes Rust text
 * does it with quote, syn and proc-macro2. And what is needed by nobody but these is theirs. */
#include "audit/sbom_crates.h"

#include <string.h>

#include "base/cleanup.h"

enum { ROUNDS_MAX = 32 };

/* "registry+https://…#quote@1.0" is crate quote. */
static bool is_crate(const char *ref, const char *name)
{
    const char *hash = strrchr(ref, '#');
    size_t len = strlen(name);
    return hash && strncmp(hash + 1, name, len) == 0 && hash[1 + len] == '@';
}

static bool writes_rust(const char *ref)
{
    static const char *const crates[] = {"proc-macro2", "quote", "syn"};
    for (size_t i = 0; i < COUNT(crates); i++)
        if (is_crate(ref, crates[i]))
            return true;
    return false;
}

static const char *needed_at(const struct json *dependency, size_t i)
{
    const struct json *list = json_get(dependency, "dependsOn");
    return json_kind(list) == JSON_IS_ARRAY && i < json_len(list) ? json_text(json_at(list, i)) : NULL;
}

static size_t needed_count(const struct json *dependency)
{
    const struct json *list = json_get(dependency, "dependsOn");
    return json_kind(list) == JSON_IS_ARRAY ? json_len(list) : 0;
}

static void add_macros(struct set *refs, const struct json *dependencies)
{
    for (size_t i = 0; i < json_len(dependencies); i++) {
        const struct json *dependency = json_at(dependencies, i);
        const char *ref = json_get_text(dependency, "ref");
        bool writes = ref && writes_rust(ref);
        for (size_t k = 0; ref && k < needed_count(dependency) && !writes; k++)
            writes = needed_at(dependency, k) && writes_rust(needed_at(dependency, k));
        if (writes)
            set_add(refs, ref);
    }
}

/* One round: what macros need, and nobody else. */
static bool add_needed(struct set *refs, const struct json *dependencies)
{
    AUTO(set) struct set others = {0};
    bool added = false;
    for (int macros = 0; macros < 2; macros++)
        for (size_t i = 0; i < json_len(dependencies); i++) {
            const struct json *dependency = json_at(dependencies, i);
            const char *ref = json_get_text(dependency, "ref");
            if (!ref || set_has(refs, ref) != macros)
                continue;
            for (size_t k = 0; k < needed_count(dependency); k++) {
                const char *needed = needed_at(dependency, k);
                if (needed && !macros)
                    set_add(&others, needed);
                else if (needed && strrchr(needed, '#') && !set_has(&others, needed))
                    added |= set_add(refs, needed);
            }
        }
    return added;
}

void sbom_compiling_crates(struct set *refs, const struct json *document)
{
    const struct json *dependencies = json_get(document, "dependencies");
    if (json_kind(dependencies) != JSON_IS_ARRAY)
        return;
    add_macros(refs, dependencies);
    for (int round = 0; round < ROUNDS_MAX && refs->members.len && add_needed(refs, dependencies); round++)
        ;
}
