/* The three sinks behind progress_new and what they share. */
#ifndef UI_PROGRESS_INTERNAL_H
#define UI_PROGRESS_INTERNAL_H

#include "ui/text/layout.h"
#include "ui/progress/progress.h"

struct progress *plain_new(enum verbosity verbosity, FILE *out);
struct progress *lines_new(FILE *out);
struct progress *live_new(enum verbosity verbosity, FILE *out);

/* True when an event gives a line that stays, with this verbosity; the live view keeps fewer (live). */
bool event_is_kept(const struct event *event, enum verbosity verbosity, bool live);

/* Adds that line without the newline: "done   build zlib 1.3.1 (4.2 s)". Failures keep their message's lines.
 */
void event_line(struct strbuf *out, const struct event *event, struct style style);

/* Writes and flushes; what cannot be written is lost, progress never stops the work. */
void stream_put(FILE *out, const struct strbuf *text);

#endif
