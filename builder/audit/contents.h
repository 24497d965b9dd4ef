/* What the texts inside a file tell: code of others, paths. One pass over the bytes that are not code. */
#ifndef AUDIT_CONTENTS_H
#define AUDIT_CONTENTS_H

#include "audit/internal.h"

enum embedded_version { EMBEDDED_NONE, EMBEDDED_NUMBERS, EMBEDDED_DIGITS, EMBEDDED_HASH };

struct embedded_row {
    const char *name, *text;
    enum embedded_version version; /* behind the text */
    bool stateful;
    const char *library; /* beginning of the soname that brings it otherwise */
};

struct path_row {
    const char *text; /* how the path begins, or of data: a part of it */
    const char *what; /* what is looked for there, or NULL: a folder of the machine that built it */
};

enum { CONTENTS_MAX = 64, LONE_MAX = 64 };

struct contents {
    struct {
        const struct embedded_row *row;
        const char *version; /* "" when the text has none; in the arena */
        bool likely;         /* the version stands elsewhere, and may be another's */
    } embedded[CONTENTS_MAX];
    size_t embedded_count;
    const char *lone[LONE_MAX]; /* texts that are nothing but a version, each once; in the arena */
    size_t lone_count;
    struct {
        const struct path_row *row;
        const char *path; /* in the arena */
    } paths[CONTENTS_MAX];
    size_t path_count; /* kept */
    size_t path_total; /* seen */
};

/* Reads every segment that is not code (all of them where code and constants share one). build_root (or NULL)
 * is looked for everywhere in them. */
void contents_scan(
    struct contents *contents, const struct elf_image *image, const char *build_root, struct arena *arena);

#endif
