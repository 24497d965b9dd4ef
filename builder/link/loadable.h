/* A real shared object of a static library, for builds that load it to ask it something (its version, what it
 * was built with). Nothing is linked with it. */
#ifndef LINK_LOADABLE_H
#define LINK_LOADABLE_H

#include "link/link.h"

struct loadable_request {
    const struct toolchain *toolchain;
    const struct build_input *libraries; /* in link order */
    size_t library_count;
    size_t library;   /* of these, the one */
    const char *work; /* absolute: an empty folder */
    const char *out;  /* absolute: a folder; gets libNAME.so for each of its libNAME.a */
    const char *logs;
};

/* Adds the commands that make them. */
void loadable_commands(const struct loadable_request *r, const struct strvec *env, struct commands *out);

extern const struct helper loadable_helper;

#endif
