/* Results, as text for a reader or as one JSON document (templates/schema/run.schema.json). */
#ifndef UI_RUN_REPORT_H
#define UI_RUN_REPORT_H

#include "pipeline/pipeline.h"
#include "ui/text/layout.h"

/* What a run came to: the wheels and what was proved of them, and the totals when it succeeded. What went
 * wrong, refused modules with their findings among it, is in the error. */
void report_run(struct strbuf *out, const struct pipeline_result *result, enum pipeline_goal goal,
    bool succeeded, struct style style);

/* The same with all details; e may be empty, or say why the run ended early. */
void report_run_json(
    struct strbuf *out, const struct pipeline_result *result, enum pipeline_goal goal, const struct err *e);

/* Why each step is made, or was; see GOAL_WHY. */
void report_why(struct strbuf *out, const struct pipeline_result *result, struct style style);

/* The interpreters that were left out, a line each. */
void report_skipped(struct strbuf *out, const struct pipeline_result *result);

/* Where the time went, as a page. Fails when templates/timings.html is not there. */
int report_timings(struct strbuf *out, const struct pipeline_result *result, struct err *e);

/* Who needs whom: what was asked for and all below it, by indentation. A second mention stands alone. */
void report_graph(struct strbuf *out, const struct graph *g, struct style style);
void report_graph_json(struct strbuf *out, const struct graph *g);

/* An error as shown to the user: each line begins with the program's name, except lines about a place in a
 * file, which editors and terminals can jump to. */
void report_error(struct strbuf *out, const char *program, const struct err *e, struct style style);

/* The same as one JSON line of --progress json. */
void report_error_json(struct strbuf *out, const struct err *e);

#endif
