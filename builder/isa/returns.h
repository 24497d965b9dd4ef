/* Numbers that functions return and do nothing else: how libraries say their version. */
#ifndef ISA_RETURNS_H
#define ISA_RETURNS_H

#include "elf/image.h"

/* Fills out with those of at least ISA_RETURNED_LEAST, each once, at most so many; returns how many. x86
 * alone is read: MOV to EAX, then RET. */
enum { ISA_RETURNED_LEAST = 0x4000 };
size_t isa_returned_numbers(const struct elf_image *image, uint32_t *out, size_t most);

#endif
