/* The text of /proc/PID/smaps, smaps_rollup and maps (Documentation/filesystems/proc.rst), of any kernel from
 * 2.6.25 on: fields that are not known are passed over, and those that an old kernel lacks are 0. */
#ifndef FOOTPRINT_SMAPS_H
#define FOOTPRINT_SMAPS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "footprint/memory.h"

/* Takes the text as it comes. Zeroed, with arena set, is ready. */
struct smaps_reader {
    struct arena *arena; /* owns the names */
    VEC(struct region) regions;
    bool has_pss;       /* the kernel tells Pss */
    struct strbuf rest; /* of a line that is not complete */
    size_t line;        /* how many were read */
    size_t guess;       /* the field that comes next when the kernel keeps its order */
};

/* Takes part of the text. Fails (ERR_ENVIRONMENT) with "line N: what" for what the kernel does not write. */
int smaps_feed(struct smaps_reader *r, const char *text, size_t len, struct err *e);

/* The text is at its end; a line that was cut is an error. */
int smaps_end(struct smaps_reader *r, struct err *e);
void smaps_reader_release(struct smaps_reader *r);

#endif
