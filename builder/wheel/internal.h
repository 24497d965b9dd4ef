/* Shared by the files that read a wheel. */
#ifndef WHEEL_INTERNAL_H
#define WHEEL_INTERNAL_H

#include <stdbool.h>

#include "wheel/wheel.h"

/* Notes a problem; past a thousand they are dropped. */
void wheel_add_problem(struct wheel *w, enum wheel_problem_kind kind, const char *subject, const char *format,
    ...) __attribute__((format(printf, 4, 5)));

/* The text of a member of dist-info, in the scratch; a problem and false when it is not to be had. */
bool wheel_read_text(
    struct wheel *w, const char *name, size_t text_bytes_max, struct zip_scratch *s, struct slice *out);

/* Reads RECORD into w->records and notes what it and the archive do not agree on. */
void wheel_read_record(struct wheel *w, struct zip_scratch *s);

#endif
