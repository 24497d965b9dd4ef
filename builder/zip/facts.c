/* Names for what is odd about a zip file or a member. */
#include <stddef.h>

#include "zip/reader.h"

/* In the order of the bits. */
static const char *const member_facts[ZIP_MEMBER_FACTS] = {
    "a data descriptor",
    "an extra field",
    "a comment",
    "a folder entry",
    "a symbolic link",
    "a device, FIFO or socket",
    "a setuid, setgid or sticky bit",
    "an absolute name",
    "\"..\" in the name",
    "a malformed name",
    "the name of an earlier member",
    "a local header that differs from the central directory",
    "no local header or data where the central directory says",
    "bytes shared with another member or the central directory",
    "encryption",
    "a compression method other than stored and deflated",
    "sizes that cannot be true",
    "an expansion of more than 200 times to over 64 MiB",
    "zip64 sizes",
    "a UTF-8 flag that does not fit the name",
};

static const char *const facts[ZIP_FACTS] = {
    "an archive comment",
    "bytes behind the end of the archive",
    "more than one end record",
    "bytes before the start of the archive",
    "bytes that belong to no member",
    "a zip64 end record",
    "parts on several disks",
    "a member count that differs from the central directory",
};

static const char *text(const char *const *table, size_t len, uint32_t bit)
{
    for (size_t i = 0; i < len; i++)
        if (bit == UINT32_C(1) << i)
            return table[i];
    return "";
}

const char *zip_member_fact_text(uint32_t bit)
{
    return text(member_facts, ZIP_MEMBER_FACTS, bit);
}

const char *zip_fact_text(uint32_t bit)
{
    return text(facts, ZIP_FACTS, bit);
}
