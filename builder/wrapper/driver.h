/* What stands for a compiler. */
#ifndef WRAPPER_DRIVER_H
#define WRAPPER_DRIVER_H

#include "wrapper/config.h"

/* Adds the argument vector that is run when argv, without its first word, was asked of cc or c++. What is
 * dropped or redirected is logged under the name who. */
void driver_words(struct words *out, const struct config *c, enum wrapper_kind kind, const char *who,
    const struct words *argv);

#endif
