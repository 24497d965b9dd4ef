/* Judges many files side by side: linked ELF files, objects, archives, wheels. */
#ifndef AUDIT_FILES_H
#define AUDIT_FILES_H

#include "audit/audit.h"

enum audit_outcome {
    AUDIT_JUDGED,     /* report is filled */
    AUDIT_OTHER,      /* neither ELF nor an archive nor a wheel */
    AUDIT_UNREADABLE, /* error says why */
};

struct audit_visit {
    size_t index; /* of the path */
    const char *path;
    enum audit_outcome outcome;
    struct audit_report *report; /* freed after the call, unless *report was copied and zeroed */
    const struct err *error;
};

typedef void audit_visitor(void *arg, const struct audit_visit *visit);

/* Judges every path, up to jobs at a time, and calls visit for each in the order of the list, never two calls
 * at once. Finished reports wait for their turn in a window of bounded length, so that memory does not grow
 * with the number of paths. member_limit bounds one member of a wheel in bytes; 0 is wheel_open's own. */
void audit_paths(const char *const *paths, size_t len, const struct audit_context *context, unsigned jobs,
    size_t member_limit, audit_visitor *visit, void *arg);

/* Judges bytes by what they are, wheels apart: see audit_module and audit_objects. */
enum audit_outcome audit_bytes(const void *bytes, size_t size, const struct audit_context *context,
    struct audit_report *report, struct err *e);

#endif
