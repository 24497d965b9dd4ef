/* libFuzzer: METADATA, RECORD, requirements, versions, licences and wheel names of any text. Metadata that
 * was written reads back as the same text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "python/metadata.h"
#include "python/pep440.h"
#include "python/pep508.h"
#include "python/tags.h"
#include "wheel/metadata.h"
#include "wheel/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_metadata(const char *text, size_t len)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    AUTO(err) struct err again = ERR_INIT;
    AUTO(metadata) struct metadata m = {0};
    AUTO(metadata) struct metadata back = {0};
    AUTO(strbuf) struct strbuf once = {0};
    AUTO(strbuf) struct strbuf twice = {0};
    if (metadata_parse(&m, &a, "x", text, len, &e) < 0)
        return;
    if (metadata_check(&m, "x", &e) < 0)
        return;
    metadata_format(&m, &once);
    if (metadata_parse(&back, &a, "x", once.ptr, once.len, &again) < 0)
        abort();
    metadata_format(&back, &twice);
    if (once.len != twice.len || memcmp(once.ptr, twice.ptr, once.len) != 0)
        abort();
}

static void read_record(const char *text, size_t len)
{
    AUTO(arena) struct arena a = {0};
    struct slice rest = {text, len};
    struct record_entry entry;
    const char *message;
    for (int got; (got = record_next(&rest, &a, &entry, &message)) != 0;)
        if ((got < 0) != (message != NULL) || (got > 0 && !*entry.path))
            abort();
}

static void read_requirement(const char *text)
{
    AUTO(arena) struct arena a = {0};
    AUTO(err) struct err e = ERR_INIT;
    struct pep508 r, again;
    if (pep508_parse(&r, &a, text, &e) < 0)
        return;
    AUTO_FREE char *once = pep508_format(&r, NULL);
    if (pep508_parse(&again, &a, once, &e) < 0)
        abort();
    AUTO_FREE char *twice = pep508_format(&again, NULL);
    if (strcmp(once, twice) != 0)
        abort();
}

static void read_version(const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    struct pep440_version v, again;
    if (pep440_parse(&v, text, &e) < 0)
        return;
    AUTO_FREE char *normal = pep440_format(&v);
    if (pep440_parse(&again, normal, &e) < 0 || pep440_compare(&v, &again) != 0)
        abort();
}

static void read_license(const char *text)
{
    AUTO(err) struct err e = ERR_INIT;
    const char *both[] = {text, text};
    AUTO_FREE char *joined = license_join(both, 2, &e);
    if (joined) {
        const char *one[] = {joined};
        AUTO_FREE char *again = license_join(one, 1, &e);
        if (!again || strcmp(joined, again) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *text = xstrndup((const char *)data, size);
    AUTO(err) struct err e = ERR_INIT;
    AUTO(err) struct err name_error = ERR_INIT;
    read_metadata(text, size);
    read_record(text, size);
    read_requirement(text);
    read_version(text);
    read_license(text);
    struct pep440_specifiers set;
    if (pep440_specifiers_parse(&set, text, &e) == 0)
        pep440_specifiers_release(&set);
    struct wheel_name name;
    if (wheel_name_parse(&name, text, &name_error) == 0) {
        AUTO_FREE char *again = wheel_name_format(&name);
        if (!str_ends(again, ".whl"))
            abort();
    }
    wheel_name_release(&name);
    return 0;
}
