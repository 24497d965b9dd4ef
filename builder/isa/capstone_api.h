/* Capstone, loaded when code is first decoded: its tables have more addresses to be set than everything else
 * that the program is made of, and most starts decode nothing. */
#ifndef ISA_CAPSTONE_API_H
#define ISA_CAPSTONE_API_H

#include <capstone/capstone.h>

#include "base/err.h"

/* One line a function of Capstone that we call: CAPSTONE_FUNCTION(name without "cs_"). */
#define CAPSTONE_FUNCTIONS(CAPSTONE_FUNCTION) \
    CAPSTONE_FUNCTION(open)                   \
    CAPSTONE_FUNCTION(option)                 \
    CAPSTONE_FUNCTION(malloc)                 \
    CAPSTONE_FUNCTION(disasm_iter)            \
    CAPSTONE_FUNCTION(free)                   \
    CAPSTONE_FUNCTION(close)

struct capstone_api {
#define CAPSTONE_FUNCTION(name) __typeof__(cs_##name) *name;
    CAPSTONE_FUNCTIONS(CAPSTONE_FUNCTION)
#undef CAPSTONE_FUNCTION
};

/* The loaded library; it stays loaded. NULL with ERR_ENVIRONMENT when there is none. Threads may call it. */
const struct capstone_api *capstone_api_load(struct err *e);

#endif
