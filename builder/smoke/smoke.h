/* Does it load? An installed wheel is imported by real interpreters, outside its source tree, and the
 * recipe's test script runs. Each try is a child of ourselves that writes down how it went, so that one
 * interpreter's failure does not hide another's success. */
#ifndef SMOKE_SMOKE_H
#define SMOKE_SMOKE_H

#include "base/arena.h"
#include "python/interpreter.h"
#include "recipe/recipe.h"
#include "sched/tasks.h"

struct smoke_request {
    const struct interpreter *python;
    const struct test_spec *test;
    const char *const *modules; /* dotted names, imported besides test->imports */
    size_t modules_len;
    const char *site;    /* absolute: the folder that the wheel was installed into */
    struct texts with;   /* absolute: folders of the wheels that the test requires */
    const char *scratch; /* absolute: an empty folder to run in; also HOME and TMPDIR */
    const char *log;     /* absolute: gets all output */
    const char *result;  /* absolute: gets how it ended */
};

/* Fills the command that tries: `staticbuild internal-smoke …`, which ends with status 0 whatever came out.
 */
void smoke_command(struct command *c, const struct smoke_request *r);

/* What `internal-smoke` does; argv are the words after it. */
int smoke_main(int argc, char **argv);

enum smoke_outcome { SMOKE_PASSED, SMOKE_FAILED, SMOKE_NOT_RUN };

/* Reads what the child wrote. *why (in the arena) says in one or two lines what was wrong: first in plain
 * words, then the loader's or Python's own; NULL when it passed. A result that is missing counts as not run.
 */
enum smoke_outcome smoke_read(struct arena *a, const char *result, const char *log, const char **why);

/* What the last lines of a Python traceback mean for who packs a wheel, or NULL when nothing is known about
 * it; in the arena. For the command line's `import failed, why?` as well. */
const char *smoke_explain(struct arena *a, const char *text);

#endif
