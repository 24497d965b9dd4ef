/* What a module was linked from, kept aside: what modules turn out to share is known only when all are
 * there, and by then a build has removed its temporary files. */
#ifndef WRAPPER_RELINK_H
#define WRAPPER_RELINK_H

#include "wrapper/config.h"

/* In the folder of a link: the linker's words, one a line as words_write has it, absolute; beside it copies
 * of the project's own objects and archives, which the words name. */
#define RELINK_WORDS "words"

/* Copies into the folder "relinks"/NAME what argv, a linker and its words, was given of the project's own.
 * That folder's path, which the caller frees; NULL: it could not all be kept, or nothing is to be. */
char *relink_keep(const struct config *c, const struct words *argv, const char *name);

#endif
