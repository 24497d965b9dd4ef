/* What a pkg-config file asks of who compiles against its library (pkg-config(1), "METADATA FILE SYNTAX"). */
#ifndef BUILD_PC_H
#define BUILD_PC_H

#include "base/err.h"
#include "base/str.h"

/* Adds the -I, -isystem, -D and -U of Cflags, each as one word, with the variables of the file replaced;
 * pcfiledir is folder, and paths are clean. Fails (ERR_BUILD) when variables grow without end. */
int pc_cflags(struct strvec *out, struct slice text, const char *folder, struct err *e);

#endif
