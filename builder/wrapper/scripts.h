/* Programs such as curl-config, which say how a library is compiled with and linked: answered from the .pc
 * files of the build's libraries. */
#ifndef WRAPPER_SCRIPTS_H
#define WRAPPER_SCRIPTS_H

#include "wrapper/config.h"

enum { SCRIPT_PACKAGES_MAX = 3 };

struct script {
    const char *name;                          /* "curl-config" */
    const char *packages[SCRIPT_PACKAGES_MAX]; /* names of its .pc file, the first that is there */
    const char *before_version;                /* "libcurl " */
};

extern const struct script scripts[];
extern const size_t scripts_count;

/* NULL when it is none. */
const struct script *script_find(const char *name);

/* Adds pkg-config's program and its words, and sets its environment: packages of this build only. */
void packages_words(struct words *out, const struct config *c);

/* Answers on standard output; gives the exit status. */
int script_answer(const struct script *s, const struct config *c, const struct words *argv);

#endif
