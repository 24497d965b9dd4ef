/* Core metadata: what METADATA of a wheel and PKG-INFO of an sdist hold (packaging.python.org "Core metadata
 * specifications", 2.1 to 2.5). Fields keep their order and their text. */
#ifndef PYTHON_METADATA_H
#define PYTHON_METADATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct metadata_field {
    const char *name;  /* in the usual spelling for known fields: "Requires-Dist" */
    const char *value; /* continuation lines joined by newlines */
};

/* Zeroed is empty. All texts live in the arena that was given with them. */
struct metadata {
    struct metadata_field *fields;
    size_t len, cap;
    const char *description; /* the body, or NULL */
};

void metadata_release(struct metadata *m); /* frees the list, not the texts */

/* The first value of a field, or NULL; names are compared without case. */
const char *metadata_get(const struct metadata *m, const char *name);

/* Adds one more value behind the others of that name, or at the end. */
void metadata_add(struct metadata *m, struct arena *a, const char *name, const char *value);

/* Makes this the only value of the field, in the place of the first one. */
void metadata_set(struct metadata *m, struct arena *a, const char *name, const char *value);

/* Whether the field may stand more than once (Classifier, Requires-Dist, …); false for unknown ones. */
bool metadata_is_multiple(const char *name);

/* Whether the specification knows the field. */
bool metadata_is_known(const char *name);

/* Reads METADATA or PKG-INFO. path is for messages. Fails (ERR_PACKAGE) on a line that is neither a field nor
 * its continuation, and on NUL. A Description field becomes the description. */
int metadata_parse(
    struct metadata *m, struct arena *a, const char *path, const char *text, size_t len, struct err *e);

/* Checks what every consumer relies on: a valid name and version, Requires-Python, Requires-Dist. All that is
 * wrong is reported at once, a line each, starting with path. */
int metadata_check(const struct metadata *m, const char *path, struct err *e);

/* Adds the text of METADATA: Metadata-Version first (the lowest that can say the fields, 2.4 or later), then
 * the fields in the specification's order, unknown ones last, then the description. */
void metadata_format(const struct metadata *m, struct strbuf *out);

#endif
