/* The lock of a build environment: which wheels it is made of, in the form that pip takes with
 * --require-hashes, a line each, sorted:
 *
 *     setuptools==80.9.0 --hash=sha256:062d…
 */
#ifndef PROJECT_LOCK_H
#define PROJECT_LOCK_H

#include "base/err.h"
#include "base/str.h"

/* Adds the lock of what pip would install, from its report (`pip install --dry-run --report`). Files of this
 * machine without a hash in the report are hashed. Fails (ERR_FETCH) for what has no hash, or is no wheel. */
int lock_from_report(struct strbuf *out, const char *path, struct slice report, struct err *e);

/* The same from a file. */
int lock_from_report_file(struct strbuf *out, const char *path, struct err *e);

#endif
