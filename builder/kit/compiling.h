/* Compilers of a kit, run beside each other while it is made, and what they say. */
#ifndef KIT_COMPILING_H
#define KIT_COMPILING_H

#include "base/err.h"
#include "base/str.h"
#include "kit/kit.h"

struct compiling {
    struct strvec argv;
    const char *input;        /* what it reads, NULL: nothing */
    struct strbuf text, said; /* what it printed on standard output, and on standard error */
};

/* Runs them in dir (NULL: this process's own), as many at the same time as the request allows; each gets two
 * minutes. The first failure of a compiler is told, and quotes it. */
int compiling_run(
    struct compiling *list, size_t count, const struct kit_request *r, const char *dir, struct err *e);

void compiling_release(struct compiling *j);

#endif
