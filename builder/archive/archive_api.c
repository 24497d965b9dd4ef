/* Loads libarchive: whoever unpacks nothing and packs nothing starts without. */
#include "archive/archive_api.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

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

int libarchive_load(struct err *e)
{
    static struct archive_api api;
    if (libarchive)
        return 0;
    void *library = dlopen(NAME, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return err_set(e, ERR_MISSING,
            "archives are read by " NAME ", which cannot be loaded (%s); install libarchive13", dlerror());
    const char *missing = NULL;
    /* POSIX lets a data pointer from dlsym be a function; ISO C has no cast for it. */
#define ARCHIVE_FUNCTION(name)                            \
    {                                                     \
        void *address = dlsym(library, "archive_" #name); \
        memcpy(&api.name, &address, sizeof address);      \
        if (!address)                                     \
            missing = "archive_" #name;                   \
    }
    ARCHIVE_FUNCTIONS(ARCHIVE_FUNCTION)
#undef ARCHIVE_FUNCTION
    if (missing)
        return err_set(
            e, ERR_MISSING, "the libarchive of this machine lacks %s: install a newer one", missing);
    libarchive = &api;
    return 0;
}

#endif
