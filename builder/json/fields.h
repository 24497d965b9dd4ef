/* Structs as JSON objects and back: one table of fields serves who writes and who reads, so that the two
 * cannot disagree.
 *
 * A text that is not UTF-8 (a path may be anything) is written as {"hex": "2f746d70ff"}. */
#ifndef JSON_FIELDS_H
#define JSON_FIELDS_H

#include <stddef.h>

#include "base/arena.h"
#include "json/json.h"

/* What a member of the struct is in C. */
enum field_kind {
    FIELD_TEXT,         /* const char *, never NULL */
    FIELD_TEXT_OR_NULL, /* NULL is no member of the object */
    FIELD_TEXTS,        /* struct strvec; one that was read lives in the arena, and is not released */
    FIELD_BOOL,         /* bool */
    FIELD_NUMBER,       /* uint64_t, up to INT64_MAX */
};

struct field {
    const char *name;
    enum field_kind kind;
    size_t at; /* offsetof */
};

/* A row: FIELD(TEXT, struct unpack_request, archive). */
#define FIELD(kind, type, member)                     \
    {                                                 \
#member, FIELD_##kind, offsetof(type, member) \
    }

/* Adds a member for each field of *from. */
void fields_write(struct json *object, const struct field *fields, size_t count, const void *from);

/* Fills *to, which is all zero; texts live in the arena. Fails, naming the member, when one is missing, is of
 * another kind, or is in no row. name is what messages call the object. */
int fields_read(void *to, struct arena *a, const char *name, const struct json *object,
    const struct field *fields, size_t count, struct err *e);

#endif
