/* RECORD: a CSV file of path, hash and size (PEP 376, PEP 427). */
#ifndef WHEEL_RECORD_H
#define WHEEL_RECORD_H

#include "base/arena.h"
#include "base/str.h"
#include "wheel/wheel.h"

/* Takes the next line off *rest and fills *entry, texts in the arena. Returns 1, 0 at the end, or -1 with
 * *message set for a malformed line, which is then skipped. */
int record_next(struct slice *rest, struct arena *a, struct record_entry *entry, const char **message);

#endif
