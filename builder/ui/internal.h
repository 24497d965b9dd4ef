/* The three sinks behind progress_new and what they share; what is claimed of a wheel. */
#ifndef UI_INTERNAL_H
#define UI_INTERNAL_H

#include "ui/layout.h"
#include "ui/progress.h"

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

/* What a wheel without findings of these rules has been proved to be. */
struct claim {
    const char *rules; /* of the audit, parted by spaces */
    const char *text;
};

/* Claim i, or NULL past the end. */
const struct claim *claim_at(size_t i);

#endif
