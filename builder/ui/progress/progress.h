/* What happens, shown while it happens: a live view on a terminal, plain lines elsewhere, JSON lines for
 * programs. All write to stderr; results go to stdout, elsewhere. */
#ifndef UI_PROGRESS_PROGRESS_H
#define UI_PROGRESS_PROGRESS_H

#include <stdio.h>

#include "event/event.h"

enum progress_style {
    PROGRESS_AUTO, /* the live view on a terminal that can, else plain lines */
    PROGRESS_TTY,
    PROGRESS_PLAIN,
    PROGRESS_JSON, /* one object a line; templates/schema/progress.schema.json describes it */
};

enum verbosity { VERBOSITY_QUIET = -1, VERBOSITY_NORMAL, VERBOSITY_VERBOSE };

/* A sink that draws. The caller frees it, which clears the live view. */
struct progress {
    struct sink sink;
    void (*release)(struct progress *p); /* frees it */
};

/* Quiet leaves warnings and failures; JSON lines leave nothing out, whatever the verbosity. */
struct progress *progress_new(enum progress_style style, enum verbosity verbosity, FILE *out);
void progress_free(struct progress *p); /* NULL is fine */

static inline void cleanup_progress(struct progress **p)
{
    progress_free(*p);
}
#define AUTO_PROGRESS __attribute__((cleanup(cleanup_progress)))

#endif
