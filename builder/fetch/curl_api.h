/* libcurl, loaded when it is first needed: linked in, its thirty-three libraries would cost every start of
 * the program about 5 ms. */
#ifndef FETCH_CURL_API_H
#define FETCH_CURL_API_H

#define CURL_DISABLE_DEPRECATION /* the bit mask of protocols is what libcurl older than 7.85 knows */
#include <curl/curl.h>

#include "base/err.h"

/* One line a function of libcurl that we call: CURL_FUNCTION(name without "curl_"). */
#define CURL_FUNCTIONS(CURL_FUNCTION)  \
    CURL_FUNCTION(global_init)         \
    CURL_FUNCTION(easy_init)           \
    CURL_FUNCTION(easy_setopt)         \
    CURL_FUNCTION(easy_getinfo)        \
    CURL_FUNCTION(easy_strerror)       \
    CURL_FUNCTION(easy_cleanup)        \
    CURL_FUNCTION(slist_append)        \
    CURL_FUNCTION(slist_free_all)      \
    CURL_FUNCTION(multi_init)          \
    CURL_FUNCTION(multi_setopt)        \
    CURL_FUNCTION(multi_add_handle)    \
    CURL_FUNCTION(multi_remove_handle) \
    CURL_FUNCTION(multi_socket_action) \
    CURL_FUNCTION(multi_info_read)     \
    CURL_FUNCTION(multi_cleanup)       \
    CURL_FUNCTION(url)                 \
    CURL_FUNCTION(url_set)             \
    CURL_FUNCTION(url_get)             \
    CURL_FUNCTION(url_cleanup)         \
    CURL_FUNCTION(free)

struct curl_api {
#define CURL_FUNCTION(name) __typeof__(curl_##name) *name;
    CURL_FUNCTIONS(CURL_FUNCTION)
#undef CURL_FUNCTION
};

/* The library, started; it stays loaded. NULL with *e set when it cannot be had. */
const struct curl_api *curl_api_load(struct err *e);

#endif
