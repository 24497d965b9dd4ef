/* A finding as JSON: the same in what an audit prints, in what a run prints, and in what the store keeps of a
 * wheel. */
#ifndef AUDIT_FINDING_H
#define AUDIT_FINDING_H

#include "audit/audit.h"
#include "json/json.h"

/* Adds it to a list and gives its object, for members that tell where it stands. */
struct json *finding_add(struct json *list, const struct finding *f);

/* Adds a member "findings": a list of them. */
void findings_set(struct json *object, const struct finding *findings, size_t count);

/* Reads what findings_set wrote; an array in the arena, which owns its texts. A rule that this program does
 * not know is kept by its name; what is missing is empty. */
struct finding *findings_get(const struct json *object, size_t *count, struct arena *a);

/* The same finding with texts of its own, in the arena; the rule is the same one. */
struct finding finding_copy(const struct finding *f, struct arena *a);

#endif
