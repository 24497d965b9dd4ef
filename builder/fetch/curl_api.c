/* Loads libcurl when a download needs it: a run with nothing to fetch starts without. */
#include "fetch/curl_api.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/count.h"

static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

const struct curl_api *curl_api_load(struct err *e)
{
    static struct curl_api api;
    static bool loaded;
    if (loaded)
        return &api;
    void *library = NULL;
    for (size_t i = 0; i < COUNT(names) && !library; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        err_set(e, ERR_MISSING, "the network needs %s, which cannot be loaded (%s); install libcurl4",
            names[0], dlerror());
        return NULL;
    }
    const char *missing = NULL;
    /* POSIX lets a data pointer from dlsym be a function; ISO C has no cast for it. */
#define CURL_FUNCTION(name)                            \
    {                                                  \
        void *address = dlsym(library, "curl_" #name); \
        memcpy(&api.name, &address, sizeof address);   \
        if (!address)                                  \
            missing = "curl_" #name;                   \
    }
    CURL_FUNCTIONS(CURL_FUNCTION)
#undef CURL_FUNCTION
    if (missing || api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        err_set(e, ERR_ENVIRONMENT, "the libcurl of this machine cannot be used: %s",
            missing ? missing : "it does not start");
        dlclose(library);
        return NULL;
    }
    loaded = true;
    return &api;
}
