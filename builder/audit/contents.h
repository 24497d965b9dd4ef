/* What the texts inside a file tell: code of others, paths. One pass over the bytes that are not code. */
#ifndef AUDIT_CONTENTS_H
#define AUDIT_CONTENTS_H

#include "audit/internal.h"
#include "inspect/recognise.h"

struct path_row {
    const char *text; /* how the path begins, or of data: a part of it */
    const char *what; /* what is looked for there, or NULL: a folder of the machine that built it */
};

enum { CONTENTS_MAX = 64 };

struct scanned_contents {
    struct recognised *recognised; /* in the arena */
    size_t recognised_count;
    struct {
        const struct path_row *row;
        const char *path; /* in the arena */
    } paths[CONTENTS_MAX];
    size_t path_count; /* kept */
    size_t path_total; /* seen */
};

/* Reads every segment that is not code (all of them where code and constants share one), and the names that
 * the file exports; *contents is zeroed before. build_root (or NULL) is looked for everywhere in them. */
void contents_scan(struct scanned_contents *contents, const struct elf_image *image,
    const struct facts *facts, const char *build_root, struct arena *arena);

/* Fills report.itself and report.embedded. */
void identify_contents(struct check *c);

#endif
