/* Versions that code says: as numbers, or by the address of a text. */
#ifndef INSPECT_ANSWERS_H
#define INSPECT_ANSWERS_H

#include <stdbool.h>

#include "base/arena.h"
#include "elf/image.h"

/* What the code of a file says of the libraries that may be in it. */
struct answers;

/* A text of room bytes that code, or a pointer in data, leads to; returned: a function does nothing but
 * return its address. */
typedef void answers_text(void *arg, const char *text, size_t room, bool returned);

/* Whether the version of the library of this name is asked for. */
typedef bool answers_want(void *arg, const char *library);

/* Reads code and pointers once, and looks for the libraries that are wanted, all when want is NULL; text,
 * unless NULL, is called for each text that begins with a digit, in the order of the file. The answers live
 * in the arena. */
struct answers *answers_read(
    const struct elf_image *image, struct arena *arena, answers_want *want, answers_text *text, void *arg);

/* Whether the library of this name can be answered for. */
bool answers_know(const char *library);

/* The version of the library of this name by the one number that can be it, in the arena; NULL when none can
 * be, or several. */
const char *answers_version(const struct answers *answers, const char *library);

#endif
