/* Loads libcurl when a download needs it: a run with nothing to fetch starts without. Linked in as a static
 * library it costs a start nothing. */
#include "fetch/curl_api.h"

#include <dlfcn.h>
#include <stdbool.h>

#include "base/count.h"
#include "sys/library.h"

static struct curl_api api;

#ifdef STATICBUILD_LINKED /* make LINKED=1: it is a part of the program */

static int find_functions(struct err *e)
{
    (void)e;
#define CURL_FUNCTION(name) api.name = curl_##name;
    CURL_FUNCTIONS(CURL_FUNCTION)
#undef CURL_FUNCTION
    return 0;
}

#else

static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

static const struct library_function functions[] = {
#define CURL_FUNCTION(name) {"curl_" #name, offsetof(struct curl_api, name)},
    CURL_FUNCTIONS(CURL_FUNCTION)
#undef CURL_FUNCTION
};

static int find_functions(struct err *e)
{
    void *library = NULL;
    for (size_t i = 0; i < COUNT(names) && !library; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return err_set(e, ERR_MISSING, "the network needs %s, which cannot be loaded (%s); install libcurl4",
            names[0], dlerror());
    const char *missing = library_fill(&api, library, functions, COUNT(functions));
    if (!missing)
        return 0;
    dlclose(library);
    return err_set(
        e, ERR_ENVIRONMENT, "the libcurl of this machine cannot be used: %s is not in it", missing);
}

#endif

const struct curl_api *curl_api_load(struct err *e)
{
    static bool ready;
    if (ready)
        return &api;
    if (find_functions(e) < 0)
        return NULL;
    if (api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        err_set(e, ERR_ENVIRONMENT, "libcurl does not start");
        return NULL;
    }
    ready = true;
    return &api;
}
