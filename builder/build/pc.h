/* What a pkg-config file asks of who compiles against its library (pkg-config(1), "METADATA FILE SYNTAX"). */
#ifndef BUILD_PC_H
#define BUILD_PC_H

#include "base/err.h"
#include "base/str.h"

/* Adds the -I, -isystem, -D and -U of Cflags, each as one word, with the variables of the file replaced;
 * pcfiledir is folder, and paths are clean. Fails (ERR_BUILD) when variables grow without end. */
int pc_cflags(struct strvec *out, struct slice text, const char *folder, struct err *e);

/* Adds the text of a tree's file as it stands in prefix/lib/pkgconfig, where the trees that are joined, all
 * of them in the folder trees, lie as one: whoever takes -L of it finds what is linked there. */
void pc_join(struct strbuf *out, struct slice text, const char *trees, const struct strvec *joined,
    const char *prefix);

#endif
