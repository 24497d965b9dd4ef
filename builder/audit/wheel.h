/* Judges a wheel: its members' contents, and whether name, metadata, RECORD, zip and SBOM say the truth. */
#ifndef AUDIT_WHEEL_H
#define AUDIT_WHEEL_H

#include "audit/files.h"
#include "audit/pool.h"
#include "audit/window.h"
#include "zip/reader.h"

/* What those who judge files side by side share. */
struct audit_shared {
    const struct audit_options *options;
    struct pool *pool;
    struct budget *budget;
    size_t memory_bytes_max;
    struct workspace_pool *workspace_pool; /* of workspaces */
};

void audit_shared_init(struct audit_shared *w, const struct audit_options *options);
void audit_shared_release(struct audit_shared *w);

/* What one thread needs for one file or member at a time. */
struct workspace {
    struct zip_scratch scratch; /* to inflate into */
    struct arena arena;         /* for what is forgotten when it is judged */
};

/* One that is free, or a new one; given back when the file or member is judged. */
struct workspace *workspace_take(struct workspace_pool *workspace_pool);
void workspace_give(struct workspace_pool *workspace_pool, struct workspace *workspace);

/* What options say about any file, with these names. */
struct audit_context context_of(const struct audit_options *options, const char *subject);

/* The Python that a module's file name is for: ".cpython-311-x86_64-linux-gnu.so", ".cpython-313t-…". */
void context_read_name(struct audit_context *context, const char *path);

/* Fills *a, whose path is set; named: by the user, not found in a folder. Fails with the reason when it is
 * not a zip at all. */
int audit_wheel(
    struct audited *a, const struct view *view, bool named, const struct audit_shared *w, struct err *e);

/* Counts findings, and says what a file with these modules earns and whether it passes. */
void audited_conclude(struct audited *a);

/* Empties the modules' reports; what was concluded from them stays. */
void audited_strip(struct audited *a);

#endif
