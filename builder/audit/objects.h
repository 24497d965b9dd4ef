/* Judges what is linked statically: objects and archives of them. */
#ifndef AUDIT_OBJECTS_H
#define AUDIT_OBJECTS_H

#include "audit/audit.h"

/* Judges one relocatable object, or an archive. Only target, subject and overrides of the context are asked.
 * The report is filled and owned by the caller. Fails with ERR_ENVIRONMENT when the bytes are neither, or are
 * damaged so that members cannot be told apart. */
int audit_objects(const void *bytes, size_t size, const struct audit_context *context,
    struct audit_report *report, struct err *e);

#endif
