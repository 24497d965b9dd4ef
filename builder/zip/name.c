/* What a member's name says about where it would be unpacked, and whether it is text. */
#include "zip/name.h"

#include <string.h>

#include "base/utf8.h"
#include "zip/reader.h"

int zip_name_ascii(const char *name, size_t len)
{
    int ascii = 1;
    for (size_t i = 0, n; i < len; i += n) {
        n = utf8_length(name + i, len - i);
        if (!n)
            return -1;
        if (n > 1)
            ascii = 0;
    }
    return ascii;
}

uint32_t zip_name_facts(const char *name, size_t len)
{
    uint32_t facts = 0;
    if (len == 0)
        return ZIP_NAME;
    if (name[0] == '/' || (len > 1 && name[1] == ':'))
        facts |= ZIP_ABSOLUTE;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f || name[i] == '\\')
            facts |= ZIP_NAME;
    if (zip_name_ascii(name, len) < 0)
        facts |= ZIP_NAME;
    const char *end = name + len;
    if (len > 1 && end[-1] == '/')
        end--;
    for (const char *p = name + (name[0] == '/'); p <= end;) {
        const char *slash = p < end ? memchr(p, '/', (size_t)(end - p)) : NULL;
        size_t n = (size_t)((slash ? slash : end) - p);
        if (n == 2 && p[0] == '.' && p[1] == '.')
            facts |= ZIP_PARENT;
        if (n == 0 || (n == 1 && p[0] == '.'))
            facts |= ZIP_NAME;
        if (!slash)
            break;
        p = slash + 1;
    }
    return facts;
}
