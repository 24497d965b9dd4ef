/* Loads Capstone when code is to be decoded; what is no question of that starts without. */
#include "isa/capstone_api.h"

#include <dlfcn.h>
#include <pthread.h>

#include "base/alloc.h"
#include "base/count.h"
#include "isa/isa.h"
#include "sys/library.h"

#ifdef STATICBUILD_LINKED /* make LINKED=1: it is a part of the program */

const struct capstone_api *capstone_api_load(struct err *e)
{
#define CAPSTONE_FUNCTION(name) .name = cs_##name,
    static const struct capstone_api api = {CAPSTONE_FUNCTIONS(CAPSTONE_FUNCTION)};
#undef CAPSTONE_FUNCTION
    (void)e;
    return &api;
}

#else

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#define NAME "libcapstone.so." TEXT(CS_API_MAJOR) /* structs are those of the headers */

static const struct library_function functions[] = {
#define CAPSTONE_FUNCTION(name) {"cs_" #name, offsetof(struct capstone_api, name)},
    CAPSTONE_FUNCTIONS(CAPSTONE_FUNCTION)
#undef CAPSTONE_FUNCTION
};
static struct capstone_api api;
static char *trouble; /* why it cannot be used; NULL: it can */

static void load(void)
{
    void *library = dlopen(NAME, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        trouble = xstrdup(dlerror());
        return;
    }
    const char *missing = library_fill(&api, library, functions, COUNT(functions));
    trouble = missing ? xstrf("it lacks %s", missing) : NULL;
}

const struct capstone_api *capstone_api_load(struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (!trouble)
        return &api;
    err_set(e, ERR_MISSING,
        "machine code is decoded by " NAME
        ", which cannot be loaded (%s); install libcapstone" TEXT(CS_API_MAJOR),
        trouble);
    return NULL;
}

#endif

int isa_load(struct err *e)
{
    return capstone_api_load(e) ? 0 : -1;
}
