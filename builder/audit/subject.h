/* A file that is audited, from its path to its verdict. */
#ifndef AUDIT_SUBJECT_H
#define AUDIT_SUBJECT_H

#include "audit/wheel.h"
#include "audit/window.h"

enum subject_kind {
    SUBJECT_FILE,
    SUBJECT_FOREIGN, /* found in a folder, and nothing that is audited */
    SUBJECT_FOLDER,
};

/* Opens what is a regular file; returns its enum subject_kind. *fd (the caller's to close) and *size are set
 * for SUBJECT_FILE. named: by the user, who wants to hear of everything; else found in a folder. Fails with
 * the path and the reason. */
int audit_open(const char *path, bool named, int *fd, uint64_t *size, struct err *e);

/* Judges the bytes; nothing of them is needed afterwards. Returns SUBJECT_FILE or SUBJECT_FOREIGN. */
int audit_view(struct audited *a, const char *path, const struct view *view, bool named,
    const struct audit_shared *shared, struct err *e);

#endif
