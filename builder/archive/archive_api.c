/* Loads libarchive: whoever unpacks nothing and packs nothing starts without. */
#include "archive/archive_api.h"

#include <dlfcn.h>

#include "base/count.h"
#include "sys/library.h"

const struct archive_api *libarchive;

#ifdef STATICBUILD_LINKED /* make LINKED=1: it is a part of the program */

int libarchive_load(struct err *e)
{
#define ARCHIVE_FUNCTION(name) .name = archive_##name,
    static const struct archive_api api = {ARCHIVE_FUNCTIONS(ARCHIVE_FUNCTION)};
#undef ARCHIVE_FUNCTION
    (void)e;
    libarchive = &api;
    return 0;
}

#else

#define NAME "libarchive.so.13" /* of every libarchive 3 */

static const struct library_function functions[] = {
#define ARCHIVE_FUNCTION(name) {"archive_" #name, offsetof(struct archive_api, name)},
    ARCHIVE_FUNCTIONS(ARCHIVE_FUNCTION)
#undef ARCHIVE_FUNCTION
};

int libarchive_load(struct err *e)
{
    static struct archive_api api;
    if (libarchive)
        return 0;
    void *library = dlopen(NAME, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return err_set(e, ERR_MISSING,
            "archives are read by " NAME ", which cannot be loaded (%s); install libarchive13", dlerror());
    const char *missing = library_fill(&api, library, functions, COUNT(functions));
    if (missing)
        return err_set(
            e, ERR_MISSING, "the libarchive of this machine lacks %s: install a newer one", missing);
    libarchive = &api;
    return 0;
}

#endif
