/* Between relink.c and relink_inputs.c. */
#ifndef LINK_RELINK_INTERNAL_H
#define LINK_RELINK_INTERNAL_H

#include "link/relink.h"
#include "link/shared_internal.h"
#include "wrapper/words.h"

/* The linker and its words; fails when they are not there. */
int relink_words(struct words *words, const struct relink_module *m, struct err *e);

/* Whether path is that folder or below it. */
bool relink_lies_in(const char *path, const char *folder);

/* Adds the paths of objects and static libraries of the project's own, as copied, in the order of the link.
 */
int relink_own_files(struct strvec *out, const struct relink_module *m, struct err *e);

/* Adds the command that makes one object of machine code of what is intermediate code, if there is any, and
 * changes the module's words so that they name that. */
int relink_add_plain(struct sharing_work *s, const struct relink_module *m, struct err *e);

#endif
