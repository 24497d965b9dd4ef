/* What a measurement of `footprint` needs: an interpreter, a folder, and what is measured in it. */
#ifndef CLI_WORKPLACE_H
#define CLI_WORKPLACE_H

#include "base/arena.h"
#include "cli/program.h"
#include "footprint/subject.h"
#include "store/work.h"

struct workplace {
    struct arena arena;
    struct interpreter python;
    struct work_folder folder; /* removed with all that is in it */
    const char *scratch;       /* its path */
    struct subject measured, against;
    bool has_against;
};

/* Chooses the interpreter and installs what the command line names. workplace_release is called either way.
 */
int workplace_open(struct workplace *p, const struct invocation *inv, struct err *e);
void workplace_release(struct workplace *p);

#endif
