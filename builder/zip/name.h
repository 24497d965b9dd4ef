/* What a member's name says about where it would be unpacked. */
#ifndef ZIP_NAME_H
#define ZIP_NAME_H

#include <stddef.h>
#include <stdint.h>

/* Which of ZIP_ABSOLUTE, ZIP_PARENT and ZIP_NAME (zip/reader.h) hold for a name; a final slash is allowed. */
uint32_t zip_name_facts(const char *name, size_t len);

/* 1 when every byte is ASCII, 0 when it is other valid UTF-8, -1 when it is not UTF-8. */
int zip_name_ascii(const char *name, size_t len);

#endif
