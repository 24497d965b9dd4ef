/* The hooks of a build backend (PEP 517), called by templates/project/driver.py in the build environment. */
#ifndef PROJECT_HOOK_H
#define PROJECT_HOOK_H

#include "project/build_system.h"
#include "sched/tasks.h"

struct hook {
    const struct project_build *build;
    const char *name;             /* "build_wheel" */
    const struct option *options; /* config settings */
    size_t option_count;
    const struct strvec *own; /* ours, KEY=VALUE, or NULL: the project's comes first, and lists are joined */
    const char *folder;       /* build_wheel: where the wheel goes; NULL for the others */
    const char *answer;       /* where the answer is written: absolute */
};

#define HOOK_REQUIRES "get_requires_for_build_wheel"
#define HOOK_BUILD "build_wheel"

/* Adds what the driver is told, as JSON. */
void hook_write(struct strbuf *out, const struct hook *h);

/* Fills the words of a command that calls it, by the environment's interpreter; the request was written to
 * that file. The driver is found among the templates. */
int hook_command(struct command *c, const char *environment, const char *request, struct err *e);

/* The answers: requirements; the wheel's file name, in the arena. */
int hook_read_requires(struct texts *out, struct arena *a, const char *answer, struct err *e);
int hook_read_wheel(const char **out, struct arena *a, const char *answer, struct err *e);

#endif
