/* Does it load? An installed wheel is imported by real interpreters, outside its source tree, and the
 * recipe's test script runs. How each try ends is written down, so that one interpreter's failure does not
 * hide another's success. */
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
    size_t module_count;
    const char *site;  /* absolute: the folder that the wheel was installed into */
    struct texts with; /* absolute: folders of the wheels that the test requires */
    bool guessed; /* the modules are what the wheel has, and nobody said that they can be imported: one that
                     wants another distribution is not tried */
    const char *scratch;     /* absolute: an empty folder to run in; also HOME and TMPDIR */
    const char *log;         /* absolute: gets all output */
    struct command_end *end; /* gets how it ended */
};

enum { SMOKE_SECONDS = 120 };

/* Fills the command that tries, which gets SMOKE_SECONDS. */
int smoke_command(struct command *c, const struct smoke_request *r, struct err *e);

enum smoke_outcome { SMOKE_PASSED, SMOKE_FAILED, SMOKE_NOT_RUN };

/* What came of a try. *why (in the arena) says in one or two lines what was wrong: first in plain words, then
 * the loader's or Python's own; NULL when it passed. An end that is not known counts as not run. */
enum smoke_outcome smoke_read(
    struct arena *a, const struct command_end *end, const char *log, const char **why);

/* What the last lines of a Python traceback mean for who packs a wheel, or NULL when nothing is known about
 * it; in the arena. For the command line's `import failed, why?` as well. */
const char *smoke_explain(struct arena *a, const char *text);

#endif
