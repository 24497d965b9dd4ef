/* The table of libraries, and the names of files and packages traced back to it.
 *
 * Packages of distributions carry numbers behind the name (libpcre2-8-0, libssl3, libpng16-16), and words
 * that say which part it is; what is left when one after another is taken off is looked for. */
#include "inspect/library.h"

#include <ctype.h>
#include <pthread.h>
#include <string.h>

#include "base/map.h"
#include "sys/path.h"

enum { NONE, STATE, TOOL, NAME_MAX_LEN = 80 };

static const struct library libraries[] = {
#define LIBRARY(name, kind, files, packages) {name, (kind) == STATE, (kind) == TOOL, files, packages},
#include "inspect/libraries.def"
};

enum { LIBRARIES = COUNT(libraries) };

static struct map by_name, by_file, by_package; /* the latter two by the letters of the name */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Letters and digits in small, without "lib" in front: how people and distributions agree best. */
static size_t letters_of(char out[NAME_MAX_LEN], struct slice name)
{
    size_t len = 0;
    if (name.len > 3 && strncasecmp(name.ptr, "lib", 3) == 0 && isalnum((unsigned char)name.ptr[3]))
        name.ptr += 3, name.len -= 3;
    for (size_t i = 0; i < name.len && len < NAME_MAX_LEN - 1; i++)
        if (isalnum((unsigned char)name.ptr[i]) || name.ptr[i] == '+')
            out[len++] = (char)tolower((unsigned char)name.ptr[i]);
    out[len] = '\0';
    return len;
}

static void add(struct map *map, struct slice name, const struct library *library)
{
    char key[NAME_MAX_LEN];
    if (letters_of(key, name) && !map_get(map, key))
        map_set(map, key, (void *)library);
}

static void add_words(struct map *map, const char *words, const struct library *library)
{
    for (struct slice rest = slice_of(words); rest.ptr;)
        add(map, slice_cut(&rest, ' '), library);
}

static void index_all(void)
{
    for (size_t i = 0; i < LIBRARIES; i++) {
        map_set(&by_name, libraries[i].name, (void *)&libraries[i]);
        add(&by_package, slice_of(libraries[i].name), &libraries[i]);
    }
    for (size_t i = 0; i < LIBRARIES; i++) {
        add_words(&by_file, libraries[i].files, &libraries[i]);
        add_words(&by_package, libraries[i].packages, &libraries[i]);
    }
}

const struct library *library_at(size_t i)
{
    return i < LIBRARIES ? &libraries[i] : NULL;
}

const struct library *library_find(const char *name)
{
    pthread_once(&once, index_all);
    return map_get(&by_name, name);
}

static const struct library *look_up(const struct map *map, struct slice name)
{
    char key[NAME_MAX_LEN];
    return letters_of(key, name) ? map_getn(map, key, strlen(key)) : NULL;
}

/* "-1a2b3c4d" (with more digits in some tools) at the end, or in front of a number that belonged to the name:
 * "ldap-2-062bb940.5". */
static size_t without_hash(const char *name, size_t len)
{
    for (size_t dash = len; dash-- > 1;) {
        if (name[dash] != '-')
            continue;
        size_t digits = 0;
        while (dash + 1 + digits < len && isxdigit((unsigned char)name[dash + 1 + digits]))
            digits++;
        size_t end = dash + 1 + digits;
        if (digits >= 8 && (end == len || name[end] == '.'))
            return dash;
    }
    return len;
}

struct slice library_stem(const char *path)
{
    const char *base = path_base(path), *end = strstr(base, ".so");
    size_t len = end ? (size_t)(end - base) : strlen(base);
    if (end && len > 3 && str_starts(base, "lib"))
        base += 3, len -= 3;
    for (size_t before = 0; end && before != len;) { /* what was repaired twice has two */
        before = len;
        len = without_hash(base, len);
    }
    return (struct slice){base, len};
}

/* Takes "-8", "-2.5", "_r" and the like off the end; false when there is nothing to take off. */
static bool shorten(struct slice *name)
{
    static const char *const words[] = {"-libs", "-lib", "-devel", "-dev", "-static", "-sys", "-src",
        "-runtime", "-common", "-compat", "-core", "t64", "-c", "lib"};
    for (size_t i = 0; i < COUNT(words); i++) {
        size_t len = strlen(words[i]);
        if (name->len > len + 1 && memcmp(name->ptr + name->len - len, words[i], len) == 0) {
            name->len -= len;
            return true;
        }
    }
    size_t len = name->len;
    while (len > 1 && (isdigit((unsigned char)name->ptr[len - 1]) || name->ptr[len - 1] == '.'))
        len--;
    if (len == name->len)
        return false;
    while (len > 1 && (name->ptr[len - 1] == '-' || name->ptr[len - 1] == '_'))
        len--;
    name->len = len;
    return true;
}

static const struct library *look_up_shortened(const struct map *map, struct slice name)
{
    const struct library *found = NULL;
    do
        found = look_up(map, name);
    while (!found && shorten(&name));
    return found;
}

const struct library *library_of_file(const char *path)
{
    pthread_once(&once, index_all);
    return strstr(path_base(path), ".so") ? look_up_shortened(&by_file, library_stem(path)) : NULL;
}

const struct library *library_of_package(const char *package)
{
    pthread_once(&once, index_all);
    const struct library *found = look_up_shortened(&by_package, slice_of(package));
    return found || !str_starts(package, "lib") ? found : look_up_shortened(&by_file, slice_of(package));
}
