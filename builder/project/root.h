/* The libraries of a project as a system would have them, in one folder: usr/include and usr/lib, with links
 * to what is in their trees. -lNAME finds a linker script with the archive and all that it needs, in order,
 * whoever asks: by -l, by the path of libNAME.so, or by pkg-config, whose files lead here. */
#ifndef PROJECT_ROOT_H
#define PROJECT_ROOT_H

#include "base/str.h"
#include "build/backend.h"

struct root {
    const char *folder;               /* absolute: is made */
    const struct build_input *inputs; /* those with role INPUT_LIBRARY count, each before what it needs */
    size_t input_count;
};

int root_make(const struct root *r, struct err *e);

/* Adds the linker script that -lNAME finds for an archive (base name) of input i. */
void root_script(struct strbuf *out, const struct root *r, size_t i, const char *archive);

/* Adds the folder of .pc files. */
void root_packages(struct strbuf *out, const struct root *r);

#endif
