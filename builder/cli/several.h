/* Several targets in one run. */
#ifndef CLI_SEVERAL_H
#define CLI_SEVERAL_H

#include "cli/session.h"

/* Whether a target is a list of some: "manylinux_2_28_aarch64,manylinux_2_31_riscv64". */
bool several_targets(const char *target);

/* As session_run_at, for each of them in turn, as one result: what is for none of them in particular
 * (sources, tools) is made once. The first that fails ends it, but with --keep-going. An empty part, one that
 * is there twice and
 * --python-root, which is one system, are ERR_USAGE. */
int several_run(struct invocation *inv, enum pipeline_goal goal, const struct session_place *place,
    const char *targets, struct pipeline_result *result, struct err *e);

#endif
