/* Names of shared libraries as wheels carry them. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/wheel_facts.h"
#include "sys/path.h"

/* Digits and dots up to the end. */
static bool is_version(const char *s)
{
    if (!isdigit((unsigned char)*s))
        return false;
    return s[strspn(s, "0123456789.")] == '\0';
}

bool is_shared_name(const char *name)
{
    const char *at = strstr(name, ".so");
    for (; at; at = strstr(at + 1, ".so"))
        if (!at[3] || (at[3] == '.' && is_version(at + 4)))
            return true;
    return false;
}

bool is_debug_name(const char *name)
{
    return str_ends(name, ".debug") || str_ends(name, ".dbg") || strstr(name, "/.debug/");
}

const char *library_plain_name(struct arena *a, const char *path)
{
    const struct library *known = library_of_file(path);
    struct slice stem = library_stem(path);
    return known ? known->name : arena_strndup(a, stem.ptr, stem.len);
}

/* Repairers of wheels copy libraries into a folder of their own: NAME.libs, NAME/.dylibs. */
static bool is_in_folder_of_copies(const char *path)
{
    const char *base = path_base(path);
    size_t len = (size_t)(base - path);
    return len > 6 &&
           (memcmp(base - 6, ".libs/", 6) == 0 || (len > 8 && memcmp(base - 8, ".dylibs/", 8) == 0));
}

bool is_library_of_others(const struct audit_report *r, const char *path)
{
    return r->role == AUDIT_LIBRARY && str_starts(path_base(path), "lib") &&
           (is_in_folder_of_copies(path) || library_of_file(path));
}

const struct library *library_of_part(const struct sbom_part *part)
{
    const struct library *known = library_of_package(part->purl_name);
    char name[80];
    for (struct slice rest = slice_of(part->name); !known && rest.ptr;) {
        struct slice word = slice_trim(slice_cut(&rest, '/'));
        if (word.len >= sizeof name)
            continue;
        memcpy(name, word.ptr, word.len);
        name[word.len] = '\0';
        known = library_of_package(name);
    }
    return known ? known : library_of_package(part->name);
}

const char *library_known_as(const char *name)
{
    const struct library *known = library_of_package(name);
    if (known)
        name = known->name;
    return strncasecmp(name, "lib", 3) == 0 && name[3] ? name + 3 : name;
}
