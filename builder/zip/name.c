#include "zip/name.h"

#include <string.h>

#include "zip/reader.h"

/* The length of the UTF-8 sequence at p, or 0 when it is not one (RFC 3629: shortest form, no surrogates). */
static size_t utf8_length(const unsigned char *p, size_t len)
{
    if (p[0] < 0x80)
        return 1;
    size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || n > len)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
        (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

int zip_name_ascii(const char *name, size_t len)
{
    const unsigned char *p = (const unsigned char *)name;
    int ascii = 1;
    for (size_t i = 0, n; i < len; i += n) {
        n = utf8_length(p + i, len - i);
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
