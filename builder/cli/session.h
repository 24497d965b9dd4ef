/* One run of the pipeline for a command: from what the command line said to what is shown. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/program.h"
#include "pipeline/pipeline.h"

/* Runs the pipeline as far as goal, with progress on stderr. The caller releases the result either way. */
int session_run(
    struct invocation *inv, enum pipeline_goal goal, struct pipeline_result *result, struct err *e);

/* Where a run is, or what it is about, other than the command line says; NULL and 0 is what that says. */
struct session_place {
    const struct strvec *recipes, *projects, *upgrades; /* all of them, when one is given */
    const char *list, *mirror_to;
    bool upgrade_all;
    const char *cache, *dist, *mirror, *target;
    unsigned jobs;
};
int session_run_at(struct invocation *inv, enum pipeline_goal goal, const struct session_place *place,
    struct pipeline_result *result, struct err *e);

/* The same, and shows what came of it on stdout as text or JSON, also after a failure. */
int session_show(struct invocation *inv, enum pipeline_goal goal, struct err *e);
int session_show_at(
    struct invocation *inv, enum pipeline_goal goal, const struct session_place *place, struct err *e);

#endif
